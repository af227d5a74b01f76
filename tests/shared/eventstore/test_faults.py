"""Faults of the environment pass and are waited for; all others are a fact's own, and must not stop a whole log."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from shared.eventstore.connections import closed
from shared.eventstore.faults import is_of_the_environment
from shared.kernel import Fact, Recorded
from tests.shared.eventstore.projecting import Tally, indexes, projector, say
from tests.support.databases import Database

pytestmark = pytest.mark.servers
Fails = Callable[[Any], Awaitable[object]]


async def slow(connection: Any) -> None:
    await connection.execute("select set_config('statement_timeout', '20ms', true)")
    await connection.fetchval("select pg_sleep(10)")


async def without_its_template(connection: Any) -> None:
    Path("/nowhere/template.sql").read_text()  # noqa: ASYNC240 - it is not there


OWN: dict[str, Fails] = {
    "a column that is not there": lambda asked: asked.fetch("select nothing_such from tally"),
    "a column that may be either": lambda asked: asked.fetch("select index from tally a, tally b"),
    "a function that is not there": lambda asked: asked.fetch("select nothing_such(1)"),
    "another type": lambda asked: asked.execute("update tally set index = array[index]"),
    "no SQL": lambda asked: asked.execute("selekt"),
    "too many values": lambda asked: asked.fetch("select 1", 2),
    "a value of another type": lambda asked: asked.fetch("select $1::integer", "one"),
    "too slow": slow,
    "a file that is not there": without_its_template,
}


class Failing(Tally):
    """Fails at the second fact."""

    def __init__(self, fails: Fails) -> None:
        super().__init__()
        self._fails = fails

    async def apply(self, connection: Any, recorded: Recorded[Fact]) -> None:
        if recorded.index == 2:
            await self._fails(connection)
        await super().apply(connection, recorded)


@pytest.mark.parametrize("fails", OWN.values(), ids=OWN)
async def test_what_is_wrong_with_one_fact_s_own_statement_holds_up_no_other(tallied: Database, fails: Fails) -> None:
    await say(tallied, 3)
    await projector(tallied, Failing(fails)).advance()
    assert await indexes(tallied) == [1, 3]


async def raised(asked: Awaitable[object]) -> Exception:
    with pytest.raises(Exception) as found:  # noqa: PT011 - the kind is what is looked at
        await asked
    assert isinstance(found.value, Exception)
    return found.value


async def test_a_database_that_is_away_or_not_migrated_is_the_environment(tallied: Database, tmp_path: Path) -> None:
    gone = await asyncpg.connect(tallied.url)
    await closed(gone)
    assert is_of_the_environment(await raised(gone.execute("select 1")))
    assert is_of_the_environment(await raised(asyncpg.connect(host=str(tmp_path), user="nobody", database="none")))
    killed = await asyncpg.connect(tallied.url)
    assert is_of_the_environment(await raised(killed.execute("select pg_terminate_backend(pg_backend_pid())")))
    assert is_of_the_environment(await raised(tallied.appender.execute("select from read.not_there_yet")))
    assert is_of_the_environment(await raised(tallied.appender.execute("delete from store.events")))


@pytest.mark.parametrize("sqlstate", ["08006", "40001", "40P01", "53100", "55P03", "57P01", "57P03", "58030", "25006"])
def test_a_server_that_is_lost_full_stopping_or_busy_is_the_environment(sqlstate: str) -> None:
    assert is_of_the_environment(asyncpg.PostgresError.new({"C": sqlstate, "M": "no"}))
