"""The bench's own PostgreSQL: durable, in a folder of its own, gone at the end however it ends."""

import asyncio
import gc
import os
import platform
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from deploy.local import places
from deploy.local.postgres import Postgres
from shared.eventstore.appending import opened
from shared.eventstore.commands import Commands
from shared.eventstore.connections import Connections, session
from shared.eventstore.hint import Hint
from shared.eventstore.mapper import Mapper
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.schemas import BELOW_THE_DOMAIN, code_digest
from shared.eventstore.snapshot_stores import PostgresSnapshots
from shared.eventstore.snapshots import Snapshots
from shared.kernel import utc_now
from shared.security.notes import FileNoteKeys, Vault
from shared.service.migrations import migrate
from shared.settings import Settings

SETTINGS = (
    "server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers",
    "max_wal_size", "wal_level", "data_checksums",
)  # fmt: skip


@contextmanager
def server() -> Iterator[Postgres]:
    """As `./dev up` runs it: every acknowledged write is on the disk."""
    folder = Path(tempfile.mkdtemp(prefix="consortia-bench-"))
    folder.chmod(0o755)
    try:
        postgres = Postgres.start(folder / "postgres", durable=True)
        try:
            yield postgres
        finally:
            postgres.stop()
            Postgres.remove(folder / "postgres")
    finally:
        places.remove_folder(folder)


async def database(postgres: Postgres, name: str, service: str = "credentials") -> str:
    """The address of a new database with that service's schema."""
    postgres.create_database(name)
    url = postgres.url(name)
    settings = Settings(url, "nats://nobody@localhost", "/nowhere")  # only the database is asked for
    await migrate(import_module(f"services.{service}.app").SERVICE, settings)
    return url


@asynccontextmanager
async def opened_store(url: str) -> AsyncIterator[PostgresStore]:
    """The store as a service opens it: the one place of the bench that knows how."""
    role = "consortia_appender"
    async with (
        asyncpg.create_pool(url, min_size=1, max_size=10, server_settings=session(role, "bench")) as pool,
        opened(lambda: Connections(url, role).open("appends")) as appender,
    ):
        yield PostgresStore(pool, appender)


@asynccontextmanager
async def opened_commands(store: PostgresStore, keys: Path) -> AsyncIterator[Commands]:
    """The commands of `credentials` on that store, as the service opens them, snapshots and all."""
    mapper, kept = Mapper("credentials"), PostgresSnapshots(store._pool, store._appender)
    snapshots = Snapshots(kept, store, mapper, code_digest(("services.credentials.domain", *BELOW_THE_DOMAIN)))
    try:
        yield Commands(store, mapper, Vault(FileNoteKeys(keys)), utc_now, Hint(), snapshots)
    finally:
        await snapshots.close()


@asynccontextmanager
async def connected(url: str, role: str | None = None) -> AsyncIterator[asyncpg.Connection]:
    """One connection of the superuser, or in that role."""
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC", **({"role": role} if role else {})})
    try:
        yield connection
    finally:
        await connection.close()


async def settled(*urls: str) -> None:
    """What PostgreSQL would do by itself soon after a large import, done before anything is measured."""
    for url in urls:
        async with connected(url) as connection:
            await connection.execute("VACUUM ANALYZE store.events")
            await connection.execute("CHECKPOINT")


async def machine(postgres: Postgres) -> dict[str, Any]:
    """What was measured on."""
    async with connected(postgres.url("postgres")) as connection:
        settings = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in SETTINGS}
    return {
        "cores": os.cpu_count(),
        "processor": processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": settings,
    }


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


@contextmanager
def left_alone() -> Iterator[None]:
    """While something is timed, Python's garbage collector passes over what the bench itself has made by then."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def memory_mib() -> float:
    """What this process holds in memory now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def until_there(client: httpx2.AsyncClient, service: str) -> None:
    """Return once the service answers; it has a minute to start."""
    for _ in range(600):
        try:
            if (await client.get(f"/{service}/healthz")).is_success:
                return
        except httpx2.TransportError:
            await asyncio.sleep(0.1)
    raise TimeoutError("the service did not start within a minute")
