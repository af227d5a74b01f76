"""A batch of append requests: which may stand side by side in one, and the columns in which they travel."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.eventstore.vocabulary import AppendRequest, ClaimTaken, IntegrityError, Tracking

Columns = tuple[Sequence[Any], ...]


def are_apart(requests: Sequence[AppendRequest], proven: Mapping[str, int]) -> bool:
    """Whether these are all of the plain kind, one event each on a stream of their own, and none is doomed.

    Nearly every batch is, and this is told sooner than by asking `Neighbours` of each.
    """
    streams: list[str] = []
    for request in requests:
        if len(request.events) != 1 or request.claims or request.tracking:
            return False
        event = request.events[0]
        stream, expected = event.originator_id, request.expected
        if event.originator_version <= proven.get(stream, -1) or (expected and [*expected] != [stream]):
            return False
        streams.append(stream)
    commands = {request.command_id.int for request in requests}
    return len(set(streams)) == len(commands) == len(requests)


class Neighbours:
    """What the requests taken into a batch write: two that could be in each other's way go one after the other."""

    def __init__(self) -> None:
        self._written: set[object] = set()
        self._tracked: dict[str, int] = {}

    def admit(self, request: AppendRequest) -> bool:
        """Whether the request may go along; whether it does or not, those after it stay behind it in its streams.

        Not beside another that writes a stream it reads or writes, has its command id or takes its claim; and a
        consumer's tracking only after lower ones.
        """
        written = self._written
        writes: list[object] = [event.originator_id for event in request.events]
        if request.claims:
            writes += [(request.community, claim.kind, claim.value) for claim in request.claims]
        apart = (
            request.command_id.int not in written
            and written.isdisjoint(writes)
            and written.isdisjoint(request.expected)
            and self._is_ahead(request.tracking)
        )
        written.update(writes)
        if apart:
            written.add(request.command_id.int)
        return apart

    def _is_ahead(self, tracking: Tracking | None) -> bool:
        if tracking is None:
            return True
        ahead = self._tracked.get(tracking.consumer, -1) < tracking.index
        if ahead:
            self._tracked[tracking.consumer] = tracking.index
        return ahead


def wrong_with(request: AppendRequest) -> IntegrityError | None:
    """What a request itself does not hold to: versions of a stream follow on from each other, no claim stands twice."""
    expected = request.expected
    last: dict[str, int] = {}
    for event in request.events:
        stream, version = event.originator_id, event.originator_version
        before = last.get(stream, expected.get(stream))
        if before is not None and version != before + 1:
            return IntegrityError(f"version {version} of {stream} does not follow on from {before}")
        last[stream] = version
    if len(request.claims) > 1:
        claimed: set[tuple[str, str]] = set()
        for claim in request.claims:
            if (claim.kind, claim.value) in claimed:
                return ClaimTaken(claim.kind, claim.value)
            claimed.add((claim.kind, claim.value))
    return None


def too_late(requests: Sequence[AppendRequest], now: float) -> list[AppendRequest]:
    """Those whose moment to be sent has passed, by the monotonic clock."""
    return [request for request in requests if request.good_until < now]


def columns(batch: Sequence[AppendRequest], proven: Mapping[str, int]) -> Columns:
    """The arguments of `store.append_batch`, in its order. Versions up to those in `proven` are known to be there."""
    rich = [request for request in batch if request.claims or request.notes or request.tracking]
    return (*_events(batch), *_reads(batch, proven)[1:], *_claims(rich)[1:], *_notes(rich), *_tracking(rich)[1:])


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
    """Written out, because every append in the house passes here: sooner done than transposing rows."""
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
        expected, events = request.expected, request.events
        if len(events) == 1 == len(expected) and (stream := events[0].originator_id) in expected:
            if expected[stream] > proven.get(stream, 0):  # nearly every request is one of these
                rows.append((number, stream, expected[stream], False))
            continue
        written = {event.originator_id for event in events}
        for stream, version in expected.items():
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
        [(note.id, request.community, note.author, note.language, note.confidentiality, note.digest, note.sealed,
          note.retention) for request in batch for note in request.notes], 8,
    )  # fmt: skip


def _tracking(batch: Sequence[AppendRequest]) -> Columns:
    return _transposed(
        [(number, request.tracking.consumer, request.tracking.log, request.tracking.index)
         for number, request in enumerate(batch) if request.tracking], 4,
    )  # fmt: skip


def _transposed(rows: Iterable[tuple[Any, ...]], width: int) -> Columns:
    return tuple(zip(*rows, strict=True)) or ((),) * width
