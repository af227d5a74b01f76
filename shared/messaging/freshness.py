"""How fresh a service's picture of the logs it hears is, by the heartbeats of their relays.

A picture is as fresh as the newest beat whose index it has taken in: it holds everything that was recorded by then.
Where the newest beat ends below what is held, and was not overtaken by it on the way, the log is behind what was heard:
it has lost facts, and no picture of it is fresh.

Clocks: a beat carries the time of the relay's host, and is timed here on receipt by a clock that is never set; the
age is the greater of the two. So a beat held up on its way is seen to be old. A clock here that is ahead, or one there
that is behind, makes a picture look older than it is, by the difference. One there that runs ahead hides at most as
much of a delay on the way. Hosts must agree to well under the ages that are acted upon (with NTP they do).
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.kernel import Clock, Value, utc_now
from shared.messaging.heartbeats import Heartbeat
from shared.messaging.subjects import heartbeat_subject
from shared.observability import Steady

log = structlog.get_logger(__name__)
MOST_KEPT = 128
"""Beats of one log that are kept; beyond that, older ones are thinned out."""
SETTLES = 2.0
"""Seconds by which the facts a beat does not count yet may overtake it on the way here."""
MARKS, APART = 32, 0.25
"""How often, and at most every so many seconds, is kept what was held when: longer than `SETTLES` together."""
NEVER = math.inf


class Fresh(Value, frozen=True):
    """A service's picture of a log: it holds the facts to `index`, and all that were recorded up to `seconds` ago.

    `seconds` is None where no beat has come yet that says so.
    """

    index: int
    seconds: float | None


class Heard(NamedTuple):
    """A beat, and when it came: seconds of the monotonic clock."""

    ends: int
    at: datetime
    came: float


class Picture:
    """What the beats of one log say. Pure: both clocks are arguments."""

    def __init__(self) -> None:
        self._beats: list[Heard] = []
        self._held: deque[tuple[int, float]] = deque(maxlen=MARKS)

    def take(self, index: int, at: datetime, came: float) -> None:
        """Keep a beat."""
        self._beats.append(Heard(index, at, came))
        if len(self._beats) > MOST_KEPT:
            del self._beats[1 : MOST_KEPT // 2 : 2]

    def hold(self, index: int, monotonic: float) -> None:
        """The service was seen to hold the facts to there."""
        if self._held and index < self._held[-1][0]:
            self._held.clear()  # its database was restored, or it gave up what it had heard
        if not self._held or (index > self._held[-1][0] and monotonic >= self._held[-1][1] + APART):
            self._held.append((index, monotonic))

    def hold_more(self, index: int, monotonic: float) -> None:
        """The same of somebody who may be a little behind what was seen elsewhere."""
        if not self._held or index > self._held[-1][0]:
            self.hold(index, monotonic)

    def log_ends_below(self) -> int | None:
        """Where the newest beat ends, if that is below what was held well before it came; None in a sound log."""
        if not self._beats:
            return None
        newest = self._beats[-1]
        long_since = newest.came - SETTLES
        held = next((index for index, since in reversed(self._held) if since <= long_since), 0)  # they only grow
        return newest.ends if newest.ends < held else None

    def age(self, index: int, monotonic: float, now: datetime) -> float:
        """Seconds by which a picture that holds the facts to `index` may be behind; `NEVER` where no beat says so."""
        if self.log_ends_below() is not None:
            return NEVER
        ages = [max(monotonic - one.came, (now - one.at).total_seconds()) for one in self._beats if one.ends <= index]
        return max(0.0, min(ages, default=NEVER))

    def fresh_for(self, index: int, monotonic: float, now: datetime, limit: float) -> float:
        """Seconds until a picture that holds the facts to `index` is older than `limit`; negative or 0 where it is.

        Asked before every write: only the beats of the last `limit` seconds are looked at.
        """
        if self.log_ends_below() is not None:
            return 0.0
        youngest = limit
        for one in reversed(self._beats):
            if (since := monotonic - one.came) >= limit:
                break
            if one.ends <= index:
                youngest = min(youngest, max(since, (now - one.at).total_seconds()))
        return limit - youngest

    def silent_for(self, monotonic: float) -> float:
        """Seconds since the last beat came, whatever its index; `NEVER` where none has."""
        return monotonic - self._beats[-1].came if self._beats else NEVER


class Freshness:
    """Listens to the beats of every log the service hears. Its own log, `own` if it has one, is always fresh."""

    def __init__(
        self,
        prefix: str,
        own: str,
        reached: Mapping[str, Callable[[], Awaitable[int]]],
        broker: Client,
        clock: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`reached` says, for each log heard, the last index of it the service has.

        `strange` counts the messages that came as beats and are none.
        """
        self._prefix = prefix
        self._own = own
        self._reached = reached
        self._broker = broker
        self._clock = clock
        self._monotonic = monotonic
        self._pictures = {log: Picture() for log in reached}
        self.strange = 0
        self.steady = Steady("freshness")

    async def follow(self) -> None:
        """Listen for ever."""
        await self.steady.keep(self._listen)

    async def _listen(self) -> None:
        subscriptions = [
            await self._broker.subscribe(heartbeat_subject(self._prefix, log), cb=self._take) for log in self._pictures
        ]
        self.steady.well()
        try:
            await asyncio.Event().wait()  # the client subscribes again by itself when it has connected again
        finally:
            for subscription in subscriptions:
                await subscription.unsubscribe()

    async def _take(self, message: Msg) -> None:
        came, beat = self._monotonic(), _beat_in(message.data)
        if beat is not None and message.subject == heartbeat_subject(self._prefix, beat.log):
            self._pictures[beat.log].take(beat.index, beat.at, came)
            return
        self.strange += 1
        if self.strange == 1:  # said once: whoever may aim messages here could fill the log with them
            log.warning("no-heartbeat", subject=message.subject, bytes=len(message.data), do="find out who sent it")

    async def age(self, log: str) -> float:
        """Seconds by which what this service has heard of that log may be behind; infinite where nobody knows."""
        if log == self._own:
            return 0.0
        index = await self._reached[log]()  # before the clocks are read: what comes meanwhile only makes it fresher
        self._pictures[log].hold(index, self._monotonic())
        return self.age_at(log, index)

    def age_at(self, log: str, index: int) -> float:
        """The same for a picture that holds the log's facts to `index`, such as a register folded so far."""
        if log == self._own:
            return 0.0
        return self._pictures[log].age(index, self._monotonic(), self._clock())

    def fresh_for(self, log: str, index: int, limit: float) -> float:
        """The same of that log; and the service is seen to hold its facts to `index`."""
        if log == self._own:
            return limit
        picture, now = self._pictures[log], self._monotonic()
        picture.hold_more(index, now)
        return picture.fresh_for(index, now, self._clock(), limit)

    async def all(self) -> dict[str, Fresh]:
        """For each log heard."""
        found = {}
        for log, reached in self._reached.items():
            index = await reached()
            self._pictures[log].hold(index, self._monotonic())
            seconds = self.age_at(log, index)
            found[log] = Fresh(index, None if seconds == NEVER else round(seconds, 3))
        return found

    def in_the_way(self, log: str, fresh: Fresh, limit: float) -> str | None:
        """What keeps the picture from being fresher than `limit` seconds, and where to look; None where it is."""
        if fresh.seconds is not None and fresh.seconds <= limit:
            return None
        picture = self._pictures[log]
        if (ends := picture.log_ends_below()) is not None:
            return (
                f"the log is behind what was heard: its relay says that it ends at {ends}, and this service holds"
                f" {fresh.index}. Did it lose facts? See `After facts were lost` in docs/operating.md"
            )
        behind = "its age is unknown" if fresh.seconds is None else f"{fresh.seconds:.1f} s old"
        if (silent := picture.silent_for(self._monotonic())) == NEVER:
            return f"its relay was never heard; is one running on this broker? ({log}: role relay)"
        if silent > limit:
            return f"{behind}: its relay was last heard {silent:.0f} s ago; is it running, and has it its database?"
        if picture.age(2**63, self._monotonic(), self._clock()) > limit:
            return f"{behind}: its relay is heard, with times that are not now; do the clocks of the hosts agree?"
        return f"{behind}: its relay is ahead of index {fresh.index}; is `react` of this service running?"


def _beat_in(message: bytes) -> Heartbeat | None:
    try:
        return msgspec.json.decode(message, type=Heartbeat)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
