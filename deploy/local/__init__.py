"""The embedded stack: PostgreSQL and NATS from their wheels, the four services, and the cases, on one Linux machine.

`./dev` makes the environment and starts this package; nothing here is used in production.

- `postgres`, `nats`: one real server each, started, stopped, and found again after a killed run.
- `places`: where PostgreSQL may keep its files, which for root is not always where one asks.
- `processes`, `leash`: servers that end with the process that started them.
"""
