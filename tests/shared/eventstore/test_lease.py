"""The lease: one of several projectors writes; when it dies another goes on, and nothing is missed or doubled."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.eventstore.hint import Hint
from shared.eventstore.projections import LIVE
from shared.eventstore.projector import Projector
from shared.kernel import Fact, Recorded
from tests.shared.eventstore.projecting import (
    Tally,
    as_administrator,
    holds,
    indexes,
    kill,
    leader,
    log_of,
    projector,
    say,
)
from tests.support.databases import Database
from tests.support.patience import eventually, meanwhile

pytestmark = pytest.mark.servers


class Slow(Tally):
    """Stops before its third fact until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    async def apply(self, connection: Any, recorded: Recorded[Fact]) -> None:
        if recorded.index == 3:
            self.reached.set()
            await self.go_on.wait()
        await super().apply(connection, recorded)


class Hanging:
    """A log that answers nothing."""

    name = "partnerships"

    def __init__(self, database: Database) -> None:
        self._log = log_of(database)
        self.reached = asyncio.Event()

    async def read(self, connection: Any, after: int, limit: int) -> Any:
        self.reached.set()
        await asyncio.Event().wait()

    async def last_index(self) -> int:
        return await self._log.last_index()


async def test_of_two_one_leads_and_the_other_stands_by_and_says_who_leads(tallied: Database) -> None:
    with capture_logs() as logs:
        async with meanwhile(*(projector(tallied).follow(Hint()) for _ in range(2))):
            await say(tallied, 3)
            await eventually(lambda: holds(tallied, 3))

            async def one_stands_by() -> bool:
                return any(line["event"] == "stands-by" for line in logs)

            await eventually(one_stands_by)
    assert [line["event"] for line in logs].count("leads") == 1
    (waiting,) = [line for line in logs if line["event"] == "stands-by"]
    assert "led by consortia projects tally (" in waiting["because"]


async def test_when_the_leader_dies_another_takes_over_with_nothing_missed_or_doubled(tallied: Database) -> None:
    async with meanwhile(*(projector(tallied).follow(Hint()) for _ in range(3))):
        said, before = 0, None
        for _ in range(3):
            await say(tallied, 40)
            said += 40
            await eventually(lambda: holds(tallied, said))  # noqa: B023 - awaited before it changes
            before = await leader(tallied)
            await as_administrator(tallied, "select pg_terminate_backend($1)", before)
            await say(tallied, 40)
            said += 40
            await eventually(lambda: holds(tallied, said))  # noqa: B023 - awaited before it changes
            assert await leader(tallied) != before
    assert await indexes(tallied) == list(range(1, said + 1))


async def test_a_leader_killed_in_the_middle_of_a_page_leaves_nothing_of_it_and_can_write_no_more(
    tallied: Database,
) -> None:
    await say(tallied, 5)
    slow = Slow()
    async with meanwhile(projector(tallied, slow).follow(Hint())):
        await slow.reached.wait()
        assert await kill(tallied, "projects tally") == 1

        async def another_takes_them_in() -> bool:
            return await projector(tallied).advance() == 5

        await eventually(another_takes_them_in)
        slow.go_on.set()
        await say(tallied, 5)
        await eventually(lambda: holds(tallied, 10))
    assert await indexes(tallied) == list(range(1, 11))


async def test_when_all_its_connections_are_killed_at_once_it_starts_over_where_the_tables_stand(
    tallied: Database,
) -> None:
    async with meanwhile(projector(tallied).follow(Hint())):
        await say(tallied, 5)
        await eventually(lambda: holds(tallied, 5))
        assert await kill(tallied, "") == 2
        await say(tallied, 5)
        await eventually(lambda: holds(tallied, 10))


async def test_a_leader_that_hangs_without_a_word_loses_its_lease(
    tallied: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIVE, "idle_session_timeout", "500")  # milliseconds, for the minute it is in earnest
    hanging = Hanging(tallied)
    async with meanwhile(Projector(tallied.projects, Tally(), hanging).follow(Hint())):
        await hanging.reached.wait()
        monkeypatch.undo()
        await say(tallied, 3)

        async def another_takes_them_in() -> bool:
            return await projector(tallied).advance() == 3

        await eventually(another_takes_them_in)


async def test_who_stands_by_takes_in_nothing(tallied: Database) -> None:
    await say(tallied, 5)
    slow = Slow()
    async with meanwhile(projector(tallied, slow).follow(Hint())):
        await slow.reached.wait()
        assert await projector(tallied).advance() == 0
        slow.go_on.set()
        await eventually(lambda: holds(tallied, 5))


async def test_old_code_leaves_tables_of_a_newer_version_alone_and_says_so_once(tallied: Database) -> None:
    await say(tallied, 3)
    await projector(tallied, Tally(version=2)).advance()
    old = projector(tallied, Tally(version=1))
    with capture_logs() as logs:
        assert [await old.advance(), await old.advance()] == [0, 0]
    said = [(line["event"], line["because"]) for line in logs]
    assert said == [("stands-by", "the tables are of version 2, and this code knows 1")]
    assert old.steady.failing is None
