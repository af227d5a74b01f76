"""A window of publishes, on a real NATS: what the server makes of them is what the relay is told."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from nats.js.api import StreamState

from shared.kernel import new_id
from shared.messaging.publishing import NotPublished, Outbound, OutOfPlace, Remembered, Window
from tests.shared.messaging.conftest import LOG, Broker
from tests.support.servers import Servers


@pytest_asyncio.fixture
async def stream(broker: Broker) -> AsyncIterator[str]:
    await broker.jetstream.add_stream(name=broker.stream, subjects=[f"{broker.prefix}.*.{LOG}.>"])
    yield broker.stream


async def send(window: Window, broker: Broker, sequence: int, body: bytes = b"{}", known_as: str = "") -> None:
    headers = {"Nats-Msg-Id": known_as or str(new_id())}
    await window.send(Outbound(sequence, f"{broker.prefix}.here.{LOG}.thing.done", headers, body))


async def state(broker: Broker) -> StreamState:
    return (await broker.jetstream.stream_info(broker.stream)).state


async def test_everything_sent_is_acknowledged_in_its_place(broker: Broker, stream: str) -> None:
    async with Window(broker.client, stream, most_facts=7) as window:
        for sequence in range(1, 101):
            await send(window, broker, sequence)
            assert len(window._under_way) <= 7
        await window.settled()
        assert window.acknowledged(100) == 100
    assert (await state(broker)).last_seq == 100


async def test_large_facts_leave_room_by_their_bytes(broker: Broker, stream: str) -> None:
    async with Window(broker.client, stream) as window:
        for sequence in range(1, 201):
            await send(window, broker, sequence, b"x" * 48 * 1024)
            assert window._bytes <= 4 * 2**20 + 48 * 1024
        await window.settled()
    assert (await state(broker)).messages == 200


async def test_where_another_was_faster_nothing_more_goes_in(broker: Broker, stream: str) -> None:
    async with Window(broker.client, stream) as window:
        await send(window, broker, 1)
        await window.settled()
        await broker.jetstream.publish(f"{broker.prefix}.here.{LOG}.thing.done", b"{}")
        for sequence in (2, 3, 4):
            await send(window, broker, sequence)
        with pytest.raises(OutOfPlace, match="wrong last sequence: 2"):
            await window.settled()
    assert (await state(broker)).messages <= 4


async def test_where_the_stream_is_shorter_than_believed_nothing_goes_in(broker: Broker, stream: str) -> None:
    async with Window(broker.client, stream) as window:
        await send(window, broker, 8)
        with pytest.raises(OutOfPlace, match="wrong last sequence: 0"):
            await window.settled()
    assert (await state(broker)).messages == 0


async def test_a_fact_the_broker_takes_for_a_repeat_of_one_in_another_place_is_told(
    broker: Broker, stream: str
) -> None:
    known = str(new_id())
    async with Window(broker.client, stream) as window:
        await send(window, broker, 1, known_as=known)
        await window.settled()
        await send(window, broker, 2, known_as=known)
        with pytest.raises(Remembered, match="index 2 for its message 1"):
            await window.settled()
    assert (await state(broker)).messages == 1


async def test_without_a_stream_nobody_answers_and_that_is_told_at_once(broker: Broker) -> None:
    async with Window(broker.client, broker.stream) as window:
        await send(window, broker, 1)
        with pytest.raises(OutOfPlace, match="no stream"):
            await window.settled()


async def test_another_stream_under_the_same_subjects_is_refused(broker: Broker, stream: str) -> None:
    async with Window(broker.client, "of-another-name") as window:
        await send(window, broker, 1)
        with pytest.raises(NotPublished, match="expected stream does not match"):
            await window.settled()
    assert (await state(broker)).messages == 0


async def test_a_stream_that_is_full_refuses_and_keeps_what_it_has(broker: Broker, stream: str) -> None:
    info = await broker.jetstream.stream_info(stream)
    await broker.jetstream.update_stream(info.config.evolve(max_msgs=3, discard="new"))
    async with Window(broker.client, stream) as window:
        for sequence in range(1, 6):
            await send(window, broker, sequence)
        with pytest.raises(NotPublished, match="index 4: maximum messages exceeded"):
            await window.settled()
    found = await state(broker)
    assert (found.first_seq, found.last_seq) == (1, 3)


async def test_whoever_is_never_answered_is_told_to_look_at_permissions(
    broker: Broker, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.publishing.PATIENCE", 0.3)
    async with Window(broker.client, stream) as window:
        await window._subscription.unsubscribe()  # type: ignore[union-attr]  # as if hearing were not permitted
        await send(window, broker, 1)
        with pytest.raises(NotPublished, match="may not publish"):
            await window.settled()


async def test_a_connection_lost_under_way_is_told_without_waiting_for_answers_that_never_come(
    broker: Broker, stream: str, servers: Servers
) -> None:
    async with Window(broker.client, stream) as window:
        await send(window, broker, 1)
        await window.settled()
        await broker.client._process_op_err(OSError("cut"))
        with pytest.raises(NotPublished, match="connection"):
            await send(window, broker, 2)


async def test_what_goes_together_is_acknowledged_together_in_its_place(broker: Broker, stream: str) -> None:
    await allow_batches(broker)
    async with Window(broker.client, stream) as window:
        await send(window, broker, 1)
        await window.send_together(batch(broker, 2, 51))
        assert window.acknowledged(51) == 1
        await window.send_together(batch(broker, 52, 52))
        await send(window, broker, 53)
        await window.settled()
        assert window.acknowledged(53) == 53
    assert (await state(broker)).last_seq == 53


@pytest.mark.parametrize("first", [1, 3])
async def test_what_goes_together_and_is_not_in_its_place_stays_out_whole(
    broker: Broker, stream: str, first: int
) -> None:
    await allow_batches(broker)
    async with Window(broker.client, stream) as window:
        await send(window, broker, 1)
        await window.send_together(batch(broker, first, 40))
        with pytest.raises(OutOfPlace, match="wrong last sequence: 1"):
            await window.settled()
    assert (await state(broker)).messages == 1


async def test_of_a_batch_that_another_relay_has_published_a_part_of_nothing_goes_in(
    broker: Broker, stream: str
) -> None:
    await allow_batches(broker)
    messages = batch(broker, 1, 40)
    async with Window(broker.client, stream) as window, Window(broker.client, stream) as other:
        for message in messages[:10]:
            await other.send(message)
        await other.settled()
        await window.send_together(messages)
        with pytest.raises(OutOfPlace, match="duplicate"):
            await window.settled()
    assert (await state(broker)).messages == 10


def batch(broker: Broker, first: int, last: int) -> list[Outbound]:
    return [
        Outbound(sequence, f"{broker.prefix}.here.{LOG}.thing.done", {"Nats-Msg-Id": str(new_id())}, b"{}")
        for sequence in range(first, last + 1)
    ]


async def allow_batches(broker: Broker) -> None:
    info = await broker.jetstream.stream_info(broker.stream)
    await broker.jetstream.update_stream(info.config.evolve(allow_atomic=True))
