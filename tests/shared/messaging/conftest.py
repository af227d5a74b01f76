"""A broker, and a prefix on it for each test."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import nats
import pytest_asyncio
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg

from shared.eventstore.memory import MemoryStore
from shared.eventstore.vocabulary import EventStore
from shared.messaging.relay import Relay
from tests.support.databases import fresh_name
from tests.support.running import forget_streams
from tests.support.servers import Servers

LOG = "partnerships"


@dataclass(frozen=True)
class Broker:
    """The real broker under a prefix of the test's own."""

    jetstream: JetStreamContext
    prefix: str

    @property
    def stream(self) -> str:
        return f"{self.prefix}-{LOG}"

    def relay(self, store: EventStore) -> Relay:
        return Relay(LOG, self.prefix, store, self.jetstream)

    async def count(self) -> int:
        """How many messages the stream holds; 0 where there is none."""
        try:
            return (await self.jetstream.stream_info(self.stream)).state.messages
        except nats.js.errors.NotFoundError:
            return 0

    async def messages(self) -> list[RawStreamMsg]:
        state = (await self.jetstream.stream_info(self.stream)).state
        return [
            await self.jetstream.get_msg(self.stream, sequence)
            for sequence in range(state.first_seq, state.last_seq + 1)
        ]


@pytest_asyncio.fixture
async def broker(servers: Servers) -> AsyncIterator[Broker]:
    """NATS, empty under a fresh prefix."""
    client = await nats.connect(servers.nats.url)
    prefix = fresh_name()
    yield Broker(client.jetstream(timeout=5), prefix)
    await client.close()
    await forget_streams(servers, prefix)


@pytest_asyncio.fixture
async def said() -> MemoryStore:
    """The log of the service that speaks."""
    return MemoryStore()
