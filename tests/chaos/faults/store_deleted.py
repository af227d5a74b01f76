"""The whole JetStream store deleted under load: everything converges from the logs alone, and nothing is missing.

Control: a relay that goes on from where it remembers to have been, not from where the stream stands, leaves a hole.
"""

import asyncio

import nats
from msgspec import structs

from deploy.local.nats import Nats
from tests.chaos.checker import Seen, Told, check
from tests.chaos.figures import Figures
from tests.chaos.installations import in_this_process
from tests.chaos.load import Load, cast
from tests.chaos.running import Say, judged, settle
from tests.chaos.servers import Servers, own_servers
from tests.support.community import Communities

NAME = "store-deleted"
CLIENTS = 6
FACTS_BETWEEN = 40
"""Facts acknowledged before and after each loss."""
SECONDS_AWAY = 0.5


async def run(rounds: int, say: Say) -> Figures:
    """Lose the store so often, under load."""
    with own_servers() as servers:
        async with in_this_process(servers.postgres, servers.nats, servers.folder) as world:
            load = Load(world.http, await cast(Communities(world, world.http)), NAME)
            began = await world.began()
            load.start(CLIENTS)
            for number in range(rounds):
                loss = LOSSES[number % len(LOSSES)]
                say(f"{loss.__doc__} ({number + 1} of {rounds}, {len(load.acknowledged)} acknowledged)")
                await load.until(FACTS_BETWEEN)
                await loss(servers, load)
                await load.until(FACTS_BETWEEN)
            await load.stop()
            settled = await settle(world, say)
            seen = await world.seen(load, began)
        control_seen = await is_seen(servers.nats, seen)
    return judged(NAME, rounds, load, check(seen), settled, control_seen=control_seen)


async def store_gone(servers: Servers, load: Load) -> None:
    """the broker is killed, and its whole store deleted"""
    servers.kill_nats()
    servers.lose_nats_store()
    await asyncio.sleep(SECONDS_AWAY)
    servers.start_nats()


async def streams_deleted(servers: Servers, load: Load) -> None:
    """every stream is deleted while the broker runs"""
    client = await nats.connect(servers.nats.url)
    try:
        jetstream = client.jetstream()
        for stream in await jetstream.streams_info():
            await jetstream.delete_stream(str(stream.config.name))
    finally:
        await client.close()


async def set_back(servers: Servers, load: Load) -> None:
    """the broker comes back with its store of an earlier moment"""
    servers.kill_nats()
    servers.copy_nats_store()
    servers.start_nats()
    await load.until(FACTS_BETWEEN)
    servers.kill_nats()
    servers.set_nats_store_back()
    servers.start_nats()


LOSSES = (store_gone, streams_deleted, set_back)


async def is_seen(broker: Nats, seen: Seen) -> bool:
    """Whether the checker sees what a relay with a memory of its own makes of a lost stream."""
    log, facts = "intake", seen.logs["intake"]
    half = len(facts) // 2
    client = await nats.connect(broker.url)
    try:
        jetstream = client.jetstream()
        for lost, said in ((False, facts[:half]), (True, facts[half:])):
            if lost:
                await jetstream.delete_stream("control")
            await jetstream.add_stream(name="control", subjects=["control.>"])
            for fact in said:
                await jetstream.publish("control.fact", f"{fact.index} {fact.id}".encode())
        last = (await jetstream.stream_info("control")).state.last_seq
        held = [(await jetstream.get_msg("control", at)).data or b"" for at in range(1, last + 1)]
    finally:
        await client.close()
    originals = {str(fact.id): fact for fact in facts}
    published = [originals[message.decode().split()[1]] for message in held]
    damaged = {log: [Told(one.index, one.id, one.data) for one in published]}
    return len(check(structs.replace(seen, published=damaged)).lost) >= half > 0
