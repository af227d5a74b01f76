"""The store on PostgreSQL. Database errors are translated once, here, into the store's words."""

from typing import Any
from uuid import UUID

import asyncpg

from shared.eventstore.sql import statements
from shared.eventstore.vocabulary import (
    AlreadyTracked,
    Appended,
    AppendRequest,
    ClaimTaken,
    CommandRepeated,
    IntegrityError,
    Notification,
    OperationalError,
    SealedNote,
    VersionConflict,
)

SQL = statements("shared.eventstore", "sql/store.sql")


class PostgresStore:
    """One service's log in its own database, reached as the role `consortia_appender`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def append(self, request: AppendRequest) -> Appended:
        try:
            row = await self._pool.fetchrow(SQL["append"], *_arguments(request))
        except asyncpg.PostgresError as error:
            raise _translated(error, request) from error
        if row is None:
            raise OperationalError("store.append answered nothing")
        return Appended(row["first_index"], row["at"])

    async def stream(self, community: str, stream: str) -> list[Notification]:
        return _notifications(await self._pool.fetch(SQL["stream"], community, stream))

    async def command(self, command_id: UUID) -> list[Notification]:
        return _notifications(await self._pool.fetch(SQL["command"], command_id))

    async def page(self, after: int, limit: int) -> list[Notification]:
        return _notifications(await self._pool.fetch(SQL["page"], after, limit))

    async def last_index(self) -> int:
        return int(await self._pool.fetchval(SQL["last_index"]))

    async def tracked(self, consumer: str) -> int:
        return int(await self._pool.fetchval(SQL["tracked"], consumer) or 0)

    async def note(self, community: str, note: UUID) -> SealedNote | None:
        row = await self._pool.fetchrow(SQL["note"], community, note)
        return None if row is None else SealedNote(**dict(row))


def _notifications(rows: list[Any]) -> list[Notification]:
    return [Notification(*row) for row in rows]


def _arguments(request: AppendRequest) -> tuple[Any, ...]:
    events, claims, notes, tracking = request.events, request.claims, request.notes, request.tracking
    return (
        request.community,
        request.command_id,
        request.correlation,
        request.causation,
        request.occurred_at,
        request.metadata,
        [event.id for event in events],
        [event.originator_id for event in events],
        [event.originator_version for event in events],
        [event.topic for event in events],
        [event.state for event in events],
        list(request.expected.keys()),
        list(request.expected.values()),
        [claim.kind for claim in claims],
        [claim.value for claim in claims],
        [claim.owner for claim in claims],
        [note.id for note in notes],
        [note.author for note in notes],
        [note.language for note in notes],
        [note.confidentiality for note in notes],
        [note.digest for note in notes],
        [note.sealed for note in notes],
        tracking.consumer if tracking else None,
        tracking.log if tracking else None,
        tracking.index if tracking else None,
    )


def _translated(error: asyncpg.PostgresError, request: AppendRequest) -> Exception:
    match error.sqlstate, getattr(error, "constraint_name", None):
        case "CS001", _:
            return VersionConflict(str(error))
        case "CS003", _:
            return AlreadyTracked(str(error))
        case "23505", "events_stream_version_unique":
            return VersionConflict(str(error))
        case "23505", "events_command_ordinal_unique":
            return CommandRepeated(str(request.command_id))
        case "23505", "claims_unique":
            return _taken(error, request)
        case state, _ if str(state).startswith("23"):
            return IntegrityError(str(error))
        case _:
            return error


def _taken(error: asyncpg.PostgresError, request: AppendRequest) -> ClaimTaken:
    detail = str(getattr(error, "detail", "") or "")
    for claim in request.claims:
        if f", {claim.kind}, {claim.value})" in detail:
            return ClaimTaken(claim.kind, claim.value)
    return ClaimTaken(request.claims[0].kind, request.claims[0].value)
