"""Rows kept behind their callers' backs: outside the log, for a time, and never in anybody's way."""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import structlog

from shared.eventstore.connections import LOST
from shared.kernel import Clock
from shared.observability import end

log = structlog.get_logger(__name__)
MOST = 4096
"""Rows that wait at most; one more is dropped, and counted."""
AT_ONCE = 500
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between tries while the database does not answer."""
AT_THE_END = 5.0
"""Seconds for what still waits when the process stops."""
FORGET_EVERY = timedelta(hours=1)


class Behind:
    """Rows of one table, written soon after they are handed over, and forgotten after `days`.

    `keep` neither waits nor fails. Whoever closes it has what waits written first, as long as the database answers.
    """

    def __init__(self, name: str, pool: asyncpg.Pool, insert: str, forget: str, days: int, clock: Clock) -> None:
        self.name = name
        self.dropped = 0
        self._pool = pool
        self._insert = insert
        self._forget = forget
        self._days = timedelta(days=days)
        self._clock = clock
        self._waiting: deque[tuple[Any, ...]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._forgot: datetime | None = None

    def keep(self, row: tuple[Any, ...]) -> bool:
        """Have it written; False where too many wait already, so that it is not."""
        if len(self._waiting) >= MOST:
            self.dropped += 1
            if self.dropped == 1 or self.dropped % 1000 == 0:
                log.warning("rows-dropped", table=self.name, dropped=self.dropped)
            return False
        self._waiting.append(row)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write(), name=f"writing {self.name}")
        return True

    async def settled(self, seconds: float) -> bool:
        """Return once nothing waits, or after so long; whether nothing does."""
        if self._task is not None and not self._task.done():
            await asyncio.wait([self._task], timeout=seconds)
        return not self._waiting

    async def close(self) -> None:
        """Write what waits; what the database does not take within 5 s is lost, and said to be."""
        if not await self.settled(AT_THE_END):
            log.warning("rows-lost", table=self.name, lost=len(self._waiting))
        if self._task is not None:
            await end([self._task])

    async def _write(self) -> None:
        pause = FIRST_PAUSE
        while self._waiting:
            rows = [self._waiting[place] for place in range(min(AT_ONCE, len(self._waiting)))]
            try:
                await self._pool.executemany(self._insert, rows)
            except (*LOST, asyncpg.PostgresError) as error:
                log.warning("rows-wait", table=self.name, waiting=len(self._waiting), error=repr(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            for _ in rows:
                self._waiting.popleft()
        await self._forget_old()

    async def _forget_old(self) -> None:
        now = self._clock()
        if self._forgot is not None and now - self._forgot < FORGET_EVERY:
            return
        self._forgot = now
        try:
            await self._pool.execute(self._forget, now - self._days)
        except (*LOST, asyncpg.PostgresError) as error:
            log.warning("rows-not-forgotten", table=self.name, error=repr(error))
