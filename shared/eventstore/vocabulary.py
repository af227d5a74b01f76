"""What goes into the store and comes out, in the `eventsourcing` library's words, with what our envelope adds."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from math import inf
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from eventsourcing.persistence import IntegrityError, OperationalError

from shared.contracts.values import Retention
from shared.kernel import Recorded, Value
from shared.kernel.values import Fact

__all__ = ["IntegrityError", "OperationalError"]


LARGEST_FACT = 48 * 1024
"""Bytes a fact may have."""


class StoredEvent(Value, frozen=True):
    """An event to append: `topic` is the fact's tag, `state` its bytes, kept exactly as they are."""

    id: UUID
    originator_id: str
    originator_version: int
    topic: str
    state: bytes


class Notification(Value, frozen=True):
    """A stored event with its place in its log (`index`, gapless from 1) and everything recorded around it."""

    index: int
    id: UUID
    community: str
    originator_id: str
    originator_version: int
    topic: str
    occurred_at: datetime
    recorded_at: datetime
    command_id: UUID
    ordinal: int
    correlation: UUID
    causation: UUID | None
    metadata: bytes
    state: bytes


class Tracking(Value, frozen=True):
    """`consumer` has taken in `log` up to `index`; it only ever moves forward."""

    consumer: str
    log: str
    index: int


class Claim(Value, frozen=True):
    """A unique reservation within the community, such as a slug."""

    kind: str
    value: str
    owner: UUID


class SealedNote(Value, frozen=True):
    """Encrypted text beside the log; `digest` is the salted digest the fact carries."""

    id: UUID
    author: UUID | None
    language: str
    confidentiality: Literal["community", "in-confidence"]
    digest: str
    sealed: bytes
    retention: Retention = "remark"


class AppendRequest(Value, frozen=True):
    """Everything one command writes: all of it, or none.

    `expected` holds the version of every stream written or only read, as it was when the decision was made. What it was
    judged on is `good_until` that second of this process's monotonic clock: it is sent by then, or not at all.
    """

    community: str
    command_id: UUID
    correlation: UUID
    causation: UUID | None
    occurred_at: datetime
    metadata: bytes
    events: tuple[StoredEvent, ...] = ()
    expected: dict[str, int] = {}  # noqa: RUF012 - msgspec copies an empty default
    claims: tuple[Claim, ...] = ()
    notes: tuple[SealedNote, ...] = ()
    tracking: Tracking | None = None
    good_until: float = inf


class Appended(Value, frozen=True):
    """Where the request's events went: indexes `first_index` and on, all recorded at `recorded_at`."""

    first_index: int
    recorded_at: datetime


class VersionConflict(IntegrityError):
    """A stream is at another version than the decision saw: load and decide again."""


class CommandRepeated(IntegrityError):
    """This command id has already written its events."""


class JudgedTooLongAgo(IntegrityError):
    """What the decision was judged on was too old when its turn came: judge again. Nothing was written."""


class ClaimTaken(IntegrityError):
    """Somebody holds that claim."""

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(f"{kind} {value!r} is taken")
        self.kind = kind
        self.value = value


class AlreadyTracked(IntegrityError):
    """The consumer has already passed that index: a redelivery, which must have no effect."""


class QueueFull(OperationalError):
    """Too many requests wait to be written; this one was not taken."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} requests wait to be written; this one was not taken")


@runtime_checkable  # handlers are handed one by this type, and the framework checks it
class EventStore(Protocol):
    """What every store does. Reads return whole prefixes: nothing that is committed is missing below the last index."""

    def append(self, request: AppendRequest) -> Awaitable[Appended]:
        """Write the request or raise one of the `IntegrityError` family and write nothing.

        Where several reasons stand against it: `CommandRepeated` first, then `VersionConflict`, `AlreadyTracked`,
        `ClaimTaken`. `QueueFull` where it was not taken; any other `OperationalError` where its fate is not known.
        """

    async def stream(self, community: str, stream: str) -> list[Notification]:
        """The stream's events in order; empty where the community has no such stream."""

    async def command(self, command_id: UUID) -> list[Notification]:
        """What that command wrote, in order; empty when it wrote nothing."""

    async def page(self, after: int, limit: int) -> list[Notification]:
        """Up to `limit` events after that index, in index order."""

    async def community_page(self, community: str, after: int, until: int, limit: int) -> list[Notification]:
        """Up to `limit` events of that community above `after` and up to `until`, in index order."""

    async def last_index(self) -> int:
        """The index of the last event; 0 in an empty log."""

    async def identity(self) -> UUID:
        """Which log this is: made once with it, kept by backups and copies."""

    async def tracked(self, consumer: str) -> int:
        """How far the consumer has got; 0 before its first."""

    async def note(self, community: str, note: UUID) -> SealedNote | None:
        """That note, still sealed."""

    async def forget(self, community: str, contacts: Sequence[UUID]) -> None:
        """Delete those of them that are sealed contact data; what else is sealed there stays."""

    @property
    def era(self) -> int:
        """As of a `FollowedLog`."""


@runtime_checkable  # as above
class Log(Protocol):
    """A log to be followed: a service's own, or what it heard of another's."""

    name: str

    async def after(self, index: int, limit: int = 1000) -> list[Recorded[Fact]]:
        """Up to `limit` facts after that index, in order; what is unknown or unreadable has its place among them."""

    async def last_index(self) -> int:
        """The index of the last fact in it."""


class FollowedLog(Log, Protocol):
    """One that says when what was folded of it may not be so any more."""

    @property
    def era(self) -> int:
        """Another one means that facts read before may be gone, and others stand in their places.

        It comes with the promotion of a standby, which may not have received them.
        """
