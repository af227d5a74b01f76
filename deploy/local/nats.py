"""One NATS server of our own, from its wheel: loopback only, with a password, JetStream that survives a power cut."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from deploy.local import places, processes
from deploy.local.processes import CannotStart

SECONDS_TO_START = 20
CHOOSE_A_FREE_PORT = -1


@dataclass
class Nats:
    data: Path
    port: int
    user: str
    password: str
    _process: subprocess.Popen[bytes]
    _hold: int

    @classmethod
    def start(
        cls,
        data: Path,
        port: int | None = None,
        user: str = "consortia",
        password: str | None = None,
        *,
        durable: bool = True,
    ) -> Self:
        """Start on the folder `data` (made when missing, private); what was kept there is kept.

        No `port`: a free one. No `password`: one made at the first start and kept in the folder.
        `durable=False` is for tests. Raises `CannotStart`: the folder or the port is in use.
        """
        data = data.resolve()
        hold = processes.hold(data)
        try:
            places.own_folder(data, 0o700)
            processes.stop_orphan(data / "nats.pid", str(data / "nats.conf"))
            for stale in data.glob("*.ports"):
                stale.unlink()
            password = password or _kept_password(data / "password")
            _write_private(data / "nats.conf", _configuration(data, port, user, password, durable=durable))
            process = processes.spawn(
                [_program(), "--config", data / "nats.conf"], log=data / "nats.log", last_signal=signal.SIGTERM
            )
            return cls(data, _port_of(process, data), user, password, process, hold)
        except BaseException:
            os.close(hold)
            raise

    @classmethod
    def remove(cls, data: Path) -> None:
        """Remove what `start` made in `data`, and nothing else. Raises `CannotStart` while it is in use."""
        data = data.resolve()
        hold = processes.hold(data)
        try:
            processes.stop_orphan(data / "nats.pid", str(data / "nats.conf"))
            places.remove_folder(data / "jetstream")
            for made in ("nats.conf", "nats.log", "password"):
                (data / made).unlink(missing_ok=True)
        finally:
            os.close(hold)

    @property
    def url(self) -> str:
        return f"nats://{quote(self.user, safe='')}:{quote(self.password, safe='')}@127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End it in good order. Stopping twice is fine."""
        processes.stop(self._process, signal.SIGTERM)
        if self._hold >= 0:
            os.close(self._hold)
            self._hold = -1


def _configuration(data: Path, port: int | None, user: str, password: str, *, durable: bool) -> str:
    """NATS reads JSON as its own format. `sync_interval: always`, for the default loses acknowledged messages."""
    jetstream = {"store_dir": str(data / "jetstream")} | ({"sync_interval": "always"} if durable else {})
    return json.dumps(
        {
            "host": "127.0.0.1",
            "port": port or CHOOSE_A_FREE_PORT,
            "server_name": "consortia-local",
            "pid_file": str(data / "nats.pid"),
            "ports_file_dir": str(data),
            "authorization": {"user": user, "password": password},
            "jetstream": jetstream,
        },
        indent=2,
    )


def _port_of(process: subprocess.Popen[bytes], data: Path) -> int:
    """The port the ready server says it listens on; asking it, nothing can take a free port between choice and use."""
    said = data / f"nats-server_{process.pid}.ports"
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError, ValueError):  # not there yet, or half written
            return int(json.loads(said.read_text())["nats"][0].rpartition(":")[2])
        time.sleep(0.02)
    processes.stop(process, signal.SIGTERM)
    log = data / "nats.log"
    raise CannotStart(f"NATS did not start:\n{processes.tail_of(log)}\nIf its port is taken, name another. Log: {log}")


def _kept_password(path: Path) -> str:
    if not path.exists() or not path.read_text():
        _write_private(path, secrets.token_urlsafe(24))
    return path.read_text()


def _write_private(path: Path, text: str) -> None:
    """Written beside and renamed: never half written, never readable by others."""
    half = path.with_suffix(".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    half.replace(path)


def _program() -> Path:
    program = Path(sysconfig.get_path("scripts")) / "nats-server"
    if not program.exists():
        raise CannotStart("NATS's wheel is not installed. Run ./dev up, which installs it.")
    return program
