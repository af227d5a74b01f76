"""The store on PostgreSQL: appends go through the process's one appender, reads through a pool."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

from shared.eventstore.appending import Appender
from shared.eventstore.connections import LOST, era_of
from shared.eventstore.sql import statements
from shared.eventstore.vocabulary import Appended, AppendRequest, Notification, OperationalError, SealedNote

SQL = statements("shared.eventstore", "sql/store.sql")
SECONDS_TO_SETTLE = 2.0
"""How long readiness tries whether a commit goes through."""


class PostgresStore:
    """One service's log in its own database; for reading only, where it is given no appender."""

    def __init__(self, pool: asyncpg.Pool, appender: Appender | None = None) -> None:
        self._pool = pool
        self._appender = appender
        self._settling = asyncio.Lock()
        self._wanting = self._settled = 0

    @property
    def failing(self) -> str | None:
        """Why nothing can be appended any more by this process; None while it can."""
        return self._appender.failing if self._appender else None

    @property
    def era(self) -> int:
        return era_of(self._pool)

    async def refusing(self) -> str | None:
        """Why the server takes nothing in, for one because its disk is full; None while it does.

        Tried with a row that is not kept, and only after an append came to nothing: nobody has to append to find out.
        """
        if self._appender is None or not self._appender.unanswered:
            return None
        async with self._pool.acquire() as connection:
            trial = connection.transaction()
            await trial.start()
            try:
                await connection.execute(SQL["take_room"])
            except asyncpg.PostgresError as error:
                return str(error).partition("\n")[0]
            finally:
                await trial.rollback()
        return None

    def append(self, request: AppendRequest) -> Awaitable[Appended]:
        if self._appender is None:
            raise OperationalError("this store was opened for reading only")
        return self._appender.append(request)

    async def stream(self, community: str, stream: str) -> list[Notification]:
        found = _notifications(await self._pool.fetch(SQL["stream"], community, stream))
        if found and self._appender:
            self._appender.read(stream, found[-1].originator_version)
        return found

    async def command(self, command_id: UUID) -> list[Notification]:
        """Told once it is settled, for whoever is told takes it to be so for good (see `settle` in the SQL)."""
        found = _notifications(await self._pool.fetch(SQL["command"], command_id))
        if found and self._appender:
            await self.settle()
        return found

    async def settle(self) -> None:
        """Return once all that is visible is as safe as what is acknowledged. Those who wait together ask once."""
        self._wanting += 1
        wanted = self._wanting
        async with self._settling:
            if self._settled < wanted:
                until = self._wanting
                await self._pool.execute(SQL["settle"])
                self._settled = until

    async def waits(self) -> bool:
        """Whether appends wait for something now, or would: where the last one was not answered, it is tried out."""
        if self._appender is None or not self._appender.unanswered:
            return False
        with suppress(*LOST, asyncpg.PostgresError):
            async with asyncio.timeout(SECONDS_TO_SETTLE):
                await self.settle()
            return False
        return True

    async def page(self, after: int, limit: int) -> list[Notification]:
        return _notifications(await self._pool.fetch(SQL["page"], after, limit))

    async def community_page(self, community: str, after: int, until: int, limit: int) -> list[Notification]:
        return _notifications(await self._pool.fetch(SQL["community_page"], community, after, until, limit))

    async def last_index(self) -> int:
        return int(await self._pool.fetchval(SQL["last_index"]))

    async def identity(self) -> UUID:
        found: UUID = await self._pool.fetchval(SQL["identity"])
        return found

    async def tracked(self, consumer: str) -> int:
        return int(await self._pool.fetchval(SQL["tracked"], consumer) or 0)

    async def note(self, community: str, note: UUID) -> SealedNote | None:
        row = await self._pool.fetchrow(SQL["note"], community, note)
        return None if row is None else SealedNote(**dict(row))

    async def forget(self, community: str, contacts: Sequence[UUID]) -> None:
        await self._pool.execute(SQL["forget"], community, contacts)


def _notifications(rows: list[Any]) -> list[Notification]:
    return [Notification(*row) for row in rows]
