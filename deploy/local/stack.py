"""All four services in one process behind one port, on the embedded PostgreSQL and NATS."""

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from deploy.local.broker import Broker
from deploy.local.postgres import Postgres
from shared.kernel import Clock, utc_now
from shared.observability import end
from shared.service import Service, open_platform
from shared.service.migrations import migrate
from shared.service.platform import Platform
from shared.service.roles import web_app, workers
from shared.settings import Settings

SERVICES = ("partnerships", "intake", "credentials", "oversight")
ASGI = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Stack:
    """The running services: their platforms by name, and the one app in front of them."""

    platforms: dict[str, Platform]
    app: ASGI
    migrated: list[str]


def settings_for(
    service: str,
    postgres: Postgres,
    nats: Broker,
    keys: Path,
    prefix: str,
    database: str,
    local_login: str | None = None,
) -> Settings:
    """How that service reaches the embedded servers: a database of its own, and its own folder of note keys."""
    return Settings(
        database_url=postgres.url(database),
        nats_url=nats.url_for(service),
        note_keys=str(keys / service),
        nats_replicas=nats.replicas,  # type: ignore[arg-type]  # one server, or three
        nats_prefix=prefix,
        session_secret=session_secret(keys),
        local_login=local_login,
    )


def session_secret(keys: Path) -> str:
    """The secret all four services sign sessions with, made the first time."""
    file = keys / "session-secret"
    if not file.exists():
        keys.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
            written.write(secrets.token_urlsafe(48))
    return file.read_text()


@asynccontextmanager
async def run_services(
    postgres: Postgres,
    nats: Broker,
    keys: Path,
    *,
    prefix: str = "facts",
    database_prefix: str = "",
    services: Sequence[str] = SERVICES,
    clock: Clock = utc_now,
    local_login: str | None = None,
) -> AsyncIterator[Stack]:
    """Migrate, start every service with its workers as tasks, and stop them at the end. All live by `clock`.

    `local_login` is a file of keys to sign in with at a click.
    """
    described: dict[str, Service] = {name: import_module(f"services.{name}.app").SERVICE for name in services}
    settings = {}
    for name in services:
        database = f"{database_prefix}{name}"
        postgres.create_database(database)
        settings[name] = settings_for(name, postgres, nats, keys, prefix, database, local_login)
    for name in services:  # one after another: the roles they share are made once for the whole cluster
        await migrate(described[name], settings[name])
    async with AsyncExitStack() as stack:
        platforms = {
            name: await stack.enter_async_context(open_platform(described[name], settings[name], clock))
            for name in services
        }
        migrated = [
            line
            for name, platform in platforms.items()
            if (after := described[name].after_migrate) is not None
            for line in await after(platform)
        ]
        apps = {name: web_app(platform) for name, platform in platforms.items()}
        tasks = [
            asyncio.ensure_future(work)
            for platform in platforms.values()
            for work in workers(platform, {"serve", "relay", "react", "project"})
        ]
        try:
            yield Stack(platforms, one_port(apps), migrated)
        finally:
            await end(tasks)


def one_port(apps: Mapping[str, ASGI]) -> ASGI:
    """The app whose prefix a path begins with; pages that belong to none are answered by oversight."""

    otherwise = list(apps.values())[-1]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if (scope["type"], scope["path"]) == ("http", "/") and scope["method"] == "GET":
            await (_to_the_board(send) if _is_browser(scope) else _index(send, apps))
            return
        prefix = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else ""
        await apps.get(prefix, otherwise)(scope, receive, send)

    return app


def _is_browser(scope: Any) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


async def _to_the_board(send: Any) -> None:
    headers = [(b"location", b"/board"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _index(send: Any, names: Iterable[str]) -> None:
    """Where each service describes its API."""
    body = json.dumps({name: f"/{name}/openapi/openapi.json" for name in names}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Any, send: Any) -> None:
    """The platforms are opened and closed around the server, so there is nothing to do but say so."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
