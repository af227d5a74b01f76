"""A history of so many facts: communities one after another, each told log by log in the order of time.

Nothing is kept but one community's cast and templates, and of each life under way its ids: memory does not grow with
the number of facts.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush, heapreplace
from itertools import accumulate
from random import Random

from deploy.local.history.cast import COLLEGES, Cast
from deploy.local.history.lives import LIVES, Life, drafted, waiting_for_industry, waiting_for_preparation
from deploy.local.history.play import Play
from deploy.local.history.subjects import SUBJECTS
from deploy.local.history.template import Template
from shared.eventstore.vocabulary import AppendRequest

LOGS = ("partnerships", "credentials", "intake")
"""In the order they are brought in: a microcredential is there before its proposal is heard to be accepted."""
FACTS_PER_COMMUNITY = 100_000
FEWEST = 1000
MOST = 20_000_000
DAYS = 4 * 365
"""How long a community has been at work."""
DAY = 86400
SETTLING = 60 * DAY
"""Seconds within which a life that waits has come to wait."""


@dataclass(frozen=True)
class Extent:
    """What is to be told: `facts` over the `logs`, up to the beginning of the day `until`.

    `waiting` more microcredentials than usual wait for their first sign-off, spread over the years.
    """

    seed: str
    facts: int
    until: date
    logs: tuple[str, ...] = LOGS
    waiting: int = 0

    @property
    def name(self) -> str:
        """Short, and another for another extent: by it communities are called, and what is told is decided."""
        told = f"{self.seed}/{self.facts}/{self.until}/{'+'.join(self.logs)}/{self.waiting}"
        return hashlib.sha256(told.encode()).hexdigest()[:8]

    @property
    def communities(self) -> int:
        return max(1, round(self.facts / FACTS_PER_COMMUNITY))

    def community(self, number: int, before: int = 0) -> "Told":
        """The community of that number, from 0; `before` as for `Cast`."""
        end = datetime.combine(self.until, time(), UTC)
        cast = Cast(self.name, f"history-{self.name}-{number + 1}", end - timedelta(days=DAYS), before)
        each, more = divmod(self.facts, self.communities)
        few, left = divmod(self.waiting, self.communities)
        return Told(cast, each + (number < more), end, self.logs, few + (number < left))


class Told:
    """One community's history."""

    def __init__(self, cast: Cast, facts: int, until: datetime, logs: tuple[str, ...], waiting: int) -> None:
        self.cast = cast
        self._until = int(until.timestamp())
        self._opened = int(cast.at.timestamp()) + DAY
        self._seed = cast.key.encode()
        self._templates = [
            Template(_played(life, cast, number + place))
            for number in range(len(SUBJECTS))
            for place, (_, life) in enumerate(LIVES)
        ]
        self._weights = list(accumulate(weight for weight, _ in LIVES))
        self._logs = tuple(log for log in logs if log != "partnerships")
        self.counts = {
            "partnerships": cast.facts,
            "credentials": sum(len(request.events) for request in cast.published),
            "intake": 0,
        }
        self._begins: list[tuple[int, int]] = []
        """When each life begins, and which template it is told by."""
        self._plan(facts - sum(self.counts[log] for log in logs), waiting)

    def requests(self, log: str) -> Iterator[AppendRequest]:
        """What that log holds of it, in the order it occurred."""
        if log == "partnerships":
            yield from self.cast.requests
            return
        if log == "credentials":
            yield from self.cast.published
        yield from self._lives(log)

    def _plan(self, facts: int, waiting: int) -> None:
        """Draw lives until their facts up to now are as many as asked."""
        random, left = Random(self._seed), facts
        for _ in range(waiting):
            left -= self._begin(random, waiting_for_industry, self._until - SETTLING, left)
        while left > 0:
            life = LIVES[bisect_right(self._weights, random.randrange(self._weights[-1]))][1]
            left -= self._begin(random, life, self._until, left)
        self._begins.sort()

    def _begin(self, random: Random, life: Life, latest: int, most: int) -> int:
        """One more life begins, if it has at most so many facts by now; else the shortest. How many facts it has."""
        template, begin = self._template(random, life), random.randrange(self._opened, latest)
        if (count := self._count(template, begin)) > most:
            life = drafted if "intake" in self._logs else waiting_for_preparation
            template, begin = self._template(random, life), random.randrange(self._opened, self._until - SETTLING)
            if (count := self._count(template, begin)) > most:
                raise ValueError(f"{most} facts are too few for what is asked")
        self._begins.append((begin, template))
        for log in ("credentials", "intake"):
            self.counts[log] += self._templates[template].count(log, self._until - begin)
        return count

    def _template(self, random: Random, life: Life) -> int:
        place = next(place for place, (_, one) in enumerate(LIVES) if one is life)
        return random.randrange(len(SUBJECTS)) * len(LIVES) + place

    def _count(self, template: int, begin: int) -> int:
        return sum(self._templates[template].count(log, self._until - begin) for log in self._logs)

    def _lives(self, log: str) -> Iterator[AppendRequest]:
        """All lives at once, as time passes; what would lie beyond its end is still to come."""
        under_way: list[tuple[int, int, AppendRequest, Iterator[tuple[int, AppendRequest]]]] = []
        for number, (begin, template) in enumerate(self._begins):
            yield from self._until_then(under_way, begin)
            telling = self._templates[template].tell(log, begin, self._seed, number)
            if (first := next(telling, None)) is not None:
                heappush(under_way, (first[0], number, first[1], telling))
        yield from self._until_then(under_way, self._until + 1)

    def _until_then(
        self, under_way: list[tuple[int, int, AppendRequest, Iterator[tuple[int, AppendRequest]]]], then: int
    ) -> Iterator[AppendRequest]:
        while under_way and under_way[0][0] < then:
            _, number, request, telling = under_way[0]
            yield request
            if (following := next(telling, None)) is None:
                heappop(under_way)
            else:
                heapreplace(under_way, (following[0], number, following[1], telling))


def _played(life: Life, cast: Cast, number: int) -> Play:
    play = Play(cast, COLLEGES[number % len(COLLEGES)], SUBJECTS[number % len(SUBJECTS)])
    life(play)
    return play
