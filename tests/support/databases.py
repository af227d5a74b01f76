"""Fresh databases: migrated once per run into a template, copied in a few milliseconds for whoever needs one."""

import fcntl
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module

import asyncpg

from shared.eventstore.appending import MOST_WAITING, opened
from shared.eventstore.connections import Connections
from shared.eventstore.postgres import PostgresStore
from shared.service.migrations import migrate
from shared.settings import Settings
from tests.support.servers import Servers


@dataclass(frozen=True)
class Database:
    """A service's own database, with pools in the two roles its processes run in."""

    name: str
    url: str
    appender: asyncpg.Pool
    projector: asyncpg.Pool
    settings: Settings

    @property
    def projects(self) -> Connections:
        """What a projector opens its own connections with."""
        return Connections(self.url, "consortia_projector")


def fresh_name() -> str:
    """A name nothing else in this run has: for databases and for NATS prefixes."""
    return f"t{secrets.token_hex(5)}"


def settings_for(servers: Servers, name: str, service: str) -> Settings:
    """As that service, on the database `name`, with a NATS prefix of the same name."""
    keys = servers.folder / "keys" / name / service
    return Settings(servers.postgres.url(name), servers.nats.url, str(keys), nats_prefix=name)


@asynccontextmanager
async def fresh_database(servers: Servers, service: str) -> AsyncIterator[Database]:
    """A database with the schema of `service`, dropped at the end."""
    name = fresh_name()
    url = servers.postgres.url(name)
    await create_from_template(servers, service, name)
    try:
        async with pool(url, "consortia_appender") as appender, pool(url, "consortia_projector") as projector:
            yield Database(name, url, appender, projector, settings_for(servers, name, service))
    finally:
        await drop(servers, name)


def pool(url: str, role: str) -> "asyncpg.Pool[asyncpg.Record]":
    """Connections in that role."""
    return asyncpg.create_pool(
        url, min_size=1, max_size=5, server_settings={"role": role, "timezone": "UTC", "search_path": "read"}
    )


async def connect(url: str, role: str) -> asyncpg.Connection:
    """One connection in that role."""
    return await asyncpg.connect(url, server_settings={"role": role, "timezone": "UTC"})


@asynccontextmanager
async def open_store(database: Database, most_waiting: int = MOST_WAITING) -> AsyncIterator[PostgresStore]:
    """The store of one process: its reads over the database's pool, its appender on a connection of its own."""
    async with opened(lambda: connect(database.url, "consortia_appender"), most_waiting) as appender:
        yield PostgresStore(database.appender, appender)


async def create_from_template(servers: Servers, service: str, name: str) -> None:
    """A database `name`, as migrated for `service`."""
    template = await _template(servers, service)
    await _execute(servers, f"CREATE DATABASE {name} TEMPLATE {template}")


async def drop(servers: Servers, *names: str) -> None:
    """Remove those databases."""
    for name in names:
        await _execute(servers, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _template(servers: Servers, service: str) -> str:
    template = f"template_{service}"
    ready = servers.folder / f"{template}.ready"
    if not ready.exists():
        with _one_at_a_time(servers):
            if not ready.exists():
                servers.postgres.create_database(template)
                await migrate(
                    import_module(f"services.{service}.app").SERVICE, settings_for(servers, template, service)
                )
                ready.touch()
    return template


async def _execute(servers: Servers, statement: str) -> None:
    connection = await asyncpg.connect(servers.postgres.url("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def _one_at_a_time(servers: Servers) -> Iterator[None]:
    """Among the run's workers. Waiting here holds up a worker's loop, which has nothing else to do yet."""
    with (servers.folder / "templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
