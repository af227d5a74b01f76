"""kill -9 of each process at random moments under load: every role of every service, PostgreSQL and NATS.

Who is killed is started again at once, as a supervisor would, and so is who ended because of it. Control: a PostgreSQL
that acknowledges before the log is on disk (`synchronous_commit=off`) loses acknowledged facts to the same kill.
"""

import asyncio
import random

from tests.chaos.checker import check
from tests.chaos.figures import Figures
from tests.chaos.installations import as_processes, in_this_process
from tests.chaos.load import Load, cast
from tests.chaos.running import Say, judged, settle
from tests.chaos.servers import Servers, own_servers
from tests.support.community import Communities
from tests.support.fleet import Fleet

NAME = "killed"
CLIENTS = 6
SEED = 20261122
LONGEST_PAUSE = 1.5
"""Seconds at most between a start and the next kill."""
CONTROL_TRIES = 5


async def run(rounds: int, say: Say) -> Figures:
    """So many kills; each process is killed at least once where there are enough."""
    chance = random.Random(SEED)
    with own_servers() as servers:
        async with as_processes(servers.postgres, lambda _: servers.nats.url, servers.folder) as (world, fleet):
            load = Load(world.http, await cast(Communities(world, world.http)), NAME)
            began = await world.began()
            load.start(CLIENTS)
            victims = drawn(fleet, rounds, chance)
            async with fleet.supervised() as ended:
                for number, victim in enumerate(victims):
                    say(f"kill {number + 1} of {rounds}: {'-'.join(victim)}, {len(load.acknowledged)} acknowledged")
                    await load.until(1)
                    await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE))
                    await asyncio.to_thread(kill_and_start, victim, servers, fleet)
                await load.until(1)
                await load.stop()
                settled = await settle(world, say)
                seen = await world.seen(load, began)
    kills = {"-".join(victim): victims.count(victim) for victim in sorted(set(victims))}
    control_seen = await is_seen(say)
    return judged(
        NAME, rounds, load, check(seen), settled, control_seen=control_seen, kills=kills, ended_by_themselves=ended
    )


def drawn(fleet: Fleet, rounds: int, chance: random.Random) -> list[tuple[str, str]]:
    """Who is killed, in which order: everybody in turn, each turn shuffled."""
    everybody = [*fleet.roles, ("server", "postgres"), ("server", "nats")]
    found: list[tuple[str, str]] = []
    while len(found) < rounds:
        chance.shuffle(everybody)
        found += everybody
    return found[:rounds]


def kill_and_start(victim: tuple[str, str], servers: Servers, fleet: Fleet) -> None:
    match victim:
        case ("server", "postgres"):
            servers.kill_postgres()
            servers.start_postgres()
        case ("server", "nats"):
            servers.kill_nats()
            servers.start_nats()
        case (service, role):
            fleet.kill_and_start(service, role)


async def is_seen(say: Say) -> bool:
    """Whether the checker sees the loss where commits are acknowledged before they are on disk."""
    with own_servers(durable=False) as servers:
        async with in_this_process(servers.postgres, servers.nats, servers.folder) as world:
            played = await cast(Communities(world, world.http))
            for attempt in range(CONTROL_TRIES):
                say(f"control, try {attempt + 1}: PostgreSQL killed with synchronous_commit=off")
                load = Load(world.http, played, f"control-{attempt}")
                began = await world.began()
                load.start(CLIENTS)
                await load.until(60)
                servers.kill_postgres()
                await load.abandon()
                servers.start_postgres()
                if check(await world.stored(load, began)).lost:
                    return True
    return False
