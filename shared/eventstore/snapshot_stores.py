"""Where snapshots are kept: in PostgreSQL beside the log, and in memory beside its twin."""

import asyncpg

from shared.eventstore.appending import Appender
from shared.eventstore.sql import statements
from shared.eventstore.vocabulary import EventStore, Notification

SQL = statements("shared.eventstore", "sql/snapshots.sql")


class PostgresSnapshots:
    """In `store.snapshots`, reached as the role `consortia_appender`; state and events come in one round trip."""

    def __init__(self, pool: asyncpg.Pool, appender: Appender | None = None) -> None:
        """`appender` is told which versions were read: they need not be looked for when they are expected."""
        self._pool = pool
        self._appender = appender

    async def since(self, community: str, stream: str, schema: str) -> tuple[bytes | None, list[Notification]]:
        rows = await self._pool.fetch(SQL["since"], community, stream, schema)
        events = [Notification(*row[:-1]) for row in rows]
        if events and self._appender:
            self._appender.read(stream, events[-1].originator_version)
        return (rows[0]["snapshot"] if rows else None), events

    async def keep(self, stream: str, version: int, schema: str, state: bytes) -> None:
        await self._pool.execute(SQL["keep"], stream, version, schema, state)

    async def forget(self, stream: str, version: int, schema: str) -> None:
        await self._pool.execute(SQL["forget"], stream, version, schema)


class MemorySnapshots:
    """Beside a store in memory: `kept` holds the bytes by stream, version and schema."""

    def __init__(self, events: EventStore) -> None:
        self._events = events
        self.kept: dict[tuple[str, int, str], bytes] = {}

    async def since(self, community: str, stream: str, schema: str) -> tuple[bytes | None, list[Notification]]:
        events = await self._events.stream(community, stream)
        there = {event.originator_version: place for place, event in enumerate(events)}
        versions = [at for of, at, by in self.kept if (of, by) == (stream, schema) and at in there]
        if not versions:
            return None, events
        newest = max(versions)
        return self.kept[stream, newest, schema], events[there[newest] :]

    async def keep(self, stream: str, version: int, schema: str, state: bytes) -> None:
        older = [key for key in self.kept if (key[0], key[2]) == (stream, schema) and key[1] < version]
        for key in older:
            del self.kept[key]
        self.kept.setdefault((stream, version, schema), state)

    async def forget(self, stream: str, version: int, schema: str) -> None:
        self.kept.pop((stream, version, schema), None)
