"""Offerings of each microcredential, and who opened and closed them."""

from uuid import UUID

import asyncpg

from shared.contracts.credentials import OfferingClosed, OfferingOpened
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded

SQL = statements("services.credentials.projections", "offerings.sql")


class Offerings:
    """One row an offering."""

    name = "offerings"
    version = 1
    log = "credentials"
    tables = ("offerings",)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        match recorded.fact:
            case OfferingOpened() as fact:
                await connection.execute(
                    SQL["open"], fact.offering, recorded.community, fact.microcredential, fact.by.person, fact.starts
                )
            case OfferingClosed() as fact:
                await connection.execute(SQL["close"], fact.offering, fact.by.person)
            case _:
                pass


async def offerings_of(pool: asyncpg.Pool, community: str, microcredential: UUID) -> list[UUID]:
    """The ids of its offerings, the first one first."""
    return [row["offering"] for row in await pool.fetch(SQL["of"], community, microcredential)]


async def deliverers(pool: asyncpg.Pool, microcredential: UUID) -> set[UUID]:
    """The persons who opened or closed an offering of it."""
    return {row["person"] for row in await pool.fetch(SQL["deliverers"], microcredential)}
