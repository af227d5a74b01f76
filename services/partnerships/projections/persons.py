"""The community's persons, as a table; what one needs to reach them stays sealed beside the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts.partnerships import PersonContactChanged, PersonErased, PersonRegistered
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.eventstore.vocabulary import SealedNote
from shared.kernel import Fact, Recorded

SQL = statements("services.partnerships.projections", "persons.sql")


class Persons:
    """One row a person: since when, and where their contact data lies."""

    name = "persons"
    version = 1
    log = "partnerships"
    tables = ("persons",)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        at = recorded.occurred_at
        match recorded.fact:
            case PersonRegistered(person=person):
                await connection.execute(SQL["register"], person, recorded.community, at)
            case PersonContactChanged(person=person, contact=contact):
                await connection.execute(SQL["change"], person, contact, at)
            case PersonErased(person=person):
                await connection.execute(SQL["erase"], person, at)
            case _:
                pass


async def page(
    pool: asyncpg.Pool, community: str, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Up to `limit` persons after that place, oldest first, with their contact data as `sealed`, if there is any."""
    rows = await pool.fetch(SQL["page"], community, *(after or (None, None)), limit)
    return [_line(dict(row)) for row in rows]


async def sealed(pool: asyncpg.Pool, community: str, persons: list[UUID]) -> dict[UUID, SealedNote]:
    """By person, their contact data as it lies sealed; nobody of another community, nor whoever stated none."""
    rows = [_line(dict(row)) for row in await pool.fetch(SQL["named"], community, persons)]
    return {row["person"]: row["sealed"] for row in rows}


def _line(row: dict[str, Any]) -> dict[str, Any]:
    said = ("person", "registered_at", "contact_changed_at", "erased_at")
    sealed = SealedNote(**{name: value for name, value in row.items() if name not in said}) if row["id"] else None
    return {**{name: row[name] for name in said}, "sealed": sealed}


async def erased(pool: asyncpg.Pool) -> list[UUID]:
    """Everybody who was erased, of any community."""
    return [row["person"] for row in await pool.fetch(SQL["erased"])]
