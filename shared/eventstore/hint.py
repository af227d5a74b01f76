"""A wake-up hint between tasks. Only a hint: whoever waits also polls, so a lost one costs a moment."""

import asyncio
from contextlib import suppress


class Hint:
    """Rung after a commit; a waiter wakes at the next ring or when its patience ends.

    `rings` counts them all. Whoever notes it before looking, and waits `since` then, misses none that came in between.
    `own` counts the rings of this process, which others may have to be told of; an echo is what others told.
    """

    def __init__(self) -> None:
        self.rings = 0
        self.own = 0
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits now: this process has committed something."""
        self.own += 1
        self.echo()

    def echo(self) -> None:
        """Wake everybody who waits now: another process has."""
        self.rings += 1
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, seconds: float, since: int | None = None) -> None:
        """Return at the next ring, or after `seconds`; at once if it rang after `since`."""
        if since is not None and self.rings != since:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # not wait_for, which in Python 3.11 can swallow a cancellation
                await self._rung.wait()
