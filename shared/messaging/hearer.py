"""The hearer: NATS → heard facts. A durable pull of a service's whole stream, acknowledged only after the commit."""

import asyncio

import structlog
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from shared.eventstore.hint import Hint
from shared.eventstore.logs import Gap, HeardLog
from shared.messaging.subjects import stream_name, stream_subjects
from shared.observability import Steady

log = structlog.get_logger(__name__)
BATCH = 500
WHILE_NOT_THERE = 0.1
"""Seconds between looks for a stream that its relay has not made yet."""


class Hearer:
    """Keeps what one service says, in its index order, for the service that listens."""

    def __init__(self, listener: str, heard: HeardLog, prefix: str, jetstream: JetStreamContext, arrived: Hint) -> None:
        self._heard = heard
        self._stream = stream_name(prefix, heard.name)
        self._subjects = stream_subjects(prefix, heard.name)
        self._durable = f"{prefix}-{listener}-hears-{heard.name}"
        self._jetstream = jetstream
        self._arrived = arrived
        self.steady = Steady(f"{listener} hears {heard.name}")

    async def follow(self) -> None:
        """Hear for ever. A stream not there, or gone, is waited for; after a gap it is heard again from its start."""
        await self.steady.keep(self._hear_while_it_lasts)

    async def _hear_while_it_lasts(self) -> None:
        try:
            await self._hear()
        except NotFoundError:
            await asyncio.sleep(WHILE_NOT_THERE)
        except Gap as gap:
            log.error("gap-heard", log=self._heard.name, error=str(gap))
            await self._forget()
            raise

    async def _hear(self) -> None:
        await self._jetstream.stream_info(self._stream)
        subscription = await self._jetstream.pull_subscribe(
            self._subjects,
            durable=self._durable,
            stream=self._stream,
            config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.EXPLICIT, ack_wait=30),
        )
        try:
            while True:
                try:
                    messages = await subscription.fetch(BATCH, timeout=2)
                except TimeoutError:
                    await self._jetstream.consumer_info(self._stream, self._durable)  # gone with a lost broker store?
                    self.steady.well()
                    continue
                await self._heard.hear([message.data for message in messages])
                await asyncio.gather(*(message.ack() for message in messages))
                self._arrived.ring()
                self.steady.well()
        finally:
            await subscription.unsubscribe()

    async def _forget(self) -> None:
        try:
            await self._jetstream.delete_consumer(self._stream, self._durable)
        except NotFoundError:
            return
