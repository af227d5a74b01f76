"""The hearer: NATS → heard facts. A durable pull of a service's whole stream, acknowledged only after the commit."""

import asyncio

import asyncpg
import nats.errors
import structlog
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NotFoundError

from shared.eventstore.hint import Hint
from shared.eventstore.logs import HeardLog
from shared.messaging.subjects import stream_name, stream_subjects

log = structlog.get_logger(__name__)
BATCH = 500


class Gap(Exception):
    """The stream skipped an index: hear it again from its start."""


class Hearer:
    """Keeps what one service says, in its index order, for the service that listens."""

    def __init__(self, listener: str, heard: HeardLog, prefix: str, jetstream: JetStreamContext, arrived: Hint) -> None:
        self._heard = heard
        self._stream = stream_name(prefix, heard.name)
        self._subjects = stream_subjects(prefix, heard.name)
        self._durable = f"{prefix}-{listener}-hears-{heard.name}"
        self._jetstream = jetstream
        self._arrived = arrived

    async def follow(self) -> None:
        """Hear for ever. A stream not there, or gone, is waited for; after a gap it is heard again from its start."""
        while True:
            try:
                await self._hear()
            except NotFoundError:
                await asyncio.sleep(0.1)
            except Gap as gap:
                log.error("gap-heard", log=self._heard.name, error=str(gap))
                await self._forget()
                await asyncio.sleep(0.5)
            except (APIError, nats.errors.Error, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("hearer-fault", log=self._heard.name, error=repr(error))
                await asyncio.sleep(0.5)

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
                    continue
                await self._keep([message.data for message in messages])
                await asyncio.gather(*(message.ack() for message in messages))
                self._arrived.ring()
        finally:
            await subscription.unsubscribe()

    async def _keep(self, messages: list[bytes]) -> None:
        try:
            await self._heard.hear(messages)
        except asyncpg.PostgresError as error:
            if error.sqlstate == "CS005":
                raise Gap(str(error)) from error
            raise

    async def _forget(self) -> None:
        try:
            await self._jetstream.delete_consumer(self._stream, self._durable)
        except NotFoundError:
            return
