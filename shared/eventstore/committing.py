"""One batch to the database and back: whose fault a failure is, and what became of a commit whose answer was lost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import asyncpg
import stamina
import structlog

from shared.eventstore.batches import columns, fault_columns
from shared.eventstore.sql import statements
from shared.eventstore.translation import LOST, as_integrity_error, is_about_the_requests, refusal
from shared.eventstore.vocabulary import Appended, AppendRequest, CommandRepeated, OperationalError

log = structlog.get_logger(__name__)
SQL = statements("shared.eventstore", "sql/store.sql")
Connection = asyncpg.Connection
Connect = Callable[[], Awaitable[Connection]]
Outcome = Appended | Exception

ROUNDS = 5
"""How often the innocent of a failed batch are sent again together, before each is sent alone."""
SECONDS_TO_RECONNECT = 5.0


class Committer:
    """Commits one batch at a time over a connection of its own, which it opens when first needed and when lost."""

    def __init__(self, connect: Connect, proven: Mapping[str, int]) -> None:
        """`proven`: up to which version each stream is known to be there."""
        self._connect = connect
        self._proven = proven
        self._connection: Connection | None = None

    async def commit(self, batch: Sequence[AppendRequest]) -> list[Outcome]:
        """What became of each request, in their order: a fault of one leaves the others in, whole.

        Raises `OperationalError` when the server cannot be reached in time, and what the server says when it is at
        fault itself (no space left, for one): then nothing is known to be written.
        """
        sending = _Sending(batch)
        for _ in range(ROUNDS):
            if not sending.left or await self._together(sending):
                return sending.outcomes()
        while sending.left:
            await self._alone(sending, sending.left[0])
        return sending.outcomes()

    async def close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()

    async def _together(self, sending: "_Sending") -> bool:
        """Send all that are left; whether they went in. Otherwise those at fault are out."""
        numbers = list(sending.left)
        try:
            sending.took(numbers, await self._send(sending, [sending.batch[number] for number in numbers]))
        except asyncpg.PostgresError as error:
            if not is_about_the_requests(error):
                raise
            if not await self._sift(sending, numbers) and len(numbers) == 1:
                sending.settle(numbers[0], as_integrity_error(error))
            return False
        return True

    async def _alone(self, sending: "_Sending", number: int) -> None:
        try:
            sending.took([number], await self._send(sending, [sending.batch[number]]))
        except asyncpg.PostgresError as error:
            if not is_about_the_requests(error):
                raise
            if not await self._sift(sending, [number]):
                sending.settle(number, as_integrity_error(error))

    async def _sift(self, sending: "_Sending", numbers: list[int]) -> bool:
        """Settle the requests among these that cannot go in as the tables stand; whether there were any."""
        requests = [sending.batch[number] for number in numbers]
        found = await (await self._connected()).fetch(SQL["faults"], *fault_columns(requests, self._proven))
        for row in found:
            request = requests[row["request"]]
            outcome: Outcome = refusal(row["why"], row["detail"], request)
            if isinstance(outcome, CommandRepeated) and sending.uncertain:
                outcome = await self._written(request) or outcome
            sending.settle(numbers[row["request"]], outcome)
        return bool(found)

    async def _written(self, request: AppendRequest) -> Appended | None:
        """Where this very request went, if it wrote its command: then its answer was lost, not its effect."""
        rows = await (await self._connected()).fetch(SQL["command"], request.command_id)
        if [row["id"] for row in rows] != [event.id for event in request.events]:
            return None
        log.info("resolved", command=str(request.command_id), index=rows[0]["index"])
        return Appended(rows[0]["index"], rows[0]["recorded_at"])

    async def _send(self, sending: "_Sending", requests: list[AppendRequest]) -> Any:
        """One round trip. After a lost connection the same again, for a command writes once: the tables will tell."""
        arguments = columns(requests, self._proven)

        async def send() -> Any:
            connection = await self._connected()
            try:
                return await connection.fetchrow(SQL["append_batch"], *arguments)
            except LOST:
                sending.uncertain = True
                connection.terminate()
                raise

        reconnecting = stamina.AsyncRetryingCaller(
            attempts=None, timeout=SECONDS_TO_RECONNECT, wait_initial=0.02, wait_max=0.5, wait_jitter=0.05
        )
        try:
            return await reconnecting(LOST, send)
        except LOST as error:
            known = "whether it was written is not known" if sending.uncertain else "nothing was written"
            raise OperationalError(f"the database could not be reached ({error!r}); {known}") from error

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection


class _Sending:
    """A batch under way: what is left of it, and what became of the rest."""

    def __init__(self, batch: Sequence[AppendRequest]) -> None:
        self.batch = batch
        self.left = list(range(len(batch)))
        self.uncertain = False
        self._settled: dict[int, Outcome] = {}

    def settle(self, number: int, outcome: Outcome) -> None:
        self.left.remove(number)
        self._settled[number] = outcome

    def took(self, numbers: list[int], row: Any) -> None:
        """These went in, one after the other from `first_index` on."""
        index, at = row["first_index"], row["at"]
        for number in numbers:
            self._settled[number] = Appended(index, at)
            index += len(self.batch[number].events)
        self.left = [number for number in self.left if number not in self._settled]

    def outcomes(self) -> list[Outcome]:
        return [self._settled[number] for number in range(len(self.batch))]
