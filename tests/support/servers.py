"""The run's servers, as tests reach them: told by the host, stopped by nobody but the host."""

import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from deploy.local import places
from deploy.local.nats import ONLY_USER, Nats
from deploy.local.postgres import Postgres
from tests.support.host import SOCKET

CHECKOUT = Path(__file__).resolve().parents[2]


class ReachedPostgres(Postgres):
    """The run's PostgreSQL, which another process owns."""

    def __init__(self, data: Path) -> None:
        self.place = places.postgres_place(data)

    def stop(self) -> None:
        raise NotImplementedError("the host stops it")


class ReachedNats(Nats):
    """The run's NATS, which another process owns."""

    def __init__(self, data: Path, port: int, password: str) -> None:
        self.data, self.port, self.passwords = data, port, {ONLY_USER: password}

    def stop(self) -> None:
        raise NotImplementedError("the host stops it")


class Servers(NamedTuple):
    """The addresses, and a folder of this run's that every user may pass to."""

    postgres: Postgres
    nats: Nats
    folder: Path


class HostProcess:
    """The host, as the run's controller holds it. Idle until a test asks: pure tests start no server."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="consortia-tests-"))
        self.folder.chmod(0o755)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.host", self.folder],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests; the servers go after them
        )

    def stop(self) -> None:
        """Close its input and wait until the servers are gone."""
        self._process.communicate(timeout=60)


def reach(folder: Path) -> Servers:
    """The servers of the run whose host keeps that folder; started now if nobody asked before."""
    deadline = time.monotonic() + 10
    while not (folder / SOCKET).exists() and time.monotonic() < deadline:
        time.sleep(0.01)  # the host itself is just starting
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(90)
        _connect(asking, folder, deadline)
        said = json.loads(b"".join(iter(lambda: asking.recv(65536), b"")))
    if "error" in said:
        raise RuntimeError(said["error"])
    nats = ReachedNats(folder / "nats", said["nats_port"], said["nats_password"])
    return Servers(ReachedPostgres(folder / "postgres"), nats, folder)


def _connect(asking: socket.socket, folder: Path, deadline: float) -> None:
    while True:
        try:
            return asking.connect(str(folder / SOCKET))
        except ConnectionRefusedError:  # bound, not yet listening
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
