"""Several servers behind one address, and which of them is meant: asked anew for each connection.

A server is written to when it is no standby, takes writes by default, and was not overtaken: each promotion begins a
new timeline, so a server on an older one than this process has seen is a primary of the past that somebody started
again. That does not replace fencing (docs/operating.md): a process that has just started knows only who answers.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import asyncpg
import structlog

from shared.eventstore.addresses import WrongAddress, each_of, name_of, wanted_of
from shared.eventstore.sql import statements

log = structlog.get_logger(__name__)
SQL = statements("shared.eventstore", "sql/hosts.sql")
SECONDS_TO_CONNECT = 4.0
"""How long one server has to take a connection. All but the one used last are asked at the same time."""
SILENCE = {
    "TCP_KEEPIDLE": 5,  # seconds
    "TCP_KEEPINTVL": 2,  # seconds
    "TCP_KEEPCNT": 2,
    "TCP_USER_TIMEOUT": 9000,  # milliseconds
}
"""After nine seconds without a sign of the machine at the other end, a connection over TCP is lost."""
Why = str
"""Why a server is not used."""


class NoPrimary(OSError):
    """No server of the address can be used now; the message says of each why."""


class Watched(asyncpg.Connection):
    """A connection that ends soon after the machine at the other end has fallen silent, whoever waits for an answer."""

    def __init__(self, protocol: Any, transport: Any, *rest: Any) -> None:
        super().__init__(protocol, transport, *rest)
        self.timeline = 0
        at_hand = transport.get_extra_info("socket")
        if at_hand is not None and at_hand.family != socket.AF_UNIX:
            with socket.socket(at_hand.family, fileno=os.dup(at_hand.fileno())) as same:
                same.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                for name, value in SILENCE.items():
                    if (option := getattr(socket, name, None)) is not None:  # not every system has them all
                        same.setsockopt(socket.IPPROTO_TCP, option, value)


class Server(NamedTuple):
    """One that answers and may be used. `timeline` is 0 where it is a standby, which only who reads may want."""

    url: str
    connection: asyncpg.Connection
    system: int
    timeline: int


class Hosts:
    """The servers one address names. Whoever shares this object shares what is known of them."""

    def __init__(self, url: str, *, only_read: bool = False) -> None:
        """`WrongAddress` where its `target_session_attrs` asks for what cannot be written to."""
        self.urls = each_of(url)
        fits = ONLY_READ if only_read else WRITTEN_TO
        if (wanted := wanted_of(url)) not in fits:
            raise WrongAddress(
                f"target_session_attrs={wanted} in the database's address is not one of {', '.join(fits)}."
            )
        self.unfit = fits[wanted]
        self._last: str | None = None
        self._system = 0
        self.timeline = 0
        """Of the primary used last. Another one means that a standby was promoted: the end of a log may be lost."""

    async def connect(self, *_: Any, **how: Any) -> asyncpg.Connection:
        """A connection to the primary, as `asyncpg.connect` makes one of `how`; `NoPrimary` where there is none.

        The server used last is asked first; then all others at once, so that one that swallows packets costs its
        `SECONDS_TO_CONNECT` and no more. Where two say that they are the primary, it is the one promoted last.
        """
        refused: dict[str, Why] = {}
        last = self._last
        for urls in ([last] if last else [], [url for url in self.urls if url != last]):
            answers = await self._ask_each(urls, how)
            refused |= {url: answer for url, answer in zip(urls, answers, strict=True) if isinstance(answer, Why)}
            if found := [answer for answer in answers if isinstance(answer, Server)]:
                return self._newest(found).connection
            if last is not None and self._last == last:
                self._last = None  # whoever comes next asks them all at once, also if this caller has no time left
        told = "; ".join(f"{name_of(url)}: {why}" for url, why in refused.items())
        raise NoPrimary(f"no PostgreSQL server that can be used answers ({told})")

    def is_current(self, connection: Any) -> bool:
        """Whether it still leads to a server that is meant, as far as that server and the others have told."""
        return self.unfit(connection) is None and connection.timeline >= self.timeline

    async def primary(self) -> str:
        """The address of that server alone, for who does not understand several."""
        (await self.connect()).terminate()
        assert self._last is not None, "connected a moment ago"
        return self._last

    async def _ask_each(self, urls: Sequence[str], how: dict[str, Any]) -> "Sequence[Server | Why]":
        asking = [asyncio.ensure_future(self._ask(url, how)) for url in urls]
        try:
            return await asyncio.gather(*asking)
        except BaseException:
            for answer in await asyncio.gather(*asking, return_exceptions=True):
                if isinstance(answer, Server):
                    answer.connection.terminate()
            raise

    async def _ask(self, url: str, how: dict[str, Any]) -> Server | Why:
        connection = None
        try:
            async with asyncio.timeout(SECONDS_TO_CONNECT):
                connection = await asyncpg.connect(url, **{**how, "connection_class": Watched})
                row = await connection.fetchrow(SQL["which"])
            server = Server(url, connection, row["system"], row["timeline"])
            connection.timeline = server.timeline
            if (why := self.unfit(connection) or self._overtaken(server)) is None:
                connection = None  # the caller's from here on
                return server
        except FAULTS as error:
            why = str(error) or type(error).__name__
        finally:
            if connection is not None:
                connection.terminate()
        return why

    def _overtaken(self, server: Server) -> Why | None:
        if self._system and server.system != self._system:
            return "it holds other data than the server used before; if that is meant, start this process again"
        if server.timeline and server.timeline < self.timeline:
            return f"it was overtaken: it is on timeline {server.timeline}, and the primary on {self.timeline}"
        return None

    def _newest(self, found: list[Server]) -> Server:
        """The one promoted last; the others' connections are ended."""
        newest = max(found, key=lambda server: server.timeline)
        for server in found:
            if server is not newest:
                log.error("several-primaries", used=name_of(newest.url), not_used=name_of(server.url))
                server.connection.terminate()
        self._last, self._system, self.timeline = newest.url, newest.system, max(self.timeline, newest.timeline)
        return newest


FAULTS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


def is_standby(connection: asyncpg.Connection) -> bool:
    """As the server has told, without asking: it reports this setting, and the next, whenever they change."""
    return str(getattr(connection.get_settings(), "in_hot_standby", "off")) == "on"


def unfit_to_write(connection: asyncpg.Connection) -> Why | None:
    """Why nothing can be written over this connection, else None."""
    if is_standby(connection):
        return "it is a standby"
    if getattr(connection.get_settings(), "default_transaction_read_only", "off") == "on":
        return "it takes no writes (default_transaction_read_only)"
    return None


def _no_primary(connection: asyncpg.Connection) -> Why | None:
    return "it is a standby" if is_standby(connection) else None


def _no_standby(connection: asyncpg.Connection) -> Why | None:
    return None if is_standby(connection) else "it is no standby"


def _any(_: asyncpg.Connection) -> Why | None:
    return None


Unfit = Callable[[asyncpg.Connection], Why | None]
WRITTEN_TO: dict[str, Unfit] = {"primary": unfit_to_write, "read-write": unfit_to_write}
ONLY_READ: dict[str, Unfit] = {"primary": _no_primary, "standby": _no_standby, "any": _any}
"""What `target_session_attrs` may say of servers that are written to, and of those that are only read."""
