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
    """The fold of a whole log as it stands now, or as it stood."""

    def __init__(self, log: FollowedLog, start: Callable[[], A]) -> None:
        self._log = log
        self._start = start
        self._now = start()
        self._era = log.era
        self._one_at_a_time = asyncio.Lock()
        self._two_at_a_time = asyncio.Semaphore(2)

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

    async def as_of(self, moment: Moment, now: datetime, known: Moment = Moment()) -> tuple[A, datetime]:  # noqa: B008 - a value
        """What was `known`, and the time the `moment` asked about stands for.

        A fold keeps the moments of what it holds, so whoever has it asks about a time; everything known by now says
        best what was so then, with what was recorded of it later. An index stands for both: when its fact was recorded,
        and what was known with it. Told apart, `known` is a time of recording or an index; now where it is left out.
        """
        await check_reached(self._log, moment)
        await check_reached(self._log, known)
        stands_for = moment.at or now
        if moment.index is not None:
            known = moment if known.is_now else known
            at_index = await self._log.after(max(moment.index, 1) - 1, 1)
            stands_for = at_index[0].recorded_at if moment.index and at_index else now
        return await self._known_by(known), stands_for

    async def _known_by(self, known: Moment) -> A:
        """The fold of what was recorded by then: from the start, page by page, two at a time, so that others get on."""
        folded = await self.current()
        last = await self._log.after(folded.index - 1, 1) if folded.index else []
        if known.is_now or (last and known.knew(last[0]) and last[0].index == folded.index):
            return folded
        folded, index = self._start(), 0
        async with self._two_at_a_time:
            while page := await self._log.after(index, PAGE):
                within = [recorded for recorded in page if known.knew(recorded)]
                for recorded in within:
                    folded.apply(recorded)
                if len(within) < len(page):
                    break
                index = page[-1].index
        return folded
