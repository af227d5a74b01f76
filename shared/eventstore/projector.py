"""The projector: keeps one projection level with its log, in one process at a time.

The lease is an advisory lock held by the very session that writes the tables: whoever loses the connection loses the
lease and can write no more. The others stand by, and one of them goes on where the tables stand.
"""

import asyncio

import asyncpg
import structlog

from shared.eventstore.aside import Aside, WouldTakeBack
from shared.eventstore.connections import Connections
from shared.eventstore.dead_letters import SQL as LETTERS
from shared.eventstore.faults import Patience, is_of_the_environment, told
from shared.eventstore.hint import Hint
from shared.eventstore.projections import LIVE, PAGE, SQL, Projection, stands_at
from shared.eventstore.rebuild import Progress, Rebuild
from shared.eventstore.tail import POLL, Page, Readable, Tail
from shared.kernel import Refused
from shared.observability import Steady, end

log = structlog.get_logger(__name__)
STANDS_BY = 0.5
"""Seconds between looks whether the lease is free."""
HEARTBEAT = 5.0
"""Seconds after which a projector that is level makes sure that it still holds its lease."""


class _Older(Exception):
    """The tables are of an older version than this code."""

    def __init__(self, stored: int) -> None:
        self.stored = stored


class Projector:
    """Keeps one projection level with its log. `moved` is rung when the tables have taken something in."""

    def __init__(
        self,
        connections: Connections,
        projection: Projection,
        followed: Readable,
        moved: Hint | None = None,
        patience: Patience = Patience(),  # noqa: B008 - a value, never changed
    ) -> None:
        self._connections = connections
        self._projection = projection
        self._followed = followed
        self._moved = moved or Hint()
        self._aside = Aside(projection)
        self._patience = patience
        self._told = ""
        self._anew: asyncio.Task[None] | None = None
        self._asked: tuple[list[int], list[str]] = [], []
        self.steady = Steady(f"projection {projection.name}")

    async def follow(self, hint: Hint, poll: float = POLL) -> None:
        """Lead or stand by, for ever: at every hint, and every `poll` seconds; after a fault the same page again."""
        await self.steady.keep(lambda: self._turn(hint, poll, for_ever=True))

    async def advance(self) -> int:
        """Take in what there is by now, and let go of the lease; how many facts, 0 where another holds it."""
        return await self._turn(Hint(), POLL, for_ever=False)

    async def rebuild(self, progress: Progress | None = None) -> int:
        """Fold the whole log anew beside the live tables, and swap; how many facts were folded."""
        return await Rebuild(self._connections, self._projection, self._followed, progress).run()

    async def _turn(self, hint: Hint, poll: float, *, for_ever: bool) -> int:
        """Wait for the lease and lead while the tables are of this version; older ones are rebuilt first."""
        while True:
            try:
                return await self._turn_at_this_version(hint, poll, for_ever=for_ever)
            except _Older as older:
                because = f"the tables are of version {older.stored}, and this code writes {self._projection.version}"
                self._tell("rebuilds", because=because)
                await Rebuild(self._connections, self._projection, self._followed).run(unless_done=True)

    async def _turn_at_this_version(self, hint: Hint, poll: float, *, for_ever: bool) -> int:
        name = self._projection.name
        async with self._connections.opened(f"projects {name}", **LIVE) as connection:
            while not await self._leads(connection):
                if not for_ever:
                    return 0
                self.steady.well()
                await asyncio.sleep(STANDS_BY)
            purpose = f"reads for {name}"
            async with Tail(self._connections, self._followed, purpose, hint, PAGE, poll) as tail:
                try:
                    return await self._lead(connection, tail, for_ever)
                finally:
                    await end([self._anew] if self._anew is not None else [])
                    self._anew = None

    async def _leads(self, connection: asyncpg.Connection) -> bool:
        """Whether this session has the lease, over tables of this version."""
        name, version = self._projection.name, self._projection.version
        stored = (await stands_at(connection, self._projection)).version
        if stored > version:
            self._tell("stands-by", because=f"the tables are of version {stored}, and this code knows {version}")
            return False
        if stored < version:
            raise _Older(stored)
        if not await connection.fetchval(SQL["try_lease"], name):
            self._tell("stands-by", because=f"led by {await connection.fetchval(SQL['leased_by'], name)}")
            return False
        self._tell("leads")
        return True

    async def _lead(self, connection: asyncpg.Connection, tail: Tail, for_ever: bool) -> int:
        """Take in page after page; returns when there is no more, or when the tables are of another version."""
        taken = 0
        while (stands := await stands_at(connection, self._projection)).version == self._projection.version:
            index = stands.at
            while True:
                await self._rebuild_where_asked(connection, for_ever)
                page = await tail.next(index, HEARTBEAT if for_ever else 0)
                if page and not await self._take_in(connection, index, page):
                    break  # a rebuild was swapped in: the tables stand elsewhere
                if page:
                    index, taken = page[-1].index, taken + len(page)
                    self._moved.ring()
                elif for_ever:
                    await connection.execute(SQL["still_there"])
                else:
                    return taken
                self.steady.well()
        return taken

    async def _rebuild_where_asked(self, connection: asyncpg.Connection, for_ever: bool) -> None:
        """Once a person has asked to retry or release something: fold anew beside, while the live tables go on.

        Where that would take back what they hold, those who asked are told in their letters.
        """
        name, followed = self._projection.name, self._projection.log
        if self._anew is None and (asked := await connection.fetch(LETTERS["letters_asked"], name, followed)):
            self._asked = [row["id"] for row in asked], [row["asked"] for row in asked]
            self._anew = asyncio.ensure_future(self._fold_anew())
            if not for_ever:
                await asyncio.wait([self._anew])
        if self._anew is not None and self._anew.done():
            anew, self._anew = self._anew, None
            try:
                anew.result()
            except WouldTakeBack as error:
                log.error("asked-in-vain", projection=name, letters=self._asked[0], error=told(error))
                await connection.execute(LETTERS["in_vain"], *self._asked, told(error))

    async def _fold_anew(self) -> None:
        await self.rebuild()
        self._moved.ring()

    async def _take_in(self, connection: asyncpg.Connection, index: int, page: Page) -> bool:
        """Write the page and the position in one transaction; false, and nothing, where the tables stand elsewhere.

        A page that fails by itself is tried a few times whole, then fact by fact, and those at fault are put aside.
        """
        tries = 0
        while True:
            try:
                async with connection.transaction():
                    if not await self._moves(connection, index, page):
                        return False
                    if tries < self._patience.tries:
                        await self._aside.take_in(connection, page)
                    else:
                        await self._aside.take_in_one_by_one(connection, page, tries)
                return True
            except Exception as error:
                if tries >= self._patience.tries or is_of_the_environment(error):
                    raise
                tries = self._patience.tries if isinstance(error, Refused) else tries + 1
                log.warning("page-failed", projection=self._projection.name, tries=tries, error=told(error))
                await asyncio.sleep(self._patience.pause(tries) if tries < self._patience.tries else 0)

    async def _moves(self, connection: asyncpg.Connection, index: int, page: Page) -> bool:
        name, version, last = self._projection.name, self._projection.version, page[-1].index
        return await connection.fetchval(SQL["move"], name, self._projection.log, index, last, version) is not None

    def _tell(self, event: str, **values: str) -> None:
        """Log what it does now, once until it does something else."""
        if self._told != (told := f"{event} {values}"):
            self._told = told
            log.info(event, projection=self._projection.name, **values)
