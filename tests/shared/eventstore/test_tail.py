"""The tail: a log followed from a place, page by page, whatever happens to hints and connections."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.eventstore.hint import Hint
from shared.eventstore.tail import Tail
from tests.shared.eventstore.projecting import kill, log_of, say
from tests.support.databases import Database
from tests.support.patience import eventually

pytestmark = pytest.mark.servers
NEVER = 3600.0


class Watched:
    """A log that remembers after which index it was read."""

    name = "partnerships"

    def __init__(self, database: Database) -> None:
        self._log = log_of(database)
        self.reads: list[int] = []

    async def read(self, connection: Any, after: int, limit: int) -> Any:
        self.reads.append(after)
        return await self._log.read(connection, after, limit)

    async def last_index(self) -> int:
        return await self._log.last_index()


def tail(database: Database, hint: Hint | None = None, size: int = 100, poll: float = 0.02, log: Any = None) -> Tail:
    return Tail(database.projects, log or log_of(database), "reads for a test", hint or Hint(), size, poll)


async def facts(of: Tail, until: int) -> AsyncIterator[int]:
    index = 0
    while index < until:
        for recorded in await of.next(index, NEVER):
            yield recorded.index
            index = recorded.index


async def test_it_gives_every_fact_once_in_order_while_two_others_append(empty: Database) -> None:
    async def read() -> list[int]:
        async with tail(empty, size=7) as reading:
            return [index async for index in facts(reading, 200)]

    async with asyncio.timeout(30):
        seen, *_ = await asyncio.gather(read(), *(_one_by_one(empty, 100) for _ in range(2)))
    assert seen == list(range(1, 201))


async def _one_by_one(database: Database, count: int) -> None:
    for _ in range(count):
        await say(database, 1)


async def test_the_next_page_is_fetched_while_the_last_is_worked_on(empty: Database) -> None:
    await say(empty, 25)
    watched = Watched(empty)
    async with tail(empty, size=10, log=watched) as reading:
        assert [one.index for one in await reading.next(0, 0)] == list(range(1, 11))

        async def is_ahead() -> bool:
            return watched.reads == [0, 10]

        await eventually(is_ahead)
        assert [one.index for one in await reading.next(10, 0)] == list(range(11, 21))
        assert [one.index for one in await reading.next(20, 0)] == list(range(21, 26))
        assert watched.reads == [0, 10, 20], "and no page was fetched twice"


async def test_a_reader_that_goes_elsewhere_gets_that_place_not_what_was_fetched_ahead(empty: Database) -> None:
    await say(empty, 25)
    async with tail(empty, size=10) as reading:
        await reading.next(0, 0)
        assert [one.index for one in await reading.next(20, 0)] == list(range(21, 26))


async def test_a_hint_wakes_it(empty: Database) -> None:
    hint = Hint()
    async with asyncio.timeout(15), tail(empty, hint, poll=NEVER) as reading:
        waiting = asyncio.ensure_future(reading.next(0, NEVER))
        await asyncio.sleep(0.05)
        await say(empty, 1)
        hint.ring()
        assert len(await waiting) == 1


async def test_a_hint_that_rings_between_its_look_and_its_wait_is_not_lost(empty: Database) -> None:
    hint = Hint()

    class Late(Watched):
        async def read(self, connection: Any, after: int, limit: int) -> Any:
            page = await super().read(connection, after, limit)
            if len(self.reads) == 1:
                await say(empty, 1)
                hint.ring()
            return page

    async with asyncio.timeout(15), tail(empty, hint, poll=NEVER, log=Late(empty)) as reading:
        assert len(await reading.next(0, NEVER)) == 1


async def test_without_any_hint_it_looks_by_itself(empty: Database) -> None:
    async with asyncio.timeout(15), tail(empty) as reading:
        waiting = asyncio.ensure_future(reading.next(0, NEVER))
        await asyncio.sleep(0.05)
        await say(empty, 1)
        assert len(await waiting) == 1


async def test_its_patience_ends_with_an_empty_page(empty: Database) -> None:
    async with tail(empty) as reading:
        assert await reading.next(0, 0.05) == []


async def test_after_a_lost_connection_it_goes_on_over_another(empty: Database) -> None:
    await say(empty, 45)

    async def lost() -> bool:
        return await kill(empty, "reads for a test") > 0

    async with asyncio.timeout(30), tail(empty, size=10) as reading:
        for after in range(0, 40, 10):
            assert [one.index for one in await reading.next(after, 0)] == list(range(after + 1, after + 11))
            await eventually(lost)
        assert [one.index for one in await reading.next(40, 0)] == list(range(41, 46))


async def test_nothing_of_it_is_left_at_the_end(empty: Database) -> None:
    await say(empty, 25)
    async with tail(empty, size=10) as reading:
        await reading.next(0, 0)

    async def is_gone() -> bool:
        return await kill(empty, "reads for a test") == 0

    await eventually(is_gone)
