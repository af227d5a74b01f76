"""Reactions: a fact heard from elsewhere → an own command, its id derived from the fact, tracked in the same append."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import uuid5

import structlog
from opentelemetry.trace import SpanKind

from shared.eventstore.hint import Hint
from shared.eventstore.refusals import Busy
from shared.eventstore.vocabulary import AlreadyTracked, Log, Tracking
from shared.eventstore.work import Commands, Result, Work
from shared.kernel import Actor, Context, Fact, Recorded, Refused
from shared.observability import Steady, bound
from shared.observability.tracing import traced, traceparent

log = structlog.get_logger(__name__)
PAGE = 200


class Reaction(Protocol):
    """Named as a sentence; `to` is the kind of fact it acts on, in `log`."""

    @property
    def name(self) -> str: ...

    @property
    def log(self) -> str: ...

    @property
    def to(self) -> type[Fact]: ...

    async def decide(self, work: Work, heard: Recorded[Any]) -> None:
        """Decide what follows from the fact; `Refused` where nothing does."""


class Reactor:
    """Runs one reaction over one log, each fact once."""

    def __init__(self, service: str, reaction: Reaction, heard: Log, commands: Commands) -> None:
        self._service = service
        self._reaction = reaction
        self._heard = heard
        self._commands = commands
        self.consumer = f"{service}/{reaction.name}"
        self.log = reaction.log
        self.steady = Steady(f"reaction {reaction.name}")

    async def follow(self, hint: Hint, poll: float = 0.1) -> None:
        """React for ever; after a fault the same fact is tried again, so nothing heard is passed over."""

        async def once() -> None:
            seen = hint.rings
            if not await self.advance():
                await hint.wait(poll, seen)

        await self.steady.keep(once)

    async def advance(self) -> int:
        """React to one page of facts; how many were taken in."""
        page = await self._heard.after(await self._commands.store.tracked(self.consumer), PAGE)
        last = 0
        for recorded in page:
            moved = isinstance(recorded.fact, self._reaction.to) and await self._react(recorded)
            last = 0 if moved else recorded.index
        if last:
            await self._pass(page[-1])
        return len(page)

    async def _react(self, recorded: Recorded[Fact]) -> bool:
        """Whether this moved the tracking. It does not where the reaction's facts were there: imported with the log."""

        async def decide(work: Work) -> None:
            await self._reaction.decide(work, recorded)

        with (
            traced(self._reaction.name, SpanKind.CONSUMER, recorded.metadata.traceparent),
            bound(correlation=recorded.correlation, fact=recorded.id, reaction=self._reaction.name),
        ):
            try:
                result = await self._run(recorded, decide, self._reaction.name)
                log.info("reacted", wrote=len(result.recorded) if result else 0)
                return result is None or not result.repeated
            except Refused as refused:
                if refused.names(Busy):
                    raise  # others kept changing it: this says nothing about the fact, which is tried again
                log.warning("reaction-refused", reasons=[reason.sentence for reason in refused.reasons])
                await self._pass(recorded)
                return True

    async def _pass(self, recorded: Recorded[Fact]) -> None:
        """Move on past that fact without writing anything: as a command of its own, so that no other stands for it."""
        await self._run(recorded, self._nothing, f"pass {self._reaction.name}")

    async def _run(
        self, recorded: Recorded[Fact], decide: Callable[[Work], Awaitable[None]], name: str
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
            tracking = Tracking(self.consumer, self._heard.name, recorded.index)
            return await self._commands.execute(context, decide, tracking)
        except AlreadyTracked:
            return None

    async def _nothing(self, work: Work) -> None:
        """Move on without writing anything."""
