"""The relay, on a real NATS: in order, verbatim, refilled when the stream was lost, fenced when two race."""

from shared.eventstore.hint import Hint
from shared.eventstore.memory import MemoryStore
from shared.kernel import new_id
from shared.messaging.cloudevents import encode, index_of
from tests.shared.eventstore.deciding import commands, register
from tests.shared.messaging.conftest import LOG, Broker
from tests.support.patience import eventually, meanwhile


async def say(said: MemoryStore, facts: int) -> None:
    """Record that many facts, two a command."""
    for _ in range(facts // 2):
        await register(commands(said), [new_id(), new_id()])


async def holds(broker: Broker, facts: int) -> None:
    async def all_there() -> bool:
        return await broker.count() == facts

    await eventually(all_there)


async def test_it_publishes_in_index_order_verbatim_under_the_fact_s_id(broker: Broker, said: MemoryStore) -> None:
    await say(said, 10)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 10)
    stored, messages = await said.page(0, 100), await broker.messages()
    assert [message.data for message in messages] == [encode(LOG, one) for one in stored]
    assert [(message.headers or {})["Nats-Msg-Id"] for message in messages] == [str(one.id) for one in stored]
    assert {message.subject for message in messages} == {f"{broker.prefix}.here.{LOG}.person.person-registered"}


async def test_it_goes_on_where_the_stream_stands(broker: Broker, said: MemoryStore) -> None:
    await say(said, 4)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 4)
    await say(said, 4)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 8)
    assert await indexes(broker) == list(range(1, 9))


async def test_a_lost_stream_is_refilled_from_the_first_fact(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
        await broker.jetstream.delete_stream(broker.stream)
        await say(said, 2)
        await holds(broker, 8)
    assert await indexes(broker) == list(range(1, 9))


async def test_a_stream_emptied_by_hand_is_refilled_too(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
        await broker.jetstream.purge_stream(broker.stream)
        await holds(broker, 6)
    assert await indexes(broker) == list(range(1, 7))


async def test_a_stream_that_lost_its_beginning_is_refilled_from_the_first_fact(
    broker: Broker, said: MemoryStore
) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
        await broker.jetstream.purge_stream(broker.stream, keep=2)
        await holds(broker, 6)
    await broker.jetstream.purge_stream(broker.stream, keep=2)
    await say(said, 2)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 8)
    assert await indexes(broker) == list(range(1, 9))


async def test_of_two_racing_relays_one_is_fenced_and_nothing_is_doubled(broker: Broker, said: MemoryStore) -> None:
    hint = Hint()
    async with meanwhile(broker.relay(said).follow(hint), broker.relay(said).follow(hint)):
        for _ in range(10):
            await say(said, 20)
            hint.ring()
        await holds(broker, 200)
    assert await indexes(broker) == list(range(1, 201))


async def indexes(broker: Broker) -> list[int]:
    return [index_of(message.data or b"") for message in await broker.messages()]


async def test_a_stream_ahead_of_its_log_is_a_fault_that_shows(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
    restored = MemoryStore()  # as after a restore from an older backup
    await say(restored, 2)
    relay = broker.relay(restored)

    async def shows() -> bool:
        return relay.steady.failing is not None and "ends at 2" in relay.steady.failing

    async with meanwhile(relay.follow(Hint())):
        await eventually(shows)
    assert await indexes(broker) == [1, 2, 3, 4, 5, 6]
