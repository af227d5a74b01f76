"""What the broker loses comes back: the stream, its tail, its beginning, a message of it; whoever rests or is busy."""

import pytest
from structlog.testing import capture_logs

from shared.eventstore.hint import Hint
from shared.eventstore.memory import MemoryStore
from shared.messaging.cloudevents import encode
from tests.shared.messaging.conftest import LOG, Broker
from tests.shared.messaging.said import holds, indexes, say, say_at_once, whole
from tests.support.patience import eventually, meanwhile


async def test_a_lost_stream_is_refilled_from_the_first_fact(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
        await broker.jetstream.delete_stream(broker.stream)
        await say(said, 2)
        await holds(broker, 8)
    assert await indexes(broker) == whole(8)


async def test_a_stream_lost_while_nothing_is_said_is_refilled_too(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
        await broker.jetstream.delete_stream(broker.stream)
        await holds(broker, 6)
    assert await indexes(broker) == whole(6)


async def test_a_stream_emptied_by_hand_is_refilled_too(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
        await broker.jetstream.purge_stream(broker.stream)
        await holds(broker, 6)
    assert await indexes(broker) == whole(6)


@pytest.mark.parametrize("lost", [1, 3, 6])
async def test_a_stream_that_lost_a_message_is_refilled_whether_anybody_was_there_or_not(
    broker: Broker, said: MemoryStore, lost: int
) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
        await broker.jetstream.delete_msg(broker.stream, lost)
        await eventually(lambda: is_whole(broker, 6))
    await broker.jetstream.delete_msg(broker.stream, lost)
    await say(said, 2)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await eventually(lambda: is_whole(broker, 8))


async def test_a_stream_that_lost_its_beginning_is_refilled_from_the_first_fact(
    broker: Broker, said: MemoryStore
) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
        await broker.jetstream.purge_stream(broker.stream, keep=2)
        await eventually(lambda: is_whole(broker, 6))
    await broker.jetstream.purge_stream(broker.stream, keep=2)
    await say(said, 2)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await eventually(lambda: is_whole(broker, 8))


async def test_who_stands_by_at_a_stream_level_with_its_log_refills_it_once_its_beginning_is_lost(
    broker: Broker, said: MemoryStore
) -> None:
    hint = Hint()
    await say(said, 6)
    with capture_logs() as logs:
        async with meanwhile(broker.relay(said).follow(hint, poll=60)):
            await holds(broker, 6)
            await say(said, 2)
            for stored in await said.page(6, 2):  # as another relay does, which is faster
                await broker.jetstream.publish(f"{broker.prefix}.here.{LOG}.person.first", encode(LOG, stored))
            hint.ring()

            async def fenced() -> bool:
                return any(line["event"] == "stands-by" for line in logs)

            await eventually(fenced)
            await broker.jetstream.purge_stream(broker.stream, keep=4)
            await eventually(lambda: is_whole(broker, 8))


async def test_a_hole_is_noticed_while_facts_never_cease(broker: Broker, said: MemoryStore) -> None:
    hint = Hint()
    with capture_logs() as logs:
        async with meanwhile(broker.relay(said).follow(hint)):
            await say(said, 10)
            await holds(broker, 10)
            await broker.jetstream.delete_msg(broker.stream, 4)
            async with broker.saying(said, hint):

                async def mended() -> bool:
                    return any(line["event"] == "stream-made-anew" and "hole" in line["because"] for line in logs)

                await eventually(mended)
            await eventually(lambda: is_level(broker, said))
    assert await indexes(broker) == whole(await said.last_index())


async def test_a_last_message_that_is_no_fact_is_cleared_away_with_the_stream(
    broker: Broker, said: MemoryStore
) -> None:
    await say(said, 4)
    subject = f"{broker.prefix}.here.{LOG}.person.person-registered"
    for foreign in (b"no json", b'{"specversion": "1.0"}', encode("intake", (await said.page(0, 1))[0])):
        async with meanwhile(broker.relay(said).follow(Hint())):
            await eventually(lambda: is_whole(broker, 4))
            await broker.jetstream.publish(subject, foreign)
            await eventually(lambda: is_whole(broker, 4))
        await broker.jetstream.publish(subject, foreign)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await eventually(lambda: is_whole(broker, 4))


async def test_a_fact_said_twice_by_somebody_else_is_cleared_away(broker: Broker, said: MemoryStore) -> None:
    await say(said, 4)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 4)
    for stored in await said.page(1, 2):
        await broker.jetstream.publish(f"{broker.prefix}.here.{LOG}.person.again", encode(LOG, stored))
    async with meanwhile(broker.relay(said).follow(Hint())):
        await eventually(lambda: is_whole(broker, 4))


async def test_the_refill_is_not_taken_for_repeats(broker: Broker, said: MemoryStore) -> None:
    """The broker remembers the ids of what it lost; a stream made anew does not."""
    await say_at_once(said, 600)
    async with meanwhile(broker.relay(said).follow(Hint())):
        for _ in range(2):
            await eventually(lambda: is_whole(broker, 600))
            await broker.jetstream.purge_stream(broker.stream, keep=100)
        await eventually(lambda: is_whole(broker, 600))


async def is_whole(broker: Broker, facts: int) -> bool:
    """Whether the stream holds just the facts 1 to `facts`."""
    return await broker.count() == facts and await indexes(broker) == whole(facts)


async def is_level(broker: Broker, said: MemoryStore) -> bool:
    return await broker.count() == await said.last_index()
