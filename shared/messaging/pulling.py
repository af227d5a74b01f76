"""A service's stream on the broker, pulled through one durable consumer from any of its places."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamState
from nats.js.errors import NotFoundError

from shared.eventstore.vocabulary import Notification
from shared.observability import end

BATCH = 500
ACK_WAIT = 30.0
"""Seconds after which a message that was neither acknowledged nor said to be in progress is delivered again."""
STILL_AT_IT = 10.0
"""Seconds after which a message in hand is said to be in progress: a slow database is no reason to send it again."""
MOST_IN_HAND = 50_000
"""Messages delivered and not acknowledged; above what is held in memory, so that what is missing still gets through."""


class Pull:
    """Messages from one place of the stream on."""

    def __init__(self, subscription: JetStreamContext.PullSubscription) -> None:
        self._subscription = subscription
        self.behind = False

    async def next(self, patience: float) -> list[Any]:
        """What there is, up to a batch, as soon as there is something; empty after `patience` seconds."""
        try:
            messages = await self._subscription.fetch(BATCH, timeout=patience)
        except TimeoutError:
            messages = []
        self.behind = bool(messages) and messages[-1].metadata.num_pending > 0
        return list(messages)

    @asynccontextmanager
    async def kept_in_progress(self, in_hand: Callable[[], list[Any]]) -> AsyncIterator[None]:
        """While the block runs, nothing in hand is delivered again for the time it takes."""

        async def say_so() -> None:
            while True:
                await asyncio.sleep(STILL_AT_IT)
                await asyncio.gather(*(message.in_progress() for message in in_hand()), return_exceptions=True)

        saying = asyncio.ensure_future(say_so())
        try:
            yield
        finally:
            await end([saying])


class Stream:
    """The stream of one service, and the listener's durable consumer of it."""

    def __init__(
        self,
        jetstream: JetStreamContext,
        name: str,
        subjects: str,
        durable: str,
        envelope: Callable[[bytes], Notification],
    ) -> None:
        """`envelope` reads a message, and raises `ValueError` where it is none of that log."""
        self._jetstream = jetstream
        self._name = name
        self._subjects = subjects
        self._durable = durable
        self._envelope = envelope

    async def check(self) -> None:
        """`NotFoundError` where the consumer is gone: with a lost broker store, or with a stream made anew."""
        await self._jetstream.consumer_info(self._name, self._durable)

    async def first(self) -> int:
        """The sequence of its first message; `NotFoundError` where there is no stream."""
        return max(1, (await self._state()).first_seq)

    async def place_of(self, index: int) -> int:
        """The sequence from which everything from that index on follows, as far as it is there.

        Found by bisection, for the stream's own sequence is not the index; its start where it is not in order.
        """
        state = await self._state()
        if not state.messages:
            return max(1, state.last_seq + 1)
        low, high = state.first_seq, state.last_seq
        first, last = await self._index_at(low), await self._index_at(high)
        if first is None or last is None or state.messages != last - first + 1:
            return low
        if last < index:
            return high + 1
        while low < high:
            middle = (low + high) // 2
            found = await self._index_at(middle)
            if found is None:
                return state.first_seq
            low, high = (middle + 1, high) if found < index else (low, middle)
        return low

    @asynccontextmanager
    async def pull(self, start: int) -> AsyncIterator[Pull]:
        """Everything from that sequence on, through the consumer made anew."""
        with suppress(NotFoundError):
            await self._jetstream.delete_consumer(self._name, self._durable)
        subscription = await self._jetstream.pull_subscribe(
            self._subjects,
            durable=self._durable,
            stream=self._name,
            config=ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=start,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT,
                max_ack_pending=MOST_IN_HAND,
            ),
        )
        try:
            yield Pull(subscription)
        finally:
            await subscription.unsubscribe()

    async def _state(self) -> StreamState:
        return (await self._jetstream.stream_info(self._name)).state

    async def fact_at(self, sequence: int) -> bytes | None:
        """The message with that sequence; None where it is gone, or holds no fact of that log."""
        try:
            message = (await self._jetstream.get_msg(self._name, sequence)).data or b"" if sequence > 0 else b""
            self._envelope(message)
        except (NotFoundError, ValueError):
            return None
        return message

    async def _index_at(self, sequence: int) -> int | None:
        message = await self.fact_at(sequence)
        return None if message is None else self._envelope(message).index
