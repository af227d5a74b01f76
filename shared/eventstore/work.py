"""load → decide → append: what every command does around its decision, so that commands hold no rules and no SQL."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from math import inf
from typing import Any, Protocol, TypeVar, overload
from uuid import UUID

import stamina
import structlog

from shared.authority.reading import Readership
from shared.contracts.values import NoteRef, Retention
from shared.eventstore.hint import Hint
from shared.eventstore.mapper import Mapper, readable
from shared.eventstore.refusals import BeforeItsLast, Busy, FactTooLong, KeyTaken, NotFound, SameKeyOtherBody
from shared.eventstore.snapshots import Snapshots
from shared.eventstore.vocabulary import (
    LARGEST_FACT,
    AppendRequest,
    Claim,
    ClaimTaken,
    CommandRepeated,
    EventStore,
    JudgedTooLongAgo,
    SealedNote,
    StoredEvent,
    Tracking,
    VersionConflict,
)
from shared.kernel import (
    Clock,
    Comment,
    Context,
    Decider,
    Fact,
    Metadata,
    Recorded,
    Refused,
    Remark,
    Value,
    fold,
    new_id,
    stream_id,
)
from shared.observability import tracing

log = structlog.get_logger(__name__)
S = TypeVar("S")
F = TypeVar("F", bound=Fact)
T = TypeVar("T")


class Sealing(Value, frozen=True):
    """A note just sealed: the reference for the fact, the note to append, and the key that opens it."""

    ref: NoteRef
    note: SealedNote
    key: bytes


class NoteVault(Protocol):
    """Seals free text so that only a key kept elsewhere opens it."""

    def seal(
        self, words: str, language: str, confidentiality: Any, author: UUID | None, retention: Retention,
        salt: str | None = None,
    ) -> Sealing:  # fmt: skip
        """Encrypt under a key of its own, which is kept nowhere yet. `salt` is the author's own, in base64."""

    def keep(self, sealing: Sealing) -> None:
        """Keep the key durably: before its note is written, and only if it will be. Blocks on the disk."""


Notes = dict[tuple[Comment, Retention], Sealing]
"""What one command has sealed, so that deciding it again seals nothing twice."""


class Result(Value, frozen=True):
    """What a command wrote, now or (`repeated`) the first time. `answers` is what the decision gave back."""

    recorded: tuple[Recorded[Fact], ...]
    repeated: bool = False
    answers: Any = None


class Work:
    """One try at one command: what was loaded, at which versions, and what was decided."""

    def __init__(self, commands: "Commands", context: Context, notes: "Notes") -> None:
        self._commands = commands
        self._notes = notes
        self._now = context.occurred_at or commands.clock()
        self._last: dict[str, datetime] = {}
        self._expected: dict[str, int] = {}
        self._facts: list[tuple[str, Fact]] = []
        self._claims: list[Claim] = []
        self._beside: list[SealedNote] = []
        self._beforehand: list[Callable[[], None]] = []
        self.context = context
        self._good_until = context.picture.good_until if context.picture else inf

    @property
    def at(self) -> datetime:
        """When this happens: the moment stated, else now, but never before what was loaded."""
        return self._now if self.context.occurred_at is not None else max((self._now, *self._last.values()))

    @property
    def decided(self) -> bool:
        """Whether anything is to be recorded."""
        return bool(self._facts)

    async def history(self, decider: Decider[S, F], key: UUID) -> list[Recorded[Fact]]:
        """Everything recorded of one aggregate, for who needs the facts; its version is checked again at the append.

        `Refused(CannotBeRead)` where one of them cannot be: nothing is decided on a part of what happened.
        """
        stream = stream_id(decider.category, key)
        history = [
            readable(self._commands.mapper.to_recorded(stored))
            for stored in await self._commands.store.stream(self.context.community, stream)
        ]
        self._expected[stream] = history[-1].version if history else 0
        if history:
            self._last[stream] = history[-1].occurred_at
        return history

    async def load(self, decider: Decider[S, F], key: UUID) -> S:
        """The aggregate's state; `Refused(NotFound)` where the community has none under that id."""
        state = await self.current(decider, key)
        if not self._expected[stream_id(decider.category, key)]:
            raise Refused(NotFound(decider.category, str(key)))
        return state

    async def current(self, decider: Decider[S, F], key: UUID) -> S:
        """The aggregate's state, or the initial one where there is none yet; its version is checked at the append."""
        if (snapshots := self._commands.snapshots) is None:
            return self.state(decider, await self.history(decider, key))
        stream = stream_id(decider.category, key)
        state, self._expected[stream], last = await snapshots.load(decider, self.context.community, stream)
        if last is not None:
            self._last[stream] = last
        return state

    def state(self, decider: Decider[S, F], history: list[Recorded[Fact]]) -> S:
        """The state after that history."""
        facts: Any = (recorded.fact for recorded in history)  # a stream holds facts of its own decider
        return fold(decider, facts)

    def record(self, decider: Decider[Any, Any], key: UUID, *facts: Fact) -> None:
        """Decided: these facts follow in the aggregate's stream. A stream never loaded is expected to be new."""
        stream = stream_id(decider.category, key)
        self._expected.setdefault(stream, 0)
        stated, last = self.context.occurred_at, self._last.get(stream)
        if facts and stated is not None and last is not None and stated < last:
            if self.context.actor.service is None:
                raise Refused(BeforeItsLast(stated.isoformat(), last.isoformat(), stream))
            self._now = max(self._now, last)  # what is reacted to may be heard long after it happened
        self._facts.extend((stream, fact) for fact in facts)

    def claim(self, kind: str, value: str, owner: UUID) -> None:
        """Reserve a unique value within the community, in the same append."""
        self._claims.append(Claim(kind, value, owner))

    @overload
    def note(self, remark: Remark, retention: Retention = "remark") -> NoteRef: ...
    @overload
    def note(self, remark: None, retention: Retention = "remark") -> None: ...
    def note(self, remark: Remark | None, retention: Retention = "remark") -> NoteRef | None:
        """Keep free text beside the log, encrypted; the fact gets the reference. None for no words."""
        if remark is None:
            return None
        comment = remark if isinstance(remark, Comment) else Comment(remark)
        if (comment, retention) not in self._notes:
            author = self.context.actor.person
            self._notes[comment, retention] = self._commands.vault.seal(
                comment.words, comment.language, comment.confidentiality, author, retention, comment.salt
            )
        return self._notes[comment, retention].ref

    def beside(self, sealed: SealedNote) -> None:
        """Append what is sealed already along with the facts; who opens it is for `beforehand` to make sure of."""
        self._beside.append(sealed)

    def beforehand(self, act: Callable[[], None]) -> None:
        """What must be durable outside the database before the facts are: done once this is known to be no repeat.

        It may block on the disk, and may come to nothing, for the append after it can fail: so it is done again then.
        """
        self._beforehand.append(act)

    def acts(self) -> tuple[Callable[[], None], ...]:
        """All that comes before the append."""
        keeping = (partial(self._commands.vault.keep, sealing) for sealing in self._notes.values())
        return (*keeping, *self._beforehand)

    def request(self, tracking: Tracking | None) -> AppendRequest:
        """The append request of everything decided."""
        context, mapper, versions = self.context, self._commands.mapper, dict(self._expected)
        events: list[StoredEvent] = []
        for stream, fact in self._facts:
            versions[stream] += 1
            stored = mapper.to_stored(new_id(), stream, versions[stream], fact)
            if len(stored.state) > LARGEST_FACT:
                raise Refused(FactTooLong(len(stored.state), LARGEST_FACT))
            events.append(stored)
        metadata = Metadata(
            actor=context.actor,
            on_behalf_of=context.on_behalf_of,
            request_id=context.request_id,
            body_digest=context.body_digest,
            backdated=context.occurred_at is not None and context.actor.service is None,
            traceparent=context.traceparent,
        )
        return AppendRequest(
            community=context.community,
            command_id=context.command_id,
            correlation=context.correlation,
            causation=context.causation,
            occurred_at=self.at,
            metadata=mapper.metadata(metadata),
            events=tuple(events),
            expected=self._expected,
            claims=tuple(self._claims),
            notes=(*(sealing.note for sealing in self._notes.values()), *self._beside) if events else (),
            tracking=tracking,
            good_until=self._good_until,
        )


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
