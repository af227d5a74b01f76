"""Three NATS servers of our own, on loopback: each keeps every stream, and two of them go on without the third."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import nats
import nats.errors
from nats.js.errors import NotFoundError, ServiceUnavailableError

from deploy.local.nats import Nats, Peers, Users
from deploy.local.processes import CannotStart
from deploy.nats.configuration import MEMBERS
from shared.messaging.permissions import inbox_prefix
from shared.messaging.subjects import stream_name

SIZE = 3
SECONDS_TO_AGREE = 30


def folders(data: Path) -> list[Path]:
    """Where each server keeps its own, below `data`."""
    return [data / f"nats-{number}" for number in range(1, SIZE + 1)]


@dataclass
class NatsCluster:
    servers: tuple[Nats, ...]
    replicas = SIZE

    @classmethod
    def start(cls, data: Path, users: Users, *, durable: bool = True) -> Self:
        """Start all three on their folders below `data`. Raises `CannotStart`, with none of them running."""
        ports, password = _free_ports(SIZE), secrets.token_urlsafe(24)

        def start(number: int, folder: Path) -> Nats:
            peers = Peers((*ports[number:], *ports[:number]), password)
            return Nats.start(folder, users=users, peers=peers, durable=durable)

        with ThreadPoolExecutor(SIZE) as pool, ExitStack() as started:
            starting = [pool.submit(start, number, folder) for number, folder in enumerate(folders(data))]
            for each in starting:
                if each.exception() is None:
                    started.callback(each.result().stop)
            cluster = cls(tuple(each.result() for each in starting))
            asyncio.run(_until_they_agree(cluster.url_for(MEMBERS[0].name), users.prefix))
            started.pop_all()
            return cluster

    def url_for(self, service: str) -> str:
        """All of them, for that service's user."""
        return ",".join(server.url_for(service) for server in self.servers)

    def stop(self) -> None:
        for server in self.servers:
            server.stop()


def _free_ports(count: int) -> Sequence[int]:
    """Servers must know each other's ports before they listen; one taken meanwhile fails the start, and is named."""
    with ExitStack() as open_until_all_are_found:
        found = [open_until_all_are_found.enter_context(socket.socket()) for _ in range(count)]
        for each in found:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in found]


async def _until_they_agree(url: str, prefix: str) -> None:
    """Return once JetStream answers: the servers have elected who leads."""
    service = MEMBERS[0].name
    client = await nats.connect(url.split(","), inbox_prefix=inbox_prefix(service))
    try:
        async with asyncio.timeout(SECONDS_TO_AGREE):
            while True:
                with contextlib.suppress(ServiceUnavailableError, nats.errors.TimeoutError):
                    await client.jetstream(timeout=1).stream_info(stream_name(prefix, service))
                    return
                await asyncio.sleep(0.05)
    except NotFoundError:
        return  # an answer: there is no stream yet
    except TimeoutError:
        raise CannotStart(
            f"The three NATS servers did not agree on who leads within {SECONDS_TO_AGREE} s. Start again;"
            " their logs are beside their data, in nats-1 to nats-3."
        ) from None
    finally:
        await client.close()
