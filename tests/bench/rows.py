"""The rows everybody writes: single events of one command each, made before the clock starts, alike for all."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec import structs

from deploy.local.history.telling import Extent
from shared.eventstore.vocabulary import AppendRequest, Claim, SealedNote, StoredEvent
from shared.kernel import new_id

EVENTS_IN_A_STREAM = 8
TAG = "credentials.sign-off-recorded.v1"


class Sample(msgspec.Struct, frozen=True):
    """The bytes of a sign-off of median length out of a generated history, and of what is recorded around it."""

    state: bytes
    metadata: bytes


def sample() -> Sample:
    """The same for every run."""
    told = Extent("bench", 1000, datetime(2026, 1, 1, tzinfo=UTC).date()).community(0)
    found = [
        (len(event.state), event.state, request.metadata)
        for request in told.requests("credentials")
        for event in request.events
        if event.topic == TAG
    ]
    _, state, metadata = sorted(found)[len(found) // 2]
    return Sample(state, metadata)


def callers(many: int, each: int, like: Sample) -> list[list[AppendRequest]]:
    """For each caller its requests in order: one event each, eight in a stream, each after the one before."""
    return [list(_caller(each, like)) for _ in range(many)]


def _caller(count: int, like: Sample) -> Iterator[AppendRequest]:
    stream = ""
    for number in range(count):
        version = number % EVENTS_IN_A_STREAM + 1
        if version == 1:
            stream = f"bench-{new_id()}"
        command = new_id()
        yield AppendRequest(
            community="bench",
            command_id=command,
            correlation=command,
            causation=None,
            occurred_at=datetime.now(UTC),
            metadata=like.metadata,
            events=(StoredEvent(new_id(), stream, version, TAG, like.state),),
            expected={stream: version - 1},
        )


def with_a_read(requests: list[AppendRequest], read: dict[str, int]) -> list[AppendRequest]:
    """The same, each of them also resting on the version of a stream it does not write."""
    streams = list(read.items())
    return [
        structs.replace(request, expected={**request.expected, **dict((streams[number % len(streams)],))})
        for number, request in enumerate(requests)
    ]


def with_a_claim(requests: list[AppendRequest]) -> list[AppendRequest]:
    """The same, each reserving a value of its own."""
    return [
        structs.replace(request, claims=(Claim("bench", str(request.command_id), request.command_id),))
        for request in requests
    ]


def with_a_note(requests: list[AppendRequest]) -> list[AppendRequest]:
    """The same, each with an encrypted comment of 200 bytes."""
    return [
        structs.replace(
            request,
            notes=(SealedNote(new_id(), UUID(int=7), "en", "community", "sha-256:" + "0" * 64, bytes(range(200))),),
        )
        for request in requests
    ]
