"""A broker of the test's own is killed, and put back on an older copy of its store: nothing said is lost or doubled."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import nats
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from deploy.local.nats import Nats
from shared.eventstore.hint import Hint
from shared.eventstore.logs import HeardLog
from shared.eventstore.memory import MemoryStore
from shared.messaging.cloudevents import encode
from tests.shared.messaging.conftest import LOG, Broker
from tests.shared.messaging.hearing import Ears, ears
from tests.shared.messaging.said import holds, indexes, say, say_at_once, whole
from tests.support.patience import eventually, meanwhile
from tests.support.servers import Servers

pytestmark = [pytest.mark.servers, pytest.mark.slow]


class OwnNats:
    """A broker that may be killed, and its store copied and put back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._nats = Nats.start(folder / "nats", durable=True)
        self.url, self._port = self._nats.url, self._nats.port

    def kill(self) -> None:
        """As `kill -9` does."""
        self._nats._process.kill()
        self._nats._process.wait()
        self._nats.stop()

    def stop(self) -> None:
        self._nats.stop()

    def start(self) -> None:
        self._nats = Nats.start(self._folder / "nats", self._port, durable=True)

    def copy(self) -> None:
        """Keep a copy of the store; only while the broker is down."""
        shutil.rmtree(self._folder / "copy", ignore_errors=True)
        shutil.copytree(self._folder / "nats" / "jetstream", self._folder / "copy")

    def put_back(self) -> None:
        """Replace the store by the copy; only while the broker is down."""
        shutil.rmtree(self._folder / "nats" / "jetstream")
        shutil.copytree(self._folder / "copy", self._folder / "nats" / "jetstream")


@pytest.fixture
def own() -> Iterator[OwnNats]:
    folder = Path(tempfile.mkdtemp(prefix="consortia-test-"))
    folder.chmod(0o755)
    made = OwnNats(folder)
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture
async def broker(own: OwnNats) -> AsyncIterator[Broker]:
    async def quiet(_: Exception) -> None:
        """That the broker is away is what these tests are about."""

    client = await nats.connect(own.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=quiet)
    yield Broker(client, client.jetstream(timeout=5), "facts")
    await client.close()


@pytest_asyncio.fixture
async def listening(servers: Servers) -> AsyncIterator[Ears]:
    """A service that listens, in its own database."""
    async with ears(servers) as made:
        yield made


@pytest.mark.parametrize("together", [True, False], ids=["in batches", "each alone"])
async def test_a_broker_killed_again_and_again_under_load_ends_with_every_fact_once_and_in_order(
    own: OwnNats, broker: Broker, said: MemoryStore, *, together: bool
) -> None:
    hint, relays = Hint(), [broker.relay(said, together=together) for _ in range(2)]
    async with meanwhile(*(relay.follow(hint) for relay in relays)):
        for _ in range(4):
            async with broker.saying(said, hint):
                await asyncio.sleep(0.3)
                await asyncio.to_thread(own.kill)
                await asyncio.sleep(0.1)
                await asyncio.to_thread(own.start)
                await asyncio.sleep(0.5)
        await eventually(lambda: is_level(broker, said), 30)
    assert await indexes(broker) == whole(await said.last_index())


@pytest.mark.parametrize("busy", [False, True], ids=["at rest", "under load"])
async def test_a_broker_put_back_on_an_older_store_is_brought_level_and_its_listener_too(
    own: OwnNats, broker: Broker, said: MemoryStore, listening: Ears, *, busy: bool
) -> None:
    hint, heard = Hint(), listening.heard
    async with meanwhile(broker.relay(said).follow(hint), listening.hearer(broker).follow()):
        await say_at_once(said, 400)
        await eventually(lambda: is_heard(heard, 400))
        await asyncio.to_thread(own.stop)
        own.copy()
        await asyncio.to_thread(own.start)
        await say_at_once(said, 300)
        await eventually(lambda: is_heard(heard, 700), 30)
        if busy:
            async with broker.saying(said, hint):
                await asyncio.to_thread(put_back, own)
                await asyncio.sleep(1)
        else:
            await asyncio.to_thread(put_back, own)
        await eventually(lambda: is_level(broker, said), 30)
        await say(said, 20)
        ends = await said.last_index()
        await eventually(lambda: is_heard(heard, ends), 30)
    assert await indexes(broker) == whole(ends)
    assert [one.id for one in await heard.after(0, ends)] == [one.id for one in await said.page(0, ends)]


async def test_a_tail_lost_with_the_broker_is_said_again_under_the_same_sequences(
    own: OwnNats, broker: Broker, said: MemoryStore
) -> None:
    await say_at_once(said, 50)
    with capture_logs() as logs:
        async with meanwhile(broker.relay(said).follow(Hint())):
            await holds(broker, 50)
            await asyncio.to_thread(own.stop)
            own.copy()
            await asyncio.to_thread(own.start)
            await say_at_once(said, 50)
            await eventually(lambda: is_level(broker, said), 30)
            created = (await broker.jetstream.stream_info(broker.stream)).created
            await asyncio.to_thread(put_back, own)
            await eventually(lambda: is_level(broker, said), 30)
    assert (await broker.jetstream.stream_info(broker.stream)).created == created
    expected = [(stored.index, encode(LOG, stored)) for stored in await said.page(0, 100)]
    assert [(one.seq, one.data) for one in await broker.messages()] == expected
    assert [line for line in logs if line["event"] == "stream-made-anew"] == []


def put_back(own: OwnNats) -> None:
    """Kill it and start it on the older store."""
    own.kill()
    own.put_back()
    own.start()


async def is_level(broker: Broker, said: MemoryStore) -> bool:
    try:
        return await broker.count() == await said.last_index()
    except (OSError, nats.errors.Error):
        return False


async def is_heard(heard: HeardLog, index: int) -> bool:
    return await heard.last_index() == index
