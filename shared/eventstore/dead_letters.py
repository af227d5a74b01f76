"""Dead letters as an operator meets them: what a consumer could not take in, what waits behind it, what to do about it.

A consumer is a reaction, a projection, or the hearing of a log. Asking is all that is done here: the consumer itself
tries again or goes on, in one process, so that whoever asks needs nothing but the database.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg

from shared.eventstore.sql import statements
from shared.kernel import Conflict, Fact, Missing, Recorded, Refused, Unacceptable, Value

SQL = statements("shared.eventstore", "sql/dead_letters.sql")
HEARING = "hearing"
"""The consumer that keeps what is heard; its letters hold messages, not facts."""
REBUILDING = "rebuilding "
"""What a projection's name stands behind while its tables are folded anew; such letters are no one's to settle."""
State = Literal["waiting", "retried", "released"]
Asked = Literal["retry", "release"]
STATES: tuple[State, ...] = ("waiting", "retried", "released")
NEWEST = 2**62


class NoSuchLetter(Missing, frozen=True):
    """There is no such dead letter

    The list of dead letters names each by its number; every service has its own.
    """

    says = "There is no dead letter {id} here."
    id: int


class LetterSettled(Conflict, frozen=True):
    """The dead letter is settled

    What was retried with success was taken in, and cannot be left out any more; what was released was passed for good.
    """

    says = "Dead letter {id} was {state} at {at}."
    id: int
    state: State
    at: str


class ReasonNeeded(Unacceptable, frozen=True):
    """Say why

    A release leaves something out for good, so the reason is kept with it: 3 to 500 characters.
    """

    says = "A release needs a reason of 3 to 500 characters."


class Letter(Value, frozen=True):
    """One dead letter. Of a fact: `index` to `tag`; of a message that was none: `sequence` and `subject`.

    `asked` is what a person wants done and is not done yet; `parked` counts the facts that wait behind it.
    """

    id: int
    consumer: str
    log: str
    index: int | None
    fact: UUID | None
    community: str | None
    stream: str | None
    version: int | None
    tag: str | None
    sequence: int | None
    subject: str | None
    error: str
    tries: int
    first_at: datetime
    last_at: datetime
    state: State
    asked: Asked | None
    asked_at: datetime | None
    asked_by: str | None
    reason: str | None
    settled_at: datetime | None
    parked: int

    @property
    def place(self) -> str:
        """`intake@57`, or `intake, message 57` where it is of a message."""
        return f"{self.log}@{self.index}" if self.index is not None else f"{self.log}, message {self.sequence}"


class Parked(Value, frozen=True):
    """A fact that waits behind a dead letter."""

    index: int
    fact: UUID
    tag: str
    parked_at: datetime


class Standing(Value, frozen=True):
    """How many letters a consumer has open in a log, and how many facts wait behind them."""

    consumer: str
    log: str
    open: int
    parked: int


class DeadLetters:
    """One service's dead letters, in its own database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def page(
        self, limit: int, before: int | None = None, consumer: str | None = None, state: State | None = None
    ) -> list[Letter]:
        """Up to `limit`, newest first, from below the id `before`."""
        rows = await self._pool.fetch(SQL["letter_page"], NEWEST if before is None else before, consumer, state, limit)
        return [Letter(*row) for row in rows]

    async def find(self, id_: int) -> Letter:
        """That one; `Refused(NoSuchLetter)` where there is none."""
        if (row := await self._pool.fetchrow(SQL["letter"], id_)) is None:
            raise Refused(NoSuchLetter(id_))
        return Letter(*row)

    async def parked(self, id_: int, limit: int) -> list[Parked]:
        """What waits behind it, in order."""
        return [Parked(*row) for row in await self._pool.fetch(SQL["parked"], id_, limit)]

    async def message(self, id_: int) -> bytes:
        """The bytes of the message it is of, or of the fact: as stored, or the whole message it was heard in."""
        return bytes(await self._pool.fetchval(SQL["message_of"], id_) or b"")

    async def retry(self, id_: int, by: str) -> Letter:
        """Have it tried again; asked twice, or after it succeeded, changes nothing."""
        return await self._ask(id_, "retry", "retried", by)

    async def release(self, id_: int, by: str, reason: str) -> Letter:
        """Have it left out for good, and what waits behind it go on; the reason is kept."""
        if not 3 <= len(reason.strip()) <= 500 or "\x00" in reason:
            raise Refused(ReasonNeeded())
        return await self._ask(id_, "release", "released", by, reason.strip())

    async def standing(self) -> list[Standing]:
        """Every consumer that has letters open."""
        return [Standing(*row) for row in await self._pool.fetch(SQL["counted"])]

    async def _ask(self, id_: int, what: Asked, done: State, by: str, reason: str | None = None) -> Letter:
        found = await self.find(id_)
        if found.state == "waiting" and found.asked != what:
            await self._pool.execute(SQL["ask"], id_, what, by, reason)
            found = await self.find(id_)
        if found.state not in ("waiting", done):
            at = found.settled_at.isoformat() if found.settled_at else "some time"
            raise Refused(LetterSettled(id_, found.state, at))
        return found


def of_fact(recorded: Recorded[Fact]) -> tuple[object, ...]:
    """The fact's part of a letter's row, in the order of the statement `bury`."""
    return (recorded.index, recorded.id, recorded.community, recorded.stream, recorded.version, recorded.tag)
