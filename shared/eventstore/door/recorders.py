"""The library's recorders over store.events and store.tracking. Every insert is one append request of ours."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing import persistence as library

from shared.eventstore.door.bridge import Bridge
from shared.eventstore.door.connections import SQL, Connections
from shared.eventstore.door.facts import NotificationWithEnvelope
from shared.eventstore.door.refusals import DoorIsReadOnly
from shared.eventstore.door.requests import append_request, consumer
from shared.eventstore.door.settings import COMMUNITY, READ_ONLY, DoorSettings
from shared.eventstore.door.subscription import LogSubscription
from shared.eventstore.vocabulary import Appended, Notification


class DoorRecorder:
    """What every recorder has: the bridge to the store, and the settings."""

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
        request = append_request(self.settings, events, tracking)

        async def write(connections: Connections) -> Appended:
            return await connections.store.append(request)

        appended = self.bridge.run(write)
        self.bridge.ring()
        return [appended.first_index + place for place in range(len(events))]

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
        place = consumer(self.settings, application_name)
        found = self.bridge.run(lambda connections: connections.pool.fetchval(SQL["tracked"], place))
        return None if found is None else int(found)


class StoreProcessRecorder(StoreTrackingRecorder, StoreApplicationRecorder, library.ProcessRecorder):
    """Events and the place they follow from, in one append."""
