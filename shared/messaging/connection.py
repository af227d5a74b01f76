"""The connection to the broker: as this service's own user, to whichever of its servers answers.

The broker says only here that it denies a subject or a login; whoever published what is denied sees a timeout. So the
reason is logged, and kept for readiness.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import nats
import nats.errors
import structlog
from nats.aio.client import Client

from shared.messaging.permissions import inbox_prefix

log = structlog.get_logger(__name__)
REMEMBERED = 30
"""Seconds for which a denial counts as being in the way; what is denied is tried again and again."""
PING_EVERY = 5
"""Seconds between pings. A server that falls silent is left for another after 15 to 20 s, not after minutes."""


class BrokerEnded(Exception):
    """The broker ended the connection for good: nothing of this process reaches it any more."""


@dataclass
class BrokerConnection:
    """The client, and what the broker last denied it."""

    user: str
    client: Client = field(default_factory=Client)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _denied: str | None = None
    _denied_at: float = 0.0

    def in_the_way(self) -> str | None:
        """Why this connection is of no use now; None when it is."""
        if self.client.is_closed:
            return f"it ended the connection for good ({self.client.last_error}); start this process again"
        if not self.client.is_connected:
            return "not connected; facts wait in the database until it is"
        if self._denied is not None and time.monotonic() - self._denied_at < REMEMBERED:
            return f"it denies the user {self.user} what it needs ({self._denied}); configure it as deploy/nats says"
        return None

    async def lasts(self) -> None:
        """Return never; `BrokerEnded` when the broker has ended the connection, as it does when a password changes.

        nats-py comes back from whatever else happens, but not from that.
        """
        await self._ended.wait()
        raise BrokerEnded(
            f"The broker ended the connection of {self.user} ({self.client.last_error}). Start this process again, and"
            " if the password was changed, with the new one in CONSORTIA_NATS_URL."
        )

    async def on_closed(self) -> None:
        self._ended.set()

    async def on_error(self, error: Exception) -> None:
        """What nats-py tells of, in lower case."""
        said = str(error)
        if "permissions violation" in said:
            self._denied, self._denied_at = said.removeprefix("nats: "), time.monotonic()
            log.error("broker-denies", user=self.user, error=said, next="configure it as deploy/nats says")
        elif "authorization violation" in said.lower():
            log.error(
                "broker-refuses-login",
                user=self.user,
                error=said,
                next="check the user and password in CONSORTIA_NATS_URL",
            )
        else:
            log.warning("broker", error=repr(error))


@asynccontextmanager
async def open_broker(url: str, service: str) -> AsyncIterator[BrokerConnection]:
    """Connected as the user that `url` names, with that service's inbox; a server that goes away is left for another.

    `url` is what `CONSORTIA_NATS_URL` holds: one server, or several separated by commas.
    """
    servers = [urlsplit(server) for server in url.split(",")]
    user, password = servers[0].username, servers[0].password
    broker = BrokerConnection(unquote(user) if user else service)
    await broker.client.connect(
        [f"{server.scheme}://{server.netloc.rpartition('@')[2]}" for server in servers],
        user=unquote(user) if user else None,
        password=unquote(password) if password else None,
        name=f"consortia {service}",
        inbox_prefix=inbox_prefix(service),
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.5,  # type: ignore[arg-type]  # it takes parts of a second as well
        ping_interval=PING_EVERY,
        error_cb=broker.on_error,
        closed_cb=broker.on_closed,
    )
    try:
        yield broker
    finally:
        await closed(broker.client)


async def closed(client: Client) -> None:
    """Say goodbye, where anybody is left to say it to."""
    gone = (OSError, nats.errors.Error, asyncio.TimeoutError, RuntimeError)
    with suppress(*gone):  # uvloop's RuntimeError is of what was still to be sent over a socket that broke
        await client.close()
