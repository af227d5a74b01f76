"""One try at one command: what is loaded, at which versions, and what is decided."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from math import inf
from typing import Any, Protocol, TypeVar, overload
from uuid import UUID

from shared.authority.reading import Readership
from shared.contracts.values import NoteRef, Retention
from shared.eventstore.mapper import Mapper, readable
from shared.eventstore.refusals import BeforeItsLast, FactTooLong, NotFound
from shared.eventstore.sealing import Notes, NoteVault
from shared.eventstore.snapshots import Snapshots
from shared.eventstore.vocabulary import (
    LARGEST_FACT,
    AppendRequest,
    Claim,
    EventStore,
    SealedNote,
    StoredEvent,
    Tracking,
)
from shared.kernel import (
    Comment,
    Context,
    Decider,
    Fact,
    Metadata,
    Recorded,
    Refused,
    Remark,
    fold,
    new_id,
    stream_id,
)

S = TypeVar("S")
F = TypeVar("F", bound=Fact)


class Means(Protocol):
    """What a piece of work needs of the service it is done in."""

    store: EventStore
    mapper: Mapper
    vault: NoteVault
    snapshots: Snapshots | None
    readership: Callable[[str, UUID], Awaitable[Readership | None]] | None

    def clock(self) -> datetime:
        """Now, but never before what was last recorded from here."""


class Work:
    """One try at one command: what was loaded, at which versions, and what was decided."""

    def __init__(self, means: Means, context: Context, notes: Notes) -> None:
        self._means = means
        self._notes = notes
        self._now = context.occurred_at or means.clock()
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
            readable(self._means.mapper.to_recorded(stored))
            for stored in await self._means.store.stream(self.context.community, stream)
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
        if (snapshots := self._means.snapshots) is None:
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
            self._notes[comment, retention] = self._means.vault.seal(
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
        keeping = (partial(self._means.vault.keep, sealing) for sealing in self._notes.values())
        return (*keeping, *self._beforehand)

    def request(self, tracking: Tracking | None) -> AppendRequest:
        """The append request of everything decided."""
        context, mapper, versions = self.context, self._means.mapper, dict(self._expected)
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
