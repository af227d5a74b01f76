"""The door for the `eventsourcing` library, held to the library's own test cases."""
