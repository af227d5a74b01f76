"""Group commit: one writer task per process, one batch in flight, no timer.

While a batch is on its way, whoever appends queues; the next batch takes them all. Under load the cost of a commit is
shared by everybody waiting, and a lone append waits for nobody.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from shared.eventstore.batches import Neighbours, are_apart, wrong_with
from shared.eventstore.committing import Committer, Connect
from shared.eventstore.vocabulary import Appended, AppendRequest, OperationalError, QueueFull
from shared.observability import end

log = structlog.get_logger(__name__)
Waiting = tuple[AppendRequest, "asyncio.Future[Appended]"]

MOST_WAITING = 4096
"""Requests that may wait; one more is refused at once."""
LARGEST_BATCH = 256
"""Requests in one batch, so that one transaction stays short."""
MOST_HELD_BACK = 2048
"""Requests passed over for one batch, because others are in their way."""
LARGEST_BATCH_EVENTS = 1000
"""Events in one batch, unless a single request has more."""


class Appender:
    """Appends for one process, over a connection of its own; `opened` runs its writer."""

    def __init__(self, connect: Connect, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._waiting: deque[Waiting] = deque()
        self._taken: list[Waiting] = []
        self.failing: str | None = None
        """What ended the writer, if it was not `close`."""
        self._committer = Committer(connect)
        self._loop = asyncio.get_running_loop()
        self._work = asyncio.Event()
        self._closed = False

    def append(self, request: AppendRequest) -> "asyncio.Future[Appended]":
        """Queue the request; what is returned is awaited. Whoever is cancelled before it is on its way writes nothing.

        One of the `IntegrityError` family when this request cannot go in, `QueueFull` at once when too many wait,
        `OperationalError` when it is not known in time whether it was written: a repeat with the same command id finds
        out.
        """
        future: asyncio.Future[Appended] = self._loop.create_future()
        if refusal := self._refusal(request):
            future.set_exception(refusal)
        else:
            self._waiting.append((request, future))
            self._work.set()
        return future

    def _refusal(self, request: AppendRequest) -> Exception | None:
        if len(self._waiting) >= self._most_waiting:
            return QueueFull(len(self._waiting))
        if self._closed:
            return OperationalError("the store has closed; nothing was written")
        return wrong_with(request)

    @property
    def unanswered(self) -> bool:
        """Whether the last append was not answered: the next one may be."""
        return self._committer.unanswered

    def read(self, stream: str, version: int) -> None:
        """That version of the stream was read: where it is expected, it need not be looked for."""
        self._committer.learn([(stream, version)])

    async def run(self) -> None:
        """Write batch after batch, until closed and nothing waits. However it ends, nobody is left waiting."""
        try:
            while self._waiting or not self._closed:
                if not self._waiting:
                    self._work.clear()
                    await self._work.wait()
                await self._write(*self._take())
                await asyncio.sleep(0)  # those just answered may ask again, and go along with the next batch
        except Exception as error:
            self.failing = repr(error)
            log.exception("writer-ended")
            raise
        finally:
            self._closed = True
            for _, future in self._waiting:
                _fail(future, "the store has closed; nothing was written")
            for _, future in self._taken:
                _fail(future, "the store has closed; whether this was written is not known")
            await self._committer.close()

    def close(self) -> None:
        """Take nothing more; `run` ends when what waits is written."""
        self._closed = True
        self._work.set()

    def _take(self) -> tuple[list[Waiting], list[AppendRequest]]:
        """Everything that waits and may go together; the others keep their places.

        What is doomed goes along with anybody, so that those who lost a race are all told at once; it comes apart too.
        """
        self._taken = batch = list[Waiting]()
        while self._waiting and len(batch) < LARGEST_BATCH:
            if not (one := self._waiting.popleft())[1].done():  # not cancelled while it waited
                batch.append(one)
        if are_apart([request for request, _ in batch], self._committer.proven):
            return batch, []
        return self._sorted_out()

    def _sorted_out(self) -> tuple[list[Waiting], list[AppendRequest]]:
        """Looks further than one batch, so that many who wait for one busy stream hold up nobody else."""
        batch: list[Waiting] = []
        later: list[Waiting] = []
        doomed: list[AppendRequest] = []
        waiting, admit, events = deque(self._taken), Neighbours().admit, 0
        while len(batch) < LARGEST_BATCH and events < LARGEST_BATCH_EVENTS and len(later) < MOST_HELD_BACK:
            if not waiting and not self._waiting:
                break
            if not waiting:
                self._taken.append(self._waiting.popleft())
                waiting.append(self._taken[-1])
            one = request, future = waiting.popleft()
            if future.done():
                continue
            if self._committer.is_doomed(request):
                doomed.append(request)
            elif not admit(request):
                later.append(one)
                continue
            batch.append(one)
            events += len(request.events)
        self._waiting.extendleft(reversed([*later, *waiting]))
        return batch, doomed

    async def _write(self, batch: list[Waiting], doomed: list[AppendRequest]) -> None:
        """Write them and tell everybody how it went."""
        outcomes = await self._committer.commit([request for request, _ in batch], doomed)
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.done():
                continue  # cancelled meanwhile: the others of its batch never notice
            if isinstance(outcome, Appended):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)


def _fail(future: "asyncio.Future[Appended]", why: str) -> None:
    if not future.done():
        future.set_exception(OperationalError(why))


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
