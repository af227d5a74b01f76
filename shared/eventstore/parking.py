"""Where a consumer that acts puts what it cannot take in, and the facts of the same stream that come after it.

Several processes may run one consumer. Whoever passes a fact moves its tracking in the same transaction, under the lock
that every append takes; whoever parks one, or says that nothing waits any more, holds the open letter meanwhile. So a
fact is acted on, buried or parked by one of them, and in the order of its stream.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg

from shared.eventstore.dead_letters import SQL, DeadLetters, Letter, State, of_fact
from shared.kernel import Fact, Recorded


class Parking:
    """Dead letters and parked facts of one consumer of one log."""

    def __init__(self, pool: asyncpg.Pool, consumer: str, log: str) -> None:
        self.letters = DeadLetters(pool)
        self._pool = pool
        self._of = (consumer, log)

    async def stands(self, recorded: Recorded[Fact]) -> State | None:
        """`released` where that fact is to be left out; `waiting` where its stream has a letter open.

        The latter is the truth once every earlier fact of the stream was passed, by whomever.
        """
        about = (recorded.stream, recorded.index, recorded.id)
        found: State | None = await self._pool.fetchval(SQL["stands"], *self._of, *about)
        return found

    async def bury(self, recorded: Recorded[Fact], error: str, tries: int, since: datetime) -> bool:
        """Put a fact aside and move on; false, and nothing, where another process has passed it meanwhile."""
        async with self._pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(SQL["pass_over"], *self._of, recorded.index):
                return False
            await connection.execute(SQL["bury"], *self._of, *of_fact(recorded), error, tries, since)
        return True

    async def park(self, recorded: Recorded[Fact]) -> bool:
        """Put a fact behind its stream's open letter and move on; false, and nothing, where none is open any more."""
        async with self._pool.acquire() as connection, connection.transaction():
            letter = await connection.fetchval(SQL["hold_open"], *self._of, recorded.stream)
            if letter is None:
                return False
            if await connection.fetchval(SQL["pass_over"], *self._of, recorded.index):
                about = (recorded.index, recorded.id, recorded.stream, recorded.tag)
                await connection.execute(SQL["park"], *self._of, *about, letter)
        return True

    async def asked(self, connection: Any = None) -> list[int]:
        """The letters a person has asked to retry or release, oldest question first."""
        return [row["id"] for row in await (connection or self._pool).fetch(SQL["letters_asked"], *self._of)]

    async def knows_message(self, sequence: int, raw: bytes) -> bool:
        """Whether that message was put aside before."""
        return bool(await self._pool.fetchval(SQL["message_known"], self._of[1], sequence, raw))

    async def bury_message(
        self, sequence: int, subject: str, raw: bytes, error: str, tries: int, since: datetime
    ) -> None:
        """Put a message aside that is no fact of the log; once, however often it comes."""
        await self._pool.execute(SQL["bury_message"], *self._of, sequence, subject, raw, error, tries, since)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[bool]:
        """Whether no other process does now what was asked of this consumer; none will until the block ends."""
        async with self._pool.acquire() as connection:  # which lets go of the lock when it is given back
            yield bool(await connection.fetchval(SQL["try_alone"], f"{self._of[0]} {self._of[1]}"))

    async def still(self, letter: Letter, error: str, tries: int) -> None:
        """It was tried as asked, in vain."""
        await self._pool.execute(SQL["still"], letter.id, error, tries)

    async def unpark(self, letter: Letter, index: int) -> None:
        """That one was taken in."""
        await self._pool.execute(SQL["unpark"], letter.id, index)

    async def settle(self, letter: Letter, *, for_good: bool) -> bool:
        """Close a letter as what was done, which is what `letter` asks; false while something waits behind it.

        Unless that was done `for_good`, false as well, and open still, where something else is asked by now.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.fetchrow(SQL["hold"], letter.id)
            return await connection.fetchval(SQL["settle"], letter.id, *_of_asking(letter), for_good) is not None

    async def hand_over(
        self, letter: Letter, recorded: Recorded[Fact], error: str, tries: int, since: datetime
    ) -> None:
        """Close a letter as what was done, and bury what stumbled behind it: the rest waits behind that one."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.fetchrow(SQL["hold"], letter.id)
            await connection.execute(SQL["unpark"], letter.id, recorded.index)
            await connection.execute(SQL["hand_over"], letter.id, *_of_asking(letter))
            behind = await connection.fetchval(SQL["bury"], *self._of, *of_fact(recorded), error, tries, since)
            await connection.execute(SQL["behind"], letter.id, behind)


def _of_asking(letter: Letter) -> tuple[object, ...]:
    return (letter.asked, letter.asked_at, letter.asked_by, letter.reason)
