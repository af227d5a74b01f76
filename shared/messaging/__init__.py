"""From store to NATS and back: the relay says what a service recorded, hearers keep what others said, reactions act on it."""
