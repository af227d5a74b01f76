"""The power cut of the machine that holds PostgreSQL and NATS, on a real file system, again and again under load.

All its programs stop in the middle of what they do, the disk takes nothing more, and after the next mount only what was
made durable is there. Services and clients live on, elsewhere, and ask again.

Controls: PostgreSQL with `fsync=off` loses acknowledged facts; NATS with its default `sync_interval` loses messages it
acknowledged, and yet everything of ours converges, for relays refill what the broker has lost.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from msgspec import Struct

from deploy.local.processes import CannotStart
from tests.chaos.checker import Damage, check
from tests.chaos.figures import Figures
from tests.chaos.hosts.image import Image
from tests.chaos.hosts.machine import Machine
from tests.chaos.hosts.scratch import scratch
from tests.chaos.hosts.skipping import skipped_where_absent
from tests.chaos.installations import in_this_process
from tests.chaos.load import Cast, Load, cast
from tests.chaos.publishing import Publisher
from tests.chaos.running import Say, judged, settle
from tests.chaos.world import World
from tests.support.community import Communities

NAME = "power-cut"
CLIENTS = 6
SEED = 20261122
FACTS_BETWEEN = 25
"""Facts, and messages, acknowledged before each cut."""
LONGEST_WAIT = 0.7
"""Seconds at most until the cut, after those."""
CONTROL_ROUNDS = 2
"""Cuts with NATS's default sync, in a full run."""


class Endured(Struct, frozen=True):
    """What became of everything, after some cuts."""

    load: Load
    damage: Damage
    settled: dict[str, Any]
    messages: int
    missing: int


@skipped_where_absent(NAME)
async def run(rounds: int, say: Say) -> Figures:
    """Cut the power so often; then the controls, on the same machine otherwise configured."""
    async with installed() as (machine, world):
        played = await cast(Communities(world, world.http))
        durable = await endure(NAME, rounds, machine, world, played, say)
        await asyncio.to_thread(machine.configure, durable_nats=False)
        default = await endure("default-sync", min(rounds - 1, CONTROL_ROUNDS), machine, world, played, say)
        await asyncio.to_thread(machine.configure, postgres={"fsync": "off"})
        lost_without_fsync = await lose_without_fsync(machine, world, Load(world.http, played, "fsync-off"), say)
    durable.damage.lost.extend(["a message that NATS had acknowledged"] * durable.missing)
    return judged(
        NAME,
        rounds,
        durable.load,
        durable.damage,
        durable.settled,
        control_seen=lost_without_fsync > 0 and default.missing > 0 and not default.damage,
        messages_acknowledged_by_nats=durable.messages,
        messages_lost_by_nats=durable.missing,
        control_facts_lost_with_fsync_off=lost_without_fsync,
        control_messages_lost_by_nats_default_sync=default.missing,
        control_after_nats_default_sync={
            "acknowledged": len(default.load.acknowledged), **default.damage.counts(), **default.settled
        },
    )  # fmt: skip


async def endure(name: str, rounds: int, machine: Machine, world: World, played: Cast, say: Say) -> Endured:
    """So many cuts under one load; then everything is compared."""
    chance, load, messages, missing = random.Random(SEED), Load(world.http, played, name), 0, 0
    began = await world.began()
    load.start(CLIENTS)
    for number in range(rounds):
        say(f"{name}: cut {number + 1} of {rounds}, {len(load.acknowledged)} acknowledged")
        publisher = Publisher(machine.nats.url, f"{name}-{number}")
        await publisher.start()
        await load.until(FACTS_BETWEEN)
        await publisher.until(FACTS_BETWEEN)
        await asyncio.sleep(chance.uniform(0, LONGEST_WAIT))
        await asyncio.to_thread(machine.lose_power)
        await publisher.stop()
        await asyncio.to_thread(machine.power_on)
        messages += len(publisher.acknowledged)
        missing += await publisher.missing()
    await load.until(FACTS_BETWEEN)
    await load.stop()
    settled = await settle(world, say)
    return Endured(load, check(await world.seen(load, began)), settled, messages, missing)


async def lose_without_fsync(machine: Machine, world: World, load: Load, say: Say) -> int:
    """How many acknowledged facts the checker misses where PostgreSQL leaves it to the disk when to write."""
    say("fsync-off: one cut")
    began = await world.began()
    await checkpoint(machine)
    load.start(CLIENTS)
    await load.until(2 * FACTS_BETWEEN)
    await asyncio.to_thread(machine.lose_power)
    await load.abandon()
    try:
        await asyncio.to_thread(machine.power_on)
    except CannotStart:  # it lost so much that it does not start
        return len(load.acknowledged)
    return len(check(await world.stored(load, began)).lost)


async def checkpoint(machine: Machine) -> None:
    """From here on it is known what is on the disk."""
    connection = await asyncpg.connect(machine.postgres.url("postgres"))
    await connection.execute("checkpoint")
    await connection.close()
    await asyncio.to_thread(machine.image.settle)


@asynccontextmanager
async def installed() -> AsyncIterator[tuple[Machine, World]]:
    """An installation whose servers are on a machine of their own, all gone at the end."""
    with scratch() as folder:
        machine = Machine(Image(folder))
        try:
            async with in_this_process(machine.postgres, machine.nats, folder) as world:
                yield machine, world
        finally:
            machine.stop()
