"""A fold that follows a log: kept in memory, caught up before each answer, never a source of truth."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from shared.eventstore.logs import check_reached
from shared.eventstore.vocabulary import FollowedLog
from shared.kernel import Moment, Recorded

PAGE = 1000


class Fold(Protocol):
    """Something facts are applied to in order; `index` is the last one it took in."""

    index: int

    def apply(self, recorded: Recorded[Any]) -> None: ...


A = TypeVar("A", bound=Fold)


class Following(Generic[A]):
    """The fold of a whole log as it stands now, or as of a past moment."""

    def __init__(self, log: FollowedLog, start: Callable[[], A]) -> None:
        self._log = log
        self._start = start
        self._now = start()
        self._era = log.era
        self._one_at_a_time = asyncio.Lock()

    async def current(self) -> A:
        """Everything in the log by now: the cost is that of what came since the last call.

        It is folded anew where the log may have lost its end and got another (see `FollowedLog.era`).
        """
        async with self._one_at_a_time:
            while True:
                page = await self._log.after(self._now.index, PAGE)
                if self._era != (era := self._log.era):
                    self._now, self._era = self._start(), era
                    continue
                for recorded in page:
                    self._now.apply(recorded)
                if len(page) < PAGE:
                    break
            return self._now

    async def as_of(self, moment: Moment, now: datetime) -> tuple[A, datetime]:
        """The fold of that past, and the time it stands for: the one stated, or when its last index was recorded."""
        if moment.is_now:
            return await self.current(), now
        await check_reached(self._log, moment)
        folded, index, stands_for = self._start(), 0, moment.at or now
        while page := await self._log.after(index, PAGE):
            for recorded in page:
                if moment.includes(recorded):
                    folded.apply(recorded)
                    stands_for = moment.at or recorded.recorded_at
            index = page[-1].index
            if moment.index is not None and index >= moment.index:
                break
        return folded, stands_for
