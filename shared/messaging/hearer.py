"""The hearer: NATS → heard facts. A durable pull of a service's whole stream, acknowledged only after the commit.

Where it stands is what the database holds, never what the broker remembers; and where the two tell different facts,
nothing more is heard. One process hears a log, by a lease that
its writing connection holds; whoever gets the lease makes the consumer anew, at the first index not heard yet.
"""

import asyncio
from typing import Any

import asyncpg
import structlog
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared.eventstore.connections import Connections
from shared.eventstore.dead_letters import HEARING
from shared.eventstore.faults import Patience
from shared.eventstore.hint import Hint
from shared.eventstore.logs import Contradicted, HeardLog
from shared.eventstore.parking import Parking
from shared.messaging.arriving import Arriving
from shared.messaging.misfits import Misfits
from shared.messaging.pulling import BATCH, Stream
from shared.messaging.subjects import durable_name, stream_name, stream_subjects
from shared.observability import Steady

log = structlog.get_logger(__name__)
WHILE_NOT_THERE = 0.1
"""Seconds between looks for a stream that its relay has not made yet."""
STANDS_BY = 0.5
"""Seconds between looks whether the lease is free."""
IDLE = 2.0
"""Seconds one fetch waits, and a hole may last before the stream is searched for what is missing."""


class Hearer:
    """Keeps what one service says, in its index order, for the service that listens."""

    def __init__(
        self,
        listener: str,
        heard: HeardLog,
        connections: Connections,
        pool: asyncpg.Pool,
        prefix: str,
        jetstream: JetStreamContext,
        arrived: Hint,
        idle: float = IDLE,
        patience: Patience = Patience(),  # noqa: B008 - a value, never changed
    ) -> None:
        """`connections` and `pool` reach the listener's database; `arrived` is rung when something was heard."""
        self._heard = heard
        self._connections = connections
        self._stream = Stream(
            jetstream,
            stream_name(prefix, heard.name),
            stream_subjects(prefix, heard.name),
            durable_name(prefix, listener, heard.name),
            heard.envelope,
        )
        self._misfits = Misfits(Parking(pool, HEARING, heard.name), heard, patience)
        self._arrived = arrived
        self._idle = idle
        self._searched = 0
        self.steady = Steady(f"{listener} hears {heard.name}")

    async def follow(self) -> None:
        """Hear for ever, or stand by while another process does."""
        await self.steady.keep(self._turn)

    async def _turn(self) -> None:
        limits = {"idle_session_timeout": "60000"}  # one that was stopped, and says nothing for a minute, is out
        async with self._connections.opened(f"hears {self._heard.name}", **limits) as connection:
            while not await self._heard.may_hear(connection):
                self.steady.well()
                await asyncio.sleep(STANDS_BY)
            log.info("hears", log=self._heard.name)
            while self._connections.is_current(connection):
                try:
                    await self._hear(connection)
                except NotFoundError:  # the stream, or the consumer with it, is gone: its relay makes it anew
                    await self._misfits.do_as_asked(connection)
                    await asyncio.sleep(WHILE_NOT_THERE)
                except Contradicted as error:  # a person must look; asked again, for the stream may be put right
                    self._say("contradicted", str(error))
                    await self._misfits.do_as_asked(connection)
                    await asyncio.sleep(self._idle)

    async def _hear(self, connection: asyncpg.Connection) -> None:
        """From the first index not heard yet, until the stream must be read from elsewhere."""
        last = await self._heard.last_index(connection)
        searching = self._searched == last + 1
        start = await (self._stream.first() if searching else self._stream.place_of(last + 1))
        if (before := await self._stream.fact_at(start - 1)) is not None:
            await self._heard.compare([before], connection)
        arriving = Arriving(last)
        async with self._stream.pull(start) as pull, pull.kept_in_progress(arriving.handles):
            while self._connections.is_current(connection):  # another may be the primary now
                messages = await pull.next(self._idle)
                await self._take_in(connection, arriving, messages)
                await self._misfits.do_as_asked(connection)
                if not messages:
                    await self._stream.check()
                if arriving.hole_lasts(self._idle) and not pull.behind:
                    if self._searched != arriving.missing:
                        self._searched = arriving.missing
                        return  # what is missing may lie before the place where the pull began
                    self._say_what_is_missing(arriving)
                else:
                    self.steady.well()

    async def _take_in(self, connection: asyncpg.Connection, arriving: Arriving, messages: list[Any]) -> None:
        for message in messages:
            try:
                index = self._heard.envelope(message.data).index
            except ValueError as error:
                await self._misfits.put_off_or_aside(message, error)
            else:
                arriving.add(index, message)
        await self._let_go_of_repeats(connection, arriving)  # before anything is kept that may follow from another fact
        while run := arriving.run(BATCH):
            last = await self._heard.hear([message.data for message in run], connection)
            await asyncio.gather(*(message.ack() for message in arriving.heard(last)))
            self._arrived.ring()
        await self._let_go_of_repeats(connection, arriving)
        await asyncio.gather(*(message.nak(self._idle) for message in arriving.too_many()))

    async def _let_go_of_repeats(self, connection: asyncpg.Connection, arriving: Arriving) -> None:
        if repeats := arriving.repeats():
            await self._heard.compare([message.data for message in repeats], connection)
            await asyncio.gather(*(message.ack() for message in repeats))

    def _say_what_is_missing(self, arriving: Arriving) -> None:
        name, missing = self._heard.name, arriving.missing
        said = f"waits for {name}@{missing}, which is not in the stream; the relay of {name} must fill it again"
        self._say("gap-heard", said, missing=missing, goes_on_at=arriving.nearest)

    def _say(self, event: str, said: str, **more: Any) -> None:
        """In readiness, and in the log once."""
        if self.steady.failing != said:
            log.error(event, log=self._heard.name, because=said, **more)
        self.steady.failing = said
