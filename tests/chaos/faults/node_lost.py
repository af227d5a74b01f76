"""Three NATS nodes that each keep every stream; one is killed, or cut off from the others and from everybody else.

In turn it is the node that leads a service's stream, the one that leads the group that knows where every stream is, and
one that leads neither. Facts go on being published and heard by way of the other two, in the seconds printed.

Control: a stream with one replica, whose node comes back without its store, loses messages that were acknowledged.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import cycle, islice
from typing import Any

from msgspec import Struct

from deploy.local.client import Client, NoAnswer
from deploy.local.postgres import Postgres
from shared.messaging.subjects import stream_name
from tests.chaos.checker import check
from tests.chaos.figures import Figures
from tests.chaos.hosts.namespaces import Network, inside
from tests.chaos.hosts.nodes import SIZE, Nodes
from tests.chaos.hosts.scratch import scratch
from tests.chaos.hosts.skipping import skipped_where_absent
from tests.chaos.installations import PREFIX, in_this_process
from tests.chaos.load import Cast, Load, cast
from tests.chaos.publishing import Publisher
from tests.chaos.running import Say, judged, settle
from tests.chaos.world import World
from tests.support.community import Communities

KILLED, CUT_OFF = "node-killed", "node-cut-off"
CLIENTS = 4
FACTS_BETWEEN = 20
SECONDS_CUT_OFF = 60.0
SECONDS_CUT_OFF_IN_A_QUICK_RUN = 4.0
SECONDS_TO_BE_HEARD = 60.0
WHO = ("leads a stream", "leads the group", "leads neither")


class Installed(Struct, frozen=True):
    nodes: Nodes
    world: World
    played: Cast


class Loss(Struct, frozen=True):
    """How a node is lost, what is done meanwhile, and how it comes back."""

    name: str
    lose: Callable[[Nodes, int], None]
    seconds: float
    bring_back: Callable[[Nodes, int], None]


@skipped_where_absent(KILLED)
async def run_killed(rounds: int, say: Say) -> Figures:
    """Kill so many nodes, and start each again on what it has kept."""
    loss = Loss(KILLED, Nodes.kill, 0.0, Nodes.start_one)
    return await _run(loss, rounds, say)


@skipped_where_absent(CUT_OFF)
async def run_cut_off(rounds: int, say: Say) -> Figures:
    """Cut so many nodes off, each for a minute; a single round is a quick one."""
    seconds = SECONDS_CUT_OFF if rounds > 1 else SECONDS_CUT_OFF_IN_A_QUICK_RUN

    def pull(nodes: Nodes, number: int) -> None:
        nodes.network.pull(number)

    def plug(nodes: Nodes, number: int) -> None:
        nodes.network.plug(number)

    return await _run(Loss(CUT_OFF, pull, seconds, plug), rounds, say)


async def _run(loss: Loss, rounds: int, say: Say) -> Figures:
    async with installed() as installation:
        nodes, world = installation.nodes, installation.world
        load, began = Load(world.http, installation.played, loss.name), await world.began()
        publisher = Publisher(nodes.url, "published", SIZE)
        await publisher.start()
        load.start(CLIENTS)
        took = []
        for number, who in enumerate(islice(cycle(WHO), rounds)):
            say(f"{loss.name} {number + 1} of {rounds}: {who}, {len(load.acknowledged)} acknowledged")
            took.append(await _lose_one(loss, who, installation, load, publisher))
        await load.stop()
        await publisher.stop()
        settled, missing = await settle(world, say), await publisher.missing()
        damage = check(await world.seen(load, began))
        damage.lost.extend(["a message that NATS had acknowledged"] * missing)
        say("control")
        control_lost = await lose_the_only_replica(installation)
    return judged(
        loss.name,
        rounds,
        load,
        damage,
        settled,
        control_seen=control_lost > 0,
        recovered=took,
        messages_acknowledged_by_nats=len(publisher.acknowledged),
        messages_lost_by_nats=missing,
        control_messages_lost=control_lost,
    )


async def _lose_one(loss: Loss, who: str, installation: Installed, load: Load, publisher: Publisher) -> dict[str, Any]:
    """Lose that node and bring it back; the seconds until the others went on without it, and it with them."""
    nodes, loop = installation.nodes, asyncio.get_running_loop()
    await load.until(FACTS_BETWEEN)
    victim = await _who(nodes, who)
    loss.lose(nodes, victim)
    began = loop.time()
    publishing = asyncio.ensure_future(publisher.until_it_goes_on())
    await load.until(FACTS_BETWEEN)
    heard = await _until_heard(installation, load)
    published = await publishing
    await asyncio.sleep(max(0.0, loss.seconds - (loop.time() - began)))
    loss.bring_back(nodes, victim)
    back = loop.time()
    await nodes.until_whole()
    return {
        "lost": who,
        "seconds_until_published": round(published, 1),
        "seconds_until_heard": round(heard - began, 1),
        "seconds_until_whole_again": round(loop.time() - back, 1),
    }


async def _who(nodes: Nodes, who: str) -> int:
    of_stream, of_all = await nodes.leader_of(stream_name(PREFIX, "intake")), await nodes.leader_of_all()
    match who:
        case "leads a stream":
            return of_stream
        case "leads the group":
            return of_all
        case _:
            return next(number for number in range(SIZE) if number not in (of_stream, of_all))


async def _until_heard(installation: Installed, load: Load) -> float:
    """When oversight had heard, and shows, everything acknowledged by now."""
    ends: dict[str, int] = {}
    for one in load.acknowledged:
        ends[one.log] = max(one.index, ends.get(one.log, 0))
    client, loop = Client(installation.world.http, ends), asyncio.get_running_loop()
    async with asyncio.timeout(SECONDS_TO_BE_HEARD):
        while True:
            try:
                await client.read("/oversight/v1/board", installation.played.people["nscc/lead"].who)
                return loop.time()
            except NoAnswer:
                continue


async def lose_the_only_replica(installation: Installed) -> int:
    """How many acknowledged messages a stream with one replica lacks, when its node has lost its store."""
    nodes = installation.nodes
    publisher = Publisher(nodes.url, "only-replica")
    await publisher.start()
    await publisher.until(FACTS_BETWEEN)
    await publisher.stop()
    keeper = await nodes.leader_of("only-replica")
    nodes.kill(keeper)
    nodes.lose_store(keeper)
    nodes.start_one(keeper)
    await nodes.until_whole()
    return await publisher.missing()


@asynccontextmanager
async def installed() -> AsyncIterator[Installed]:
    """An installation whose services are in the middle of a network of three nodes, all gone at the end."""
    with scratch() as folder, Network(SIZE) as network, inside(network.middle):
        postgres = Postgres.start(folder / "postgres", durable=False)
        nodes = Nodes(network, folder)
        try:
            await nodes.start()
            async with in_this_process(postgres, nodes, folder) as world:  # type: ignore[arg-type]  # reached like one
                yield Installed(nodes, world, await cast(Communities(world, world.http)))
        finally:
            nodes.stop()
            postgres.stop()
            await asyncio.to_thread(Postgres.remove, folder / "postgres")
