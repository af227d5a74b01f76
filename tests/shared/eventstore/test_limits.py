"""The limits of connections: whoever runs into one is told, and the connection, or the next one, is of use at once."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx2
import pytest
import pytest_asyncio
from litestar import Litestar, get

from shared.eventstore import connections
from shared.eventstore.appending import opened
from shared.eventstore.connections import APPENDING, IDLE, LOST, SERVING, WORKING, Connections, Pool, pool, session
from shared.eventstore.hosts import SECONDS_TO_CONNECT, SILENCE, Hosts
from shared.eventstore.vocabulary import OperationalError
from shared.web.problems import exception_handlers
from tests.shared.eventstore.requests import event, request, stream
from tests.support.databases import Database
from tests.support.servers import CHECKOUT

pytestmark = pytest.mark.servers
ROLE = "consortia_appender"
SHORT = {"statement_timeout": "200", "lock_timeout": "100", "idle_in_transaction_session_timeout": "100"}


@pytest_asyncio.fixture
async def lent(database: Database) -> AsyncIterator[asyncpg.Pool]:
    """As requests have it, but for how short the limits are."""
    async with pool(Hosts(database.url), session(ROLE, "test", SERVING | SHORT), most=1) as made:
        yield made


async def answer_to(asked: str, lent: asyncpg.Pool) -> tuple[int, str | None]:
    """Status and Retry-After of a request that asks the database that."""

    @get("/asks")
    async def asks() -> str:
        return str(await lent.fetchval(asked))

    app: Any = Litestar([asks], exception_handlers=exception_handlers(), logging_config=None)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://here") as client:
        answer = await client.get("/asks")
        return answer.status_code, answer.headers.get("retry-after")


async def test_a_statement_that_runs_too_long_is_answered_503_and_its_connection_used_again(lent: asyncpg.Pool) -> None:
    before = await lent.fetchval("select pg_backend_pid()")
    assert await answer_to("select pg_sleep(30)", lent) == (503, "1")
    assert await lent.fetchval("select pg_backend_pid()") == before


async def test_a_lock_not_given_in_time_is_answered_503(lent: asyncpg.Pool, database: Database) -> None:
    owner = await asyncpg.connect(database.url)
    async with owner.transaction():
        await owner.execute("lock table store.tracking")
        assert await answer_to("select count(*) from store.tracking", lent) == (503, "1")
    await owner.close()
    assert await answer_to("select count(*) from store.tracking", lent) == (200, None)


async def test_a_transaction_that_idles_is_ended_and_the_pool_goes_on(lent: asyncpg.Pool) -> None:
    async def idles() -> None:
        async with lent.acquire() as connection, connection.transaction():
            await connection.execute("select")
            await asyncio.sleep(0.5)
            await connection.execute("select")

    with pytest.raises(LOST):
        await idles()
    assert await lent.fetchval("select 1") == 1


async def test_who_finds_every_connection_lent_is_told_in_time(
    lent: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pool.acquire, "__kwdefaults__", {"timeout": 0.1})
    async with lent.acquire():
        assert await answer_to("select 1", lent) == (503, "1")
    assert await answer_to("select 1", lent) == (200, None)


async def test_an_append_that_finds_the_log_held_gives_up_and_the_next_goes_in(database: Database) -> None:
    own = Connections(database.url, ROLE)
    owner = await asyncpg.connect(database.url)
    async with opened(lambda: own.open("appends", **(APPENDING | {"statement_timeout": "200"}))) as appender:
        await appender.append(request(event(stream(), 1)))
        async with owner.transaction():
            await owner.execute("lock table store.head")
            with pytest.raises(OperationalError, match="statement timeout"):
                await appender.append(request(event(stream(), 1)))
        told = [appender.unanswered]
        await appender.append(request(event(stream(), 1)))
        assert [*told, appender.unanswered] == [True, False]
    await owner.close()


async def test_every_connection_states_its_limits_and_what_it_is_for(lent: asyncpg.Pool, database: Database) -> None:
    own = await Connections(database.url, ROLE).open("tails", statement_timeout="1234")
    assert await own.fetchval("show statement_timeout") == "1234ms"
    assert await own.fetchval("show idle_in_transaction_session_timeout") == "1min"
    assert str(await own.fetchval("show application_name")).startswith("consortia tails (")
    await own.close()
    assert await lent.fetchval("show statement_timeout") == "200ms"


def test_the_limits_are_those_operating_tells() -> None:
    said = (CHECKOUT / "docs" / "operating.md").read_text()
    table = dict(re.findall(r"^\| (a[^|]+) \| ([^|]+) \|", said, re.MULTILINE))
    seconds = {row.split(",")[0]: float(limit.split(" ")[0]) for row, limit in table.items() if limit.endswith(" s")}
    of = {name: int(value) / 1000 for limits in (SERVING, APPENDING, WORKING) for name, value in limits.items()}
    assert seconds["a statement of a request"] == int(SERVING["statement_timeout"]) / 1000
    assert seconds["a lock a request waits for"] == int(SERVING["lock_timeout"]) / 1000
    assert seconds["a transaction of a request that idles"] == (
        int(SERVING["idle_in_transaction_session_timeout"]) / 1000
    )
    assert seconds["a statement of the process's writer"] == int(APPENDING["statement_timeout"]) / 1000
    assert seconds["a statement of a projector"] == of["statement_timeout"] == 60
    assert seconds["a wait for a connection of the pool (10 a process)"] == connections.SECONDS_TO_BORROW
    assert seconds["a connection of the pool that nobody needs"] == IDLE
    assert seconds["a server that takes no connection"] == SECONDS_TO_CONNECT
    assert SILENCE["TCP_KEEPIDLE"] + SILENCE["TCP_KEEPINTVL"] * SILENCE["TCP_KEEPCNT"] == 9
