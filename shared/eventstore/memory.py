"""The in-memory twin of the store, for pure tests; proven by the same suite as the one on PostgreSQL."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from shared.eventstore.batches import wrong_with
from shared.eventstore.vocabulary import (
    LARGEST_FACT,
    AlreadyTracked,
    Appended,
    AppendRequest,
    ClaimTaken,
    CommandRepeated,
    IntegrityError,
    JudgedTooLongAgo,
    Notification,
    SealedNote,
    VersionConflict,
)
from shared.kernel import Clock, utc_now


class MemoryStore:
    """Keeps everything in lists; each append happens without an await, so whole or not at all."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._identity = uuid4()
        self._events: list[Notification] = []
        self._claims: dict[tuple[str, str, str], UUID] = {}
        self._notes: dict[tuple[str, UUID], SealedNote] = {}
        self._tracking: dict[str, int] = {}
        self._last = datetime.min.replace(tzinfo=UTC)

    @property
    def era(self) -> int:
        return 0

    async def append(self, request: AppendRequest) -> Appended:
        self._check(request)
        first, moment = len(self._events) + 1, max(self._clock(), self._last)
        occurred = min(request.occurred_at, moment)
        self._events.extend(
            Notification(
                first + place, event.id, request.community, event.originator_id, event.originator_version, event.topic,
                occurred, moment, request.command_id, place + 1, request.correlation, request.causation,
                request.metadata, event.state,
            )
            for place, event in enumerate(request.events)
        )  # fmt: skip
        if request.events:
            self._last = moment
        self._claims |= {(request.community, claim.kind, claim.value): claim.owner for claim in request.claims}
        self._notes |= {(request.community, note.id): note for note in request.notes}
        if request.tracking:
            self._tracking[request.tracking.consumer] = request.tracking.index
        return Appended(first, moment)

    def _check(self, request: AppendRequest) -> None:
        """In the order in which every store gives its reasons."""
        if request.good_until < time.monotonic():
            raise JudgedTooLongAgo
        if wrong := wrong_with(request):
            raise wrong
        if request.events and any(stored.command_id == request.command_id for stored in self._events):
            raise CommandRepeated(f"command {request.command_id} has already written its events")
        versions = {stored.originator_id: stored.originator_version for stored in self._events}
        for stream, expected in request.expected.items():
            if versions.get(stream, 0) != expected:
                raise VersionConflict(f"stream {stream} is at version {versions.get(stream, 0)}, not {expected}")
        written = {(stored.originator_id, stored.originator_version) for stored in self._events}
        for event in request.events:
            if (event.originator_id, event.originator_version) in written:
                raise VersionConflict(f"stream {event.originator_id} has a version {event.originator_version}")
            if len(event.state) > LARGEST_FACT:
                raise IntegrityError(f"a fact is at most {LARGEST_FACT} bytes")
            written.add((event.originator_id, event.originator_version))
        if request.tracking and self._tracking.get(request.tracking.consumer, -1) >= request.tracking.index:
            raise AlreadyTracked(f"{request.tracking.consumer} has already passed index {request.tracking.index}")
        self._check_claims(request)

    def _check_claims(self, request: AppendRequest) -> None:
        taken = set(self._claims)
        for claim in request.claims:
            if (wanted := (request.community, claim.kind, claim.value)) in taken:
                raise ClaimTaken(claim.kind, claim.value)
            taken.add(wanted)

    async def stream(self, community: str, stream: str) -> list[Notification]:
        return [event for event in self._events if event.originator_id == stream and event.community == community]

    async def command(self, command_id: UUID) -> list[Notification]:
        return [event for event in self._events if event.command_id == command_id]

    async def page(self, after: int, limit: int) -> list[Notification]:
        return self._events[after : after + limit]

    async def community_page(self, community: str, after: int, until: int, limit: int) -> list[Notification]:
        return [event for event in self._events[after:until] if event.community == community][:limit]

    async def last_index(self) -> int:
        return len(self._events)

    async def identity(self) -> UUID:
        return self._identity

    async def tracked(self, consumer: str) -> int:
        return self._tracking.get(consumer, 0)

    async def note(self, community: str, note: UUID) -> SealedNote | None:
        return self._notes.get((community, note))

    async def forget(self, community: str, contacts: Sequence[UUID]) -> None:
        for one in contacts:
            if (found := self._notes.get((community, one))) is not None and found.retention == "contact":
                del self._notes[community, one]
