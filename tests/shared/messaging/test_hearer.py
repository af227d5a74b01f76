"""The hearer, on a real NATS and a real PostgreSQL: every fact once, in order, whatever happens to the stream."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec import structs
from structlog.testing import capture_logs

from shared.eventstore.hint import Hint
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.eventstore.vocabulary import AppendRequest, StoredEvent
from shared.kernel import UnreadableFact, new_id, utc_now
from shared.messaging.cloudevents import encode
from tests.shared.eventstore.projecting import as_administrator, kill
from tests.shared.messaging.conftest import LOG, Broker
from tests.shared.messaging.hearing import Ears, ears, make_stream, noticed, publish
from tests.shared.messaging.said import holds, restored, say
from tests.support.patience import eventually, meanwhile
from tests.support.servers import Servers

pytestmark = pytest.mark.servers


@pytest_asyncio.fixture
async def listening(servers: Servers) -> AsyncIterator[Ears]:
    async with ears(servers) as made:
        yield made


async def test_what_was_said_is_heard_whole_and_in_order(broker: Broker, listening: Ears, said: MemoryStore) -> None:
    async with meanwhile(broker.relay(said).follow(Hint()), listening.hearer(broker).follow()):
        await say(said, 20)
        await listening.reach(20)
    assert await listening.heard.after(0) == [Mapper(LOG).to_recorded(stored) for stored in await said.page(0, 100)]


async def test_after_the_stream_was_lost_it_converges_with_nothing_doubled(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    async with meanwhile(broker.relay(said).follow(Hint()), listening.hearer(broker).follow()):
        await say(said, 10)
        await listening.reach(10)
        await broker.jetstream.delete_stream(broker.stream)
        await say(said, 10)
        await listening.reach(20)
        await holds(broker, 20)
    assert await listening.indexes() == list(range(1, 21))


async def test_a_message_delivered_again_is_dropped(broker: Broker, listening: Ears, said: MemoryStore) -> None:
    await say(said, 4)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 4)
    await publish(broker, *await said.page(1, 2))  # the same two facts once more, as other messages
    async with meanwhile(listening.hearer(broker).follow()):
        await listening.reach(4)
        await eventually(lambda: all_acknowledged(broker))
    assert await listening.indexes() == [1, 2, 3, 4]


async def all_acknowledged(broker: Broker) -> bool:
    found = await broker.jetstream.consumer_info(broker.stream, f"{broker.prefix}-listener-hears-{LOG}")
    return bool(found.num_pending == found.num_ack_pending == 0)


async def test_the_consumer_is_made_at_the_first_fact_not_heard_yet(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    await say(said, 40)
    await make_stream(broker)
    await publish(broker, *await said.page(0, 10))
    await broker.jetstream.purge_stream(broker.stream)  # the stream's own sequence is not the index
    await publish(broker, *await said.page(0, 40))
    await listening.heard.hear([encode(LOG, one) for one in await said.page(0, 33)])
    async with meanwhile(listening.hearer(broker).follow()):
        await listening.reach(40)
        found = await broker.jetstream.consumer_info(broker.stream, f"{broker.prefix}-listener-hears-{LOG}")
    assert found.config.opt_start_seq == 10 + 34
    assert await listening.indexes() == list(range(1, 41))


async def test_a_hole_in_the_stream_is_waited_out_and_said_until_the_relay_has_filled_it(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    await say(said, 6)
    await make_stream(broker)
    await publish(broker, *await said.page(0, 2), *await said.page(3, 1))
    hearer = listening.hearer(broker)
    with capture_logs() as logs:
        async with meanwhile(hearer.follow()):

            async def says_so() -> bool:
                return f"waits for {LOG}@3" in (hearer.steady.failing or "")

            await eventually(says_so)
            await asyncio.sleep(1)
            assert (await listening.indexes(), noticed(logs, "gap-heard")) == ([1, 2], 1)
            await broker.jetstream.delete_stream(broker.stream)
            async with meanwhile(broker.relay(said).follow(Hint())):
                await listening.reach(6)

            async def is_well() -> bool:
                return hearer.steady.failing is None

            await eventually(is_well)
    assert await listening.indexes() == [1, 2, 3, 4, 5, 6]


async def test_where_the_log_has_another_fact_than_was_heard_nothing_more_is_kept_and_readiness_says_so(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    """A database restored without its last facts, and its stream made anew before the listeners were dealt with."""
    hearer = listening.hearer(broker)
    async with meanwhile(hearer.follow()):
        async with meanwhile(broker.relay(said).follow(Hint())):
            await say(said, 6)
            await listening.reach(6)
        before, log = await listening.verbatim(), restored(said, until=3)
        await say(log, 6)
        await broker.jetstream.delete_stream(broker.stream)
        with capture_logs() as logs:
            async with meanwhile(broker.relay(log).follow(Hint())):

                async def says_so() -> bool:
                    return f"holds a fact that the log does not: at {LOG}@" in (hearer.steady.failing or "")

                await eventually(says_so)
                await say(log, 6)
                await holds(broker, 15)
                await asyncio.sleep(1)
                assert "After facts were lost" in (hearer.steady.failing or "")
    assert await listening.verbatim() == before
    assert noticed(logs, "contradicted") in (1, 2)  # met amid the refill, then at the last index heard
    consumers = await broker.jetstream.consumers_info(broker.stream)
    assert all(one.ack_floor is None or one.ack_floor.stream_seq <= 3 for one in consumers)


async def test_a_repeat_that_is_another_fact_is_neither_acknowledged_nor_is_what_follows_it_kept(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    await say(said, 4)
    stored = await said.page(0, 4)
    await listening.heard.hear([encode(LOG, one) for one in stored[:3]])
    await make_stream(broker)
    hearer = listening.hearer(broker)
    async with meanwhile(hearer.follow()):
        await publish(broker, *stored[:3], structs.replace(stored[1], id=new_id()), stored[3])

        async def says_so() -> bool:
            return f"{LOG}@2" in (hearer.steady.failing or "")

        await eventually(says_so)
        assert await listening.indexes() == [1, 2, 3]
        await broker.jetstream.delete_stream(broker.stream)  # as its relay does where somebody else wrote into it
        await make_stream(broker)
        await publish(broker, *stored)
        await listening.reach(4)

        async def is_well() -> bool:
            return hearer.steady.failing is None

        await eventually(is_well)


async def test_two_facts_for_one_index_that_come_together_are_told_apart(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    await say(said, 2)
    first, second = await said.page(0, 2)
    await make_stream(broker)
    await publish(broker, first, structs.replace(first, id=new_id()), second)
    hearer = listening.hearer(broker)
    async with meanwhile(hearer.follow()):

        async def says_so() -> bool:
            return f"{LOG}@1" in (hearer.steady.failing or "")

        await eventually(says_so)


async def test_a_fact_whose_bytes_rotted_is_heard_verbatim_and_stops_nothing_at_any_start(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    await say(said, 2)
    await append_rotten(said, b'{"fact": "partnerships.person-reg')
    await append_rotten(said, metadata=b'{"actor": "\xff"}')
    await say(said, 2)
    await append_rotten(said, b"\xff")  # the last one tells a relay whose stream it is
    with capture_logs() as logs:
        async with meanwhile(listening.hearer(broker).follow()):
            for _ in range(2):
                async with meanwhile(broker.relay(said).follow(Hint())):
                    await holds(broker, 7)
                    await listening.reach(7)
    heard = await listening.heard.after(0)
    assert heard == [Mapper(LOG).to_recorded(stored) for stored in await said.page(0, 10)]
    assert [isinstance(one.fact, UnreadableFact) for one in heard] == [False, False, True, True, False, False, True]
    assert (noticed(logs, "stream-made-anew"), noticed(logs, "work-failed")) == (0, 0)
    assert await listening.letters.page(10) == []


async def append_rotten(said: MemoryStore, state: bytes | None = None, metadata: bytes | None = None) -> None:
    """One more fact, with these bytes where they are given."""
    (sound,) = await said.page(0, 1)
    event = StoredEvent(new_id(), f"person-{new_id()}", 1, sound.topic, sound.state if state is None else state)
    await said.append(
        AppendRequest("here", new_id(), new_id(), None, utc_now(), metadata or sound.metadata, events=(event,))
    )


async def test_a_listener_restored_from_an_older_backup_hears_again_what_it_lost(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    async with meanwhile(broker.relay(said).follow(Hint()), listening.hearer(broker).follow()):
        await say(said, 30)
        await listening.reach(30)
        forget = "alter table store.heard disable trigger user; delete from store.heard where index > 12"
        for statement in forget.split(";"):
            await as_administrator(listening.database, statement)
        await kill(listening.database, "hears")  # as a restore does to every session
        await say(said, 2)
        await listening.reach(32)
    assert await listening.indexes() == list(range(1, 33))


async def test_of_several_hearers_one_hears_and_the_others_stand_by_in_peace(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    several = [listening.hearer(broker) for _ in range(3)]
    with capture_logs() as logs:
        async with meanwhile(broker.relay(said).follow(Hint()), *(one.follow() for one in several)):
            for _ in range(10):
                await say(said, 60)
            await listening.reach(600)
    assert await listening.indexes() == list(range(1, 601))
    assert (noticed(logs, "gap-heard"), noticed(logs, "hears"), noticed(logs, "work-failed")) == (0, 1, 0)


async def test_when_the_one_that_hears_loses_its_connection_another_goes_on(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    several = [listening.hearer(broker) for _ in range(2)]
    async with meanwhile(broker.relay(said).follow(Hint()), *(one.follow() for one in several)):
        for round_ in range(1, 4):
            await say(said, 40)
            await kill(listening.database, "hears")
            await listening.reach(40 * round_)
    assert await listening.indexes() == list(range(1, 121))


async def test_every_message_three_times_and_shuffled_is_heard_as_once_and_in_order(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    await say(said, 400)
    stored = await said.page(0, 1000)
    messages = [*stored, *stored, *stored]
    random.Random(7).shuffle(messages)
    await make_stream(broker)
    async with meanwhile(listening.hearer(broker).follow()):
        await publish(broker, *messages)
        await listening.reach(400)
        await eventually(lambda: all_acknowledged(broker))
    assert await listening.verbatim() == [encode(LOG, one) for one in stored]


async def test_a_hearer_that_starts_in_a_shuffled_stream_finds_what_lies_before_its_place(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    await say(said, 6)
    stored = await said.page(0, 10)
    await make_stream(broker)
    await publish(broker, stored[0], stored[4], *stored[1:4], stored[5])
    await listening.heard.hear([encode(LOG, one) for one in stored[:4]])
    async with meanwhile(listening.hearer(broker).follow()):
        await listening.reach(6)
    assert await listening.indexes() == [1, 2, 3, 4, 5, 6]


async def test_what_cannot_be_decoded_is_heard_verbatim_all_the_same(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    await say(said, 2)
    first, second = await said.page(0, 2)
    broken = encode(LOG, first).replace(b'"person":"', b'"person":7,"was":"')
    await make_stream(broker)
    await publish(broker, broken, second)
    async with meanwhile(listening.hearer(broker).follow()):
        await listening.reach(2)
    assert (await listening.verbatim())[0] == broken
    assert [one.tag for one in await listening.heard.after(0)] == [first.topic, second.topic]
    assert await listening.letters.page(10) == []
