"""From the library's threads to our coroutines: one event loop in one daemon thread per factory."""

import asyncio
import threading
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

import asyncpg

from shared.eventstore.door.connections import Connections, connect
from shared.eventstore.door.refusals import DoorIsClosed, translated
from shared.eventstore.door.settings import DoorSettings

T = TypeVar("T")
Work = Callable[[Connections], Coroutine[Any, Any, T]]
PATIENCE = 10.0
"""Seconds that work under way has to finish when the door is closed."""


class Bridge:
    """Runs work on the loop for any thread, and waits for it. Connects at the first work, not before.

    Whoever holds the bridge keeps the loop alive: the thread refers to nobody but itself, so a forgotten factory
    closes its door when it is collected, and every door is closed when the interpreter ends.
    """

    def __init__(self, settings: DoorSettings) -> None:
        self._thread = _LoopThread(settings)
        self._listeners: weakref.WeakSet[threading.Event] = weakref.WeakSet()
        self._thread.start()
        self.close = weakref.finalize(self, self._thread.end)

    def run(self, work: Work[T]) -> T:
        """The answer of `work`, or its error as one of the library's family."""
        try:
            return self._thread.submit(work).result()
        except CancelledError:
            raise DoorIsClosed("The door was closed over this work. If it was to write, look whether it did.") from None
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise translated(error) from error

    def listen(self, event: threading.Event) -> None:
        """Set `event` whenever something was written through this bridge, for as long as the event is kept."""
        self._listeners.add(event)

    def ring(self) -> None:
        """Something was written."""
        for event in list(self._listeners):
            event.set()


class _LoopThread(threading.Thread):
    def __init__(self, settings: DoorSettings) -> None:
        super().__init__(name="consortia-door", daemon=True)
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._gate = threading.Lock()
        self._closing = False
        self._connecting = asyncio.Lock()
        self._connections: Connections | None = None
        self._under_way: set[asyncio.Task[Any] | None] = set()

    def run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def submit(self, work: Work[T]) -> Future[T]:
        """Under the gate, so that nothing is handed to a loop that has been told to end."""
        with self._gate:
            if self._closing:
                raise DoorIsClosed("This factory is closed. Make a new application to go on.")
            return asyncio.run_coroutine_threadsafe(self._work(work), self._loop)

    async def _work(self, work: Work[T]) -> T:
        self._under_way.add(task := asyncio.current_task())
        try:
            async with self._connecting:
                if self._connections is None:
                    self._connections = await connect(self._settings)
            return await work(self._connections)
        finally:
            self._under_way.discard(task)

    def end(self) -> None:
        """Finish what was submitted, close the connections, end the loop. Waits, unless on a door's own thread, where a
        collected factory may happen to be closed."""
        with self._gate:
            if self._closing:
                return
            self._closing = True
            asyncio.run_coroutine_threadsafe(self._finish(), self._loop)
        if not isinstance(threading.current_thread(), _LoopThread):
            self.join()

    async def _finish(self) -> None:
        try:
            if tasks := [task for task in self._under_way if task]:
                _, late = await asyncio.wait(tasks, timeout=PATIENCE)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)
            if self._connections is not None:
                await self._disconnect(self._connections)
        finally:
            self._loop.stop()

    @staticmethod
    async def _disconnect(connections: Connections) -> None:
        """In good order, or at once where the server does not answer any more."""
        try:
            async with asyncio.timeout(PATIENCE):
                await connections.close()
        except TimeoutError:
            connections.pool.terminate()
