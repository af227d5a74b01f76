"""Three NATS nodes, each in a network of its own: one can be killed, and one can be cut off.

They are asked, and they ask each other, over the cables of a `Network`; everything here is done from its middle.
"""

import asyncio
from pathlib import Path
from typing import Any

from deploy.local.places import remove_folder
from deploy.nats.configuration import ROUTES_USER, cluster
from shared.messaging.connection import closed
from tests.chaos.hosts.commands import HostError
from tests.chaos.hosts.namespaces import Network, inside
from tests.chaos.hosts.nats_server import PASSWORD, NatsServer
from tests.chaos.publishing import connected, patiently

SIZE = 3
SECONDS_TO_AGREE = 60


class Nodes:
    """`network` has a place for each. `url`, `url_for` and `replicas` are what services are told."""

    replicas = SIZE

    def __init__(self, network: Network, folder: Path) -> None:
        self.network = network
        addresses = [network.address(number) for number in range(SIZE)]
        routes = [f"nats-route://{ROUTES_USER}:{PASSWORD}@{address}:6222" for address in addresses]
        self._servers = [
            NatsServer(
                f"node-{number}", folder / f"node-{number}", address, 4222, 8222,
                cluster=cluster(address, 6222, routes, PASSWORD),
            )
            for number, address in enumerate(addresses)
        ]  # fmt: skip

    @property
    def url(self) -> str:
        """Of all."""
        return ",".join(server.url for server in self._servers)

    def url_for(self, _service: str) -> str:
        return self.url

    async def start(self) -> None:
        """Start all, and return once they have agreed on who leads."""
        for number in range(SIZE):
            self.start_one(number)
        await self.until_whole()

    def start_one(self, number: int) -> None:
        """On what it has kept."""
        with inside(self.network.places[number]):
            self._servers[number].start()

    def kill(self, number: int) -> None:
        """kill -9, and gone."""
        self._servers[number].kill()

    def lose_store(self, number: int) -> None:
        """Of a node that does not run: everything it kept is gone."""
        remove_folder(self._servers[number].store)

    def stop(self) -> None:
        for server in self._servers:
            server.kill()

    async def leader_of(self, stream: str) -> int:
        """Which node leads that stream."""
        client = await connected(self.url)
        try:
            jetstream = client.jetstream(timeout=5)

            async def ask() -> int:
                found = (await jetstream.stream_info(stream)).cluster
                if found is None or not found.leader:
                    raise TimeoutError
                return _number(found.leader)

            return await patiently(ask)
        finally:
            await closed(client)

    async def leader_of_all(self) -> int:
        """Which node leads the group that knows where every stream is."""
        async with asyncio.timeout(SECONDS_TO_AGREE):
            while True:
                for state in await self._states():
                    if leader := state.get("meta_cluster", {}).get("leader"):
                        return _number(leader)
                await asyncio.sleep(0.1)

    async def until_whole(self) -> None:
        """Return once every node knows the others, and has everything they have."""
        async with asyncio.timeout(SECONDS_TO_AGREE):
            while not all(_is_whole(state) for state in await self._states()):  # noqa: ASYNC110 - no server sets an Event
                await asyncio.sleep(0.1)

    async def _states(self) -> list[dict[str, Any]]:
        """What each says of JetStream; nothing for one that cannot be asked."""
        return await asyncio.gather(*(asyncio.to_thread(self._state, server) for server in self._servers))

    def _state(self, server: NatsServer) -> dict[str, Any]:
        with inside(self.network.middle):
            return {**server.asked("/jsz"), "is_healthy": server.is_healthy()}


def _is_whole(state: dict[str, Any]) -> bool:
    meta = state.get("meta_cluster", {})
    return bool(state["is_healthy"]) and bool(meta.get("leader")) and meta.get("cluster_size") == SIZE


def _number(name: str) -> int:
    if not name.startswith("node-"):
        raise HostError(f"{name} is none of the nodes")
    return int(name.removeprefix("node-"))
