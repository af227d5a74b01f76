"""Connections of one's own, outside every pool: for whoever holds a lock by its session or saves round trips."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

LIMITS = {
    "timezone": "UTC",
    # planned for each question: what was planned while a log was short would read it whole when it is long
    "plan_cache_mode": "force_custom_plan",
    "statement_timeout": "60000",
    "idle_in_transaction_session_timeout": "60000",
    # the server finds out within half a minute that the machine at the other end is gone
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
}
LOST = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
)
"""What a connection that broke, or was ended by the server, looks like to whoever uses it."""


class Connections:
    """Opens connections in one role; each says in `pg_stat_activity` what it is for, and in which process."""

    def __init__(self, url: str, role: str) -> None:
        self._url = url
        self._role = role

    async def open(self, purpose: str, **settings: str) -> asyncpg.Connection:
        """A connection the caller closes; to PostgreSQL itself, for a pooler that shares sessions breaks leases."""
        return await asyncpg.connect(
            self._url,
            server_settings={**session(self._role, purpose), **settings},
            command_timeout=65,
        )

    @asynccontextmanager
    async def opened(self, purpose: str, **settings: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection for the block."""
        connection = await self.open(purpose, **settings)
        try:
            yield connection
        finally:
            await closed(connection)


def session(role: str, purpose: str) -> dict[str, str]:
    """Settings of a connection, with limits, so that no statement and no idle transaction holds others up for ever."""
    return {**LIMITS, "role": role, "application_name": name_of(purpose)}


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
