"""What a projection cannot take in is put aside in the transaction that moves its position, and its stream behind it.

So the tables are a function of the log, of the code, and of what people have released: a rebuild leaves the same facts
out, for the same reasons, as long as these stand. What it puts aside becomes what the tables leave out with the swap,
and not before; and it puts nothing aside that the live tables hold.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import structlog

from shared.eventstore.dead_letters import REBUILDING, SQL, of_fact
from shared.eventstore.faults import is_of_the_environment, told, told_unreadable
from shared.eventstore.projections import Grouped, Projection
from shared.kernel import Fact, Recorded, UnreadableFact

log = structlog.get_logger(__name__)


class WouldTakeBack(RuntimeError):
    """A rebuild cannot take in what the live tables hold: they stay as they are."""

    def __init__(self, projection: Projection, recorded: Recorded[Fact], error: str) -> None:
        super().__init__(
            f"{projection.name} is not rebuilt: {recorded.log}@{recorded.index}, a {recorded.tag}, cannot be taken in,"
            f" and the live tables hold it: {error}. Nothing was changed. Mend the code, and rebuild again."
        )


class Aside:
    """Writes pages for one projection, to its live tables or (`rebuilding`) to those beside them."""

    def __init__(self, projection: Projection, *, rebuilding: bool = False) -> None:
        self._projection = projection
        self._rebuilding = rebuilding
        self._of = (f"{REBUILDING if rebuilding else ''}{projection.name}", projection.log)
        self._takes_unreadable = bool(getattr(projection, "takes_unreadable", False))

    async def take_in(self, connection: asyncpg.Connection, page: Sequence[Recorded[Fact]]) -> None:
        """Write what these facts mean, in their order; whatever one of them raises ends the transaction."""
        await self._take_in(connection, page, tries=None)

    async def take_in_one_by_one(
        self, connection: asyncpg.Connection, page: Sequence[Recorded[Fact]], tries: int = 1
    ) -> None:
        """The same, but a fact that fails by itself, after so many `tries`, is put aside and the others go on."""
        await self._take_in(connection, page, tries)

    async def take_in_somehow(self, connection: asyncpg.Connection, page: Sequence[Recorded[Fact]]) -> None:
        """All at once where that goes, else one by one; inside the caller's transaction."""
        if not page:
            return
        try:
            async with connection.transaction():
                await self.take_in(connection, page)
        except Exception as error:
            if is_of_the_environment(error):
                raise
            await self.take_in_one_by_one(connection, page)

    async def _take_in(self, connection: asyncpg.Connection, page: Sequence[Recorded[Fact]], tries: int | None) -> None:
        held, left_out = await self._put_aside(connection, page)
        grouped = Grouped(connection)
        for recorded in page:
            if (letter := held.get(recorded.stream)) is not None:
                about = (recorded.index, recorded.id, recorded.stream, recorded.tag)
                await connection.execute(SQL["park"], *self._of, *about, letter)
            elif recorded.id in left_out:
                await connection.execute(SQL["left_out"], *self._of, *of_fact(recorded))
            elif error := self._unreadable(recorded):
                held[recorded.stream] = await self._bury(connection, recorded, error, 1)
            elif tries is None:
                await self._projection.apply(grouped, recorded)
            elif error := await self._fails(connection, recorded):
                held[recorded.stream] = await self._bury(connection, recorded, error, tries)
        await grouped.flush()

    async def _put_aside(
        self, connection: asyncpg.Connection, page: Sequence[Recorded[Fact]]
    ) -> tuple[dict[str, int], set[UUID]]:
        """The open letters of the page's streams; and what people have released, which mostly a rebuild comes by."""
        streams, bounds = list({recorded.stream for recorded in page}), (page[0].index, page[-1].index)
        rows = await connection.fetch(SQL["aside"], *self._of, streams, self._projection.name, *bounds)
        held = {row["stream"]: row["id"] for row in rows if not row["left_out"]}
        return held, {row["fact"] for row in rows if row["left_out"]}

    def _unreadable(self, recorded: Recorded[Fact]) -> str | None:
        if isinstance(recorded.fact, UnreadableFact) and not self._takes_unreadable:
            return told_unreadable(recorded.fact)
        return None

    async def _fails(self, connection: asyncpg.Connection, recorded: Recorded[Fact]) -> str | None:
        try:
            async with connection.transaction():
                one = Grouped(connection)
                await self._projection.apply(one, recorded)
                await one.flush()
        except Exception as error:
            if is_of_the_environment(error):
                raise
            return told(error)
        return None

    async def _bury(self, connection: asyncpg.Connection, recorded: Recorded[Fact], error: str, tries: int) -> int:
        if self._rebuilding and await self._is_live(connection, recorded):
            raise WouldTakeBack(self._projection, recorded, error)
        log.error("dead-letter", consumer=self._of[0], fact=f"{recorded.log}@{recorded.index}", error=error)
        about = (*of_fact(recorded), error, tries, datetime.now(UTC))
        return int(await connection.fetchval(SQL["bury"], *self._of, *about))

    async def _is_live(self, connection: asyncpg.Connection, recorded: Recorded[Fact]) -> bool:
        about = (self._projection.name, self._projection.log, recorded.stream, recorded.index)
        return bool(await connection.fetchval(SQL["is_live"], *about))
