"""The two kinds of log a service follows: its own events, and what it heard of another service's."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from shared.eventstore.connections import era_of
from shared.eventstore.mapper import Mapper
from shared.eventstore.postgres import SQL
from shared.eventstore.refusals import NotRecordedYet
from shared.eventstore.vocabulary import EventStore, IntegrityError, Log, Notification
from shared.kernel import Fact, Moment, Recorded, Refused


async def check_reached(log: Log, moment: Moment) -> None:
    """Refuse to answer about an index the log has not reached: it would be now under another name."""
    if moment.index is not None and moment.index > (last := await log.last_index()):
        raise Refused(NotRecordedYet(log.name, moment.index, last))


class OwnLog:
    """A service's own events, decoded."""

    def __init__(self, name: str, store: EventStore, mapper: Mapper) -> None:
        self.name = name
        self._store = store
        self._mapper = mapper

    @property
    def era(self) -> int:
        return self._store.era

    async def after(self, index: int, limit: int = 1000) -> list[Recorded[Fact]]:
        return [self._mapper.to_recorded(notification) for notification in await self._store.page(index, limit)]

    async def of_community(self, community: str, after: int, until: int, limit: int) -> list[Recorded[Fact]]:
        """Up to `limit` facts of that community above `after` and up to `until`, in order."""
        page = await self._store.community_page(community, after, until, limit)
        return [self._mapper.to_recorded(notification) for notification in page]

    async def read(self, connection: Any, after: int, limit: int) -> list[Recorded[Fact]]:
        """The same on that connection."""
        rows = await connection.fetch(SQL["page"], after, limit)
        return self._mapper.recorded(rows)

    async def last_index(self) -> int:
        return await self._store.last_index()


class Gap(IntegrityError):
    """A log skipped an index: what came after is not kept, for order is all."""


class Contradicted(IntegrityError):
    """A log says another fact where one was heard: what was heard is not, or not any more, what happened."""


class HeardLog:
    """Another service's events as heard: stored verbatim in index order, decoded when read."""

    def __init__(self, name: str, pool: asyncpg.Pool, decode: Any) -> None:
        """`decode` turns a message's bytes into a `Recorded`, and `decode.envelope` into the event as it was stored

        (see `shared.messaging.cloudevents`).
        """
        self.name = name
        self._pool = pool
        self._decode = decode

    @property
    def era(self) -> int:
        return era_of(self._pool)

    async def after(self, index: int, limit: int = 1000) -> list[Recorded[Fact]]:
        return await self.read(self._pool, index, limit)

    async def read(self, connection: Any, after: int, limit: int) -> list[Recorded[Fact]]:
        """The same on that connection."""
        rows = await connection.fetch(SQL["heard_page"], self.name, after, limit)
        return [self._decode(row["event"]) for row in rows]

    async def last_index(self, connection: Any = None) -> int:
        return int(await (connection or self._pool).fetchval(SQL["heard_last"], self.name))

    async def may_hear(self, connection: Any) -> bool:
        """Whether that session, and no other, may write what is heard of this log; it may until it ends."""
        return bool(await connection.fetchval(SQL["try_hearing"], self.name))

    def envelope(self, message: bytes) -> Notification:
        """The event a message is of, whether or not the fact in it can be read; `ValueError` where it is of none."""
        found: Notification = self._decode.envelope(message)
        return found

    async def hear(self, messages: Sequence[bytes], connection: Any = None) -> int:
        """Keep what was said up to the first gap, dropping repeats; the last index heard. `Gap` where some is lost.

        On that connection, where the caller's right to write hangs on it. Only envelopes are read: what this build
        cannot read is kept all the same. Whether a repeat is one, `compare` says.
        """
        said = [self.envelope(message) for message in messages]
        last = int(
            await (connection or self._pool).fetchval(
                SQL["hear"],
                self.name,
                [one.index for one in said],
                [one.id for one in said],
                [one.community for one in said],
                [one.originator_id for one in said],
                [one.originator_version for one in said],
                [one.topic for one in said],
                list(messages),
            )
        )
        if said and last < max(one.index for one in said):
            raise Gap(f"{self.name} skips from {last} to {min(one.index for one in said if one.index > last)}")
        return last

    async def compare(self, messages: Sequence[bytes], connection: Any = None) -> None:
        """`Contradicted` where one of these is another fact than the one heard at its index; what is new is no such."""
        said = [self.envelope(message) for message in messages]
        rows = await (connection or self._pool).fetch(SQL["heard_ids"], self.name, [one.index for one in said])
        held = {row["index"]: row["id"] for row in rows}
        for one in said:
            if (ours := held.get(one.index, one.id)) != one.id:
                raise Contradicted(
                    f"holds a fact that the log does not: at {self.name}@{one.index} it heard {ours}, and the log says"
                    f" {one.id}. Nothing more of {self.name} is heard. Did that log lose facts? See `After facts were"
                    f" lost` in docs/operating.md"
                )
