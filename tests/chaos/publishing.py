"""A publisher that remembers what NATS acknowledged, to compare with what the stream holds afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

import nats
import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import Error as JetStreamError
from nats.js.errors import NotFoundError

from shared.messaging.connection import closed
from shared.observability import end

Answer = TypeVar("Answer")
PAUSE = 0.005
SECONDS_TO_ANSWER = 2.0
SECONDS_TO_COME_BACK = 30.0
FAULTS = (nats.errors.Error, JetStreamError, OSError)
"""Of a broker that is away, or being chosen anew. The library's TimeoutError is one of them."""


class Publisher:
    """Publishes numbers to a stream of its own, one after the other. None of our services is involved."""

    def __init__(self, url: str, stream: str, replicas: int = 1) -> None:
        self._url = url
        self._sent = 0
        self._stream = stream
        self._replicas = replicas
        self._publishing: asyncio.Task[None] | None = None
        self.acknowledged: set[int] = set()

    async def start(self) -> None:
        """Make the stream, and publish until told to stop."""
        client = await connected(self._url)
        config = StreamConfig(name=self._stream, subjects=[self._stream], num_replicas=self._replicas)
        await client.jetstream(timeout=10).add_stream(config)
        self._publishing = asyncio.ensure_future(self._publish(client))

    async def until(self, many: int, seconds: float = 60) -> None:
        """Return once so many more are acknowledged."""
        wanted = len(self.acknowledged) + many
        async with asyncio.timeout(seconds):
            while len(self.acknowledged) < wanted:  # noqa: ASYNC110 - a poll is plain, and nothing waits for it
                await asyncio.sleep(0.02)

    async def until_it_goes_on(self, seconds: float = 60) -> float:
        """Return once something is acknowledged that was sent from now on; how long that took, in seconds."""
        loop, sent = asyncio.get_running_loop(), self._sent
        began = loop.time()
        async with asyncio.timeout(seconds):
            while max(self.acknowledged, default=0) <= sent:  # noqa: ASYNC110 - a poll is plain, and nothing waits for it
                await asyncio.sleep(0.01)
        return loop.time() - began

    async def stop(self) -> None:
        if self._publishing is not None:
            await end([self._publishing])

    async def missing(self) -> int:
        """How many of the acknowledged the stream lacks now; all of them, where the stream itself is gone."""
        client = await connected(self._url)
        try:
            jetstream = client.jetstream(timeout=5)
            state = (await patiently(lambda: jetstream.stream_info(self._stream))).state
            held = [
                await patiently(partial(self._held_at, jetstream, sequence))
                for sequence in range(max(1, state.first_seq), state.last_seq + 1)
            ]
            return len(self.acknowledged - set(held))
        except NotFoundError:
            return len(self.acknowledged)
        finally:
            await closed(client)

    async def _held_at(self, jetstream: JetStreamContext, sequence: int) -> int | None:
        try:
            return int((await jetstream.get_msg(self._stream, sequence)).data or b"0")
        except NotFoundError:
            return None

    async def _publish(self, client: Client) -> None:
        jetstream = client.jetstream(timeout=SECONDS_TO_ANSWER)
        try:
            while True:
                self._sent += 1
                number, message = self._sent, str(self._sent).encode()
                with suppress(*FAULTS):
                    await jetstream.publish(self._stream, message, stream=self._stream)
                    self.acknowledged.add(number)
                await asyncio.sleep(PAUSE)
        finally:
            await closed(client)


async def connected(url: str) -> Client:
    """A client that finds out within seconds that its server has gone silent, and goes to another."""
    return await patiently(
        lambda: nats.connect(
            url.split(","), max_reconnect_attempts=-1, reconnect_time_wait=0.2, connect_timeout=2, ping_interval=1,
            max_outstanding_pings=2, error_cb=_said_by_the_outcome,
        )
    )  # fmt: skip


async def patiently(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """What is answered in the end, by a broker that is just starting or choosing its leaders."""
    deadline = asyncio.get_running_loop().time() + SECONDS_TO_COME_BACK
    while True:
        try:
            return await ask()
        except NotFoundError:
            raise
        except FAULTS:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.1)


async def _said_by_the_outcome(error: Exception) -> None:
    """What goes wrong meanwhile shows in what is acknowledged."""
