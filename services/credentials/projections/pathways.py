"""Pathways with the version in force."""

import asyncpg
import msgspec

from shared.contracts.credentials import PathwayPublished
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded

SQL = statements("services.credentials.projections", "pathways.sql")


class Pathways:
    """One row a pathway."""

    name = "pathways"
    version = 1
    log = "credentials"
    tables = ("pathways",)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        match recorded.fact:
            case PathwayPublished() as fact:
                await connection.execute(
                    SQL["publish"],
                    fact.pathway,
                    recorded.community,
                    fact.key,
                    fact.version,
                    msgspec.json.encode(fact.title).decode(),
                    msgspec.json.encode(fact.steps).decode(),
                    recorded.occurred_at,
                )
            case _:
                pass


async def pathways(pool: asyncpg.Pool, community: str) -> list[dict[str, object]]:
    """Every pathway of the community, in the version in force."""
    return [
        {**row, "title": msgspec.json.decode(row["title"]), "steps": msgspec.json.decode(row["steps"])}
        for row in map(dict, await pool.fetch(SQL["list"], community))
    ]
