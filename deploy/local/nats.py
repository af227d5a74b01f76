"""A NATS server of our own, from its wheel: loopback only, with passwords, JetStream that survives a power cut."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sysconfig
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

from deploy.local import places, processes
from deploy.local.processes import CannotStart
from deploy.nats.configuration import LIMITS, MEMBERS, Member, Tree, accounts, cluster, jetstream, one_account

SECONDS_TO_START = 20
CHOOSE_A_FREE_PORT = -1
ONLY_USER = "consortia"
FORMER_ACCOUNT = Path("jetstream", "jetstream", "$G")
"""Where streams lay while all services shared one user: nobody reads them any more."""


@dataclass(frozen=True)
class Users:
    """A user for each member, by these passwords, with what it needs under that prefix and no more."""

    passwords: Mapping[str, str]
    prefix: str = "facts"
    members: Sequence[Member] = MEMBERS

    def tree(self) -> Tree:
        return {"accounts": accounts(self.prefix, self.passwords.__getitem__, self.members)}


@dataclass(frozen=True)
class Peers:
    """The ports on which the servers of a cluster reach each other, this one's own first, and their password."""

    ports: tuple[int, ...]
    password: str

    def tree(self) -> Tree:
        routes = [f"nats-route://routes:{self.password}@127.0.0.1:{port}" for port in self.ports]
        return {"cluster": cluster("127.0.0.1", self.ports[0], routes, self.password)}


@dataclass
class Nats:
    """`passwords` by user: one for each service, or only that of the one user who may do everything."""

    data: Path
    port: int
    passwords: Mapping[str, str] = field(repr=False)
    _process: subprocess.Popen[bytes]
    _hold: int
    replicas = 1

    @classmethod
    def start(
        cls,
        data: Path,
        port: int | None = None,
        *,
        users: Users | None = None,
        peers: Peers | None = None,
        durable: bool = True,
    ) -> Self:
        """Start on the folder `data` (made when missing, private); what was kept there is kept.

        No `port`: a free one. No `users`: one who may do everything, with a password made at the first start and kept
        in the folder. `durable=False` is for tests. Raises `CannotStart`: the folder or the port is in use.
        """
        data = data.resolve()
        hold = processes.hold(data)
        try:
            places.own_folder(data, 0o700)
            processes.stop_orphan(data / "nats.pid", str(data / "nats.conf"))
            for stale in data.glob("*.ports"):
                stale.unlink()
            if users:
                _forget_the_one_user(data)
                passwords, access = users.passwords, users.tree()
            else:
                passwords = {ONLY_USER: _kept_password(data / "password")}
                access = one_account(ONLY_USER, passwords[ONLY_USER])
            tree = _here(data, port, durable=durable) | access | (peers.tree() if peers else {})
            _write_private(data / "nats.conf", json.dumps(tree, indent=1))
            process = processes.spawn(
                [_program(), "--config", data / "nats.conf"], log=data / "nats.log", last_signal=signal.SIGTERM
            )
            return cls(data, _port_of(process, data), passwords, process, hold)
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
        """For the one user who may do everything."""
        return self.url_for(ONLY_USER)

    @property
    def servers(self) -> "tuple[Nats, ...]":
        return (self,)

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def url_for(self, service: str) -> str:
        """For that service's user; where there is only one user, for that."""
        user = service if service in self.passwords else ONLY_USER
        return f"nats://{quote(user, safe='')}:{quote(self.passwords[user], safe='')}@127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End it in good order. Stopping twice is fine."""
        processes.stop(self._process, signal.SIGTERM)
        if self._hold >= 0:
            os.close(self._hold)
            self._hold = -1


def _here(data: Path, port: int | None, *, durable: bool) -> Tree:
    """NATS reads JSON as its own format. The folder's name tells the servers of a cluster apart."""
    return {
        "host": "127.0.0.1",
        "port": port or CHOOSE_A_FREE_PORT,
        "server_name": f"consortia-{data.name}",
        "pid_file": str(data / "nats.pid"),
        "ports_file_dir": str(data),
        "jetstream": jetstream(str(data / "jetstream"), durable=durable),
    } | LIMITS


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


def _forget_the_one_user(data: Path) -> None:
    """A folder from before each service had its user: the streams are filled anew, in accounts of their own."""
    places.remove_folder(data / FORMER_ACCOUNT)
    (data / "password").unlink(missing_ok=True)


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
