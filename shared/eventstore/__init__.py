"""The event store: append, read and tail on PostgreSQL, with the words of the `eventsourcing` library.

A stored event has an originator (our stream), an originator version, a topic (our tag) and a state (the fact's bytes);
a notification adds its place in the log. `Mapper` turns bytes into facts and back. `MemoryStore` is the in-memory twin.
"""
