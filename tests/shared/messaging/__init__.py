"""From store to NATS and back, on a real NATS."""
