"""The library's snapshots, in the cache beside the log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import AggregateRecorder, StoredEvent

from shared.eventstore.door.connections import SQL
from shared.eventstore.door.recorders import DoorRecorder


class SnapshotRecorder(DoorRecorder, AggregateRecorder):
    """Keeps snapshots in store.snapshots, the topic as the state's schema. They may be deleted at any moment."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        if not stored_events:
            return None
        self.check_may_write()
        columns = (
            [str(snapshot.originator_id) for snapshot in stored_events],
            [snapshot.originator_version for snapshot in stored_events],
            [snapshot.topic for snapshot in stored_events],
            [snapshot.state for snapshot in stored_events],
        )
        self.bridge.run(lambda connections: connections.pool.execute(SQL["keep_snapshots"], *columns))
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        query = SQL["snapshots_backwards" if desc else "snapshots"]
        rows = self.bridge.run(lambda connections: connections.pool.fetch(query, str(originator_id), gt, lte, limit))
        return [
            StoredEvent(self.settings.originator_id(row["stream"]), row["version"], row["schema"], row["state"])
            for row in rows
        ]
