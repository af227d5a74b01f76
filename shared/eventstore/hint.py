"""A wake-up hint between tasks of one process. Only a hint: whoever waits also polls, so a lost one costs a moment."""

import asyncio
from contextlib import suppress


class Hint:
    """Rung after a commit; a waiter wakes at the next ring or when its patience ends."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits now."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # not wait_for, which in Python 3.11 can swallow a cancellation
                await self._rung.wait()
