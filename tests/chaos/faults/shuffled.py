"""Every message delivered three times and shuffled, and some again long after: all of it is as once and in order.

What is heard, reacted to and projected, that is.

Control: a listener that takes messages in as they come, repeats and all, holds other tables.
"""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module

import asyncpg
from msgspec import structs

from deploy.local.stack import one_port, settings_for
from services.oversight.projections import cards
from services.oversight.projections.concept import Concept
from shared.contracts import LOGS
from shared.kernel import Fact, Recorded
from shared.observability import end
from shared.service import open_platform
from shared.service.migrations import migrate
from shared.service.roles import web_app, workers
from shared.settings import Settings
from tests.chaos.checker import Seen, check
from tests.chaos.figures import Figures
from tests.chaos.installations import PREFIX, operator_key
from tests.chaos.load import Load, cast
from tests.chaos.running import Say, judged, settle
from tests.chaos.servers import Servers, own_servers
from tests.chaos.shuffler import LATE, TIMES, make_stream, pass_beats_on, shuffle
from tests.chaos.world import SERVICES, World
from tests.support.community import Communities
from tests.support.serving import client_of

NAME = "shuffled"
CLIENTS = 4
FACTS_IN_A_ROUND = 100
SHUFFLED = "shuffled"
"""The prefix under which everybody listens."""


async def run(rounds: int, say: Say) -> Figures:
    """So many hundred facts, each reaching every listener three times or more, in any order."""
    with own_servers() as servers:
        settings = {
            name: settings_for(name, servers.postgres, servers.nats, servers.folder, PREFIX, f"{PREFIX}_{name}")
            for name in SERVICES
        }
        async with through_a_shuffler(servers, settings) as world:
            load = Load(world.http, await cast(Communities(world, world.http)), NAME)
            began = await world.began()
            load.start(CLIENTS)
            for number in range(rounds):
                say(f"round {number + 1} of {rounds}, {len(load.acknowledged)} acknowledged")
                await load.until(FACTS_IN_A_ROUND)
            await load.stop()
            settled = await settle(world, say)
            seen = await world.seen(load, began)
        control_seen = await is_seen(settings["oversight"], seen)
    details = {
        "copies_of_each": TIMES,
        "late_repeats_with_each_window": LATE,
        "digest": digest(seen.tables),
        "digest_once_in_order": digest(seen.rebuilt),
    }
    return judged(NAME, rounds, load, check(seen), settled, control_seen=control_seen, **details)


@asynccontextmanager
async def through_a_shuffler(servers: Servers, settings: Mapping[str, Settings]) -> AsyncIterator[World]:
    """The services in this process; relays say under one prefix, all others hear under another, of the shuffler."""
    printed, apps, tasks, chance = "", {}, [], random.Random(1)
    async with AsyncExitStack() as opened:
        for name, said in settings.items():
            service = import_module(f"services.{name}.app").SERVICE
            servers.postgres.create_database(f"{PREFIX}_{name}")
            await migrate(service, said)
            says = await opened.enter_async_context(open_platform(service, said))
            hears = await opened.enter_async_context(
                open_platform(service, structs.replace(said, nats_prefix=SHUFFLED))
            )
            if service.after_migrate is not None:
                printed += "\n".join(await service.after_migrate(says))
            apps[name] = web_app(hears)
            tasks += [*workers(says, {"relay"}), *workers(hears, {"react", "project"})]
            if name in LOGS:
                await make_stream(says.jetstream, SHUFFLED, name)
                tasks.append(shuffle(says.jetstream, name, PREFIX, SHUFFLED, chance))
                tasks.append(pass_beats_on(says.broker, name, PREFIX, SHUFFLED))
        working = [asyncio.ensure_future(task) for task in tasks]
        try:
            async with client_of(one_port(apps), 10) as http:
                yield World(settings, http, operator_key(servers.folder, printed))
        finally:
            await end(working)


async def is_seen(oversight: Settings, seen: Seen) -> bool:
    """Whether the checker sees the tables of a listener that believes the order and the number of its messages."""
    projection = cards.proposals()
    async with open_platform(import_module("services.oversight.app").SERVICE, oversight) as platform:
        heard = [*await platform.heard[projection.log].after(0, 10_000)] * TIMES
        random.Random(1).shuffle(heard)
        async with platform.projector_connections.opened("control", search_path="read") as connection:
            rows = await taken_in(connection, projection, heard)
    damaged = {f"oversight.{table}": rows[table] for table in projection.tables}
    return bool(check(structs.replace(seen, tables={**seen.tables, **damaged})))


async def taken_in(
    connection: asyncpg.Connection, projection: cards.Cards[Concept], heard: Sequence[Recorded[Fact]]
) -> dict[str, list[str]]:
    """The tables once these facts were applied in this order; nothing of it is kept."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        for table in projection.tables:
            await connection.execute(f"delete from {table}")
        for recorded in heard:
            await projection.apply(connection, recorded)
        return {
            table: [row[0] for row in await connection.fetch(f"select t::text from {table} t order by 1")]
            for table in projection.tables
        }
    finally:
        await transaction.rollback()


def digest(tables: Mapping[str, Sequence[str]]) -> str:
    """SHA-256 of every row of every table."""
    found = hashlib.sha256()
    for name, rows in sorted(tables.items()):
        for line in (name, *rows):
            found.update(line.encode() + b"\n")
    return found.hexdigest()
