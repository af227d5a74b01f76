"""Asking in a cell, and naming what was answered by the letters of the matrix."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import uuid4

import httpx2

from tests.authorization.declared import Cell, Route
from tests.authorization.requests import REQUESTS, Asked, path_of
from tests.authorization.world import World

AT_ONCE = 16
Session = Callable[[str], dict[str, str]]
"""The headers by which a browser shows the session opened with that key."""
PATIENCE = 40
"""Times to come again, a quarter of a second apart, while a service says that its picture is not fresh enough."""
LETTERS = {401: "k", 403: "-", 404: "0"}


def letter(response: httpx2.Response) -> str:
    """`k` a key is needed, `-` may not, `0` hidden, `+` may; `?` for what no cell may answer.

    A page says that a key is needed by leading to where one signs in.
    """
    status = response.status_code
    if status == 303 and response.headers["location"].startswith("/sign-in"):
        return "k"
    return LETTERS.get(status, "?" if status >= 500 or status in (400, 405) else "+")


async def ask(http: httpx2.AsyncClient, world: World, cell: Cell, session: Session | None = None) -> httpx2.Response:
    """The answer in that cell; where a `session` is to be had, in a browser that has signed in with the key."""
    method, _, _ = cell.route.partition(" ")
    asked = REQUESTS.get(cell.route, Asked())
    headers = {"Idempotency-Key": str(uuid4())} if method != "GET" else {}
    if (asker := world.asker(cell, asked.hat)) is not None:
        headers |= session(asker.key) if session else {"Authorization": f"Bearer {asker.key}"}
        headers |= {"Acting-As": asker.position} if asker.position else {}
    query = asked.query(world) if asked.query else None
    body: dict[str, Any] = {"json": asked.body(world)} if asked.body else {}
    if asked.sheet is not None:
        headers["Content-Type"], body = "text/csv", {"content": asked.sheet.encode()}
    path = path_of(cell.route, world, asked, cell.role)
    response = await http.request(method, path, headers=headers, params=query, **body)
    for _ in range(PATIENCE):
        if response.status_code != 503:
            break
        await asyncio.sleep(0.25)
        response = await http.request(method, path, headers=headers, params=query, **body)
    return response


async def ask_all(http: httpx2.AsyncClient, world: World, cells: Iterable[Cell]) -> dict[Cell, httpx2.Response]:
    """The answers of all, some at once."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(cell: Cell) -> tuple[Cell, httpx2.Response]:
        async with free:
            return cell, await ask(http, world, cell)

    return dict(await asyncio.gather(*(one(cell) for cell in cells)))


def wrong(answered: Mapping[Cell, httpx2.Response], declared: Mapping[Cell, str]) -> list[str]:
    """Every cell that answered otherwise than declared, as a sentence."""
    return [
        f"{cell.route} as {cell.role} ({cell.side}): declared {declared[cell]}, answered {seen}"
        f" ({response.status_code}: {response.text[:300]})"
        for cell, response in answered.items()
        if (seen := letter(response)) != declared[cell]
    ]


def public_paths(routes: Iterable[Route], world: World) -> list[str]:
    """Where the public routes answer that are read."""
    ids = {"slug": "key-needed", "path": "openapi.json", "tag": "fr", "file_path": "base.css"}
    return [path_of(route.name, world, Asked(ids=ids)) for route in routes if route.public and not route.writes]
