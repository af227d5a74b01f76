"""The lag, as the database has it: in facts and in seconds, with who leads and how far a rebuild is."""

import asyncio
from typing import Any

import pytest

from shared.eventstore.hint import Hint
from shared.eventstore.lag import Lags, lags
from shared.eventstore.logs import HeardLog
from shared.eventstore.projections import PAGE
from shared.eventstore.projector import Projector
from shared.eventstore.sql import statements
from shared.messaging.cloudevents import decoder, encode
from tests.shared.eventstore.projecting import Tally, holds, projector, say, store_of
from tests.shared.eventstore.test_rebuild import Halting
from tests.support.databases import Database
from tests.support.patience import eventually, meanwhile

pytestmark = pytest.mark.servers


async def measured(database: Database, reactions: dict[str, str] | None = None) -> Lags:
    return await lags(database.appender, "partnerships", ["intake"], (Tally(),), reactions or {})


async def test_before_anything_was_said_everything_is_level(tallied: Database) -> None:
    found = await measured(tallied, {"partnerships/something": "partnerships"})
    (projection,), (reaction,) = found.projections, found.reactions
    assert (projection.behind, projection.seconds, projection.holder, projection.rebuilt) == (0, 0, None, None)
    assert (reaction.behind, reaction.seconds) == (0, 0)
    assert found.logs == {"partnerships": 0, "intake": 0}


async def test_a_projection_nobody_leads_falls_behind_by_facts_and_by_the_age_of_the_oldest(tallied: Database) -> None:
    await say(tallied, 3)
    (first,) = (await measured(tallied)).projections
    await say(tallied, 4)
    (later,) = (await measured(tallied)).projections
    assert (first.behind, later.behind) == (3, 7)
    assert 0 < first.seconds < later.seconds
    await projector(tallied).advance()
    (level,) = (await measured(tallied)).projections
    assert (level.behind, level.seconds) == (0, 0)


async def test_what_was_heard_is_measured_by_when_it_was_heard(tallied: Database) -> None:
    await say(tallied, 2)
    heard = HeardLog("elsewhere", tallied.appender, decoder("partnerships"))
    await heard.hear([encode("partnerships", one) for one in await store_of(tallied).page(0, 2)])

    class Elsewhere(Tally):
        log = "elsewhere"

    async def measure() -> Any:
        return await lags(tallied.appender, None, ["elsewhere"], (Elsewhere(),), {"reacts": "elsewhere"})

    found = await measure()
    assert [one.behind for one in (*found.projections, *found.reactions)] == [2, 2]
    assert all(one.seconds > 0 for one in (*found.projections, *found.reactions))
    await Projector(tallied.projects, Elsewhere(), heard).advance()
    found = await measure()
    assert [one.behind for one in (*found.projections, *found.reactions)] == [0, 2]


async def test_it_says_who_leads(tallied: Database) -> None:
    await say(tallied, 1)
    async with meanwhile(projector(tallied).follow(Hint())):
        await eventually(lambda: holds(tallied, 1))
        (led,) = (await measured(tallied)).projections
        assert (led.holder or "").startswith("consortia projects tally (")


async def test_it_says_how_far_a_rebuild_is(tallied: Database) -> None:
    await say(tallied, PAGE + 10)
    halting = Halting(at=PAGE + 5)
    rebuilding = asyncio.ensure_future(projector(tallied, halting).rebuild())
    await halting.reached.wait()
    (found,) = (await measured(tallied)).projections
    assert found.rebuilt == PAGE
    halting.go_on.set()
    await rebuilding
    (found,) = (await measured(tallied)).projections
    assert found.rebuilt is None


async def test_asking_reads_no_table_from_end_to_end(tallied: Database) -> None:
    """What is asked of the logs goes by index, so that the answer costs the same whatever their length."""
    async with tallied.appender.acquire() as connection:
        await connection.execute("set enable_seqscan = off")
        for name, values in (
            ("ends", "array['partnerships', 'intake'], 'partnerships'"),
            ("ages", "array['partnerships', 'intake'], array[1, 2], 'partnerships'"),
        ):
            sql = statements("shared.eventstore", "sql/lag.sql")[name]
            await connection.execute(f"prepare {name} as {sql}")
            plan = "\n".join(row[0] for row in await connection.fetch(f"explain execute {name} ({values})"))
            assert "Seq Scan on events" not in plan
            assert "Seq Scan on heard" not in plan
        await connection.execute("reset all")
