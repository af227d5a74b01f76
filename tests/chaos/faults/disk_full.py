"""A disk that is full for a while: PostgreSQL's data, then its WAL, then NATS's store, each under load.

While it lasts, readiness says so, whoever writes is told 503, and nobody is told 500. When space returns everything
goes on by itself. PostgreSQL stops for good when its WAL has no room to recover in: then it goes on when whoever
supervises it starts it again, here as anywhere; nobody does anything else.

Control: a PostgreSQL that acknowledges before its WAL is written (`synchronous_commit=off`) loses facts to a full WAL.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import httpx2

from tests.chaos.checker import check
from tests.chaos.figures import Figures
from tests.chaos.hosts.crowded import Crowded
from tests.chaos.hosts.scratch import scratch
from tests.chaos.hosts.skipping import skipped_where_absent
from tests.chaos.hosts.small_disk import SmallDisk
from tests.chaos.installations import in_this_process
from tests.chaos.load import Cast, Load, cast
from tests.chaos.running import Say, judged, settle
from tests.chaos.world import SERVICES, World
from tests.support.community import Communities
from tests.support.patience import eventually, meanwhile

NAME = "disk-full"
CLIENTS = 6
FACTS_BETWEEN = 25
"""Facts acknowledged before and after each time."""
SECONDS_FULL = 2.0
"""For which a disk stays full once readiness has said so."""
SECONDS_TO_SAY_SO = 30.0
SECONDS_TO_RECOVER = 60.0
CONTROL_TRIES = 3
SAYS = {"data": "No space left on device", "wal": "database", "store": "relay of"}
"""What readiness says of each."""
ACKNOWLEDGES_TOO_EARLY = {"synchronous_commit": "off", "wal_writer_delay": "10s"}
SECONDS_UNTIL_IT_STOPS = 8.0
CURRENT_FILE = "select pg_walfile_name(pg_current_wal_insert_lsn() + 1)"
NEXT_FILE = "select pg_logical_emit_message(true, '', ''), pg_switch_wal()"


@skipped_where_absent(NAME)
async def run(rounds: int, say: Say) -> Figures:
    """Each disk in turn is full so often."""
    async with installed() as (servers, world):
        watch = Readiness(world.http)
        played = await cast(Communities(world, world.http))
        load, began = Load(world.http, played, NAME), await world.began()
        load.start(CLIENTS)
        async with meanwhile(servers.supervise()):
            for number in range(rounds):
                for what, fill in ways(servers).items():
                    say(f"{what} is full, {number + 1} of {rounds}, {len(load.acknowledged)} acknowledged")
                    await load.until(FACTS_BETWEEN)
                    await fill()
                    await watch.says(what)
                    await asyncio.sleep(SECONDS_FULL)
                    for disk in (servers.data, servers.wal, servers.store):
                        disk.free()
                    await watch.recovers(what)
                    await load.until(FACTS_BETWEEN)
            await load.stop()
            settled = await settle(world, say)
            damage = check(await world.seen(load, began))
            lost_early = await lose_by_acknowledging_early(servers, world, played, say)
    return judged(
        NAME,
        rounds,
        load,
        damage,
        settled,
        control_seen=lost_early > 0,
        readiness_said=watch.said,
        seconds_until_ready_again=watch.seconds,
        started_again_by_the_supervisor=servers.starts,
        control_facts_lost_by_acknowledging_early=lost_early,
    )


def ways(servers: Crowded) -> dict[str, Callable[[], Awaitable[None]]]:
    """What is full, and how it comes to be."""

    def of(disk: SmallDisk) -> Callable[[], Awaitable[None]]:
        async def fill() -> None:
            await asyncio.to_thread(disk.fill)

        return fill

    async def fill_wal() -> None:
        await asyncio.to_thread(servers.wal.fill)
        await use_up_wal(servers)

    return {"data": of(servers.data), "wal": fill_wal, "store": of(servers.store)}


async def use_up_wal(servers: Crowded) -> None:
    """Use up the files of WAL that were made beforehand, and write on: the server finds no room, and stops."""
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        await use_up_files_of_wal(servers)
        connection = await asyncpg.connect(servers.postgres.url("postgres"))
        await connection.execute(NEXT_FILE)


async def use_up_files_of_wal(servers: Crowded) -> None:
    """Return once what is written next goes to a file that is not there; as yet it is only in memory."""
    connection = await asyncpg.connect(servers.postgres.url("postgres"))
    try:
        while (servers.wal.mount / "pg_wal" / await connection.fetchval(CURRENT_FILE)).exists():
            await connection.execute(NEXT_FILE)
    finally:
        await connection.close()


class Readiness:
    """What `/readyz` of every service says, and for how long."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self.said: dict[str, list[str]] = {}
        self.seconds: dict[str, float] = {}

    async def says(self, what: str) -> None:
        """Return once some service says that it is not ready, and why; what it says is kept."""

        async def does() -> bool:
            found = [said for service in SERVICES for said in await self._in_the_way(service) if SAYS[what] in said]
            self.said[what] = found[:1]
            return bool(found)

        await eventually(does, SECONDS_TO_SAY_SO)

    async def recovers(self, what: str) -> None:
        """Return once every service says that it is ready; the longest this took is kept, in seconds."""
        began = asyncio.get_running_loop().time()

        async def is_ready() -> bool:
            return not any([await self._in_the_way(service) for service in SERVICES])

        try:
            await eventually(is_ready, SECONDS_TO_RECOVER)
        except TimeoutError:
            found = [said for service in SERVICES for said in await self._in_the_way(service)]
            raise AssertionError(f"{what} has room for {SECONDS_TO_RECOVER} s, and yet: {found}") from None
        took = asyncio.get_running_loop().time() - began
        self.seconds[what] = round(max(took, self.seconds.get(what, 0.0)), 1)

    async def _in_the_way(self, service: str) -> list[str]:
        answer = await self._http.get(f"/{service}/readyz")
        if answer.status_code not in (200, 503):
            raise AssertionError(f"/{service}/readyz answered {answer.status_code}: {answer.text}")
        return [f"{name}: {why}" for name, why in answer.json()["in_the_way"].items()]


async def lose_by_acknowledging_early(servers: Crowded, world: World, played: Cast, say: Say) -> int:
    """How many acknowledged facts the checker misses; what is lost is what was acknowledged in the last moments."""
    await asyncio.to_thread(servers.configure, ACKNOWLEDGES_TOO_EARLY)
    for attempt in range(CONTROL_TRIES):
        say(f"control, try {attempt + 1}: the WAL is full, and commits are acknowledged before they are in it")
        load, began = Load(world.http, played, f"early-{attempt}"), await world.began()
        await asyncio.to_thread(servers.wal.fill)
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            await use_up_files_of_wal(servers)
            load.start(CLIENTS)
            await load.until(FACTS_BETWEEN, SECONDS_UNTIL_IT_STOPS)
        await use_up_wal(servers)
        await load.abandon()
        servers.wal.free()
        await eventually(lambda: takes_writes(servers), SECONDS_TO_RECOVER)  # relays do not: they see what was lost
        if lost := check(await world.stored(load, began)).lost:
            return len(lost)
    return 0


async def takes_writes(servers: Crowded) -> bool:
    """Whether the database is up again."""
    try:
        connection = await asyncpg.connect(servers.postgres.url("postgres"))
    except (asyncpg.PostgresError, OSError):
        return False
    await connection.close()
    return True


@asynccontextmanager
async def installed() -> AsyncIterator[tuple[Crowded, World]]:
    """An installation on small disks, all gone at the end."""
    with scratch() as folder:
        servers = Crowded(folder)
        try:
            nats = servers.nats
            async with in_this_process(servers.postgres, nats, folder) as world:  # type: ignore[arg-type]  # reached like one
                yield servers, world
        finally:
            servers.stop()
