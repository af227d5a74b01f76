"""One batch to the database and back: whose fault a failure is, and what became of a commit whose answer was lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import stamina
import structlog

from shared.eventstore.batches import columns, fault_columns, too_late
from shared.eventstore.sql import statements
from shared.eventstore.translation import CONNECT_AGAIN, is_about_the_requests, refusal
from shared.eventstore.vocabulary import (
    Appended,
    AppendRequest,
    CommandRepeated,
    IntegrityError,
    JudgedTooLongAgo,
    OperationalError,
)

log = structlog.get_logger(__name__)
SQL = statements("shared.eventstore", "sql/store.sql")
Connection = asyncpg.Connection
Connect = Callable[[], Awaitable[Connection]]
Outcome = Appended | Exception
Arguments = Callable[[], Sequence[Any]]
"""Made when they are sent, for they say what is known by then."""

NO_ANSWER = (
    "the database did not answer within the time an append has; whether this was written is not known. Is a standby"
    " away that commits wait for?"
)
MOST_PROVEN = 100_000
"""Streams whose versions are remembered."""
SECONDS_TO_RECONNECT = 5.0
SECONDS_TO_ANSWER = 15.0
"""How long a server may take over a batch: longer than its own limits, which do not end a commit that waits for a
standby. The connection is dropped then, never the statement cancelled: that would end the wait, and keep the commit
without the standby."""


class Committer:
    """Commits one batch at a time over a connection of its own, which it opens when first needed and when lost."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: Connection | None = None
        self.unanswered = False
        """Whether the last batch was not answered, or refused for no fault of its own."""
        self.proven: dict[str, int] = {}
        """Up to which version streams are known to be there: what was written or read stays for ever."""

    async def commit(self, batch: Sequence[AppendRequest], doomed: Sequence[AppendRequest] = ()) -> Sequence[Outcome]:
        """What became of each request, in their order: a fault of one leaves the others in, whole.

        Those of them that are `doomed` are not sent, unless the tables know of no fault of theirs.
        `OperationalError` when the server cannot be reached in time, or is at fault itself (no space left, for one).
        """
        sending = _Sending(batch)
        try:
            if doomed:
                await self._sift(sending, doomed)
            while sending.left and not await self._together(sending):
                pass
            self.unanswered = False
        except Exception as error:
            self.unanswered = True
            log.warning("batch-failed", requests=len(sending.left), exc_info=True)
            for request in sending.left:
                sending.settle(request, error if isinstance(error, OperationalError) else OperationalError(str(error)))
        return sending.outcomes()

    def learn(self, versions: Iterable[tuple[str, int]]) -> None:
        """These versions of streams are there: they were written or read."""
        if len(self.proven) > MOST_PROVEN:
            self.proven.clear()
        self.proven.update(versions)

    def is_doomed(self, request: AppendRequest) -> bool:
        """Whether a version it wants to write is known to be taken: it need not be sent to be refused."""
        for event in request.events:  # noqa: SIM110 - in the way of every append, where a generator costs more than the lookup
            if event.originator_version <= self.proven.get(event.originator_id, -1):
                return True
        return False

    async def close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()

    async def _together(self, sending: "_Sending") -> bool:
        """Send all that are left; whether they went in. Otherwise those at fault are out."""
        try:
            await self._send(sending, sending.left)
        except asyncpg.PostgresError as error:
            if not is_about_the_requests(error):
                raise
            if not await self._sift(sending, sending.left):
                await self._one_by_one(sending)
            return False
        return True

    async def _one_by_one(self, sending: "_Sending") -> None:
        """No table tells whose fault it is: a value that none of them takes. Each that is left is sent alone."""
        for request in sending.left:
            try:
                await self._send(sending, [request])
            except asyncpg.PostgresError as error:
                if not is_about_the_requests(error):
                    raise
                if not await self._sift(sending, [request]):
                    sending.settle(request, IntegrityError(str(error)))

    async def _sift(self, sending: "_Sending", requests: Sequence[AppendRequest]) -> bool:
        """Settle those that cannot go in as the tables stand; whether any were found."""
        try:
            found = await self._ask(sending, "faults", lambda: fault_columns(requests, self.proven))
        except asyncpg.PostgresError as error:
            if not is_about_the_requests(error):
                raise
            return False
        for row in found:
            request = requests[row["request"]]
            outcome: Outcome = refusal(row["why"], row["detail"], request)
            if isinstance(outcome, CommandRepeated) and sending.uncertain:
                outcome = await self._written(sending, request) or outcome
            sending.settle(request, outcome)
        return bool(found)

    async def _written(self, sending: "_Sending", request: AppendRequest) -> Appended | None:
        """Where this very request went, if it wrote its command: then its answer was lost, not its effect.

        What is visible after a crash need not be on a standby that commits wait for: it is settled before it is told.
        """
        rows = await self._ask(sending, "command", lambda: (request.command_id,))
        if [row["id"] for row in rows] != [event.id for event in request.events]:
            return None
        await self._ask(sending, "settle", tuple)
        log.info("resolved", command=str(request.command_id), index=rows[0]["index"])
        return Appended(rows[0]["index"], rows[0]["recorded_at"])

    async def _send(self, sending: "_Sending", requests: Sequence[AppendRequest]) -> None:
        """What was judged too long ago when it would be on its way, also for the second time, stays behind."""
        sent: Sequence[Any] = ()

        def arguments() -> Sequence[Any]:
            nonlocal sent
            if late := too_late(requests, time.monotonic()):
                raise _Late(late)
            sent = columns(requests, self.proven)
            return sent

        while requests:
            try:
                (row,) = await self._ask(sending, "append_batch", arguments)
            except _Late as late:
                for request in late.requests:
                    sending.settle(request, await self._left_behind(sending, request))
                behind = {id(request) for request in late.requests}
                requests = [request for request in requests if id(request) not in behind]
            else:
                sending.took(requests, row["first_index"], row["at"])
                self.learn(zip(sent[2], sent[3], strict=True))  # the columns of streams and versions
                return

    async def _left_behind(self, sending: "_Sending", request: AppendRequest) -> Outcome:
        """What is told of one that is not sent any more: it may have been, by a connection that was lost."""
        if not sending.uncertain:
            return JudgedTooLongAgo("what it was judged on is too old by now; nothing was written")
        return await self._written(sending, request) or OperationalError(
            "the connection was lost; whether this was written is not known"
        )

    async def _ask(self, sending: "_Sending", statement: str, arguments: Arguments) -> list[Any]:
        """One round trip. After a lost connection the same again, for a command writes once: the tables will tell."""
        try:
            return await self._try(sending, statement, arguments)
        except CONNECT_AGAIN:
            log.warning("connection-lost", statement=statement, exc_info=True)
        again = stamina.AsyncRetryingCaller(
            attempts=None, timeout=SECONDS_TO_RECONNECT, wait_initial=0.02, wait_max=0.5, wait_jitter=0.05
        )
        try:
            return await again(CONNECT_AGAIN, self._try, sending, statement, arguments)
        except CONNECT_AGAIN as error:
            known = "whether it was written is not known" if sending.uncertain else "nothing was written"
            raise OperationalError(f"the database could not be reached; {known}") from error

    async def _try(self, sending: "_Sending", statement: str, arguments: Arguments) -> list[Any]:
        connection = await self._connected()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + SECONDS_TO_ANSWER
        watch = loop.call_at(deadline, connection.terminate)
        try:
            return await connection.fetch(SQL[statement], *arguments())
        except CONNECT_AGAIN as error:
            sending.uncertain |= statement == "append_batch"
            connection.terminate()
            if loop.time() >= deadline:
                raise OperationalError(NO_ANSWER) from error
            raise
        finally:
            watch.cancel()

    async def _connected(self) -> Connection:
        """What was proven of versions is forgotten with a connection: the next server may have lost its log's end."""
        if self._connection is None or self._connection.is_closed():
            async with asyncio.timeout(SECONDS_TO_RECONNECT):
                connection = await self._connect()
            self.proven.clear()
            try:
                await connection.execute(SQL["plan_once_by_index"])
            except BaseException:
                connection.terminate()
                raise
            self._connection = connection
        return self._connection


class _Late(Exception):
    """These may not be sent any more."""

    def __init__(self, requests: Sequence[AppendRequest]) -> None:
        super().__init__()
        self.requests = requests


class _Sending:
    """A batch under way: what is left of it, and what became of the rest."""

    def __init__(self, batch: Sequence[AppendRequest]) -> None:
        self._batch = batch
        self._settled: dict[int, Outcome] = {}
        self._all: list[Appended] = []
        self.left = batch
        self.uncertain = False
        """Whether a connection was lost with part of this batch on its way."""

    def settle(self, request: AppendRequest, outcome: Outcome) -> None:
        self._settled[id(request)] = outcome
        self.left = [one for one in self.left if one is not request]

    def took(self, requests: Sequence[AppendRequest], index: int, at: datetime) -> None:
        """These went in, one after the other from `index` on."""
        placed = []
        for request in requests:
            placed.append(Appended(index, at))
            index += len(request.events)
        if requests is self._batch:
            self._all, self.left = placed, []
            return
        self._settled.update(zip(map(id, requests), placed, strict=True))
        self.left = [one for one in self.left if id(one) not in self._settled]

    def outcomes(self) -> Sequence[Outcome]:
        return self._all or [self._settled[id(request)] for request in self._batch]
