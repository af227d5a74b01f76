"""When each API key was last used here: kept outside the log, to the minute, and never in a request's way.

Every service keeps what it sees itself. Nothing is decided by it: a person looks which of two keys is still in use.
"""

import asyncio
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from shared.eventstore.sql import statements
from shared.observability import Steady

SQL = statements("shared.eventstore", "sql/key_uses.sql")
EVERY = 60.0
"""Seconds between two writes of one key's last use, at least."""
REST = 1.0
"""Seconds between two looks at what was noted."""


class UsedKey(NamedTuple):
    """An API key by its id, with its community and whose it is."""

    id: str
    community: str
    person: UUID


class KeyUses:
    """What one process has seen used; what it has not written when it ends is lost."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._written: dict[str, datetime] = {}
        self._noted: dict[UsedKey, datetime] = {}
        self.steady = Steady("last uses of keys")

    def note(self, key: UsedKey, now: datetime) -> None:
        """It was used now. In memory only, and not again for a minute."""
        written = self._written.get(key.id)
        if written is None or (now - written).total_seconds() >= EVERY:
            self._written[key.id] = now
            self._noted[key] = now

    async def follow(self) -> None:
        """Write what was noted, for ever."""

        async def once() -> None:
            await self.write()
            await asyncio.sleep(REST)

        await self.steady.keep(once)

    async def write(self) -> None:
        """Everything noted so far, in one statement; on a fault it is noted still."""
        if not (noted := dict(self._noted)):
            return
        ids, communities, persons = zip(*noted, strict=True)
        await self._pool.execute(SQL["write"], ids, communities, persons, list(noted.values()))
        for key, at in noted.items():
            if self._noted.get(key) == at:
                del self._noted[key]

    async def of(self, community: str, person: UUID) -> dict[str, datetime]:
        """When this service last saw each key of that person used, as far as it is written."""
        return {row["key"]: row["last_used"] for row in await self._pool.fetch(SQL["of_person"], community, person)}
