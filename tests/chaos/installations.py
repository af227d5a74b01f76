"""Two ways to run an installation under test: its services in this process, or each role as a process of its own."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from deploy.local.stack import run_services
from shared.kernel import Clock, utc_now
from shared.settings import Settings, load
from tests.chaos.world import SERVICES, World
from tests.support.fleet import Fleet, through
from tests.support.serving import client_of

PREFIX = "chaos"


@asynccontextmanager
async def in_this_process(postgres: Postgres, nats: Nats, folder: Path, clock: Clock = utc_now) -> AsyncIterator[World]:
    """All services as tasks, as `./dev up` runs them; they live through whatever is done to the servers."""
    keys, databases = folder / "note-keys", f"{PREFIX}_"
    services = run_services(postgres, nats, keys, prefix=PREFIX, database_prefix=databases, clock=clock)
    async with services as stack, client_of(stack.app, 10) as http:
        settings = {name: platform.settings for name, platform in stack.platforms.items()}
        yield World(settings, http, operator_key(folder, "\n".join(stack.migrated)))


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
