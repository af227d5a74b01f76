"""A rebuild beside the live tables: readers never see less than they saw, and nothing about the tables is lost."""

import asyncio
from functools import partial
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from shared.eventstore.hint import Hint
from shared.eventstore.projections import PAGE
from shared.eventstore.rebuild import NewerTables
from shared.kernel import Fact, Recorded
from tests.shared.eventstore.projecting import (
    Tally,
    as_administrator,
    holds,
    indexes,
    kill,
    leader,
    projector,
    say,
)
from tests.support.databases import Database
from tests.support.patience import eventually, meanwhile
from tests.support.tables import catalogued

pytestmark = pytest.mark.servers


class Halting(Tally):
    """Stops before a fact until it is let go on; then fails there, if it was told to."""

    def __init__(self, at: int, fails: bool = False, version: int = 1) -> None:
        super().__init__(version)
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        self._at, self._fails = at, fails

    async def apply(self, connection: Any, recorded: Recorded[Fact]) -> None:
        if recorded.index == self._at:
            self.reached.set()
            await self.go_on.wait()
            if self._fails:
                raise RuntimeError("told to fail")
        await super().apply(connection, recorded)


async def written_by(database: Database) -> set[int]:
    return {row[0] for row in await database.appender.fetch("select distinct written_by from read.tally")}


async def watch(database: Database, seen: list[int], stop: asyncio.Event) -> None:
    """Read all the time; every answer must be a whole prefix of the log, never a shorter one than before."""
    while not stop.is_set():
        row = await database.appender.fetchrow("select count(*) as facts, max(index) as last from read.tally")
        assert row is not None
        assert row["facts"] == row["last"], "a half table"
        assert row["facts"] >= seen[-1], "taken back"
        seen.append(row["facts"])


async def test_a_reader_throughout_sees_whole_tables_only_while_facts_come_in_and_the_live_projector_goes_on(
    tallied: Database,
) -> None:
    await say(tallied, 2 * PAGE)
    seen, stop = [1], asyncio.Event()
    await projector(tallied).advance()
    async with meanwhile(projector(tallied).follow(Hint())):
        reading = asyncio.ensure_future(watch(tallied, seen, stop))
        for times in range(1, 4):
            rebuilding = asyncio.ensure_future(projector(tallied).rebuild())
            for _ in range(10):
                await say(tallied, 30)
            assert await rebuilding >= 2 * PAGE
            await eventually(partial(holds, tallied, 2 * PAGE + times * 300))
        stop.set()
        await reading
    assert await indexes(tallied) == list(range(1, 2 * PAGE + 901))
    assert len(seen) > 100


async def test_everything_about_a_table_but_its_rows_is_as_it_was(tallied: Database) -> None:
    await say(tallied, 3)
    await projector(tallied).advance()
    before = await catalogued(tallied.url)
    assert any("tally_of_streams" in line for line in before)
    for _ in range(2):
        assert await projector(tallied).rebuild() == 3
        assert await catalogued(tallied.url) == before
    left = await as_administrator(
        tallied,
        "select relname from pg_class where relnamespace in ('rebuilding'::regnamespace, 'replaced'::regnamespace)",
    )
    assert left == []
    assert await tallied.appender.fetch("select * from read.rebuilds") == []


async def test_what_a_killed_rebuild_has_committed_is_not_folded_again(tallied: Database) -> None:
    await say(tallied, 3 * PAGE)
    await projector(tallied).advance()
    broken = Halting(at=2 * PAGE + 7)
    rebuilding = asyncio.ensure_future(projector(tallied, broken).rebuild())
    await broken.reached.wait()
    assert await kill(tallied, "rebuilds tally") == 1
    broken.go_on.set()
    with pytest.raises(asyncpg.InterfaceError):
        await rebuilding
    assert await holds(tallied, 3 * PAGE), "the live table is as it was"
    told: list[tuple[int, int]] = []
    assert await projector(tallied).rebuild(lambda *done: told.append(done)) == PAGE
    assert told[0] == (2 * PAGE, 3 * PAGE)
    assert await indexes(tallied) == list(range(1, 3 * PAGE + 1))


async def test_a_fault_in_the_fold_leaves_the_live_tables_as_they_were(tallied: Database) -> None:
    await say(tallied, 5)
    await projector(tallied).advance()
    broken = Halting(at=3, fails=True)
    broken.go_on.set()
    with pytest.raises(RuntimeError):
        await projector(tallied, broken).rebuild()
    assert await indexes(tallied) == [1, 2, 3, 4, 5]


async def test_a_projector_of_a_newer_version_rebuilds_by_itself_while_the_old_rows_are_served(
    tallied: Database,
) -> None:
    await say(tallied, 5)
    newer = Halting(at=4, version=2)
    async with meanwhile(projector(tallied, Tally(1)).follow(Hint())):
        await eventually(partial(holds, tallied, 5))
        async with meanwhile(projector(tallied, newer).follow(Hint())):
            await newer.reached.wait()
            assert await written_by(tallied) == {1}
            await say(tallied, 1)
            await eventually(partial(holds, tallied, 6))  # by the old code, which goes on until the swap
            newer.go_on.set()

            async def is_swapped() -> bool:
                return await written_by(tallied) == {2}

            await eventually(is_swapped)
            await say(tallied, 4)
            await eventually(partial(holds, tallied, 10))
            assert await written_by(tallied) == {2}
    assert await indexes(tallied) == list(range(1, 11))
    stored = await tallied.appender.fetchval("select version from read.positions where projection = 'tally'")
    assert stored == 2


async def test_old_code_does_not_rebuild_what_newer_code_wrote(tallied: Database) -> None:
    await say(tallied, 5)
    await projector(tallied, Tally(2)).advance()
    with pytest.raises(NewerTables, match="version 2 of the projection, and this code knows version 1"):
        await projector(tallied, Tally(1)).rebuild()
    assert await written_by(tallied) == {2}


async def test_a_second_rebuild_at_once_waits_for_the_first_and_says_so(tallied: Database) -> None:
    await say(tallied, 5)
    first = Halting(at=3)
    with capture_logs() as logs:
        rebuilding = asyncio.ensure_future(projector(tallied, first).rebuild())
        await first.reached.wait()
        second = asyncio.ensure_future(projector(tallied).rebuild())

        async def waits() -> bool:
            return any(line["event"] == "rebuild-waits" for line in logs)

        await eventually(waits)
        first.go_on.set()
        assert (await rebuilding, await second) == (5, 5)
    assert await indexes(tallied) == [1, 2, 3, 4, 5]


async def test_a_long_reader_holds_up_the_swap_and_nobody_else(tallied: Database) -> None:
    await say(tallied, 5)
    await projector(tallied).advance()
    async with tallied.appender.acquire() as reader:
        reading = reader.transaction()
        await reading.start()
        await reader.fetch("select * from read.tally")
        with capture_logs() as logs:
            rebuilding = asyncio.ensure_future(projector(tallied).rebuild())

            async def has_tried_twice() -> bool:
                assert len(await indexes(tallied)) == 5, "others read while it waits"
                return [line["event"] for line in logs].count("swap-waits") >= 2

            await eventually(has_tried_twice)
        await reading.rollback()
    assert await rebuilding == 5


async def test_a_table_altered_meanwhile_is_folded_again_in_its_new_shape(tallied: Database) -> None:
    await say(tallied, 5)
    await projector(tallied).advance()
    halting = Halting(at=3)
    rebuilding = asyncio.ensure_future(projector(tallied, halting).rebuild())
    await halting.reached.wait()
    await tallied.projector.execute("alter table read.tally add column later text; create index on read.tally (later)")
    after = await catalogued(tallied.url)
    halting.go_on.set()
    assert await rebuilding == 5
    assert await catalogued(tallied.url) == after
    assert await indexes(tallied) == [1, 2, 3, 4, 5]


async def test_what_a_rebuild_could_not_carry_over_is_refused_in_words(tallied: Database) -> None:
    await tallied.projector.execute("create table read.other (tally bigint references read.tally)")
    with pytest.raises(asyncpg.PostgresError, match=r"read\.tally has a foreign key or a trigger"):
        await projector(tallied).rebuild()


async def test_a_rebuild_of_an_empty_log_and_one_before_the_first_fact_was_taken_in_both_work(
    tallied: Database,
) -> None:
    assert await projector(tallied).rebuild() == 0
    await say(tallied, 3)
    assert await projector(tallied).rebuild() == 3
    assert await projector(tallied).advance() == 0
    assert await indexes(tallied) == [1, 2, 3]
    assert await leader(tallied) is None
