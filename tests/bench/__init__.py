"""The bench: what the store does per second, against the raw limit and against peers, in one run. See README.md."""
