"""Following a log by keyset pages, on a connection of one's own; the next page is fetched meanwhile."""

import asyncio
from typing import Any, NamedTuple, Protocol, Self

import asyncpg

from shared.eventstore.connections import LOST, Connections, closed
from shared.eventstore.hint import Hint
from shared.kernel import Fact, Recorded

POLL = 0.25
"""Seconds after which the log is looked at without a hint: what a lost one costs."""
Page = list[Recorded[Fact]]


class Readable(Protocol):
    """A log that can be read on whichever connection."""

    @property
    def name(self) -> str: ...

    async def read(self, connection: Any, after: int, limit: int) -> Page:
        """Up to `limit` facts after that index, in order."""

    async def last_index(self) -> int:
        """The index of the last fact in it."""


class _Ahead(NamedTuple):
    after: int
    reading: "asyncio.Task[Page]"


class Tail:
    """One reader's place at a log, until the end of an `async with` block. Not for several tasks at once."""

    def __init__(
        self, connections: Connections, log: Readable, purpose: str, hint: Hint, size: int = 500, poll: float = POLL
    ) -> None:
        """`size` is the most facts a page has."""
        self._connections = connections
        self._log = log
        self._purpose = purpose
        self._hint = hint
        self._size = size
        self._poll = poll
        self._connection: asyncpg.Connection | None = None
        self._ahead: _Ahead | None = None
        self._seen = 0

    async def next(self, after: int, patience: float) -> Page:
        """The page after that index as soon as there is one; empty once `patience` seconds brought nothing."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while not (page := await self._page(after)) and (left := deadline - loop.time()) > 0:
            await self._hint.wait(min(left, self._poll), self._seen)
        return page

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._forget_ahead()
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await closed(connection)

    async def _page(self, after: int) -> Page:
        if self._ahead is not None and self._ahead.after == after:
            ahead, self._ahead = self._ahead, None
            try:
                page = await ahead.reading
            except LOST:  # while nobody waited for it
                page = await self._read(after)
        else:
            await self._forget_ahead()
            page = await self._read(after)
        if len(page) == self._size:
            last = page[-1].index
            self._ahead = _Ahead(last, asyncio.ensure_future(self._read(last)))
        return page

    async def _read(self, after: int) -> Page:
        """From the log; over a new connection where the one there was is lost."""
        self._seen = self._hint.rings
        if self._connection is not None:
            try:
                return await self._log.read(self._connection, after, self._size)
            except LOST:
                connection, self._connection = self._connection, None
                await closed(connection)
        self._connection = await self._connections.open(self._purpose)
        return await self._log.read(self._connection, after, self._size)

    async def _forget_ahead(self) -> None:
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            ahead.reading.cancel()
            await asyncio.gather(ahead.reading, return_exceptions=True)
