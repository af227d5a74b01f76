"""The library's recorders over store.events and store.tracking. Every insert is one append request of ours."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from eventsourcing import persistence as library
from eventsourcing.persistence import DataError

from shared.eventstore.door.bridge import Bridge
from shared.eventstore.door.connections import SQL
from shared.eventstore.door.facts import NotificationWithEnvelope
from shared.eventstore.door.refusals import DoorIsReadOnly
from shared.eventstore.door.settings import COMMUNITY, READ_ONLY, DoorSettings
from shared.eventstore.door.subscription import LogSubscription
from shared.eventstore.vocabulary import LARGEST_FACT, AppendRequest, Notification, StoredEvent, Tracking
from shared.kernel import Actor, Metadata, new_id, utc_now

METADATA = msgspec.json.encode(Metadata(actor=Actor(service="eventsourcing")))
"""Beside every event the library writes: nobody's decision, and readable as any of ours."""


class DoorRecorder:
    """What every recorder has: the bridge and the settings. `name` is the application's, as its tracking has it."""

    def __init__(self, bridge: Bridge, settings: DoorSettings) -> None:
        self.bridge = bridge
        self.settings = settings

    def check_may_write(self) -> None:
        """Refuse here what the database would refuse too, with what to do next."""
        if self.settings.read_only:
            raise DoorIsReadOnly(
                "Nothing was written: this door is open for reading, as every door is unless told otherwise. To write "
                f"the library's own events in a database made for them, set {READ_ONLY}=n and {COMMUNITY}."
            )

    def append(self, events: Sequence[library.StoredEvent], tracking: library.Tracking | None) -> list[int]:
        """Write the events and the tracking, all or none; the events' places in the log."""
        if not events and tracking is None:
            return []
        self.check_may_write()
        request = self._request(events, tracking)
        appended = self.bridge.run(lambda connections: connections.store.append(request))
        self.bridge.ring()
        return [appended.first_index + place for place in range(len(events))]

    def _request(self, events: Sequence[library.StoredEvent], tracking: library.Tracking | None) -> AppendRequest:
        for event in events:
            if len(event.state) > LARGEST_FACT:
                raise DataError(f"{event.topic} has {len(event.state)} bytes; an event may have {LARGEST_FACT}.")
        command = new_id()
        return AppendRequest(
            community=self.settings.community or "",
            command_id=command,
            correlation=command,
            causation=None,
            occurred_at=utc_now(),
            metadata=METADATA,
            events=tuple(
                StoredEvent(new_id(), str(event.originator_id), event.originator_version, event.topic, event.state)
                for event in events
            ),
            tracking=None if tracking is None else self._tracking(tracking),
        )

    def _tracking(self, tracking: library.Tracking) -> Tracking:
        upstream = tracking.application_name
        return Tracking(self.consumer(upstream), upstream, tracking.notification_id)

    def consumer(self, upstream: str) -> str:
        """Under which this application's place in `upstream` is kept: no two applications or upstreams share one."""
        return f"eventsourcing:{quote(self.settings.name, safe='')}:{quote(upstream, safe='')}"

    def notification(self, row: Any) -> library.Notification:
        """As the library has it; of a service's log with our envelope, for the mapper."""
        found = Notification(*row)
        parts = (
            self.settings.originator_id(found.originator_id),
            found.originator_version,
            found.topic,
            found.state,
            found.index,
        )
        return library.Notification(*parts) if self.settings.log is None else NotificationWithEnvelope(*parts, found)


class StoreAggregateRecorder(DoorRecorder, library.AggregateRecorder):
    """Events by stream."""

    def insert_events(self, stored_events: Sequence[library.StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        self.append(stored_events, kwargs.get("tracking"))
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[library.StoredEvent]:
        query = SQL["events_backwards" if desc else "events"]
        arguments = (str(originator_id), gt, lte, self.settings.community, limit)
        rows = self.bridge.run(lambda connections: connections.pool.fetch(query, *arguments))
        return [self._stored(self.notification(row)) for row in rows]

    def _stored(self, found: library.Notification) -> library.StoredEvent:
        if isinstance(found, NotificationWithEnvelope):
            return found
        return library.StoredEvent(found.originator_id, found.originator_version, found.topic, found.state)


class StoreApplicationRecorder(StoreAggregateRecorder, library.ApplicationRecorder):
    """Events by stream and by their place in the log: gapless from 1, in commit order."""

    def insert_events(self, stored_events: Sequence[library.StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        return self.append(stored_events, kwargs.get("tracking"))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[library.Notification]:
        after = (start or 0) - (1 if inclusive_of_start else 0)
        arguments = (after, stop, list(topics), self.settings.community, limit)
        rows = self.bridge.run(lambda connections: connections.pool.fetch(SQL["notifications"], *arguments))
        return [self.notification(row) for row in rows]

    def head(self) -> int:
        """The last index of the whole log, 0 when it is empty: nothing below it is yet to come."""
        return int(self.bridge.run(lambda connections: connections.pool.fetchval(SQL["head"])))

    def max_notification_id(self) -> int | None:
        if (community := self.settings.community) is None:
            return self.head() or None
        found = self.bridge.run(lambda connections: connections.pool.fetchval(SQL["last_of_community"], community))
        return None if found is None else int(found)

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> library.Subscription[library.ApplicationRecorder]:
        return LogSubscription(self, self.head, self.bridge, gt, topics)


class StoreTrackingRecorder(DoorRecorder, library.TrackingRecorder):
    """How far the application has got in each of its upstreams; it only ever moves forward."""

    def insert_tracking(self, tracking: library.Tracking) -> None:
        self.append((), tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        consumer = self.consumer(application_name)
        found = self.bridge.run(lambda connections: connections.pool.fetchval(SQL["tracked"], consumer))
        return None if found is None else int(found)


class StoreProcessRecorder(StoreTrackingRecorder, StoreApplicationRecorder, library.ProcessRecorder):
    """Events and the place they follow from, in one append."""
