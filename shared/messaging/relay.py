"""The relay: store → NATS. Its checkpoint lives at the destination: the last message of the stream says where to go on.

Every publish states the sequence it must follow, so of two racing relays the loser is fenced. It stands by then, and
takes over where the stream falls behind its log, or loses a part, and does not move.
"""

import asyncio
import random

import structlog
from nats.aio.client import Client

from shared.eventstore.hint import Hint
from shared.eventstore.outgoing import Outgoing
from shared.eventstore.vocabulary import Notification
from shared.messaging.cloudevents import encode, headers
from shared.messaging.destination import Destination, StreamRefused, Stretch
from shared.messaging.publishing import MOST_BYTES, Outbound, OutOfPlace, Remembered, Window
from shared.messaging.standing import NOTHING, Told
from shared.messaging.subjects import subject
from shared.observability import Steady

log = structlog.get_logger(__name__)
PAGE = 256
LOOK = 0.25
"""Seconds between looks at the stream: how soon a loss in it is noticed."""
PATIENCE = 0.4, 0.9
"""Seconds, at random between these, for which a relay that stands by lets a stream lie still behind its log."""
ANSWERS_WITHIN = 2.0
"""Seconds after which the broker is asked again: a question asked over a lost connection is never answered."""
WORTH_A_BATCH = 16
"""Facts from which on a batch costs the broker less than each of them alone, where it flushes before it answers."""
ATOMIC_BATCHES_SINCE = 2, 12
"""The version of NATS."""


class Relay:
    """Publishes one service's log, in index order, from wherever the stream stands.

    `may_publish` says whether the stream was found to be this log's when it was last judged; None before that.
    """

    def __init__(
        self, name: str, prefix: str, outgoing: Outgoing, broker: Client, replicas: int = 1, *, together: bool = True
    ) -> None:
        """On a connected `broker`. `together`: many facts at once go all or none, where the broker knows how."""
        self._name = name
        self._prefix = prefix
        self._outgoing = outgoing
        self._broker = broker
        version = broker.connected_server_version
        together = together and (version.major, version.minor) >= ATOMIC_BATCHES_SINCE
        jetstream = broker.jetstream(timeout=ANSWERS_WITHIN)
        self._destination = Destination(name, prefix, jetstream, replicas, together=together)
        self._raced = False
        self.may_publish: bool | None = None
        self.steady = Steady(f"relay of {name}")

    async def follow(self, hint: Hint, poll: float = 0.1) -> None:
        """Relay for ever. After a fault or a lost race the stream is asked anew where it stands."""
        await self.steady.keep(lambda: self._relay_while_it_stands(hint, poll))

    async def _relay_while_it_stands(self, hint: Hint, poll: float) -> None:
        try:
            last = await self._destination.stand(self._outgoing)
            self.may_publish = True
            async with Window(self._broker, self._destination.stream) as window:
                await self._publish(window, last, hint, poll)
        except OutOfPlace as lost:
            await self._stand_by(lost)
        except Remembered as contradiction:
            await self._make_anew(contradiction)
        except StreamRefused:
            self.may_publish = False
            raise

    async def _make_anew(self, contradiction: Remembered) -> None:
        try:
            await self._destination.make_anew(self._outgoing, str(contradiction))
        except OutOfPlace as lost:
            await self._stand_by(lost)

    async def _publish(self, window: Window, last: Told, hint: Hint, poll: float) -> None:
        """Publish what follows `last` as it comes, for as long as stream and log are what they were believed to be."""
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while True:
            seen = hint.rings
            page = await self._following(last)
            if page is None:
                return
            if page:
                await self._send(window, [self._message(notification) for notification in page])
                last = Told(page[-1].index, page[-1].id)
            else:
                await window.settled()
                await hint.wait(poll, seen)
            if loop.time() - looked >= LOOK:
                if not await self._destination.still_stands(window.acknowledged(last.index), last.index):
                    return
                self.steady.well()
                self._raced, looked = False, loop.time()

    async def _following(self, last: Told) -> list[Notification] | None:
        """What the log holds after that fact; None where it does not hold that very fact any more.

        So a database restored, or promoted without its last facts, is found out before anything of it is published.
        """
        if last == NOTHING:
            return await self._outgoing.page(0, PAGE)
        page = await self._outgoing.page(last.index - 1, PAGE + 1)
        return page[1:] if page and (page[0].index, page[0].id) == (last.index, last.id) else None

    async def _send(self, window: Window, messages: list[Outbound]) -> None:
        """After a lost race each alone at first: so the broker tells an id it remembers from a sequence long past."""
        worth_it = len(messages) >= WORTH_A_BATCH and sum(len(message.payload) for message in messages) <= MOST_BYTES
        if worth_it and self._destination.takes_batches and not self._raced:
            await window.send_together(messages)
        else:
            for message in messages:
                await window.send(message)

    def _message(self, notification: Notification) -> Outbound:
        """Its sequence is its index."""
        return Outbound(
            notification.index,
            subject(self._prefix, notification.community, notification.originator_id, notification.topic),
            headers(notification),
            encode(self._name, notification),
        )

    async def _stand_by(self, lost: OutOfPlace) -> None:
        """Return once the stream has lain still for a while, behind the log or not whole.

        At once where that is no other relay's doing: it is gone, or goes beyond the log.
        """
        self._raced = True
        loop, patience = asyncio.get_running_loop(), random.uniform(*PATIENCE)
        stood, moved = None, loop.time()
        while True:
            stands, ends = await self._destination.stretch(), await self._outgoing.last_index()
            if stands is None or stands.ends > ends:
                return
            if stood is None:
                log.info("stands-by", log=self._name, because=str(lost))
            if stands != stood or stands == Stretch(ends, whole=True):
                stood, moved = stands, loop.time()
            elif loop.time() - moved >= patience:
                log.info("takes-over", log=self._name, at=stands.ends)
                return
            self.steady.well()
            await asyncio.sleep(LOOK / 2)
