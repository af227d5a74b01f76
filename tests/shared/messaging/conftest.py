"""A broker, and a prefix on it for each test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import nats
import pytest_asyncio
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg

from shared.eventstore.hint import Hint
from shared.eventstore.memory import MemoryStore
from shared.eventstore.outgoing import Outgoing
from shared.kernel import new_id
from shared.messaging.relay import Relay
from tests.shared.eventstore.deciding import commands, register
from tests.support.databases import fresh_name
from tests.support.patience import meanwhile
from tests.support.running import forget_streams
from tests.support.servers import Servers

LOG = "partnerships"


@dataclass(frozen=True)
class Broker:
    """The real broker under a prefix of the test's own."""

    client: Client
    jetstream: JetStreamContext
    prefix: str

    @property
    def stream(self) -> str:
        return f"{self.prefix}-{LOG}"

    def relay(self, outgoing: Outgoing, replicas: int = 1, *, together: bool = True) -> Relay:
        return Relay(LOG, self.prefix, outgoing, self.client, replicas, together=together)

    @asynccontextmanager
    async def saying(self, said: MemoryStore, hint: Hint) -> AsyncIterator[None]:
        """While the block runs, facts are recorded without cease."""

        async def say() -> None:
            while True:
                await register(commands(said), [new_id() for _ in range(20)])
                hint.ring()
                await asyncio.sleep(0.02)

        async with meanwhile(say()):
            yield

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
    yield Broker(client, client.jetstream(timeout=5), prefix)
    await client.close()
    await forget_streams(servers, prefix)


@pytest_asyncio.fixture
async def said() -> MemoryStore:
    """The log of the service that speaks."""
    return MemoryStore()
