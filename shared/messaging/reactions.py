"""Reactions: a fact heard from elsewhere → an own command, its id derived from the fact, tracked in the same append."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, runtime_checkable
from uuid import uuid5

import asyncpg
import structlog
from opentelemetry.trace import SpanKind

from shared.eventstore.commands import Commands, Result
from shared.eventstore.faults import Patience
from shared.eventstore.hint import Hint
from shared.eventstore.parking import Parking
from shared.eventstore.trying import Failure, tried
from shared.eventstore.vocabulary import AlreadyTracked, Log, Tracking
from shared.eventstore.work import Work
from shared.kernel import Actor, Context, Fact, Recorded, UnreadableFact
from shared.observability import Steady, bound
from shared.observability.tracing import traced, traceparent

log = structlog.get_logger(__name__)
PAGE = 200


class Reaction(Protocol):
    """Named as a sentence; `to` is the kind of fact it acts on, or the kinds, in `log`."""

    @property
    def name(self) -> str: ...

    @property
    def log(self) -> str: ...

    @property
    def to(self) -> type[Fact] | tuple[type[Fact], ...]: ...

    async def decide(self, work: Work, heard: Recorded[Any]) -> None:
        """Decide what follows from the fact: nothing where nothing needs to, as for a repeat.

        `Refused` where something should follow and cannot: a dead letter, for a person to look at.
        """


@runtime_checkable
class Choosing(Protocol):
    """A reaction that need not act on each such fact, and sees that of a whole page at once: the rest costs nothing."""

    async def chosen(self, page: Sequence[Recorded[Any]]) -> Sequence[Recorded[Any]]:
        """Those of these facts that it must decide on; asked after they were read, and again wherever they are."""


class Reactor:
    """Runs one reaction over one log, each fact once. What it cannot take in holds up its own stream, and no other."""

    def __init__(
        self,
        service: str,
        reaction: Reaction,
        heard: Log,
        commands: Commands,
        pool: asyncpg.Pool,
        patience: Patience = Patience(),  # noqa: B008 - a value, never changed
    ) -> None:
        """`pool` reaches the database that keeps the dead letters, in the role that appends."""
        self._service = service
        self._reaction = reaction
        self._heard = heard
        self._commands = commands
        self._patience = patience
        self.consumer = f"{service}/{reaction.name}"
        self._parking = Parking(pool, self.consumer, reaction.log)
        self.log = reaction.log
        self.steady = Steady(f"reaction {reaction.name}")

    async def follow(self, hint: Hint, poll: float = 0.1) -> None:
        """React for ever; after a fault of the environment the same fact is tried again: nothing is passed over."""

        async def once() -> None:
            seen = hint.rings
            await self.do_as_asked()
            if not await self.advance():
                await hint.wait(poll, seen)

        await self.steady.keep(once)

    async def advance(self) -> int:
        """React to one page of facts; how many were taken in, put aside ones among them."""
        page = await self._heard.after(await self._commands.store.tracked(self.consumer), PAGE)
        concerned = await self._concerned(page)
        last = 0
        for recorded in page:
            moved = recorded.index in concerned and await self._take_in(recorded)
            last = 0 if moved else recorded.index
        if last:
            await self._pass(page[-1])
        return len(page)

    async def do_as_asked(self) -> None:
        """Retry and release what a person has asked for, and take in what waited behind it."""
        if not (asked := await self._parking.asked()):
            return
        async with self._parking.alone() as alone:
            for letter in asked if alone else ():
                await self._do_as_asked(letter)

    async def _do_as_asked(self, id_: int) -> None:
        letter = await self._parking.letters.find(id_)
        if letter.state != "waiting" or letter.asked is None or letter.index is None:
            return None  # another process was faster
        if letter.asked == "retry" and (failure := await self._try(await self._at(letter.index))):
            return await self._parking.still(letter, failure.error, failure.tries)
        for_good = letter.asked == "retry"  # it was acted on
        while not await self._parking.settle(letter, for_good=for_good):
            if not (waiting := await self._parking.letters.parked(letter.id, PAGE)):
                return None  # something else is asked by now
            for_good = True  # what comes later in its stream follows, so it cannot any more
            for parked in waiting:
                recorded = await self._at(parked.index)
                if failure := await self._try(recorded):
                    return await self._parking.hand_over(letter, recorded, *failure)
                await self._parking.unpark(letter, parked.index)
        log.info("dead-letter-settled", letter=letter.id, consumer=self.consumer, fact=letter.place, by=letter.asked)
        return None

    async def _at(self, index: int) -> Recorded[Fact]:
        (recorded,) = await self._heard.after(index - 1, 1)
        return recorded

    async def _concerned(self, page: Sequence[Recorded[Fact]]) -> set[int]:
        """The indexes of the facts to act on, or to put aside."""
        kinds = self._reaction.to if isinstance(self._reaction.to, tuple) else (self._reaction.to,)
        tags = {kind.fact_tag() for kind in kinds}
        facts = [recorded for recorded in page if isinstance(recorded.fact, kinds)]
        if facts and isinstance(self._reaction, Choosing):
            facts = [*await self._reaction.chosen(facts)]
        unreadable = {one.index for one in page if isinstance(one.fact, UnreadableFact) and one.fact.of in tags}
        return {one.index for one in facts} | unreadable

    async def _take_in(self, recorded: Recorded[Fact]) -> bool:
        """Whether this moved the tracking. It does not where the reaction's facts were there: imported with the log.

        Nor where the fact was released, and its log is heard anew.
        """
        stands = await self._parking.stands(recorded)
        if stands == "released":
            return False
        if stands == "waiting" and await self._parking.park(recorded):
            return True
        result: list[Result | None] = []

        async def react() -> None:
            result.append(await self._react(recorded, Tracking(self.consumer, self._heard.name, recorded.index)))

        if failure := await tried(recorded, react, self._patience):
            if await self._parking.bury(recorded, *failure):
                log.error(
                    "dead-letter", consumer=self.consumer, fact=f"{self.log}@{recorded.index}", error=failure.error
                )
            return True
        return result[-1] is None or not result[-1].repeated

    async def _try(self, recorded: Recorded[Fact]) -> Failure | None:
        """React to a fact that was passed before: the same command, whose tracking stands beyond it."""

        async def react() -> None:
            await self._react(recorded, None)

        return await tried(recorded, react, self._patience)

    async def _react(self, recorded: Recorded[Fact], tracking: Tracking | None) -> Result | None:
        async def decide(work: Work) -> None:
            await self._reaction.decide(work, recorded)

        with (
            traced(self._reaction.name, SpanKind.CONSUMER, recorded.metadata.traceparent),
            bound(correlation=recorded.correlation, fact=recorded.id, reaction=self._reaction.name),
        ):
            result = await self._run(recorded, decide, self._reaction.name, tracking)
            log.info("reacted", wrote=len(result.recorded) if result else 0)
            return result

    async def _pass(self, recorded: Recorded[Fact]) -> None:
        """Move on past that fact without writing anything: as a command of its own, so that no other stands for it."""
        tracking = Tracking(self.consumer, self._heard.name, recorded.index)
        await self._run(recorded, self._nothing, f"pass {self._reaction.name}", tracking)

    async def _run(
        self,
        recorded: Recorded[Fact],
        decide: Callable[[Work], Awaitable[None]],
        name: str,
        tracking: Tracking | None,
    ) -> Result | None:
        context = Context(
            community=recorded.community,
            actor=Actor(service=self._service),
            command_id=uuid5(recorded.id, name),
            correlation=recorded.correlation,
            causation=recorded.id,
            occurred_at=recorded.occurred_at,
            traceparent=traceparent(),
        )
        try:
            return await self._commands.execute(context, decide, tracking)
        except AlreadyTracked:
            return None

    async def _nothing(self, work: Work) -> None:
        """Move on without writing anything."""
