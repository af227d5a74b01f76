"""Every message three times, in any order, through a real broker: the same heard logs and the same tables."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from random import Random

import nats
import pytest
from nats.js import JetStreamContext

from services.oversight.app import SERVICE
from shared.contracts import LOGS
from shared.eventstore.connections import Connections
from shared.eventstore.hint import Hint
from shared.eventstore.logs import HeardLog
from shared.eventstore.projector import Projector
from shared.messaging.cloudevents import decoder
from shared.messaging.hearer import Hearer
from tests.services.oversight.projections.test_tables import dump, several
from tests.support.databases import Database, fresh_database, fresh_name
from tests.support.patience import eventually, meanwhile
from tests.support.running import forget_streams
from tests.support.servers import Servers

pytestmark = pytest.mark.servers
TIMES = 3


async def test_what_is_held_is_the_same_as_once_and_in_order(servers: Servers) -> None:
    tellings = several()
    said = {log: [message for telling in tellings for message in telling.messages(log)] for log in LOGS}
    async with fresh_database(servers, "oversight") as orderly, fresh_database(servers, "oversight") as shuffled:
        for log, messages in said.items():
            await heard(orderly, log).hear(messages)
        async with streams(servers) as (prefix, jetstream):
            hearers = [hearer(shuffled, log, prefix, jetstream) for log in LOGS]
            async with meanwhile(*(one.follow() for one in hearers)):
                await publish_badly(jetstream, prefix, said)
                await eventually(lambda: level(shuffled, said))
        assert await digest(shuffled) == await digest(orderly)


def heard(database: Database, log: str) -> HeardLog:
    return HeardLog(log, database.appender, decoder(log))


def hearer(database: Database, log: str, prefix: str, jetstream: JetStreamContext) -> Hearer:
    connections = Connections(database.url, "consortia_appender")
    return Hearer("oversight", heard(database, log), connections, database.appender, prefix, jetstream, Hint(), 0.3)


@asynccontextmanager
async def streams(servers: Servers) -> AsyncIterator[tuple[str, JetStreamContext]]:
    """A stream a log, under a prefix of the test's own."""
    client, prefix = await nats.connect(servers.nats.url), fresh_name()
    jetstream = client.jetstream()
    for log in LOGS:
        await jetstream.add_stream(name=f"{prefix}-{log}", subjects=[f"{prefix}.*.{log}.>"])
    try:
        yield prefix, jetstream
    finally:
        await client.close()
        await forget_streams(servers, prefix)


async def publish_badly(jetstream: JetStreamContext, prefix: str, said: Mapping[str, list[bytes]]) -> None:
    messages = [(log, message) for log, of_log in said.items() for message in of_log] * TIMES
    Random(11).shuffle(messages)
    for log, message in messages:
        await jetstream.publish(f"{prefix}.atlantic.{log}.thing.said", message)


async def level(database: Database, said: Mapping[str, list[bytes]]) -> bool:
    return all([await heard(database, log).last_index() == len(messages) for log, messages in said.items()])


async def digest(database: Database) -> str:
    """Of every heard message verbatim and of every row of every table, once all is projected."""
    for projection in SERVICE.projections():
        await Projector(database.projects, projection, heard(database, projection.log)).advance()
    rows = await database.appender.fetch("select log, index, event from store.heard order by log, index")
    tables = await dump(database)
    assert all(tables.values()), "every table holds something to compare"
    return hashlib.sha256(repr(([tuple(row) for row in rows], sorted(tables.items()))).encode()).hexdigest()
