"""load → decide → append: what every command does around its decision, so that commands hold no rules and no SQL."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import stamina
import structlog

from shared.authority.reading import Readership
from shared.eventstore.hint import Hint
from shared.eventstore.mapper import Mapper, readable
from shared.eventstore.refusals import Busy, KeyTaken, SameKeyOtherBody
from shared.eventstore.sealing import Notes, NoteVault
from shared.eventstore.snapshots import Snapshots
from shared.eventstore.vocabulary import (
    AppendRequest,
    ClaimTaken,
    CommandRepeated,
    EventStore,
    JudgedTooLongAgo,
    Tracking,
    VersionConflict,
)
from shared.eventstore.work import Work
from shared.kernel import (
    Clock,
    Context,
    Fact,
    Recorded,
    Refused,
    Value,
)
from shared.observability import tracing

log = structlog.get_logger(__name__)
T = TypeVar("T")


class Result(Value, frozen=True):
    """What a command wrote, now or (`repeated`) the first time. `answers` is what the decision gave back."""

    recorded: tuple[Recorded[Fact], ...]
    repeated: bool = False
    answers: Any = None


class Commands:
    """Runs commands against one service's log: up to `tries` times, deciding anew after each conflict."""

    def __init__(
        self,
        store: EventStore,
        mapper: Mapper,
        vault: NoteVault,
        clock: Clock,
        appended: Hint,
        snapshots: Snapshots | None = None,
        readership: Callable[[str, UUID], Awaitable[Readership | None]] | None = None,
    ) -> None:
        """Without `snapshots`, every stream is folded from its start; `readership` is what tables say of a subject."""
        self.snapshots = snapshots
        self.readership = readership
        self.store = store
        self.mapper = mapper
        self.vault = vault
        self.appended = appended
        self._clock = clock
        self._latest: datetime | None = None

    def clock(self) -> datetime:
        """Now, but never before what was last recorded from here: a clock that is set back turns no moment back."""
        now = self._clock()
        return now if self._latest is None else max(now, self._latest)

    async def execute(
        self,
        context: Context,
        attempt: Callable[[Work], Awaitable[T]],
        tracking: Tracking | None = None,
        tries: int = 3,
    ) -> Result:
        """Decide and append; a repeat of a command that wrote something gets its first result again.

        Whether it is a repeat is asked only where that could be: where nothing new follows, where it is refused, before
        a note's key is kept, and where the append finds the command written. A command that goes through asks nothing.
        """
        notes: Notes = {}
        conflicts = stamina.AsyncRetryingCaller(
            attempts=tries, timeout=None, wait_initial=0.002, wait_max=0.05, wait_jitter=0.02
        )

        async def once() -> Result:
            if (picture := context.picture) is not None and picture.good_until < time.monotonic():
                await picture.renew()
            try:
                work = Work(self, context, notes)
                answers = await attempt(work)
                request = work.request(tracking)
            except Refused:
                if first := await self._first(context):
                    return first
                raise
            acts = work.acts()
            if (acts or not request.events) and (first := await self._first(context)):
                return first
            if acts and request.events:
                await asyncio.gather(*(asyncio.to_thread(act) for act in acts))
            try:
                return await self._append(request, answers)
            except CommandRepeated:
                if first := await self._first(context):
                    return first
                raise

        try:
            return await conflicts((VersionConflict, JudgedTooLongAgo), once)
        except VersionConflict as conflict:
            raise Refused(Busy(tries)) from conflict
        except JudgedTooLongAgo as late:
            assert context.picture is not None  # nothing else has a moment to be sent by
            raise context.picture.stale() from late
        except ClaimTaken as taken:
            raise Refused(KeyTaken(taken.kind, taken.value)) from taken

    def work(self, context: Context) -> Work:
        """One piece of work outside a command: to read what is recorded."""
        return Work(self, context, {})

    async def _append(self, request: AppendRequest, answers: Any) -> Result:
        if not request.events and request.tracking is None:
            return Result((), answers=answers)
        appended = await self.store.append(request)
        if request.events:
            self._latest = max(appended.recorded_at, self._latest or appended.recorded_at)
        self.appended.ring()
        log.info(
            "recorded",
            correlation=str(request.correlation),
            command=str(request.command_id),
            index=f"{self.mapper.log}@{appended.first_index}",
            events=[str(event.id) for event in request.events],
            tags=[event.topic for event in request.events],
        )
        recorded = tuple(
            Recorded(
                id=event.id,
                tag=event.topic,
                log=self.mapper.log,
                community=request.community,
                stream=event.originator_id,
                version=event.originator_version,
                index=appended.first_index + place,
                occurred_at=min(request.occurred_at, appended.recorded_at),
                recorded_at=appended.recorded_at,
                command_id=request.command_id,
                ordinal=place + 1,
                correlation=request.correlation,
                causation=request.causation,
                metadata=self.mapper.to_metadata(request.metadata),
                fact=self.mapper.fact(event.topic, event.state),
            )
            for place, event in enumerate(request.events)
        )
        return Result(recorded, answers=answers)

    async def _first(self, context: Context) -> Result | None:
        """What this command wrote before, if it did; refused where it was asked for something else then."""
        stored = await self.store.command(context.command_id)
        if not stored:
            return None
        first = tuple(readable(self.mapper.to_recorded(one)) for one in stored)
        if context.body_digest is not None and first[0].metadata.body_digest != context.body_digest:
            raise Refused(SameKeyOtherBody())
        then = first[0].metadata.traceparent
        tracing.link(then)
        log.info(
            "repeated",
            command=str(context.command_id),
            index=f"{self.mapper.log}@{first[0].index}",
            first_trace_id=tracing.ids(then).get("trace_id") if then else None,
        )
        return Result(first, repeated=True)
