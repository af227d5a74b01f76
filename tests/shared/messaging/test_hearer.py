"""The hearer, on a real NATS and a real PostgreSQL: every fact once, in order, whatever happens to the stream."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from structlog.testing import capture_logs

from shared.eventstore.hint import Hint
from shared.eventstore.logs import HeardLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.messaging.cloudevents import decoder, encode
from shared.messaging.hearer import Hearer
from tests.shared.messaging.conftest import LOG, Broker
from tests.shared.messaging.said import holds, say
from tests.support.databases import fresh_database
from tests.support.patience import eventually, meanwhile
from tests.support.servers import Servers


@pytest_asyncio.fixture
async def heard(servers: Servers) -> AsyncIterator[HeardLog]:
    """What the listening service has heard, in its own database."""
    async with fresh_database(servers, "partnerships") as database:
        yield HeardLog(LOG, database.appender, decoder(LOG))


def hearer(broker: Broker, heard: HeardLog) -> Hearer:
    return Hearer("listener", heard, broker.prefix, broker.jetstream, Hint())


async def reaches(heard: HeardLog, index: int) -> None:
    async def is_there() -> bool:
        return await heard.last_index() == index

    await eventually(is_there)


async def test_what_was_said_is_heard_whole_and_in_order(broker: Broker, heard: HeardLog, said: MemoryStore) -> None:
    async with meanwhile(broker.relay(said).follow(Hint()), hearer(broker, heard).follow()):
        await say(said, 20)
        await reaches(heard, 20)
    assert await heard.after(0) == [Mapper(LOG).to_recorded(stored) for stored in await said.page(0, 100)]


async def test_after_the_stream_was_lost_it_converges_with_nothing_doubled(
    broker: Broker, heard: HeardLog, said: MemoryStore
) -> None:
    async with meanwhile(broker.relay(said).follow(Hint()), hearer(broker, heard).follow()):
        await say(said, 10)
        await reaches(heard, 10)
        await broker.jetstream.delete_stream(broker.stream)
        await say(said, 10)
        await reaches(heard, 20)
        await holds(broker, 20)
    assert [recorded.index for recorded in await heard.after(0)] == list(range(1, 21))


async def test_a_message_delivered_again_is_dropped(broker: Broker, heard: HeardLog, said: MemoryStore) -> None:
    await say(said, 4)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 4)
    for stored in await said.page(1, 2):  # the same two facts once more, as other messages
        await broker.jetstream.publish(f"{broker.prefix}.here.{LOG}.person.again", encode(LOG, stored))
    async with meanwhile(hearer(broker, heard).follow()):
        await reaches(heard, 4)
    assert [recorded.index for recorded in await heard.after(0)] == [1, 2, 3, 4]


async def test_over_a_gap_nothing_is_heard_until_the_stream_is_whole(
    broker: Broker, heard: HeardLog, said: MemoryStore
) -> None:
    await say(said, 2)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 2)
    await say(said, 4)
    missing_three = (await said.page(3, 1))[0]
    await broker.jetstream.publish(f"{broker.prefix}.here.{LOG}.person.x", encode(LOG, missing_three))
    with capture_logs() as logs:
        async with meanwhile(hearer(broker, heard).follow()):
            await eventually(lambda: noticed(logs))
            assert await heard.last_index() < 3
    async with meanwhile(hearer(broker, heard).follow()):
        await broker.jetstream.delete_stream(broker.stream)
        async with meanwhile(broker.relay(said).follow(Hint())):
            await reaches(heard, 6)
    assert [recorded.index for recorded in await heard.after(0)] == [1, 2, 3, 4, 5, 6]


async def noticed(logs: list[Any]) -> bool:
    return any(line["event"] == "gap-heard" for line in logs)


async def test_two_hearers_of_one_service_share_the_work_and_keep_the_order(
    broker: Broker, heard: HeardLog, said: MemoryStore
) -> None:
    both = (hearer(broker, heard).follow(), hearer(broker, heard).follow())
    async with meanwhile(broker.relay(said).follow(Hint()), *both):
        await say(said, 60)
        await reaches(heard, 60)
    assert [recorded.index for recorded in await heard.after(0)] == list(range(1, 61))
