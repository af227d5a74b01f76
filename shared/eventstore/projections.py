"""Projections: fact → table. Each follows one log and moves its index in the transaction that writes its tables."""

from collections.abc import Sequence
from typing import Protocol

import asyncpg

from shared.eventstore.hint import Hint
from shared.eventstore.sql import statements
from shared.eventstore.vocabulary import Log
from shared.kernel import Fact, Recorded
from shared.observability import Steady

SQL = statements("shared.eventstore", "sql/projections.sql")
PAGE = 500
Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


class Projection(Protocol):
    """A table, or a few, as a function of one log. It sends nothing and reads nothing but its own tables."""

    @property
    def name(self) -> str: ...

    @property
    def log(self) -> str: ...

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it alone writes, without their schema."""

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        """Write what this fact means for the tables; facts that mean nothing here are passed over."""


class Projector:
    """Keeps one projection level with its log."""

    def __init__(self, pool: asyncpg.Pool, projection: Projection, log: Log) -> None:
        self._pool = pool
        self._projection = projection
        self._log = log
        self.steady = Steady(f"projection {projection.name}")

    async def advance(self) -> int:
        """Take in one page; how many facts that were."""
        async with self._pool.acquire() as connection, connection.transaction():
            return await self._page(connection)

    async def follow(self, hint: Hint, poll: float = 0.1) -> None:
        """Advance for ever: at every hint, and at least every `poll` seconds; after a fault the same page again."""

        async def once() -> None:
            if not await self.advance():
                await hint.wait(poll)

        await self.steady.keep(once)

    async def rebuild(self) -> int:
        """Empty the tables and fold the whole log again, in one transaction: readers see the old until then."""
        total = 0
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.fetchval(SQL["lock"], self._projection.name)
            for table in self._projection.tables:
                await connection.execute(f"delete from read.{table}")  # noqa: S608 - names from code, never from input
            await connection.execute(SQL["forget"], self._projection.name)
            while taken := await self._page(connection):
                total += taken
        return total

    async def _page(self, connection: Connection) -> int:
        await connection.fetchval(SQL["lock"], self._projection.name)
        index = await connection.fetchval(SQL["position"], self._projection.name) or 0
        page = await self._log.after(index, PAGE)
        for recorded in page:
            await self._projection.apply(connection, recorded)
        if page:
            await connection.execute(SQL["move"], self._projection.name, self._projection.log, page[-1].index)
        return len(page)


async def positions(pool: asyncpg.Pool, projections: Sequence[Projection]) -> dict[str, int]:
    """How far the projections have got in each log: the least of those that follow it."""
    rows: dict[str, int] = {row["projection"]: row["index"] for row in await pool.fetch(SQL["positions"])}
    reached: dict[str, int] = {}
    for projection in projections:
        index = rows.get(projection.name, 0)
        reached[projection.log] = min(index, reached.get(projection.log, index))
    return reached
