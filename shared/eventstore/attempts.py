"""What is kept outside the log, for a time: writes that were refused, and what auditors asked to read.

Never a fact and never relayed: a refusal changes nothing, so nothing about it is history. Neither words nor bodies.
"""

import re
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import structs

from shared.eventstore.behind import Behind
from shared.eventstore.sql import statements
from shared.kernel import Clock, Value

SQL = statements("shared.eventstore", "sql/attempts.sql")
NEWEST = 2**62
_POSITION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?")
LONGEST_QUERY = 500


class Attempt(Value, frozen=True):
    """A write that was refused: who tried, with which key, in which position as stated; what, about what; why not.

    `route` is the path's form, `subject` the id in it, `part` the key of a step in it; `reasons` are kinds of reasons.
    """

    at: datetime
    community: str
    person: UUID
    key: str
    role: str
    position: str | None
    method: str
    route: str
    subject: UUID | None
    part: str | None
    status: int
    reasons: tuple[str, ...]
    request_id: str | None


class AuditorRead(Value, frozen=True):
    """Something an auditor asked to read."""

    at: datetime
    community: str
    person: UUID
    key: str
    path: str
    query: str
    request_id: str | None


class Kept(Value, frozen=True):
    """An attempt as it is listed."""

    id: int
    at: datetime
    person: UUID
    key: str
    role: str
    position: str | None
    method: str
    route: str
    subject: UUID | None
    part: str | None
    status: int
    reasons: tuple[str, ...]
    request_id: str | None


class KeptRead(Value, frozen=True):
    """What an auditor asked to read, as it is listed."""

    id: int
    at: datetime
    person: UUID
    key: str
    path: str
    query: str
    request_id: str | None


def slug_or_none(text: str | None) -> str | None:
    """The text where it names something by its key or id; None for anything else, which may be words."""
    return text if text is not None and len(text) <= 170 and _POSITION.fullmatch(text) else None


class Attempts:
    """Refused writes and auditors' reads of one service."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock, attempts_days: int, reads_days: int) -> None:
        self._pool = pool
        self._attempts = Behind("attempts", pool, SQL["attempts"], SQL["forget_attempts"], attempts_days, clock)
        reads = ("auditor_reads", pool, SQL["auditor_reads"], SQL["forget_auditor_reads"])
        self._reads = Behind(*reads, reads_days, clock)

    def refused(self, attempt: Attempt) -> None:
        """Keep it; dropped where too many wait already, for the refusal is the answer that matters."""
        self._attempts.keep(structs.astuple(attempt))

    def read(self, read: AuditorRead) -> bool:
        """Keep it; False where too many wait, so that nothing is read unseen."""
        return self._reads.keep(structs.astuple(structs.replace(read, query=read.query[:LONGEST_QUERY])))

    async def page(
        self, community: str, limit: int, before: int | None, subject: UUID | None, person: UUID | None
    ) -> list[Kept]:
        """Attempts, newest first, with those this process has just taken in."""
        await self._attempts.settled(1)
        rows = await self._pool.fetch(SQL["attempts_page"], community, before or NEWEST, subject, person, limit)
        return [Kept(**{**row, "reasons": tuple(row["reasons"])}) for row in map(dict, rows)]

    async def reads_page(self, community: str, limit: int, before: int | None, person: UUID | None) -> list[KeptRead]:
        """What auditors asked to read, newest first."""
        await self._reads.settled(1)
        rows = await self._pool.fetch(SQL["auditor_reads_page"], community, before or NEWEST, person, limit)
        return [KeptRead(**dict(row)) for row in rows]

    async def close(self) -> None:
        """Write what waits."""
        await self._attempts.close()
        await self._reads.close()
