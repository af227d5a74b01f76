"""What lives on the door's loop: the store, and the connections it and the door's own queries use."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncpg

from shared.contracts import LOGS, facts_of
from shared.eventstore.appending import opened
from shared.eventstore.connections import APPENDING, WORKING, pool, session
from shared.eventstore.connections import Connections as OwnConnections
from shared.eventstore.door.refusals import ServicesLog
from shared.eventstore.door.settings import LOG, READ_ONLY, DoorSettings
from shared.eventstore.hosts import Hosts
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.sql import statements
from shared.eventstore.vocabulary import EventStore

SQL = statements("shared.eventstore", "sql/door.sql")


@dataclass(frozen=True)
class Connections:
    """`store` appends, as it does for everyone; `pool` is for reading. `close` lets what is under way finish first."""

    pool: asyncpg.Pool
    store: EventStore
    close: Callable[[], Awaitable[None]]


async def connect(settings: DoorSettings) -> Connections:
    """Connect in the settings' role; read only means that the server refuses writes in every transaction, too.

    A service's log is not opened for writing (`ServicesLog`): what the library writes has no place in it.
    """
    hosts = Hosts(settings.database_url, only_read=settings.read_only)
    read_only = {"default_transaction_read_only": "on"} if settings.read_only else {}
    kept = session(settings.role, "door", WORKING | read_only)
    async with AsyncExitStack() as stack:
        lent = await stack.enter_async_context(pool(hosts, kept, most=5))
        appender = None
        if not settings.read_only:
            await _check_is_no_services_log(lent)
            own = OwnConnections(hosts, settings.role)
            appender = await stack.enter_async_context(opened(lambda: own.open("door appends", **APPENDING)))
        return Connections(lent, PostgresStore(lent, appender), stack.pop_all().aclose)
    raise AssertionError("the stack swallows nothing")


async def _check_is_no_services_log(pool: asyncpg.Pool) -> None:
    tags = {row["tag"] for row in await pool.fetch(SQL["guard"])}
    for log in LOGS:
        if tags & facts_of(log).keys():
            raise ServicesLog(
                f"This database holds the log of {log}, which that service alone writes. Leave {READ_ONLY} out and set "
                f"{LOG}={log} to read it; write the library's own events in a database made for them."
            )
