"""Heartbeats: each relay says twice a second how far its log goes; so whoever hears knows how old its picture is."""

import asyncio
from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta
from nats.aio.client import Client

from shared.contracts.values import Moment
from shared.eventstore.outgoing import Outgoing
from shared.kernel import Clock, Value, utc_now
from shared.messaging.subjects import heartbeat_subject
from shared.observability import Steady

EVERY = 0.5
"""Seconds between two beats."""


class Heartbeat(Value, frozen=True):
    """From a relay: `at` that time, by the clock of its host, the log ended at that `index`. The time is read first."""

    log: str
    index: Annotated[int, Meta(ge=0)]
    at: Moment


class Heartbeats:
    """The beats of one relay process.

    Only a relay that may publish beats: one whose stream is another log's, or whose log lacks what others have heard,
    would call a picture fresh that is none of its log.
    """

    def __init__(
        self, name: str, prefix: str, outgoing: Outgoing, broker: Client, may_publish: Callable[[], bool | None],
        clock: Clock = utc_now,
    ) -> None:  # fmt: skip
        self._name = name
        self._subject = heartbeat_subject(prefix, name)
        self._outgoing = outgoing
        self._broker = broker
        self._may_publish = may_publish
        self._clock = clock
        self.steady = Steady(f"heartbeats of {name}")

    async def follow(self) -> None:
        """Beat for ever; while the relay finds its stream, look often, so that a start is not held up."""

        async def once() -> None:
            if self._may_publish():
                await self.beat()
                await asyncio.sleep(EVERY)
            else:
                await asyncio.sleep(EVERY / 10)

        await self.steady.keep(once)

    async def beat(self) -> None:
        """One beat. None while the broker is away: kept back by the client, it would arrive when it is old."""
        at = self._clock()  # before the index is read: whatever was recorded by then is counted
        index = await self._outgoing.last_index()
        if self._broker.is_connected:
            await self._broker.publish(self._subject, msgspec.json.encode(Heartbeat(self._name, index, at)))
