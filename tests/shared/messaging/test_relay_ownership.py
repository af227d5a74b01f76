"""Whose stream it is: a relay touches none that another log may have written, and says so."""

from typing import Any

from nats.js.api import RawStreamMsg, StreamInfo
from structlog.testing import capture_logs

from shared.eventstore.hint import Hint
from shared.eventstore.memory import MemoryStore
from shared.messaging.cloudevents import encode
from shared.messaging.relay import Relay
from shared.messaging.streams import OWNER
from tests.shared.messaging.conftest import LOG, Broker
from tests.shared.messaging.said import holds, indexes, restored, say, whole
from tests.support.patience import eventually, meanwhile


async def test_the_stream_names_the_log_it_belongs_to(broker: Broker, said: MemoryStore) -> None:
    await say(said, 2)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 2)
    assert (await info(broker)).config.metadata is not None
    assert ((await info(broker)).config.metadata or {})[OWNER] == str(await said.identity())


async def test_of_two_installations_under_one_prefix_the_second_leaves_the_stream_alone_and_says_what_to_do(
    broker: Broker, said: MemoryStore
) -> None:
    await say(said, 6)
    other = MemoryStore()
    await say(other, 20)
    second = broker.relay(other)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
        before = await info(broker)
        async with meanwhile(second.follow(Hint())):
            await refused(second, "Two installations", "CONSORTIA_NATS_PREFIX", f"nats stream rm {broker.stream}")
            await say(said, 2)
            await holds(broker, 8)
    assert second.may_publish is False
    assert (await info(broker)).created == before.created
    assert await told(broker) == [encode(LOG, one) for one in await said.page(0, 10)]


async def test_a_stream_of_another_log_is_left_alone_even_where_it_is_empty_or_broken(
    broker: Broker, said: MemoryStore
) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
    second = broker.relay(MemoryStore())
    for kept in (2, 0):
        await broker.jetstream.purge_stream(broker.stream, keep=kept)
        before = await info(broker)
        async with meanwhile(second.follow(Hint())):
            await refused(second, "Two installations")
        assert (await info(broker)).state == before.state
        second = broker.relay(MemoryStore())


async def test_a_stream_ahead_of_its_log_is_refused_and_left_alone(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
    relay = broker.relay(restored(said, until=2))
    async with meanwhile(relay.follow(Hint())):
        await refused(relay, "holds index 6", "ends at 2", "backup")
    assert relay.may_publish is False
    assert await indexes(broker) == whole(6)


async def test_a_stream_whose_log_went_on_otherwise_is_refused_and_left_alone(
    broker: Broker, said: MemoryStore
) -> None:
    """A backup brought back, or a copy of the database: the same log, up to a point."""
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
    before, other = await told(broker), restored(said, until=2)
    await say(other, 20)
    relay = broker.relay(other)
    async with meanwhile(relay.follow(Hint())):
        await refused(relay, "another fact", "backup")
    assert await told(broker) == before


async def test_a_log_that_loses_its_end_under_a_running_relay_is_found_out_before_anything_of_it_goes_out(
    broker: Broker, said: MemoryStore
) -> None:
    """As where a replica is promoted that had not received everything, and goes on at once."""
    hint = Hint()
    await say(said, 6)
    relay = broker.relay(said)
    async with meanwhile(relay.follow(hint)):
        await holds(broker, 6)
        await eventually(lambda: may_publish(relay))
        before = await told(broker)
        del said._events[4:]
        await say(said, 8)
        hint.ring()
        await refused(relay, "another fact")
    assert await told(broker) == before


async def may_publish(relay: Relay) -> bool:
    return bool(relay.may_publish)


async def test_a_log_restored_from_a_backup_as_long_as_the_stream_goes_on(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
    again = restored(said, until=6)
    await say(again, 2)
    async with meanwhile(broker.relay(again).follow(Hint())):
        await holds(broker, 8)
    assert await indexes(broker) == whole(8)


async def test_a_stream_of_the_build_before_is_adopted_where_its_facts_are_ours(
    broker: Broker, said: MemoryStore
) -> None:
    await say(said, 6)
    await made_by_the_build_before(broker, said)
    created = (await info(broker)).created
    await say(said, 2)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 8)
    after = await info(broker)
    assert after.created == created
    assert (after.config.metadata or {})[OWNER] == str(await said.identity())
    assert (after.config.discard, after.config.duplicate_window) == ("new", 10.0)


async def test_a_broken_stream_of_the_build_before_is_made_anew_where_its_facts_are_ours(
    broker: Broker, said: MemoryStore
) -> None:
    await say(said, 6)
    for lost in (3, 6):
        await made_by_the_build_before(broker, said)
        await broker.jetstream.delete_msg(broker.stream, lost)
        async with meanwhile(broker.relay(said).follow(Hint())):
            await holds(broker, 6)
        assert ((await info(broker)).config.metadata or {})[OWNER] == str(await said.identity())
        await broker.jetstream.delete_stream(broker.stream)


async def test_a_stream_without_a_name_whose_facts_are_not_ours_is_refused(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    await made_by_the_build_before(broker, said)
    other = MemoryStore()
    await say(other, 20)
    relay = broker.relay(other)
    async with meanwhile(relay.follow(Hint())):
        await refused(relay, "another fact")
    assert await broker.count() == 6


async def test_a_stream_without_a_name_that_holds_no_facts_is_refused(broker: Broker, said: MemoryStore) -> None:
    await say(said, 6)
    await made_by_the_build_before(broker, MemoryStore())
    await broker.jetstream.publish(f"{broker.prefix}.here.{LOG}.x.y", b"no fact of any log")
    relay = broker.relay(said)
    async with meanwhile(relay.follow(Hint())):
        await refused(relay, "says not whose it is", f"nats stream rm {broker.stream}")
    assert await broker.count() == 1


async def test_what_stands_against_a_stream_is_looked_at_again_and_ends_with_its_cause(
    broker: Broker, said: MemoryStore
) -> None:
    other = MemoryStore()
    await say(other, 4)
    async with meanwhile(broker.relay(other).follow(Hint())):
        await holds(broker, 4)
    await say(said, 6)
    relay = broker.relay(said)
    with capture_logs():
        async with meanwhile(relay.follow(Hint())):
            await refused(relay, "Two installations")
            await broker.jetstream.delete_stream(broker.stream)
            await holds(broker, 6)
            assert relay.may_publish is True


async def refused(relay: Relay, *says: str) -> None:
    """Return once it says all of that."""

    async def all_said() -> bool:
        failing = relay.steady.failing or ""
        return "StreamRefused" in failing and all(one in failing for one in says)

    await eventually(all_said)


async def made_by_the_build_before(broker: Broker, said: MemoryStore) -> None:
    """The stream as it was made and filled before streams named their log."""
    await broker.jetstream.add_stream(name=broker.stream, subjects=[f"{broker.prefix}.*.{LOG}.>"])
    for stored in await said.page(0, 1000):
        await broker.jetstream.publish(f"{broker.prefix}.here.{LOG}.person.x", encode(LOG, stored))


async def info(broker: Broker) -> StreamInfo:
    return await broker.jetstream.stream_info(broker.stream)


async def told(broker: Broker) -> list[Any]:
    found: list[RawStreamMsg] = await broker.messages()
    return [message.data for message in found]
