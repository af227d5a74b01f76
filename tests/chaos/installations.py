"""Two ways to run an installation under test: its services in this process, or each role as a process of its own."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from deploy.local.stack import ASGI, run_services
from shared.kernel import Clock, utc_now
from shared.service.roles import serve
from shared.settings import Settings, load
from tests.chaos.world import SERVICES, World
from tests.support.fleet import Fleet, through

PREFIX = "chaos"


@asynccontextmanager
async def in_this_process(postgres: Postgres, nats: Nats, folder: Path, clock: Clock = utc_now) -> AsyncIterator[World]:
    """All services as tasks, as `./dev up` runs them; they live through whatever is done to the servers."""
    keys, databases = folder / "note-keys", f"{PREFIX}_"
    services = run_services(postgres, nats, keys, prefix=PREFIX, database_prefix=databases, clock=clock)
    async with services as stack, served(stack.app) as http:
        settings = {name: platform.settings for name, platform in stack.platforms.items()}
        yield World(settings, http, operator_key(folder, "\n".join(stack.migrated)))


@asynccontextmanager
async def served(app: ASGI) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the app, over a real port."""
    stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def ready(port: int) -> None:
        listening.set_result(port)

    serving = asyncio.ensure_future(serve(app, "127.0.0.1", 0, stop, ready))
    try:
        base = f"http://127.0.0.1:{await listening}"
        async with httpx2.AsyncClient(base_url=base, timeout=10, trust_env=False) as http:
            yield http
    finally:
        stop.set()
        await serving


@asynccontextmanager
async def as_processes(
    postgres: Postgres, broker: Callable[[str], str], folder: Path
) -> AsyncIterator[tuple[World, Fleet]]:
    """Every role as a process of its own; the fleet kills them and starts them again."""
    fleet = Fleet(PREFIX, postgres, broker, folder)
    printed = "".join([fleet.migrate(service) for service in SERVICES])
    fleet.start_all()
    try:
        await fleet.until_ready()
        async with through(fleet.ports) as http:
            settings = {name: settings_of(fleet, name) for name in SERVICES}
            yield World(settings, http, operator_key(folder, printed)), fleet
    finally:
        fleet.stop()


def settings_of(fleet: Fleet, service: str) -> Settings:
    """How that service's processes reach their servers."""
    return load({name: value for name, value in fleet.environment(service).items() if name.startswith("CONSORTIA_")})


def operator_key(folder: Path, printed: str) -> str:
    """The key that the first migration printed; kept, for later ones print none."""
    kept = folder / "operator-key"
    if found := re.search(r"consortia_\S+", printed):
        kept.write_text(found[0])
    return kept.read_text()
