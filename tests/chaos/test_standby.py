"""While a standby that commits wait for is away; and after one was promoted that had not received everything."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import nats
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from deploy.local.nats import Nats
from deploy.local.stack import run_services
from shared.eventstore import committing, postgres
from tests.chaos.faults.replica_promoted import own_machines
from tests.support.cluster import Cluster
from tests.support.community import Caller, Communities
from tests.support.operating import forgetting
from tests.support.patience import eventually
from tests.support.running import Running, client, served

pytestmark = [pytest.mark.servers, pytest.mark.slow]
PERSONS = "/partnerships/v1/persons"
APPEND_WAITS = """
select count(*) from pg_stat_activity
 where wait_event = 'SyncRep' and application_name like 'consortia appends%' and datname like '%partnerships'
"""
"""Others commit as well, and wait too."""


@dataclass
class Machines:
    """What outlives the services: their servers, the folder of their keys, and the operator's key, told once."""

    servers: Cluster
    nats: Nats
    folder: Path
    operator_key: str = field(default="")


@dataclass
class Site:
    """Two services at work, and somebody who may register persons."""

    servers: Cluster
    running: Running
    coordinator: Caller

    async def log(self) -> list[UUID]:
        """Every fact of partnerships, by id."""
        return [stored.id for stored in await self.running.platforms["partnerships"].store.page(0, 100_000)]

    async def heard(self) -> list[UUID]:
        """What oversight has heard of them."""
        log = self.running.platforms["oversight"].heard["partnerships"]
        return [recorded.id for recorded in await log.after(0, 100_000)]

    async def is_level(self) -> bool:
        """Whether oversight has heard them, these and no others, and taken them in."""
        log = await self.log()
        reached = await self.running.platforms["oversight"].reached("partnerships")
        return reached == len(log) and await self.heard() == log

    async def is_ready(self) -> bool:
        return (await self.coordinator.community.http.get("/partnerships/readyz")).status_code == 200


@pytest.fixture(scope="module")
def on() -> Iterator[Machines]:
    with own_machines() as found, capture_logs():  # tracebacks drawn for people would take the loop's time
        yield Machines(*found)


@asynccontextmanager
async def site(on: Machines) -> AsyncIterator[Site]:
    """The services on these machines, with a community of its own."""
    async with (
        run_services(on.servers, on.nats, on.folder / "keys", services=("partnerships", "oversight")) as stack,
        served(stack) as running,
        client(running.url) as http,
    ):
        on.operator_key = running.operator_key or on.operator_key
        community = await Communities(replace(running, operator_key=on.operator_key), http).open()
        yield Site(on.servers, running, community.coordinator)


@pytest_asyncio.fixture
async def made(on: Machines) -> AsyncIterator[Site]:
    async with site(on) as running:
        yield running


@asynccontextmanager
async def standby_away(made: Site) -> AsyncIterator[None]:
    """Commits wait for a standby that has gone; it comes back at the end."""
    await asyncio.to_thread(made.servers.primary.commits_wait_for, made.servers.standby)
    await asyncio.to_thread(made.servers.standby.stop)
    yield
    await asyncio.to_thread(made.servers.standby.start)


async def test_while_that_standby_is_away_clients_are_told_to_come_back_and_then_find_it_done(
    made: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "SECONDS_TO_ANSWER", 0.5)
    monkeypatch.setattr(postgres, "SECONDS_TO_SETTLE", 0.2)
    once = str(uuid4())
    async with standby_away(made):
        waits = await made.coordinator.send("POST", PERSONS, wait=None, once=once)
        assert (waits.status_code, waits.headers["retry-after"]) == (503, "1")
        readiness = (await made.coordinator.community.http.get("/partnerships/readyz")).json()
        assert "standby" in readiness["in_the_way"]["appends"]
        reads = await made.coordinator.send("GET", "/partnerships/v1/whoami", wait=None)
        assert reads.status_code == 200
    assert (await made.coordinator.post(PERSONS, wait=None, once=once))["repeated"]
    await eventually(made.is_ready)


async def test_what_only_a_crash_made_visible_is_acknowledged_once_the_standby_has_it(
    made: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "SECONDS_TO_ANSWER", 1)
    primary, once = made.servers.primary, str(uuid4())
    log = made.running.platforms["partnerships"].log
    before = await log.last_index()

    async def waiting() -> bool:
        return primary.ask(APPEND_WAITS) == "1"

    async with standby_away(made):
        asked = asyncio.ensure_future(made.coordinator.send("POST", PERSONS, wait=None, once=once))
        await eventually(waiting)
        await asyncio.to_thread(primary.kill)
        await asyncio.to_thread(primary.start)  # what was on its disk is kept, and no standby is asked
        assert (await asked).status_code == 503, "its own writer finds it, and does not take it for done"
        assert await log.last_index() == before + 1
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await made.coordinator.send("POST", PERSONS, wait=None, once=once)
    assert (await made.coordinator.post(PERSONS, wait=None, once=once))["repeated"]
    assert await log.last_index() == before + 1


async def test_what_no_standby_had_received_is_lost_and_the_others_forget_it_as_operating_says(on: Machines) -> None:
    async with site(on) as made:
        await asyncio.to_thread(on.servers.primary.commits_wait_for, None)
        await eventually(made.is_level)
        await asyncio.to_thread(on.servers.primary.send_nothing)
        lost = {(await made.coordinator.post(PERSONS, wait=None))["recorded"][0]["id"] for _ in range(5)}
        await asyncio.to_thread(on.servers.fail_over)
        for _ in range(3):
            await made.coordinator.post(PERSONS, wait=None)
        assert not lost & {str(one) for one in await made.log()}

    broker = await nats.connect(on.nats.url)
    await broker.jetstream().delete_stream("facts-partnerships")
    await broker.close()
    operator = await asyncpg.connect(on.servers.primary.url("oversight"))
    await operator.execute(forgetting("partnerships"))
    await operator.close()

    async with site(on) as made:
        await eventually(made.is_level, 30)
        await eventually(made.is_ready)
