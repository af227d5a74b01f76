"""A broker that delivers as badly as it may: every message three times, in any order, and again long afterwards."""

import asyncio
import random

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import NotFoundError

from shared.messaging.subjects import heartbeat_subject, stream_name, stream_subjects

TIMES = 3
WINDOW = 50
"""Messages that are shuffled among each other."""
LATE = 15
"""Messages from before, as early as the first, that are said again with each window."""
SECONDS = 0.2
"""How long it waits for a window to fill."""


async def make_stream(jetstream: JetStreamContext, prefix: str, log: str) -> None:
    """The stream that those hear who listen under `prefix`. It keeps every copy: it must not know one from another."""
    subjects = [stream_subjects(prefix, log)]
    await jetstream.add_stream(StreamConfig(name=stream_name(prefix, log), subjects=subjects))


async def shuffle(jetstream: JetStreamContext, log: str, source: str, target: str, chance: random.Random) -> None:
    """For ever: what is said under the prefix `source` is said again under `target`, three times and shuffled.

    With each window, some of what was said before, however long ago, is said once more.
    """
    said: list[Msg] = []
    subscription = await _listen(jetstream, stream_subjects(source, log), stream_name(source, log))
    while True:
        try:
            messages = await subscription.fetch(WINDOW, timeout=SECONDS)
        except TimeoutError:
            continue
        copies = messages * TIMES + chance.sample(said, min(LATE, len(said)))
        chance.shuffle(copies)
        for message in copies:
            await jetstream.publish(target + message.subject.removeprefix(source), message.data)
        for message in messages:
            await message.ack()
        said += messages


async def pass_beats_on(broker: Client, log: str, source: str, target: str) -> None:
    """For ever: the heartbeats of that log's relay reach those who listen under `target`, as they are."""
    beats = await broker.subscribe(heartbeat_subject(source, log))
    async for beat in beats.messages:
        await broker.publish(heartbeat_subject(target, log), beat.data)


async def _listen(jetstream: JetStreamContext, subjects: str, stream: str) -> JetStreamContext.PullSubscription:
    """Once the relay has made its stream."""
    while True:
        try:
            return await jetstream.pull_subscribe(subjects, durable="shuffler", stream=stream)
        except NotFoundError:
            await asyncio.sleep(SECONDS)
