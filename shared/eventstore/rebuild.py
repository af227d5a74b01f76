"""Folding a projection's tables anew beside the live ones, and swapping the two in one short transaction.

The tables beside stand in the schema `rebuilding` under the same names, with a position of their own, moved page by
page: a rebuild that was killed goes on where it stood. The live tables are read and kept level all the while.
"""

import asyncio
from collections.abc import Callable

import asyncpg
import structlog

from shared.eventstore.aside import Aside, WouldTakeBack
from shared.eventstore.connections import Connections
from shared.eventstore.dead_letters import SQL as LETTERS
from shared.eventstore.hint import Hint
from shared.eventstore.projections import LIVE, PAGE, SQL, Projection, stands_at
from shared.eventstore.tail import Readable, Tail

log = structlog.get_logger(__name__)
Progress = Callable[[int, int], None]
"""Told after each page how many of how many facts are folded."""
PATIENCE = (0.1, 0.2, 0.4, 0.8)
"""Seconds a swap waits for readers that are in its way, try by try; everybody else waits behind it as long."""
BETWEEN_TRIES = 0.5
WHILE_ANOTHER_REBUILDS = 0.5
CLOSE = 200
"""Facts the live tables may be ahead when the swap begins; it takes them in itself."""


class NewerTables(Exception):
    """The tables were written by a later version of this projection: old code must leave them as they are."""

    def __init__(self, projection: Projection, stored: int) -> None:
        super().__init__(
            f"{projection.name}: the tables were written by version {stored} of the projection, and this code knows"
            f" version {projection.version}. Nothing was changed. Rebuild with the code that wrote them, or newer."
        )


class _Again(Exception):
    """The live tables were altered meanwhile: what was folded has another shape."""


class _Behind(Exception):
    """The live tables are too far ahead to be caught up with in the transaction that swaps."""


class Rebuild:
    """One rebuild of one projection."""

    def __init__(
        self, connections: Connections, projection: Projection, followed: Readable, progress: Progress | None = None
    ) -> None:
        self._connections = connections
        self._projection = projection
        self._followed = followed
        self._aside = Aside(projection, rebuilding=True)
        self._progress = progress or (lambda _done, _total: None)

    async def run(self, unless_done: bool = False) -> int:
        """Fold and swap; how many facts were folded. `unless_done`: none if this version is live already."""
        settings = {**LIVE, "search_path": "rebuilding"}
        async with self._connections.opened(f"rebuilds {self._projection.name}", **settings) as connection:
            await self._alone(connection)
            version = (await stands_at(connection, self._projection)).version
            if version > self._projection.version:
                raise NewerTables(self._projection, version)
            if unless_done and version == self._projection.version:
                return 0
            purpose = f"reads to rebuild {self._projection.name}"
            async with Tail(self._connections, self._followed, purpose, Hint(), PAGE) as tail:
                folded = await self._fold_and_swap(connection, tail)
            await connection.execute(SQL["drop_replaced"])
        return folded

    async def _alone(self, connection: asyncpg.Connection) -> None:
        """Wait until no other process rebuilds this projection."""
        waiting = False
        while not await connection.fetchval(SQL["try_rebuild"], self._projection.name):
            if not waiting:
                log.warning("rebuild-waits", projection=self._projection.name, until="another rebuild of it has ended")
                waiting = True
            await asyncio.sleep(WHILE_ANOTHER_REBUILDS)

    async def _fold_and_swap(self, connection: asyncpg.Connection, tail: Tail) -> int:
        while True:
            began = index = await self._begin(connection)
            try:
                index = await self._catch_up(connection, tail, index)
                index = await self._swap(connection, tail, index)
            except _Again:
                log.info("rebuild-begins-again", projection=self._projection.name, because="its tables were altered")
                continue
            except WouldTakeBack:  # the next one, of mended code, begins anew
                await connection.execute(SQL["give_up_rebuild"], self._projection.name)
                raise
            return index - began

    async def _begin(self, connection: asyncpg.Connection) -> int:
        """Where a rebuild that was broken off stands; else 0, with empty tables beside the live ones."""
        name, tables = self._projection.name, list(self._projection.tables)
        index = await connection.fetchval(SQL["rebuild_under_way"], name, self._projection.version, tables)
        if index is not None:
            log.info("rebuild-resumes", projection=name, index=index)
            return int(index)
        async with connection.transaction():
            await connection.execute(SQL["begin_shadows"], tables)
            await connection.execute(LETTERS["begin_letters"], name)
            await connection.execute(SQL["begin_rebuild"], name, self._projection.log, self._projection.version, tables)
        log.info("rebuild-begins", projection=name, version=self._projection.version)
        return 0

    async def _catch_up(self, connection: asyncpg.Connection, tail: Tail, index: int) -> int:
        """Fold, page by page, until there is nothing more to fold for now; the index reached."""
        total = await self._followed.last_index()
        self._progress(index, max(total, index))
        while page := await tail.next(index, patience=0):
            last = page[-1].index
            async with connection.transaction():
                if await connection.fetchval(SQL["move_rebuild"], self._projection.name, index, last) is None:
                    raise _Again
                await self._aside.take_in_somehow(connection, page)
            index, total = last, max(total, last)
            if index == total:
                total = max(total, await self._followed.last_index())
            self._progress(index, total)
        return index

    async def _swap(self, connection: asyncpg.Connection, tail: Tail, index: int) -> int:
        """Put the tables built beside in the place of the live ones; the index they stand at."""
        await connection.execute(SQL["drop_replaced"])
        name, version = self._projection.name, self._projection.version
        await connection.execute(SQL["begin_position"], name, self._projection.log, version)
        tries = 0
        while True:
            try:
                return await self._try_swap(connection, tail, index, PATIENCE[min(tries, len(PATIENCE) - 1)])
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                tries += 1
                log.warning("swap-waits", projection=name, tries=tries, because="the live tables are being read")
                await asyncio.sleep(BETWEEN_TRIES)
            except _Behind:
                pass
            index = await self._catch_up(connection, tail, index)

    async def _try_swap(self, connection: asyncpg.Connection, tail: Tail, index: int, patience: float) -> int:
        name, tables = self._projection.name, list(self._projection.tables)
        async with connection.transaction():
            await connection.execute(SQL["patience"], f"{round(patience * 1000)}ms")
            live = await connection.fetchrow(SQL["hold_position"], name)
            assert live is not None, "begun before"
            if live["version"] > self._projection.version:
                raise NewerTables(self._projection, live["version"])
            if live["index"] > index + CLOSE:
                raise _Behind
            while index < live["index"]:  # readers must never be taken back
                page = await tail.next(index, patience=1)
                await self._aside.take_in_somehow(connection, page)
                index = page[-1].index if page else index
            await connection.execute(SQL["hold_tables"], tables)
            if not await connection.fetchval(SQL["same_shape"], name, tables):
                raise _Again
            await connection.execute(SQL["swap"], tables)
            await connection.execute(LETTERS["give_place"], name)
            await connection.execute(LETTERS["swap_letters"], name)
            await connection.execute(SQL["settle"], name, self._projection.log, index, self._projection.version)
        log.info("swapped", projection=name, version=self._projection.version, index=index)
        return index
