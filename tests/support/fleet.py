"""Every role of compose.yaml as a process of its own, told by environment variables alone."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx2

from deploy.local.postgres import Postgres
from deploy.local.stack import SERVICES
from tests.support.patience import eventually
from tests.support.servers import CHECKOUT

ROLES = tuple(
    (service, role)
    for service in SERVICES
    for role in ("serve", "relay", "react", "project")
    if (service, role) != ("oversight", "relay")
)
"""The processes of an installation: oversight decides nothing, so it has nothing to relay."""


class Fleet:
    """The processes on one prefix: their databases and their NATS prefix are called by it."""

    def __init__(
        self,
        prefix: str,
        postgres: Postgres,
        broker: Callable[[str], str],
        folder: Path,
        roles: Sequence[tuple[str, str]] = ROLES,
    ) -> None:
        """`broker` says the NATS address of a service."""
        self.prefix = prefix
        self.postgres = postgres
        self.ports = {service: free_port() for service in SERVICES}
        self.roles = roles
        self._broker = broker
        self._folder = folder
        self._processes: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self._one_at_a_time = threading.Lock()

    def database(self, service: str) -> str:
        return f"{self.prefix}_{service}"

    def url(self, service: str) -> str:
        """Where its `serve` process listens."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def environment(self, service: str) -> dict[str, str]:
        """What compose.yaml states, for this machine."""
        return {
            "PATH": os.environ["PATH"],
            "CONSORTIA_DATABASE_URL": self.postgres.url(self.database(service)),
            "CONSORTIA_NATS_URL": self._broker(service),
            "CONSORTIA_NATS_PREFIX": self.prefix,
            "CONSORTIA_NOTE_KEYS": str(self._folder / "note-keys" / service),
            "CONSORTIA_PORT": str(self.ports[service]),
        }

    def migrate(self, service: str) -> str:
        """Run `migrate` to its end, as `migrate` is run before every other role; what it printed."""
        self.postgres.create_database(self.database(service))
        return self.run(service, "migrate")

    def run(self, service: str, role: str) -> str:
        """Run a role that ends by itself; what it printed."""
        command = [sys.executable, "-m", f"services.{service}", role]
        done = subprocess.run(
            command, env=self.environment(service), cwd=CHECKOUT, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{service} {role} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self, service: str, role: str) -> None:
        """Start one, or start it again."""
        with (self._folder / f"{service}-{role}.log").open("ab") as log:
            self._processes[service, role] = subprocess.Popen(
                [sys.executable, "-m", f"services.{service}", role],
                env=self.environment(service), cwd=CHECKOUT, stdout=log, stderr=log,
            )  # fmt: skip

    def start_all(self) -> None:
        for service, role in self.roles:
            self.start(service, role)

    def kill_and_start(self, service: str, role: str) -> None:
        """kill -9, and started again at once."""
        with self._one_at_a_time:
            process = self._processes[service, role]
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.start(service, role)

    def start_ended(self) -> list[str]:
        """Start again whoever has ended by itself; who that was."""
        with self._one_at_a_time:
            ended = [name for name, process in self._processes.items() if process.poll() is not None]
            for service, role in ended:
                self.start(service, role)
        return ["-".join(name) for name in ended]

    @asynccontextmanager
    async def supervised(self) -> AsyncIterator[list[str]]:
        """Whoever ends by itself meanwhile is started again, whenever that is; who that was."""
        ended: list[str] = []

        async def watch() -> None:
            while True:
                ended.extend(await asyncio.to_thread(self.start_ended))
                await asyncio.sleep(0.2)

        watching = asyncio.create_task(watch())
        try:
            yield ended
        finally:
            watching.cancel()
            await asyncio.wait([watching])

    def stop(self) -> dict[str, int]:
        """Ask every process to stop; how each ended."""
        for process in self._processes.values():
            process.terminate()
        return {"-".join(name): process.wait(timeout=20) for name, process in self._processes.items()}

    async def until_ready(self, seconds: float = 60) -> None:
        """Return once every service that serves says it is ready."""
        serving = [service for service, role in self.roles if role == "serve"]
        async with httpx2.AsyncClient() as client:

            async def all_ready() -> bool:
                return all([await _is_ready(client, f"{self.url(name)}/{name}/readyz") for name in serving])

            await eventually(all_ready, seconds)


class ByPrefix(httpx2.AsyncBaseTransport):
    """An ingress as small as can be: a request goes to the service that its path begins with."""

    def __init__(self, ports: dict[str, int]) -> None:
        self._ports = ports
        self._transport = httpx2.AsyncHTTPTransport(limits=httpx2.Limits(max_connections=200))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        port = self._ports[request.url.path.split("/")[1]]
        request.url = request.url.copy_with(host="127.0.0.1", port=port)
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


def through(ports: dict[str, int]) -> httpx2.AsyncClient:
    """A client of all services, each at its port."""
    return httpx2.AsyncClient(base_url="http://ingress", transport=ByPrefix(ports), timeout=10)


def free_port() -> int:
    """A port below those the kernel lends to clients: who is killed and started again must find it free still."""
    for _ in range(100):
        port = random.randrange(20_000, 32_000)
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port between 20000 and 32000 is free")


async def _is_ready(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx2.TransportError:
        return False
