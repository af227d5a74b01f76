"""The whole JetStream store deleted under load: everything converges from the logs alone, and nothing is missing.

Control: a relay that goes on from where it remembers to have been, not from where the stream stands, leaves a hole.
"""

import asyncio
from importlib import import_module
from uuid import UUID

import nats
from msgspec import structs

from shared.messaging.connection import closed
from shared.messaging.publishing import Window
from shared.messaging.relay import Relay
from shared.messaging.streams import configuration
from shared.messaging.subjects import stream_name
from shared.service import open_platform
from shared.service.platform import Platform
from shared.settings import Settings
from tests.chaos.checker import Seen, check
from tests.chaos.figures import Figures
from tests.chaos.installations import in_this_process
from tests.chaos.load import Load, cast
from tests.chaos.running import Say, judged, settle
from tests.chaos.servers import Servers, own_servers
from tests.chaos.world import published
from tests.support.community import Communities

NAME = "store-deleted"
CLIENTS = 6
FACTS_BETWEEN = 40
"""Facts acknowledged before and after each loss."""
SECONDS_AWAY = 0.5
CONTROL = "control"
"""The prefix of the control's stream."""


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
        control_seen = await is_seen(world.settings["intake"], seen)
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
        await closed(client)


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


async def is_seen(intake: Settings, seen: Seen) -> bool:
    """Whether the checker sees what a relay that asks no stream where it stands makes of one that was deleted."""
    service, half = import_module("services.intake.app").SERVICE, len(seen.logs["intake"]) // 2
    async with open_platform(service, structs.replace(intake, nats_prefix=CONTROL)) as platform:
        relay, identity = platform.relay(), await platform.outgoing.identity()
        remembered = await gone_on(relay, platform, after=0, until=half, identity=identity)
        await platform.jetstream.delete_stream(stream_name(CONTROL, "intake"))
        await gone_on(relay, platform, after=remembered, until=len(seen.logs["intake"]), identity=identity)
        damaged = {"intake": await published(platform)}
    return len(check(structs.replace(seen, published=damaged)).lost) == half > 0


async def gone_on(relay: Relay, platform: Platform, *, after: int, until: int, identity: UUID) -> int:
    """Where the relay remembers to be, once it has published what the log holds `after` that index, up to another.

    Its window, its messages and its stream; only that it goes on from its memory, and takes the stream as it is.
    """
    config = configuration("intake", CONTROL, identity, replicas=1)
    await platform.jetstream.add_stream(config)
    async with Window(platform.broker, str(config.name)) as window:
        for place, notification in enumerate(await platform.outgoing.page(after, until - after), 1):
            await window.send(relay._message(notification)._replace(sequence=place))
        await window.settled()
    return until
