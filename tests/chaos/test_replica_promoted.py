"""A standby promoted under load, in its short form; and what it is like while one that commits wait for is away."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import nats
import pytest
import pytest_asyncio

from shared.eventstore import committing, postgres
from tests.chaos.replica_promoted import Machines, Site, machines, safe_rounds, site, unsafe_rounds
from tests.support.patience import eventually
from tests.support.servers import CHECKOUT

pytestmark = [pytest.mark.servers, pytest.mark.slow]
PERSONS = "/partnerships/v1/persons"


@pytest.fixture(scope="module")
def on() -> Iterator[Machines]:
    folder = Path(tempfile.mkdtemp(prefix="consortia-test-"))
    folder.chmod(0o755)
    with machines(folder) as made:
        yield made
    shutil.rmtree(folder)


@pytest_asyncio.fixture
async def made(on: Machines) -> AsyncIterator[Site]:
    async with site(on) as running:
        yield running


async def is_ready(made: Site) -> bool:
    return (await made.coordinator.community.http.get("/partnerships/readyz")).status_code == 200


async def test_nothing_acknowledged_is_lost_where_commits_wait_for_the_standby(made: Site) -> None:
    figures = await safe_rounds(made, 1)
    assert figures.pop("acknowledged") >= 75
    assert figures == {"lost": 0, "doubled": 0, "reordered": 0, "phantom": 0}
    await eventually(lambda: is_ready(made))


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
    await eventually(lambda: is_ready(made))


async def test_what_only_a_crash_made_visible_is_acknowledged_once_the_standby_has_it(
    made: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "SECONDS_TO_ANSWER", 1)
    primary, once = made.servers.primary, str(uuid4())
    log = made.running.platforms["partnerships"].log
    before = await log.last_index()

    async def waiting() -> bool:
        return primary.ask("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") == "1"

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
        figures = await unsafe_rounds(made, 0)
    assert figures["held_back"]["lost"] > 0, "the comparison sees a loss"

    broker = await nats.connect(on.nats.url)
    await broker.jetstream().delete_stream("facts-partnerships")
    await broker.close()
    operator = await asyncpg.connect(on.servers.primary.url("oversight"))
    await operator.execute(forgetting("partnerships"))
    await operator.close()

    async with site(on) as made:

        async def agrees() -> bool:
            return await made.all_heard() and await made.heard() == [one.id for one in await made.log()]

        await eventually(agrees, 30)
        await eventually(lambda: is_ready(made))


def forgetting(log: str) -> str:
    """The block of docs/operating.md that forgets what was heard of a log."""
    said = (CHECKOUT / "docs" / "operating.md").read_text()
    blocks: list[str] = re.findall(r"```sql\n(.*?)```", said, re.DOTALL)
    (block,) = (found for found in blocks if "store.heard" in found)
    return block.replace("'credentials'", f"'{log}'")
