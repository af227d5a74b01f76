"""From a log to a stream, facts per second: our relay, one publish after another, and the most the client can do."""

import asyncio
import time
from uuid import uuid4

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.eventstore.hint import Hint
from shared.eventstore.outgoing import Outgoing
from shared.messaging.cloudevents import encode
from shared.messaging.relay import PAGE, Relay
from shared.messaging.streams import configuration
from shared.messaging.subjects import stream_name, subject
from tests.bench.figures import Samples
from tests.bench.host import left_alone
from tests.support.patience import meanwhile

LOG = "credentials"


class Message(msgspec.Struct, frozen=True, gc=False):
    """What goes out for one fact."""

    id: str
    subject: str
    body: bytes


async def stream(broker: Client, prefix: str, outgoing: Outgoing) -> str:
    """An empty stream as a relay makes it."""
    made = configuration(LOG, prefix, await outgoing.identity(), replicas=1)
    await broker.jetstream().add_stream(made)
    return stream_name(prefix, LOG)


async def ours(
    broker: Client, prefix: str, outgoing: Outgoing, facts: int, samples: Samples, name: str, *, together: bool
) -> None:
    """The relay, log to stream, until the stream holds them all; in batches, or in its window alone."""
    relay, of = Relay(LOG, prefix, outgoing, broker, together=together), await stream(broker, prefix, outgoing)
    jetstream = broker.jetstream()
    with left_alone():
        began = time.perf_counter()
        async with meanwhile(relay.follow(Hint())):
            while (await jetstream.stream_info(of)).state.messages < facts:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.005)
            samples.rate(name, facts, time.perf_counter() - began, "facts")


async def one_by_one(
    broker: Client, prefix: str, outgoing: Outgoing, facts: int, samples: Samples, name: str, patience: float
) -> None:
    """As a relay without a window: read a page, publish each fact and wait for its acknowledgement."""
    of, jetstream, index = await stream(broker, prefix, outgoing), broker.jetstream(), 0
    with left_alone():
        began = time.perf_counter()
        while index < facts and time.perf_counter() - began < patience:
            for notification in await outgoing.page(index, PAGE):
                acknowledged = await jetstream.publish(
                    subject(prefix, notification.community, notification.originator_id, notification.topic),
                    encode(LOG, notification),
                    stream=of,
                    headers={"Nats-Msg-Id": str(notification.id), "Nats-Expected-Last-Sequence": str(index)},
                )
                index = acknowledged.seq
                if time.perf_counter() - began > patience:
                    break
        samples.rate(name, index, time.perf_counter() - began, "facts")


async def ready_made(broker: Client, prefix: str, outgoing: Outgoing, count: int) -> list[Message]:
    """The messages of that many facts, made before the clock starts."""
    return [
        Message(str(one.id), subject(prefix, one.community, one.originator_id, one.topic), encode(LOG, one))
        for after in range(0, count, PAGE)
        for one in await outgoing.page(after, min(PAGE, count - after))
    ]


async def raw_window(broker: Client, prefix: str, outgoing: Outgoing, facts: int, samples: Samples, name: str) -> None:
    """The limit: ready-made messages, 256 under way, each with its expected sequence; answers are only counted."""
    of, messages = await stream(broker, prefix, outgoing), await ready_made(broker, prefix, outgoing, facts)
    inbox, came, answered = broker.new_inbox(), 0, asyncio.Event()

    async def answer(_: Msg) -> None:
        nonlocal came
        came += 1
        answered.set()

    subscription = await broker.subscribe(f"{inbox}.*", cb=answer)

    async def wait_below(most: int, sent: int) -> None:
        while sent - came > most:
            answered.clear()
            await answered.wait()

    with left_alone():
        began = time.perf_counter()
        for place, one in enumerate(messages):
            await wait_below(255, place)
            headers = {"Nats-Msg-Id": one.id, "Nats-Expected-Last-Sequence": str(place)}
            await broker.publish(one.subject, one.body, reply=f"{inbox}.{place}", headers=headers)
        await wait_below(0, len(messages))
        samples.rate(name, len(messages), time.perf_counter() - began, "facts")
    await subscription.unsubscribe()
    assert (await broker.jetstream().stream_info(of)).state.last_seq == len(messages)


async def raw_batches(broker: Client, prefix: str, outgoing: Outgoing, facts: int, samples: Samples, name: str) -> None:
    """Ready-made messages in the server's atomic batches of 256, one after another: another way to do it."""
    of, messages = (
        await stream(broker, prefix, outgoing),
        await ready_made(broker, prefix, outgoing, facts),
    )
    with left_alone():
        began = time.perf_counter()
        for start in range(0, len(messages), PAGE):
            batch, known_as = messages[start : start + PAGE], uuid4().hex
            for place, one in enumerate(batch, 1):
                headers = {"Nats-Msg-Id": one.id, "Nats-Batch-Id": known_as, "Nats-Batch-Sequence": str(place)}
                if place == 1:
                    headers["Nats-Expected-Last-Sequence"] = str(start)
                if place < len(batch):
                    await broker.publish(one.subject, one.body, headers=headers)
                else:
                    await broker.request(
                        one.subject, one.body, timeout=5, headers={**headers, "Nats-Batch-Commit": "1"}
                    )
        samples.rate(name, len(messages), time.perf_counter() - began, "facts")
    assert (await broker.jetstream().stream_info(of)).state.last_seq == len(messages)
