"""Projections: fact → table. Each follows one log and moves its index in the transaction that writes its tables."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import asyncpg

from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded

SQL = statements("shared.eventstore", "sql/projections.sql")
PAGE = 500
"""Facts taken in by one transaction."""
LIVE = {"search_path": "read", "synchronous_commit": "off", "idle_session_timeout": "60000"}
"""How a connection that writes the live tables is opened; `rebuilding` is the search path of those beside.

A commit need not reach the disk: position and tables are lost together, and taken in again from the log.
A process that was stopped, and says nothing for a minute, loses connection and lease.
"""


class Connection(Protocol):
    """What may be asked of a connection to write and read tables."""

    async def execute(self, query: str, /, *args: Any) -> Any: ...

    async def fetch(self, query: str, /, *args: Any) -> list[Any]: ...

    async def fetchrow(self, query: str, /, *args: Any) -> Any: ...

    async def fetchval(self, query: str, /, *args: Any) -> Any: ...


class Projection(Protocol):
    """A table, or a few, as a function of one log. It sends nothing and reads nothing but its own tables."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int:
        """Raised when the same log gives other tables: they are then folded anew beside the old ones, and swapped."""

    @property
    def log(self) -> str: ...

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it alone writes, without their schema."""

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        """Write what this fact means for the tables; facts that mean nothing here are passed over.

        Its statements name tables without a schema: the connection says whether the live ones are meant.
        """


class Position(NamedTuple):
    """How far the live tables have got, and which version of the projection wrote them."""

    at: int
    version: int


class Grouped:
    """The connection as the facts of one page are applied on: the same statement again and again is one round trip.

    What is executed waits until another statement comes, something is asked, or the page ends; the order stays.
    """

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._statement = ""
        self._waiting: list[tuple[Any, ...]] = []

    async def execute(self, query: str, /, *args: Any) -> None:
        if query != self._statement:
            await self.flush()
            self._statement = query
        self._waiting.append(args)

    async def fetch(self, query: str, /, *args: Any) -> list[Any]:
        await self.flush()
        return await self._connection.fetch(query, *args)

    async def fetchrow(self, query: str, /, *args: Any) -> Any:
        await self.flush()
        return await self._connection.fetchrow(query, *args)

    async def fetchval(self, query: str, /, *args: Any) -> Any:
        await self.flush()
        return await self._connection.fetchval(query, *args)

    async def flush(self) -> None:
        """Carry out what waits."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            await self._connection.executemany(self._statement, waiting)


async def stands_at(connection: Connection, projection: Projection) -> Position:
    """Where the projection's live tables stand; at 0, in the version of this code, before its first fact."""
    row = await connection.fetchrow(SQL["stands_at"], projection.name)
    return Position(0, projection.version) if row is None else Position(row["index"], row["version"])


async def positions(pool: asyncpg.Pool, projections: Sequence[Projection]) -> dict[str, int]:
    """How far the projections have got in each log: the least of those that follow it."""
    rows: dict[str, int] = {row["projection"]: row["index"] for row in await pool.fetch(SQL["positions"])}
    reached: dict[str, int] = {}
    for projection in projections:
        index = rows.get(projection.name, 0)
        reached[projection.log] = min(index, reached.get(projection.log, index))
    return reached
