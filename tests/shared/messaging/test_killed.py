"""kill -9 at the worst moments: nothing is heard twice, nothing is done twice, and nothing at all during a rebuild."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec import structs

from services.credentials.app import SERVICE
from shared.eventstore.hint import Hint
from shared.eventstore.logs import HeardLog
from shared.eventstore.memory import MemoryStore
from shared.eventstore.postgres import PostgresStore
from shared.messaging.cloudevents import decoder, encode
from shared.service.roles import run
from tests.services.oversight.telling import Telling, new_cast
from tests.shared.messaging.conftest import LOG, Broker
from tests.shared.messaging.dying import react
from tests.shared.messaging.hearing import Ears, ears
from tests.shared.messaging.said import say
from tests.support.databases import Database, fresh_database
from tests.support.patience import meanwhile
from tests.support.servers import CHECKOUT, Servers

pytestmark = pytest.mark.servers


@pytest_asyncio.fixture
async def listening(servers: Servers) -> AsyncIterator[Ears]:
    async with ears(servers) as made:
        yield made


async def dies(*arguments: str) -> None:
    """Run one that is killed as it says."""
    command = [sys.executable, "-m", "tests.shared.messaging.dying", *arguments]
    done = await asyncio.to_thread(subprocess.run, command, cwd=CHECKOUT, capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


async def acted_on(database: Database) -> list[int]:
    """The facts that were acted on, by their index, in the order in which they were."""
    index = {row["id"]: row["index"] for row in await database.appender.fetch("select id, index from store.heard")}
    return [index[one.causation] for one in await PostgresStore(database.appender).page(0, 1000) if one.causation]


async def test_killed_between_the_append_and_its_answer_it_does_nothing_twice(
    listening: Ears, said: MemoryStore
) -> None:
    await say(said, 12)
    await listening.heard.hear([encode(LOG, one) for one in await said.page(0, 20)])
    url = listening.database.url
    for killed in range(1, 4):
        await dies("react", url)
        assert await acted_on(listening.database) == list(range(1, killed + 1))
    await asyncio.gather(react(url, dies=False), react(url, dies=False), dies_or_finds_all_done(url))
    assert await acted_on(listening.database) == list(range(1, 13))
    assert await listening.letters.page(10) == []


async def dies_or_finds_all_done(url: str) -> None:
    command = [sys.executable, "-m", "tests.shared.messaging.dying", "react", url]
    await asyncio.to_thread(subprocess.run, command, cwd=CHECKOUT, capture_output=True, timeout=60, check=False)


async def test_killed_between_the_commit_and_the_acknowledgement_what_comes_again_is_dropped(
    broker: Broker, servers: Servers, listening: Ears, said: MemoryStore
) -> None:
    async with meanwhile(broker.relay(said).follow(Hint())):
        for round_ in range(1, 4):
            await say(said, 10)
            await dies("hear", listening.database.url, servers.nats.url, broker.prefix)
            assert 0 < await listening.heard.last_index() <= 10 * round_
        async with meanwhile(listening.hearer(broker).follow()):
            await listening.reach(30)
    assert await listening.indexes() == list(range(1, 31))
    assert await listening.verbatim() == [encode(LOG, one) for one in await said.page(0, 100)]


async def test_a_rebuild_acts_on_nothing_it_comes_by(servers: Servers) -> None:
    async with fresh_database(servers, "credentials") as database:
        said = Telling(new_cast())
        said.concept_accepted()
        await HeardLog("intake", database.appender, decoder("intake")).hear(said.messages("intake"))
        await run(SERVICE, structs.replace(database.settings), "rebuild")
        assert await database.appender.fetchval("select last_index from store.head") == 0
        assert await database.appender.fetch("select from store.tracking") == []
        assert await database.appender.fetch("select from store.dead_letters") == []
