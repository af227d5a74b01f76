"""A batch of append requests: which may stand side by side in one, and the columns in which they travel."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.eventstore.vocabulary import AppendRequest, ClaimTaken, IntegrityError

Columns = tuple[Sequence[Any], ...]


class Neighbours:
    """What the requests taken into a batch touch: two that could be in each other's way go one after the other."""

    def __init__(self) -> None:
        self._touched: set[object] = set()
        self._tracked: dict[str, int] = {}

    def admit(self, request: AppendRequest) -> bool:
        """Whether the request may go along; if so, what it writes counts from now on.

        Not beside another that writes a stream it reads or writes, has its command id or takes its claim; and a
        consumer's tracking only after lower ones.
        """
        touched, tracking = self._touched, request.tracking
        if request.command_id in touched or not touched.isdisjoint(request.expected):
            return False
        writes: set[object] = {event.originator_id for event in request.events}
        writes.update((request.community, claim.kind, claim.value) for claim in request.claims)
        if not touched.isdisjoint(writes):
            return False
        if tracking:
            if self._tracked.get(tracking.consumer, -1) >= tracking.index:
                return False
            self._tracked[tracking.consumer] = tracking.index
        touched |= writes
        touched.add(request.command_id)
        return True


def check(request: AppendRequest) -> None:
    """What a request must hold to by itself: a stream's versions follow on from each other, nothing is claimed twice.

    Raises `IntegrityError`, or `ClaimTaken`.
    """
    versions = dict(request.expected)
    for event in request.events:
        before = versions.get(event.originator_id)
        if before is not None and event.originator_version != before + 1:
            raise IntegrityError(
                f"version {event.originator_version} of {event.originator_id} does not follow on from {before}"
            )
        versions[event.originator_id] = event.originator_version
    for place, claim in enumerate(request.claims):
        if any((claim.kind, claim.value) == (other.kind, other.value) for other in request.claims[:place]):
            raise ClaimTaken(claim.kind, claim.value)


def columns(batch: Sequence[AppendRequest], proven: Mapping[str, int]) -> Columns:
    """The arguments of `store.append_batch`, in its order. Versions up to those in `proven` are known to be there."""
    return (
        *_events(batch),
        *_reads(batch, proven)[1:],
        *_claims(batch)[1:],
        *_notes(batch),
        *_tracking(batch)[1:],
    )


def fault_columns(batch: Sequence[AppendRequest], proven: Mapping[str, int]) -> Columns:
    """The arguments of the statement `faults`, in its order; requests are numbered from 0."""
    events = [(number, request.command_id, event.originator_id, event.originator_version)
              for number, request in enumerate(batch) for event in request.events]  # fmt: skip
    numbers, consumers, _, indexes = _tracking(batch)
    claimants, communities, kinds, values, _ = _claims(batch)
    places = [place for request in batch for place in range(len(request.claims))]
    return (
        *_transposed(events, 4), *_reads(batch, proven), numbers, consumers, indexes,
        claimants, communities, kinds, values, places,
    )  # fmt: skip


def _events(batch: Sequence[AppendRequest]) -> Columns:
    """Written out, because every append in the house passes here: a third faster than transposed rows."""
    ids, communities, streams, versions, tags, occurred = [], [], [], [], [], []
    commands, ordinals, correlations, causations, metadata, data = [], [], [], [], [], []
    for request in batch:
        for ordinal, event in enumerate(request.events, 1):
            ids.append(event.id)
            communities.append(request.community)
            streams.append(event.originator_id)
            versions.append(event.originator_version)
            tags.append(event.topic)
            occurred.append(request.occurred_at)
            commands.append(request.command_id)
            ordinals.append(ordinal)
            correlations.append(request.correlation)
            causations.append(request.causation)
            metadata.append(request.metadata)
            data.append(event.state)
    return (ids, communities, streams, versions, tags, occurred,
            commands, ordinals, correlations, causations, metadata, data)  # fmt: skip


def _reads(batch: Sequence[AppendRequest], proven: Mapping[str, int]) -> Columns:
    """(request, stream, version, whether it must be the last) for what the insert itself does not prove."""
    rows: list[tuple[int, str, int, bool]] = []
    for number, request in enumerate(batch):
        if not request.expected:
            continue
        written = {event.originator_id for event in request.events}
        for stream, version in request.expected.items():
            if stream not in written:
                rows.append((number, stream, version, True))
            if version > proven.get(stream, 0):
                rows.append((number, stream, version, False))
    return _transposed(rows, 4)


def _claims(batch: Sequence[AppendRequest]) -> Columns:
    return _transposed(
        [(number, request.community, claim.kind, claim.value, claim.owner)
         for number, request in enumerate(batch) for claim in request.claims], 5,
    )  # fmt: skip


def _notes(batch: Sequence[AppendRequest]) -> Columns:
    return _transposed(
        [(note.id, request.community, note.author, note.language, note.confidentiality, note.digest, note.sealed)
         for request in batch for note in request.notes], 7,
    )  # fmt: skip


def _tracking(batch: Sequence[AppendRequest]) -> Columns:
    return _transposed(
        [(number, request.tracking.consumer, request.tracking.log, request.tracking.index)
         for number, request in enumerate(batch) if request.tracking], 4,
    )  # fmt: skip


def _transposed(rows: Iterable[tuple[Any, ...]], width: int) -> Columns:
    return tuple(zip(*rows, strict=True)) or ((),) * width
