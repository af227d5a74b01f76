"""The primary PostgreSQL fails under load, its standby is promoted, and everything goes on unaided.

Commits wait for the standby: nothing acknowledged may be lost. Afterwards they do not: what the standby had not
received is gone, and counted apart. Control: it receives nothing for a moment before the primary fails.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import mkdtemp

from deploy.local.nats import Nats
from deploy.local.places import remove_folder
from tests.chaos.checker import Damage, check
from tests.chaos.figures import Figures
from tests.chaos.installations import in_this_process
from tests.chaos.load import Cast, Load, cast
from tests.chaos.running import Say, judged, settle
from tests.chaos.world import World
from tests.support.cluster import Cluster, cluster
from tests.support.community import Communities

NAME = "replica-promoted"
CLIENTS = 4
BETWEEN = 10
"""Facts acknowledged before each promotion, and before each of the servers is a standby again."""


async def run(rounds: int, say: Say) -> Figures:
    """So many promotions with commits that wait; then as many with commits that do not, or until something is lost."""
    async with installation() as (servers, world):
        played = await cast(Communities(world, world.http))
        load = Load(world.http, played, NAME)
        began = await world.began()
        load.start(CLIENTS)
        pauses = []
        for number in range(rounds):
            say(f"promotion {number + 1} of {rounds}, {len(load.acknowledged)} acknowledged")
            await asyncio.to_thread(servers.primary.commits_wait_for, servers.standby)
            await load.until(BETWEEN)
            pauses.append(await failed_over(servers, load))
            await load.until(BETWEEN)
            await asyncio.to_thread(servers.rejoin)
        await load.stop()
        settled = await settle(world, say)
        damage = check(await world.seen(load, began))
        apart, held_back = await asynchronous(servers, world, played, rounds - 1, say)
    details = {"asynchronous": apart, "lost_by_the_control": len(held_back.lost)}
    longest = round(max(pauses), 1)
    return judged(
        NAME, rounds, load, damage, settled,
        control_seen=bool(held_back.lost), longest_pause_seconds=longest, **details,
    )  # fmt: skip


async def asynchronous(
    servers: Cluster, world: World, played: Cast, rounds: int, say: Say
) -> tuple[dict[str, int], Damage]:
    """Rounds, acknowledged and lost where commits do not wait; and, one round more, what a standby held back loses.

    After a loss the streams are ahead of their logs, and relays refuse: only logs are compared, and it ends there.
    """
    await asyncio.to_thread(servers.primary.commits_wait_for, None)
    figures, damage = {"rounds": 0, "acknowledged": 0, "lost": 0}, Damage()
    for number in range(rounds + 1):
        is_held_back = number == rounds
        say("the standby receives nothing" if is_held_back else f"asynchronous promotion {number + 1} of {rounds}")
        load = Load(world.http, played, f"{NAME}-asynchronous-{number}")
        load.start(CLIENTS)
        await load.until(BETWEEN)
        if is_held_back:
            await asyncio.to_thread(servers.primary.send_nothing)
            await load.until(BETWEEN)
        await asyncio.to_thread(servers.fail_over)
        await load.abandon()
        damage = check(await world.stored(load, await world.began()))
        if not is_held_back:
            figures["rounds"] += 1
            figures["acknowledged"] += len(load.acknowledged)
            figures["lost"] += len(damage.lost)
        if damage.lost:
            return figures, damage
        if not is_held_back:
            await asyncio.to_thread(servers.rejoin)
    return figures, damage


async def failed_over(servers: Cluster, load: Load) -> float:
    """Fail over; seconds from the failure to the next acknowledgement."""
    before = time.monotonic()
    await asyncio.to_thread(servers.fail_over)
    await load.until(1)
    return time.monotonic() - before


@asynccontextmanager
async def installation() -> AsyncIterator[tuple[Cluster, World]]:
    """All services in this process, on a cluster of two; all gone at the end."""
    with own_machines() as (servers, nats, folder):
        async with in_this_process(servers, nats, folder) as world:
            yield servers, world


@contextmanager
def own_machines() -> Iterator[tuple[Cluster, Nats, Path]]:
    """A primary with its standby, a broker, and the folder of them all."""
    folder = Path(mkdtemp(prefix="consortia-chaos-"))
    folder.chmod(0o755)  # PostgreSQL, which runs as nobody for root, must be able to pass
    try:
        with cluster(folder) as servers:
            nats = Nats.start(folder / "nats", durable=False)
            try:
                yield servers, nats, folder
            finally:
                nats.stop()
                Nats.remove(folder / "nats")
    finally:
        remove_folder(folder)
