"""The pathways a proposal may be accepted for: what pages offer to choose from."""

import asyncpg
import msgspec

from shared.contracts.credentials import PathwayPublished
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded, Text, Value

SQL = statements("services.oversight.projections", "pathways.sql")
OFFERED = 200
"""Pathways at most; a community has a few."""


class Published(Value, frozen=True):
    """A pathway, by its key."""

    key: str
    title: Text


class Pathways:
    """One row a pathway."""

    name = "pathways"
    log = "credentials"
    version = 1
    tables = ("pathways",)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        if isinstance(fact := recorded.fact, PathwayPublished):
            title = msgspec.json.encode(fact.title).decode()
            await connection.execute(SQL["publish"], fact.pathway, recorded.community, fact.key, title, fact.version)


async def published(pool: asyncpg.Pool, community: str) -> tuple[Published, ...]:
    """The community's pathways, by key, `OFFERED` of them at most."""
    rows = await pool.fetch(SQL["published"], community, OFFERED)
    return tuple(Published(row["key"], msgspec.json.decode(row["title"], type=Text)) for row in rows)
