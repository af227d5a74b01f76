"""What the library inserts, as one append request of ours."""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from eventsourcing import persistence as library
from eventsourcing.persistence import DataError

from shared.eventstore.door.settings import DoorSettings
from shared.eventstore.vocabulary import LARGEST_FACT, AppendRequest, StoredEvent, Tracking
from shared.kernel import Actor, Metadata, new_id, utc_now

METADATA = msgspec.json.encode(Metadata(actor=Actor(service="eventsourcing")))
"""Beside every event the library writes: nobody's decision, and readable as any of ours."""
LARGEST_VERSION = 2**31 - 1


def append_request(
    settings: DoorSettings, events: Sequence[library.StoredEvent], tracking: library.Tracking | None
) -> AppendRequest:
    """A command of its own. Nothing is expected of the streams: a version that is there already is a conflict."""
    for event in events:
        _check(event)
    command = new_id()
    return AppendRequest(
        community=settings.community or "",
        command_id=command,
        correlation=command,
        causation=None,
        occurred_at=utc_now(),
        metadata=METADATA,
        events=tuple(
            StoredEvent(new_id(), str(event.originator_id), event.originator_version, event.topic, event.state)
            for event in events
        ),
        tracking=None if tracking is None else _tracking(settings, tracking),
    )


def consumer(settings: DoorSettings, upstream: str) -> str:
    """Under which the application's place in `upstream` is kept: no two applications or upstreams share one."""
    return f"eventsourcing:{quote(settings.name, safe='')}:{quote(upstream, safe='')}"


def _tracking(settings: DoorSettings, tracking: library.Tracking) -> Tracking:
    upstream = tracking.application_name
    return Tracking(consumer(settings, upstream), upstream, tracking.notification_id)


def _check(event: library.StoredEvent) -> None:
    """`DataError` for what no column of ours takes, before it holds up anybody else's append."""
    if len(event.state) > LARGEST_FACT:
        raise DataError(f"{event.topic} has {len(event.state)} bytes; an event may have {LARGEST_FACT}.")
    if not 0 <= event.originator_version <= LARGEST_VERSION:
        raise DataError(f"Version {event.originator_version} is none: they lie between 0 and {LARGEST_VERSION}.")
    if "\0" in event.topic or "\0" in str(event.originator_id):
        raise DataError(f"{event.topic!r} of {event.originator_id!r}: PostgreSQL keeps no text with a NUL in it.")
