"""A service that listens, in its own database: as many of its processes as a test wants."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from shared.eventstore.connections import Connections
from shared.eventstore.dead_letters import DeadLetters
from shared.eventstore.faults import Patience
from shared.eventstore.hint import Hint
from shared.eventstore.logs import HeardLog
from shared.eventstore.vocabulary import Notification
from shared.messaging.cloudevents import decoder, encode
from shared.messaging.hearer import Hearer
from tests.shared.messaging.conftest import LOG, Broker
from tests.support.databases import Database, fresh_database
from tests.support.patience import eventually
from tests.support.servers import Servers

SOON = Patience(tries=3, first=0.05)


@dataclass(frozen=True)
class Ears:
    """What the listening service has heard, and what it could not make anything of."""

    database: Database
    heard: HeardLog

    @property
    def letters(self) -> DeadLetters:
        return DeadLetters(self.database.appender)

    def hearer(self, broker: Broker, idle: float = 0.3) -> Hearer:
        connections = Connections(self.database.url, "consortia_appender")
        pool, jetstream = self.database.appender, broker.jetstream
        return Hearer("listener", self.heard, connections, pool, broker.prefix, jetstream, Hint(), idle, SOON)

    async def reach(self, index: int) -> None:
        async def is_there() -> bool:
            return await self.heard.last_index() == index

        await eventually(is_there)

    async def indexes(self) -> list[int]:
        return [recorded.index for recorded in await self.heard.after(0, 100_000)]

    async def verbatim(self) -> list[bytes]:
        rows = await self.database.appender.fetch("select event from store.heard order by index")
        return [bytes(row["event"]) for row in rows]


@asynccontextmanager
async def ears(servers: Servers) -> AsyncIterator[Ears]:
    async with fresh_database(servers, "partnerships") as database:
        yield Ears(database, HeardLog(LOG, database.appender, decoder(LOG)))


async def publish(broker: Broker, *said: Notification | bytes) -> None:
    """Into the stream as it stands, past every relay: facts, or bytes that are none."""
    for one in said:
        message = encode(LOG, one) if isinstance(one, Notification) else one
        await broker.jetstream.publish(f"{broker.prefix}.here.{LOG}.person.by-hand", message)


async def make_stream(broker: Broker) -> None:
    """The stream without a relay, so that a test says what is in it."""
    await broker.jetstream.add_stream(name=broker.stream, subjects=[f"{broker.prefix}.*.{LOG}.>"])


def noticed(logs: list[Any], event: str) -> int:
    return sum(line["event"] == event for line in logs)
