"""An app behind a real port of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from shared.service.roles import serve


@asynccontextmanager
async def on_a_port(app: Any, port: int = 0) -> AsyncIterator[str]:
    """The address of the app while it is served, on that port or a free one; what kept it from starting is raised."""
    stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def ready(listens: int) -> None:
        listening.set_result(listens)

    serving = asyncio.ensure_future(serve(app, "127.0.0.1", port, stop, ready))
    await asyncio.wait([serving, listening], return_when=asyncio.FIRST_COMPLETED)
    try:
        if serving.done():
            serving.result()
        yield f"http://127.0.0.1:{listening.result()}"
    finally:
        stop.set()
        await serving


@asynccontextmanager
async def client_of(app: Any, seconds: float) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the app that waits so long for an answer."""
    async with (
        on_a_port(app) as address,
        httpx2.AsyncClient(base_url=address, timeout=seconds, trust_env=False) as http,
    ):
        yield http
