"""What tests stand on: one stack of servers per run, a database and a NATS prefix per module."""
