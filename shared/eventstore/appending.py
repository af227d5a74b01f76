"""Group commit: one writer task per process, one batch in flight, no timer.

While a batch is on its way, whoever appends queues; the next batch takes them all. Under load the cost of a commit is
shared by everybody waiting, and a lone append waits for nobody.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.eventstore.batches import Neighbours, check
from shared.eventstore.committing import Committer, Connect, Outcome
from shared.eventstore.vocabulary import Appended, AppendRequest, OperationalError, QueueFull
from shared.observability import end

MOST_WAITING = 4096
"""Requests that may wait; one more is refused at once."""
LARGEST_BATCH = 256
"""Requests in one batch, so that one transaction stays short."""
LARGEST_BATCH_BYTES = 4 * 1024 * 1024
MOST_PROVEN = 100_000
"""Streams whose versions are remembered."""


class _Waiting:
    """A request, and the future of whoever waits for it."""

    __slots__ = ("future", "request", "size")

    def __init__(self, request: AppendRequest, future: "asyncio.Future[Appended]") -> None:
        self.request = request
        self.future = future
        self.size = sum([len(event.state) for event in request.events])


class Appender:
    """Appends for one process, over a connection of its own; `opened` runs its writer."""

    def __init__(self, connect: Connect, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._waiting: deque[_Waiting] = deque()
        self._proven: dict[str, int] = {}
        self._committer = Committer(connect, self._proven)
        self._work = asyncio.Event()
        self._closed = False

    async def append(self, request: AppendRequest) -> Appended:
        """Queue the request and wait for its batch. Whoever is cancelled before it is on its way writes nothing.

        Raises one of the `IntegrityError` family when this request cannot go in, `QueueFull` at once when too many
        wait, `OperationalError` when it is not known in time whether it was written: a repeat with the same command id
        finds out.
        """
        check(request)
        if len(self._waiting) >= self._most_waiting:
            raise QueueFull(len(self._waiting))
        if self._closed:
            raise OperationalError("the store is closing; nothing was written")
        future: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(request, future))
        self._work.set()
        return await future

    def prove(self, stream: str, version: int) -> None:
        """That version of the stream was read or written: it is there for ever, and need not be looked for again."""
        if len(self._proven) >= MOST_PROVEN:
            self._proven.clear()
        self._proven[stream] = version

    async def run(self) -> None:
        """Write batch after batch, until closed and nothing waits."""
        while self._waiting or not self._closed:
            if not self._waiting:
                self._work.clear()
                await self._work.wait()
            await self._write(self._take())
            await asyncio.sleep(0)  # those just answered may ask again, and go along with the next batch
        await self._committer.close()

    def close(self) -> None:
        """Take nothing more; `run` ends when what waits is written."""
        self._closed = True
        self._work.set()

    def _take(self) -> list[_Waiting]:
        """Everything that waits and may go together; the others keep their places."""
        batch: list[_Waiting] = []
        later: list[_Waiting] = []
        neighbours, size = Neighbours(), 0
        while self._waiting and len(batch) < LARGEST_BATCH and size < LARGEST_BATCH_BYTES:
            one = self._waiting.popleft()
            if one.future.done():
                continue  # cancelled while it waited
            if neighbours.admit(one.request):
                batch.append(one)
                size += one.size
            else:
                later.append(one)
        self._waiting.extendleft(reversed(later))
        return batch

    async def _write(self, batch: list[_Waiting]) -> None:
        """Write them and tell everybody how it went. Nothing that goes wrong with a batch ends the writer."""
        try:
            outcomes = await self._committer.commit([one.request for one in batch])
        except Exception as error:  # noqa: BLE001 - whatever it was, everybody who waits must hear of it
            outcomes = [error] * len(batch)
        except asyncio.CancelledError:
            for one in [*batch, *self._waiting]:
                one.future.cancel()
            raise
        for one, outcome in zip(batch, outcomes, strict=True):
            self._tell(one, outcome)

    def _tell(self, one: _Waiting, outcome: Outcome) -> None:
        if isinstance(outcome, Appended):
            for event in one.request.events:
                self.prove(event.originator_id, event.originator_version)
            if not one.future.done():  # whoever was cancelled meanwhile is not told, and the others never notice
                one.future.set_result(outcome)
        elif not one.future.done():
            one.future.set_exception(outcome)


@asynccontextmanager
async def opened(connect: Connect, most_waiting: int = MOST_WAITING) -> AsyncIterator[Appender]:
    """An appender with its writer running; at the end, what waits is written first."""
    appender = Appender(connect, most_waiting)
    writer = asyncio.ensure_future(appender.run())
    try:
        yield appender
    finally:
        appender.close()
        try:
            await asyncio.shield(writer)
        finally:
            await end([writer])
