"""Publishing in a window: many facts under way at once, each stating the sequence it must follow.

Order and exactly-once stay the server's to enforce: where one is refused, so is whatever came after it. Many facts may
go together instead, all or none: the server then flushes once for all of them, not once for each.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self
from uuid import uuid4

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import Header

MOST_FACTS = 256
MOST_BYTES = 4 * 2**20
"""What may be under way at once; the server drops what comes faster than it can take (10 000 messages, 128 MiB)."""
PATIENCE = 2.0
"""Seconds without any answer after which none is expected any more: the server that led the stream may be gone."""
LOOK = 0.25
"""Seconds between looks at the connection while acknowledgements are waited for."""
WRONG_LAST_SEQUENCE, REPEAT_IN_BATCH = 10071, 10201
"""Error codes: wrong last sequence; atomic publish batch contains duplicate message id, which is looked for before the
sequence, so that it mostly means that another relay was faster."""


class Outbound(NamedTuple):
    """A message, and the sequence it must get."""

    sequence: int
    subject: str
    headers: dict[str, str]
    payload: bytes


class _UnderWay(NamedTuple):
    """What one answer is awaited for: from which sequence, and how many bytes."""

    first: int
    size: int


class OutOfPlace(Exception):
    """The stream does not end where it was believed to: read anew where it stands. Ordinary where two relays race."""


class Remembered(Exception):
    """The broker takes a fact for a repeat of a message that is not in its place: its memory contradicts its stream."""


class NotPublished(Exception):
    """The broker refused a fact, or said nothing; says which and what to do."""


class _Fault(msgspec.Struct):
    err_code: int = 0
    description: str = ""


class _Answer(msgspec.Struct):
    """What the server says to a publish: https://docs.nats.io, JetStream, publish acknowledgement."""

    seq: int = 0
    duplicate: bool = False
    error: _Fault | None = None


class Window:
    """Publishes to one stream for the length of a block. Not for several tasks at once."""

    def __init__(self, broker: Client, stream: str, most_facts: int = MOST_FACTS) -> None:
        self._broker = broker
        self._stream = stream
        self._most = most_facts
        self._inbox = broker.new_inbox()
        self._under_way: dict[int, _UnderWay] = {}
        self._bytes = 0
        self._fault: Exception | None = None
        self._answered = asyncio.Event()
        self._reconnects = broker.stats["reconnects"]
        self._subscription: Subscription | None = None

    async def __aenter__(self) -> Self:
        self._subscription = await self._broker.subscribe(f"{self._inbox}.*", cb=self._hear)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._subscription is not None:
            with suppress(OSError, nats.errors.Error):  # gone already, with its connection
                await self._subscription.unsubscribe()

    async def send(self, message: Outbound) -> None:
        """Publish the message as soon as there is room. Raises what any publish before came to."""
        while len(self._under_way) >= self._most or self._bytes > MOST_BYTES:
            await self._wait()
        self._check()
        await self._publish(
            message, {**message.headers, **self._after(message)}, _UnderWay(message.sequence, len(message.payload))
        )

    async def send_together(self, messages: Sequence[Outbound]) -> None:
        """Publish messages that follow on each other, all or none, once what was sent before is acknowledged."""
        await self.settled()
        known_as, last = uuid4().hex, messages[-1]
        parts = [
            {**message.headers, Header.BATCH_ID.value: known_as, Header.BATCH_SEQUENCE.value: str(place)}
            for place, message in enumerate(messages, 1)
        ]
        parts[0] |= self._after(messages[0])
        parts[-1][Header.BATCH_COMMIT.value] = "1"
        for message, headers in zip(messages[:-1], parts[:-1], strict=True):
            await self._broker.publish(message.subject, message.payload, headers=headers)
        size = sum(len(message.payload) for message in messages)
        await self._publish(last, parts[-1], _UnderWay(messages[0].sequence, size))

    async def _publish(self, message: Outbound, headers: dict[str, str], with_it: "_UnderWay") -> None:
        """With an answer to come, which says the sequence in its subject."""
        self._under_way[message.sequence] = with_it
        self._bytes += with_it.size
        reply = f"{self._inbox}.{message.sequence}"
        await self._broker.publish(message.subject, message.payload, reply, headers)

    def _after(self, message: Outbound) -> dict[str, str]:
        """What states the message's place."""
        return {
            Header.EXPECTED_STREAM.value: self._stream,
            Header.EXPECTED_LAST_SEQUENCE.value: str(message.sequence - 1),
        }

    async def settled(self) -> None:
        """Return once everything sent is acknowledged, in its place."""
        while self._under_way:
            await self._wait()
        self._check()

    def acknowledged(self, sent: int) -> int:
        """Up to which sequence everything is acknowledged, where `sent` was the last."""
        return min((one.first for one in self._under_way.values()), default=sent + 1) - 1

    def _check(self) -> None:
        if self._fault is not None:
            raise self._fault
        if not self._broker.is_connected or self._broker.stats["reconnects"] != self._reconnects:
            raise NotPublished("the connection to the broker was lost; facts wait in the database until it is back")

    async def _wait(self) -> None:
        """For the next answer, watching the connection: what was under way when it was lost is never answered."""
        before, loop = len(self._under_way), asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while len(self._under_way) == before:
            self._check()
            if loop.time() > deadline:
                raise NotPublished(
                    f"no answer to {before} publishes within {PATIENCE:.0f} s: the broker hangs, or this user may not"
                    f" publish to {self._stream} or hear the answers (see `broker` in this log)"
                )
            self._answered.clear()
            try:
                async with asyncio.timeout(LOOK):
                    await self._answered.wait()
            except TimeoutError:
                continue
        self._check()

    async def _hear(self, message: Msg) -> None:
        sequence = int(message.subject.rpartition(".")[2])
        fault = _fault_of(message, sequence)
        if fault is not None and self._fault is None:  # the first says why; the rest only follow from it
            self._fault = fault
        if (answered := self._under_way.pop(sequence, None)) is not None:
            self._bytes -= answered.size
        self._answered.set()


def _fault_of(message: Msg, sequence: int) -> Exception | None:
    """What is wrong with the answer to the publish of that sequence."""
    if message.headers and Header.STATUS.value in message.headers:
        return OutOfPlace("there is no stream")
    answer = msgspec.json.decode(message.data, type=_Answer)
    if answer.error is not None:
        said = answer.error.description
        if answer.error.err_code in (WRONG_LAST_SEQUENCE, REPEAT_IN_BATCH):
            return OutOfPlace(said)
        return NotPublished(f"the broker refused the fact with index {sequence}: {said}")
    if answer.seq != sequence:
        return Remembered(f"the broker takes the fact with index {sequence} for its message {answer.seq}")
    return None
