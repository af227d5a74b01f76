"""Import by COPY: append requests by the thousand, written as `append` writes them, a chunk to a transaction.

For histories that happened elsewhere: nothing is decided and no expected version is checked, but the database verifies
each chunk before it moves the head (migration 0007). Appenders meanwhile wait for the chunk that is being written.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from shared.eventstore.mapper import is_json
from shared.eventstore.sql import statements
from shared.eventstore.vocabulary import Appended, AppendRequest, IntegrityError

SQL = statements("shared.eventstore", "sql/importing.sql") | statements("shared.eventstore", "sql/store.sql")
CHUNK = 5000
"""Events in one transaction, about: a command is never split."""
EVENTS = (
    "index", "id", "community", "stream", "version", "tag", "occurred_at", "recorded_at", "command_id", "ordinal",
    "correlation", "causation", "metadata", "data",
)  # fmt: skip
CLAIMS = ("community", "kind", "value", "owner")
NOTES = ("id", "community", "author", "language", "confidentiality", "digest", "sealed", "retention")


class ImportRefused(IntegrityError):
    """The chunk is not as an append would have written it; nothing of it was kept."""


class Told(Protocol):
    """Is told of each chunk how many of its events were written, and how many were `there` already; never of none."""

    def __call__(self, events: int, /, *, there: bool) -> None: ...


class Importer:
    """Writes chunks over one connection, which must act as the role `consortia_importer`."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def write(self, requests: list[AppendRequest]) -> Appended:
        """Write these requests, in order, as one chunk: all of it or, with an `IntegrityError`, none."""
        if any(request.tracking is not None for request in requests):
            raise ValueError("an import moves no consumer: append a tracking row the normal way")
        _check(requests)
        connection, count = self._connection, _size(requests)
        try:
            async with connection.transaction():
                ((last, moment),) = await connection.fetch(SQL["begin"])
                await self._copy("events", EVENTS, _events(requests, last, moment))
                await self._copy("claims", CLAIMS, _claims(requests))
                await self._copy("notes", NOTES, _notes(requests))
                await connection.fetchval(SQL["finish"], count)
        except asyncpg.PostgresError as error:
            if error.sqlstate == "CS007":
                raise ImportRefused(str(error)) from error
            if str(error.sqlstate).startswith("23"):
                raise IntegrityError(str(error)) from error
            raise
        return Appended(last + 1, moment)

    async def holds(self, event: UUID) -> bool:
        """Whether the log holds that event."""
        return bool(await self._connection.fetchval(SQL["holds"], event))

    async def settle(self) -> None:
        """Return once what the log holds is as safe as what an append acknowledges, whatever wrote it was told."""
        await self._connection.execute(SQL["settle"])

    async def index_before(self, event: UUID) -> int:
        """The index the log had before it took that event in; its last one, where it has not."""
        return int(await self._connection.fetchval(SQL["index_before"], event))

    async def _copy(self, table: str, columns: tuple[str, ...], records: Iterator[tuple[Any, ...]]) -> None:
        first = next(records, None)
        if first is not None:
            await self._connection.copy_records_to_table(
                table, schema_name="store", columns=columns, records=_from(first, records)
            )


async def import_requests(
    importer: Importer, requests: Iterable[AppendRequest], told: Told | None = None, chunk: int = CHUNK
) -> int:
    """Import a history chunk by chunk; how many events were written now.

    A history told again in the same order, also one that goes on further, is continued where an import of it ended:
    chunks that are there are passed over, and of the one it ended in the rest is written. Only one chunk is held in
    memory.
    """
    written = 0
    for part in chunks(requests, chunk):
        missing = await _missing(importer, part)
        count = _size(missing)
        if missing:
            await importer.write(missing)
            written += count
        for events, there in ((_size(part) - count, True), (count, False)):
            if told is not None and events:
                told(events, there=there)
    await importer.settle()
    return written


def chunks(requests: Iterable[AppendRequest], size: int) -> Iterator[list[AppendRequest]]:
    """The requests in lists of at least `size` events, but for the last; the same for the same requests."""
    part: list[AppendRequest] = []
    count = 0
    for request in requests:
        if not request.events:
            continue
        part.append(request)
        count += len(request.events)
        if count >= size:
            yield part
            part, count = [], 0
    if part:
        yield part


async def _missing(importer: Importer, part: list[AppendRequest]) -> list[AppendRequest]:
    """Those the log does not hold. Each is asked for only in the chunk where the history was cut off: one an import."""
    if not await importer.holds(part[0].events[0].id):
        return part
    if await importer.holds(part[-1].events[-1].id):
        return []
    return [request for request in part if not await importer.holds(request.events[0].id)]


def _check(requests: list[AppendRequest]) -> None:
    """That facts and metadata are JSON, which the database does not look at; an append gets both from the mapper."""
    for request in requests:
        broken = [event for event in request.events if not is_json(event.state)]
        for event in broken if is_json(request.metadata) else request.events:
            what = "its fact" if broken else "its metadata"
            raise ImportRefused(
                f"{what} is not JSON: event {event.id}, stream {event.originator_id}, version"
                f" {event.originator_version}; mend it where the history comes from"
            )


def _size(requests: list[AppendRequest]) -> int:
    return sum(len(request.events) for request in requests)


def _events(requests: list[AppendRequest], last: int, moment: datetime) -> Iterator[tuple[Any, ...]]:
    index = last
    for request in requests:
        occurred, around = min(request.occurred_at, moment), (request.correlation, request.causation, request.metadata)
        for ordinal, event in enumerate(request.events, 1):
            index += 1
            yield (
                index, event.id, request.community, event.originator_id, event.originator_version, event.topic,
                occurred, moment, request.command_id, ordinal, *around, event.state,
            )  # fmt: skip


def _claims(requests: list[AppendRequest]) -> Iterator[tuple[Any, ...]]:
    for request in requests:
        for claim in request.claims:
            yield request.community, claim.kind, claim.value, claim.owner


def _notes(requests: list[AppendRequest]) -> Iterator[tuple[Any, ...]]:
    for request in requests:
        for note in request.notes:
            yield (
                note.id, request.community, note.author, note.language, note.confidentiality, note.digest, note.sealed,
                note.retention,
            )  # fmt: skip


def _from(first: tuple[Any, ...], others: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield first
    yield from others
