"""A real case once more, with every role of compose.yaml as its own process, told by environment variables alone."""

import asyncio
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.local.case_file import Case, read_cases
from deploy.local.kept import Kept, Keys, Outcome
from deploy.local.player import play
from shared.service.roles import serve
from tests.deploy.test_compose import OURS
from tests.support.databases import drop, fresh_name
from tests.support.patience import eventually
from tests.support.running import forget_streams
from tests.support.servers import CHECKOUT, Servers

pytestmark = [pytest.mark.servers, pytest.mark.slow]
SERVICES = ("partnerships", "intake", "credentials", "oversight")


class Fleet:
    """The processes of one test, with a database each service and a NATS prefix of their own."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.name = fresh_name()
        self.ports = {service: free_port() for service in SERVICES}
        self._servers = servers
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def database(self, service: str) -> str:
        return f"{self.name}_{service}"

    def environment(self, service: str) -> dict[str, str]:
        """What compose.yaml states, for this machine."""
        return {
            "PATH": os.environ["PATH"],
            "CONSORTIA_DATABASE_URL": self._servers.postgres.url(self.database(service)),
            "CONSORTIA_NATS_URL": self._servers.nats.url,
            "CONSORTIA_NATS_PREFIX": self.name,
            "CONSORTIA_NOTE_KEYS": str(self._folder / "note-keys" / service),
            "CONSORTIA_PORT": str(self.ports[service]),
        }

    def migrate(self, service: str) -> str:
        """Run `migrate` to its end, as `migrate` is run before every other role; what it printed."""
        self._servers.postgres.create_database(self.database(service))
        command = [sys.executable, "-m", f"services.{service}", "migrate"]
        done = subprocess.run(command, env=self.environment(service), cwd=CHECKOUT, capture_output=True, check=True)
        return done.stdout.decode()

    def start(self, package: str, role: str) -> None:
        service = package.removeprefix("services.")
        log = (self._folder / f"{service}-{role}.log").open("wb")
        with log:
            self._processes[f"{service}-{role}"] = subprocess.Popen(
                [sys.executable, "-m", package, role], env=self.environment(service), cwd=CHECKOUT, stderr=log
            )

    def stop(self) -> dict[str, int]:
        """Ask every process to stop; how each ended."""
        for process in self._processes.values():
            process.terminate()
        return {name: process.wait(timeout=20) for name, process in self._processes.items()}


@asynccontextmanager
async def one_address(ports: dict[str, int]) -> AsyncIterator[str]:
    """An ingress, as small as can be: each prefix goes to its service."""
    async with httpx2.AsyncClient(timeout=20) as client:

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "lifespan":
                while True:
                    message = await receive()
                    await send({"type": f"{message['type']}.complete"})
                    if message["type"] == "lifespan.shutdown":
                        return
            body, more = b"", True
            while more:
                message = await receive()
                body, more = body + message.get("body", b""), message.get("more_body", False)
            port = ports[scope["path"].split("/")[1]]
            url = f"http://127.0.0.1:{port}{scope['raw_path'].decode()}?{scope['query_string'].decode()}"
            headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
            answer = await client.request(scope["method"], url.rstrip("?"), content=body, headers=headers)
            told = [(name.lower(), value) for name, value in answer.headers.raw]
            await send({"type": "http.response.start", "status": answer.status_code, "headers": told})
            await send({"type": "http.response.body", "body": answer.content})

        stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()

        async def ready(port: int) -> None:
            listening.set_result(port)

        serving = asyncio.ensure_future(serve(app, "127.0.0.1", 0, stop, ready))
        try:
            yield f"http://127.0.0.1:{await listening}"
        finally:
            stop.set()
            await serving


async def until_ready(ports: dict[str, int]) -> None:
    async with httpx2.AsyncClient() as client:

        async def all_ready() -> bool:
            return all(
                [await _is_ready(client, f"http://127.0.0.1:{port}/{name}/readyz") for name, port in ports.items()]
            )

        await eventually(all_ready, 60)


async def _is_ready(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx2.TransportError:
        return False


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def told_nobody(case: Case, outcomes: Sequence[Outcome]) -> None:
    """A player that is not listened to."""


async def test_a_case_plays_over_fifteen_processes_and_each_ends_in_good_order(
    servers: Servers, tmp_path: Path
) -> None:
    fleet = Fleet(servers, tmp_path)
    printed = [fleet.migrate(service) for service in SERVICES]
    (operator,) = re.findall(r"consortia_\S+", "".join(printed))
    roles = [each["command"] for each in OURS.values() if each["command"][1] != "migrate"]
    assert len(roles) == 15
    try:
        for package, role in roles:
            fleet.start(package, role)
        await until_ready(fleet.ports)
        kept = Kept(tmp_path)
        kept.save_keys(Keys(operator))
        async with one_address(fleet.ports) as base:
            outcomes = await play([case for case in read_cases() if case.key == "nscc-cican"], base, kept, told_nobody)
    finally:
        ended = fleet.stop()
        await forget_streams(servers, fleet.name)
        await drop(servers, *(fleet.database(service) for service in SERVICES))
    assert [outcome for outcome in outcomes if not outcome.agrees] == []
    assert len(outcomes) == 27
    assert set(ended.values()) == {0}, ended


def test_wrong_settings_are_all_named_in_one_message() -> None:
    command = [sys.executable, "-m", "services.intake", "serve"]
    wrong = {"PATH": os.environ["PATH"], "CONSORTIA_DATABASE_URL": "mysql://x", "CONSORTIA_PORT": "many"}
    done = subprocess.run(command, env=wrong, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    for name in ("DATABASE_URL is wrong", "PORT is wrong", "NATS_URL is missing", "NOTE_KEYS is missing"):
        assert f"CONSORTIA_{name}" in done.stderr
