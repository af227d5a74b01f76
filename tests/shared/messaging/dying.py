"""Processes that are killed at the worst moment: `python -m tests.shared.messaging.dying react|hear …` ends by SIGKILL.

`react URL` dies once what its first reaction wrote is committed and before it is told so; `hear URL NATS PREFIX` once
its first batch is committed and before it has acknowledged any of it.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

import asyncpg
import nats

from shared.eventstore.appending import opened
from shared.eventstore.connections import Connections, session
from shared.eventstore.hint import Hint
from shared.eventstore.logs import HeardLog
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.vocabulary import Appended, AppendRequest
from shared.messaging.cloudevents import decoder
from shared.messaging.hearer import Hearer
from shared.messaging.reactions import Reactor
from tests.shared.eventstore.deciding import commands
from tests.shared.messaging.reacting import RegisterAnotherPersonForEachHeard
from tests.support.databases import connect

LOG = "partnerships"


class DiesUnanswered(PostgresStore):
    """Commits the first facts it is given, and takes the process with it."""

    async def append(self, request: AppendRequest) -> Appended:
        appended = await super().append(request)
        if request.events:
            os.kill(os.getpid(), signal.SIGKILL)
        return appended


class DiesBeforeItAcknowledges(HeardLog):
    """Commits the first messages it is given, and takes the process with it."""

    async def hear(self, messages: Sequence[bytes], connection: Any = None) -> int:
        last = await super().hear(messages, connection)
        os.kill(os.getpid(), signal.SIGKILL)
        return last


async def react(url: str, *, dies: bool = True) -> None:
    """Take in everything heard."""
    async with pool(url) as reads, opened(lambda: connect(url, "consortia_appender")) as appender:
        own = (DiesUnanswered if dies else PostgresStore)(reads, appender)
        heard = HeardLog(LOG, reads, decoder(LOG))
        reactor = Reactor("listener", RegisterAnotherPersonForEachHeard(), heard, commands(own), reads)
        while await reactor.advance():
            pass


async def hear(url: str, broker: str, prefix: str) -> None:
    client = await nats.connect(broker)
    async with pool(url) as reads:
        heard, connections = DiesBeforeItAcknowledges(LOG, reads, decoder(LOG)), Connections(url, "consortia_appender")
        await Hearer("listener", heard, connections, reads, prefix, client.jetstream(), Hint()).follow()


def pool(url: str) -> "asyncpg.Pool[asyncpg.Record]":
    return asyncpg.create_pool(url, min_size=1, max_size=4, server_settings=session("consortia_appender", "dies"))


if __name__ == "__main__":
    what, *told = sys.argv[1:]
    asyncio.run(react(*told) if what == "react" else hear(*told))
