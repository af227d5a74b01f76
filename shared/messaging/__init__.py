"""From store to NATS and back: the relay says, hearers keep what others said, reactions act on it."""
