"""Endless work that outlives its faults: whatever goes wrong is logged and tried again, and readiness knows of it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

log = structlog.get_logger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
"""Seconds between tries: doubled after each fault, up to the longest."""


class Steady:
    """One endless piece of work, by name. `failing` says what is wrong; None since the last success."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failing: str | None = None
        self._pause = FIRST_PAUSE

    def well(self) -> None:
        """All is well again: said by work that goes on for long without returning."""
        self.failing, self._pause = None, FIRST_PAUSE

    async def keep(self, once: Callable[[], Awaitable[object]]) -> None:
        """Do it again and again, for ever. The same piece is tried until it succeeds, so nothing is passed over."""
        while True:
            try:
                await once()
            except Exception as error:
                self.failing = f"{type(error).__name__}: {error}" if str(error) else repr(error)
                log.warning("work-failed", work=self.name, error=self.failing, again_in=self._pause, exc_info=True)
                await asyncio.sleep(self._pause)
                self._pause = min(2 * self._pause, LONGEST_PAUSE)
            else:
                self.well()


async def end(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """Cancel endless tasks and return once they have ended.

    Asked again until they do: in Python 3.11 `asyncio.wait_for`, which libraries use, can swallow a cancellation.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.5)
