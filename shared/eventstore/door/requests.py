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
LARGEST_VERSION, LARGEST_INDEX = 2**31 - 1, 2**63 - 1
LONGEST_TEXT = 2000
"""Bytes an id may have: an index of ours takes no more than about 2700 of all its columns."""


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
    if not 0 <= tracking.notification_id <= LARGEST_INDEX:
        raise DataError(f"{tracking.notification_id} is no index of a log: they lie between 0 and {LARGEST_INDEX}.")
    _check_texts(upstream, settings.name)
    return Tracking(consumer(settings, upstream), upstream, tracking.notification_id)


def _check(event: library.StoredEvent) -> None:
    """`DataError` for what no column of ours takes, before it gets into a batch with other people's appends."""
    if len(event.state) > LARGEST_FACT:
        raise DataError(f"{event.topic} has {len(event.state)} bytes; an event may have {LARGEST_FACT}.")
    if not 0 <= event.originator_version <= LARGEST_VERSION:
        raise DataError(f"Version {event.originator_version} is none: they lie between 0 and {LARGEST_VERSION}.")
    _check_texts(event.topic, str(event.originator_id))


def _check_texts(*texts: str) -> None:
    for text in texts:
        if len(text.encode(errors="replace")) > LONGEST_TEXT:
            raise DataError(f"{text[:40]!r}… is too long for an index: {LONGEST_TEXT} bytes at most.")
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise DataError(f"PostgreSQL keeps no text with a NUL or half a character in it: {text!r}.")
