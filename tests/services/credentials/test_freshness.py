"""Nothing heard of partnerships for two seconds: no write is decided, and reading goes on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx2
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from deploy.local.nats import Nats
from tests.services.credentials.journeys import requested
from tests.support.community import Communities
from tests.support.patience import eventually
from tests.support.running import Running, client, present_services, running
from tests.support.servers import Servers

pytestmark = [pytest.mark.servers, pytest.mark.slow]
EVERYTHING = 2**63
"""An index no log reaches."""


class OwnBroker:
    """A broker that may be away for a while."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.nats = Nats.start(folder, durable=True)
        self.is_away = False

    def stop(self) -> None:
        self.nats.stop()
        self.is_away = True

    def start(self) -> None:
        self.nats = Nats.start(self._folder, self.nats.port, durable=True)
        self.is_away = False


class Here(NamedTuple):
    """Everything, on that broker."""

    stack: Running
    http: httpx2.AsyncClient
    broker: OwnBroker

    async def nothing_heard_of_late(self) -> None:
        """Return once no beat is young, however much is held: a service that is only behind may catch up yet."""
        heard = [self.stack.platforms[name].freshness for name in ("intake", "credentials")]

        async def are_stale() -> bool:
            return all(one.age_at("partnerships", EVERYTHING) > 2 for one in heard)

        await eventually(are_stale)


@pytest.fixture
def broker() -> Iterator[OwnBroker]:
    with TemporaryDirectory(prefix="consortia-fresh-") as folder:
        own = OwnBroker(Path(folder))
        yield own
        own.stop()


@pytest_asyncio.fixture
async def here(servers: Servers, broker: OwnBroker) -> AsyncIterator[Here]:
    own = servers._replace(nats=broker.nats)
    # logged to a terminal, the traceback of each attempt to reach the broker would hold everybody up
    with capture_logs():
        async with running(own, present_services()) as stack, client(stack.url) as http:
            yield Here(stack, http, broker)
            if broker.is_away:
                await asyncio.to_thread(broker.start)


async def test_while_the_broker_is_away_writes_are_refused_and_change_nothing_and_reads_go_on(here: Here) -> None:
    world = await requested(Communities(here.stack, here.http))
    asked = await world.given("industry-validation", "abstain")
    path, foreman = f"{world.path}/steps/industry-validation/sign-offs", world.as_("plant/foreman")
    await asyncio.to_thread(here.broker.stop)
    await here.nothing_heard_of_late()
    before = await here.stack.last_index()
    problem = await foreman.refused(503, path, asked)
    assert problem["type"] == "/problems/authority-stale"
    assert "nothing was written" in problem["detail"]
    answer = await foreman.send("POST", path, json=asked, patient=False)
    assert int(answer.headers["retry-after"]) >= 1
    draft = {"key": "other", "outline": {}}
    refused = await world.as_("nscc/lead").refused(503, "/intake/v1/proposals", draft)
    assert refused["type"] == "/problems/authority-stale"
    assert await here.stack.last_index() == before
    assert (await world.read())["microcredential"] == world.id
    await world.community.invite("ines")  # partnerships knows its own log: it goes on
    await asyncio.to_thread(here.broker.start)
    await foreman.post(path, asked)


async def test_a_key_nobody_here_has_heard_of_is_asked_to_come_again_while_it_may_be_known_elsewhere(
    here: Here,
) -> None:
    community = await Communities(here.stack, here.http).open()
    await asyncio.to_thread(here.broker.stop)
    await here.nothing_heard_of_late()
    ines = await community.invite("ines")
    answer = await ines.send("GET", "/intake/v1/proposals", wait=None, patient=False)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/authority-stale")
    await asyncio.to_thread(here.broker.start)
    await ines.get("/intake/v1/proposals", wait=None)
