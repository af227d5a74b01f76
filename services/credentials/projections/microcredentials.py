"""Microcredentials, for lists: their state and since when."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.contracts.credentials import (
    ApprovalVoided,
    MicrocredentialApproved,
    MicrocredentialOpened,
    MicrocredentialRetired,
    OutlineReturned,
    ReviewDecided,
    ReviewSubmitted,
    ValidationRequested,
)
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded, stream_key

SQL = statements("services.credentials.projections", "microcredentials.sql")
AFTER_REVIEW = {"renew": "approved", "revise": "preparing", "retire": "retired"}


class Microcredentials:
    """One row a microcredential."""

    name = "microcredentials"
    version = 1
    log = "credentials"
    tables = ("microcredentials",)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        match recorded.fact:
            case MicrocredentialOpened() as fact:
                await connection.execute(
                    SQL["open"],
                    fact.microcredential,
                    recorded.community,
                    fact.key,
                    fact.proposed_by.partner,
                    recorded.occurred_at,
                )
            case ValidationRequested() | ApprovalVoided():
                await self._turn(connection, recorded, "validating")
            case OutlineReturned():
                await self._turn(connection, recorded, "preparing")
            case MicrocredentialApproved():
                await self._turn(connection, recorded, "approved")
            case ReviewSubmitted():
                await self._turn(connection, recorded, "under-review")
            case ReviewDecided(decision=decision):
                await self._turn(connection, recorded, AFTER_REVIEW[decision])
            case MicrocredentialRetired():
                await self._turn(connection, recorded, "retired")
            case _:
                pass

    async def _turn(self, connection: Connection, recorded: Recorded[Fact], state: str) -> None:
        await connection.execute(SQL["turn"], stream_key(recorded.stream), state, recorded.occurred_at)


async def page(
    pool: asyncpg.Pool,
    community: str,
    state: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
    ids: Collection[UUID] | None,
) -> list[dict[str, object]]:
    """One page of the list, oldest first, after that place in it: of what whoever has these ids may read, or of all."""
    since, last = after or (None, None)
    sql = SQL["page"].format(readable="true" if ids is None else SQL["readable"])
    limited = () if ids is None else (list(ids),)
    return [dict(row) for row in await pool.fetch(sql, community, state, since, last, limit, *limited)]
