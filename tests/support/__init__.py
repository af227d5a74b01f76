"""What tests stand on: one pair of servers per run, a database and a NATS prefix per module, people who ask over HTTP.

- `host`, `servers`: PostgreSQL and NATS, started by the first test that asks, ended with the run however it ends.
- `databases`: fresh databases, already migrated.
- `running`: the services in this process, behind one real port.
- `community`: journeys told as people tell them.
"""
