"""From a stream to what a service has heard, facts per second: our hearer, and pulling and acknowledging alone."""

import asyncio
import time
from contextlib import suppress

import asyncpg
import nats.errors
from nats.aio.client import Client

from shared.eventstore.connections import Connections, session
from shared.eventstore.hint import Hint
from shared.eventstore.logs import HeardLog
from shared.messaging.cloudevents import decoder
from shared.messaging.hearer import Hearer
from shared.messaging.pulling import BATCH
from shared.messaging.subjects import stream_name, stream_subjects
from tests.bench.figures import Samples
from tests.bench.host import left_alone
from tests.bench.relaying import LOG
from tests.support.patience import meanwhile


async def ours(broker: Client, prefix: str, url: str, facts: int, samples: Samples, name: str) -> None:
    """The hearer: decoded, stored in index order, acknowledged after the commit; until all are there."""
    async with asyncpg.create_pool(url, min_size=1, server_settings=session("consortia_appender", "bench")) as pool:
        heard = HeardLog(LOG, pool, decoder(LOG))
        connections = Connections(url, "consortia_appender")
        hearer = Hearer("bench", heard, connections, pool, prefix, broker.jetstream(), Hint())
        with left_alone():
            began = time.perf_counter()
            async with meanwhile(hearer.follow()):
                while await heard.last_index() < facts:  # noqa: ASYNC110 - nobody is told
                    await asyncio.sleep(0.005)
                samples.rate(name, facts, time.perf_counter() - began, "facts")


async def raw(broker: Client, prefix: str, facts: int, samples: Samples, name: str) -> None:
    """The limit: pulled in the same batches and acknowledged, and thrown away."""
    subscription = await broker.jetstream().pull_subscribe(
        stream_subjects(prefix, LOG), durable=f"{prefix}-raw", stream=stream_name(prefix, LOG)
    )
    got = 0
    with left_alone():
        began = time.perf_counter()
        while got < facts:
            with suppress(nats.errors.TimeoutError):
                messages = await subscription.fetch(BATCH, timeout=2)
                await asyncio.gather(*(message.ack() for message in messages))
                got += len(messages)
        samples.rate(name, got, time.perf_counter() - began, "facts")
    await subscription.unsubscribe()
