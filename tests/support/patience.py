"""Waiting for what other tasks do: as short as possible, and never for ever."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from shared.observability import end


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Return once it holds; fail after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - what is waited for is on a server, which sets no Event of ours
            await asyncio.sleep(0.01)


@asynccontextmanager
async def meanwhile(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run endless work as tasks while the block runs; a fault of theirs is raised at its end."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        yield
    finally:
        await end(tasks)
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                task.result()
