"""The services in this process, behind one real port, as `./dev up` runs them, on real servers over real HTTP."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import nats

from deploy.local.stack import SERVICES, Stack, run_services
from shared.service.platform import Platform
from tests.support.databases import create_from_template, drop, fresh_name
from tests.support.servers import CHECKOUT, Servers
from tests.support.serving import on_a_port


@dataclass(frozen=True)
class Running:
    """The running services, the operator's key, and where they answer."""

    stack: Stack
    url: str
    operator_key: str

    @property
    def platforms(self) -> dict[str, Platform]:
        return self.stack.platforms

    def follows(self, service: str) -> set[str]:
        """The logs `service` follows, which a request to it may wait for; what begins no service's path is a page."""
        platform = self.platforms.get(service) or self.platforms["oversight"]
        return {*platform.heard, *((service,) if platform.service.decides else ())}

    async def last_index(self) -> dict[str, int]:
        """Where every log stands: equal before and after means that nothing was written."""
        return {name: await one.log.last_index() for name, one in self.platforms.items() if one.service.decides}


def present_services() -> tuple[str, ...]:
    """The services in the tree."""
    return tuple(name for name in SERVICES if (CHECKOUT / "services" / name / "app.py").exists())


@asynccontextmanager
async def running(
    servers: Servers, services: Sequence[str], *, local_login: Path | None = None, port: int = 0
) -> AsyncIterator[Running]:
    """Those services on databases and a NATS prefix of their own, all gone at the end.

    `local_login` is a file of keys to sign in with at a click, as `./dev up` has it.
    """
    name = fresh_name()
    databases = [f"{name}_{service}" for service in services]
    for service, database in zip(services, databases, strict=True):
        await create_from_template(servers, service, database)
    try:
        async with (
            run_services(
                servers.postgres,
                servers.nats,
                servers.folder / "keys" / name,
                prefix=name,
                database_prefix=f"{name}_",
                services=services,
                local_login=str(local_login) if local_login else None,
            ) as stack,
            served(stack, port) as started,
        ):
            yield started
    finally:
        await forget_streams(servers, name)
        await drop(servers, *databases)


@asynccontextmanager
async def client(url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """An HTTP client of the services at `url`."""
    async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
        yield http


@asynccontextmanager
async def served(stack: Stack, port: int = 0) -> AsyncIterator[Running]:
    """That stack behind a port of its own."""
    async with on_a_port(stack.app, port) as address:
        yield Running(stack, address, _operator_key(stack))


async def forget_streams(servers: Servers, prefix: str) -> None:
    """Dozens of streams of modules gone by would slow NATS down."""
    broker = await nats.connect(servers.nats.url)
    try:
        jetstream = broker.jetstream()
        for stream in await jetstream.streams_info():
            if str(stream.config.name).startswith(f"{prefix}-"):
                await jetstream.delete_stream(str(stream.config.name))
    finally:
        await broker.close()


def _operator_key(stack: Stack) -> str:
    found = re.search(r"consortia_\S+", "\n".join(stack.migrated))
    return found[0] if found else ""
