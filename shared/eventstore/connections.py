"""How we connect to PostgreSQL, all of us: to a primary, with limits, saying what for.

Every limit there is stands here; docs/operating.md lists them. They are for a server that still answers. For one that
does not, `shared.eventstore.hosts` bounds how long connecting takes, and silence.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from shared.eventstore.hosts import Hosts

LIMITS = {
    "timezone": "UTC",
    # planned for each question: what was planned while a log was short would read it whole when it is long
    "plan_cache_mode": "force_custom_plan",
    # the server finds out within half a minute that the machine at the other end is gone, amid an answer too
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": "30000",
}
WORKING = {"statement_timeout": "60000", "idle_in_transaction_session_timeout": "60000"}
"""Of projectors, tails and their like: nobody waits for an answer, and a page, or a swap, may take its time."""
SERVING = {"statement_timeout": "10000", "lock_timeout": "5000", "idle_in_transaction_session_timeout": "10000"}
"""Of what a request asks: milliseconds by index. Ten seconds later its client is about to give up, and one of few
connections is better free; a lock is only ever held as long by a swap of tables, which gives way within a second."""
APPENDING = {"statement_timeout": "12000", "idle_in_transaction_session_timeout": "12000"}
"""Of the process's one writer: longer than an import may be silent in a chunk, for which every append waits."""
IDLE = 60.0
"""Seconds after which a pool lets go of a connection it does not need."""
SECONDS_TO_BORROW = 5.0
"""How long a request waits for a connection of the pool."""
LOST = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""What a connection looks like to whoever uses it when it broke, was ended by the server, or leads to one that has
become a standby."""
OVERBURDENED = (asyncpg.InsufficientResourcesError, asyncpg.LockNotAvailableError, asyncpg.TransactionRollbackError)
"""What a server says that is there and cannot do it now: no room, a lock not given in time, a deadlock."""


class Connections:
    """Opens connections in one role; each says in `pg_stat_activity` what it is for, and in which process."""

    def __init__(self, at: str | Hosts, role: str) -> None:
        """`at` is an address that may name several servers, or what is known of them already."""
        self._hosts = Hosts(at) if isinstance(at, str) else at
        self._role = role

    async def open(self, purpose: str, **settings: str) -> asyncpg.Connection:
        """A connection the caller closes; to PostgreSQL itself, for a pooler that shares sessions breaks leases."""
        limits = {**session(self._role, purpose), **settings}
        return await self._hosts.connect(server_settings=limits, command_timeout=patience(limits))

    def is_current(self, connection: asyncpg.Connection) -> bool:
        """Whether it still leads to the primary, as far as is known: who only listens would not notice by itself."""
        return self._hosts.is_current(connection)

    @asynccontextmanager
    async def opened(self, purpose: str, **settings: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection for the block."""
        connection = await self.open(purpose, **settings)
        try:
            yield connection
        finally:
            await closed(connection)


class Pool(asyncpg.Pool):
    """Connections to a primary, borrowed for a statement or a few. None is lent that cannot be had in time.

    When one of them tells that its server is not the one meant any more, all are opened anew, wherever that is then.
    """

    def __init__(self, hosts: Hosts, settings: dict[str, str], most: int) -> None:
        super().__init__(
            min_size=1, max_size=most, max_queries=50_000, max_inactive_connection_lifetime=IDLE,
            connect=hosts.connect, loop=asyncio.get_running_loop(), connection_class=asyncpg.Connection,
            record_class=asyncpg.Record, server_settings=settings, command_timeout=patience(settings),
        )  # fmt: skip
        self._hosts = hosts

    @property
    def era(self) -> int:
        """Another one means that what was read before may be gone from the database."""
        return self._hosts.timeline

    def acquire(self, *, timeout: float | None = SECONDS_TO_BORROW) -> Any:
        """`timeout` in seconds; `TimeoutError` when that was too short."""
        return super().acquire(timeout=timeout)

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncpg's own
        """Give it back."""
        with suppress(asyncpg.InterfaceError):  # given back already
            if not connection.is_closed() and not self._hosts.is_current(connection):
                await self.expire_connections()
        await super().release(connection, timeout=timeout)


@asynccontextmanager
async def pool(hosts: Hosts, settings: dict[str, str], most: int = 10) -> AsyncIterator[asyncpg.Pool]:
    """Up to `most` connections with those settings."""
    async with Pool(hosts, settings, most) as made:
        yield made


def era_of(lent: asyncpg.Pool) -> int:
    """The pool's era; the same for ever, where it is somebody else's pool, of one server."""
    return lent.era if isinstance(lent, Pool) else 0


def patience(settings: dict[str, str]) -> float:
    """Seconds a client waits for an answer: a little longer than the server, which says what it was."""
    return int(settings["statement_timeout"]) / 1000 + 5


def session(role: str, purpose: str, limits: dict[str, str] | None = None) -> dict[str, str]:
    """Settings of a connection, with limits, so that no statement and no idle transaction holds others up for ever."""
    return {**LIMITS, **(limits or WORKING), "role": role, "application_name": name_of(purpose)}


def name_of(purpose: str) -> str:
    """What the purpose and this process are called in `pg_stat_activity`, which keeps 63 bytes."""
    where = f" ({socket.gethostname()[:12]}:{os.getpid()})"
    return f"consortia {purpose}"[: 63 - len(where)] + where


async def closed(connection: asyncpg.Connection) -> None:
    """Close it in good order where that is possible, and at any rate."""
    with suppress(TimeoutError, asyncpg.PostgresError, *LOST):
        await connection.close(timeout=2)
    if not connection.is_closed():
        connection.terminate()
