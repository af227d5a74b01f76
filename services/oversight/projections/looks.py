"""What each person has seen of an item, and when: kept outside the log, for a time, so as to show what changed since.

Never a fact and never relayed: nobody else reads it, and nothing is decided by it.
"""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from shared.contracts.partnerships import PersonErased
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Clock, Fact, Recorded, Value

SQL = statements("services.oversight.projections", "looks.sql")
VISIT = timedelta(minutes=30)
"""How long after a look another one belongs to the same visit."""
KEPT = timedelta(days=365)
"""How long a look is kept."""
FORGET_EVERY = timedelta(hours=1)


class Look(Value, frozen=True):
    """When somebody looked, and at which version of the outline: by the place of the fact that made it."""

    at: datetime
    place: str


class Looks:
    """The looks of everybody at this service."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._forgot: datetime | None = None

    async def look(self, community: str, person: UUID, subject: UUID, place: str) -> Look | None:
        """They look at that version now. What they had seen before this visit; None on their first."""
        now = self._clock()
        row = await self._pool.fetchrow(SQL["look"], community, person, subject, now, place, VISIT)
        await self._forget(now)
        return None if row is None or row["before_at"] is None else Look(row["before_at"], row["before_place"])

    async def last(self, community: str, person: UUID, subject: UUID) -> Look | None:
        """What they saw last, for whoever looks over their shoulder."""
        row = await self._pool.fetchrow(SQL["last"], community, person, subject)
        return None if row is None else Look(row["at"], row["place"])

    async def _forget(self, now: datetime) -> None:
        """Once an hour, what is too old."""
        if self._forgot is None or now - self._forgot >= FORGET_EVERY:
            self._forgot = now
            await self._pool.execute(SQL["forget_looks"], now - KEPT)


class LooksOfErased:
    """Whoever was erased has looked at nothing: followed in partnerships' log, whose fact says so."""

    name = "looks of whoever was erased"
    log = "partnerships"
    version = 1
    tables: tuple[str, ...] = ()

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        match recorded.fact:
            case PersonErased(person=person):
                await connection.execute(SQL["erase"], recorded.community, person)
            case _:
                pass
