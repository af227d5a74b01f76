"""The log as it goes out: stored events as they are, over one connection of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from shared.eventstore.connections import LOST, SERVING, Connections, closed
from shared.eventstore.postgres import SQL
from shared.eventstore.vocabulary import Notification


class Outgoing(Protocol):
    """What a relay asks of a log; every store answers it."""

    async def identity(self) -> UUID:
        """Which log this is."""

    async def last_index(self) -> int:
        """The index of the last event; 0 in an empty log."""

    async def page(self, after: int, limit: int) -> list[Notification]:
        """Up to `limit` events after that index, in index order."""


class OutgoingLog:
    """A service's own log on a connection that requests neither hold up nor use up. Closed by whoever made it.

    A connection that was lost, or leads to a server that is the primary no more, is made anew once for each question;
    what then fails is the asker's to try again.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._connection: asyncpg.Connection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def identity(self) -> UUID:
        found: UUID = await self._asked(lambda connection: connection.fetchval(SQL["identity"]))
        return found

    async def last_index(self) -> int:
        return int(await self._asked(lambda connection: connection.fetchval(SQL["last_index"])))

    async def page(self, after: int, limit: int) -> list[Notification]:
        rows = await self._asked(lambda connection: connection.fetch(SQL["page"], after, limit))
        return [Notification(*row) for row in rows]

    async def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await closed(connection)

    async def _asked(self, ask: Callable[[asyncpg.Connection], Awaitable[Any]]) -> Any:
        async with self._one_at_a_time:
            if self._connection is not None and not self._connections.is_current(self._connection):
                await self.close()
            if self._connection is not None:
                try:
                    return await ask(self._connection)
                except LOST:
                    await self.close()
            self._connection = await self._connections.open("relays", **SERVING)
            return await ask(self._connection)
