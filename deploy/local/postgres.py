"""One PostgreSQL 18 of our own, from its wheel: on a Unix socket only, durable, ended with its starter."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from deploy.local import places, processes
from deploy.local.places import PostgresPlace
from deploy.local.processes import CannotStart

SUPERUSER = "consortia"
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}  # nothing of the caller's: PGHOST and its like must not reach our server
SETTINGS = {"listen_addresses": "", "max_connections": "200", "timezone": "UTC", "unix_socket_permissions": "0700"}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SECONDS_TO_START = 60
ATTEMPTS = 5  # after a kill, backends of the last run may hold the shared memory for a moment


@dataclass
class Postgres:
    place: PostgresPlace
    _process: subprocess.Popen[bytes]
    _hold: int

    @classmethod
    def start(
        cls,
        data: Path,
        *,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Start on the folder `data` (made when missing), or where `places` says; what was kept there is kept.

        `durable=False` is for tests: faster, and a power cut may lose everything. `settings` of the server go before
        our own; `environment` holds variables for the server alone.
        Raises `CannotStart`: another process holds the folder, or the server did not become ready.
        """
        hold = processes.hold(data.resolve())
        try:
            place = places.postgres_place(data)
            processes.stop_orphan(place.cluster / "postmaster.pid", str(place.cluster))
            places.prepare(place)
            if not place.cluster.exists():
                _make_cluster(place, durable=durable)
            asked = SETTINGS | ({} if durable else NOT_DURABLE) | dict(settings or {})
            return cls(place, _serve(place, asked, environment or {}), hold)
        except BaseException:
            os.close(hold)
            raise

    @classmethod
    def remove(cls, data: Path) -> None:
        """Remove what `start` made for `data`, and nothing else. Raises `CannotStart` while it is in use."""
        hold = processes.hold(data.resolve())
        try:
            place = places.postgres_place(data)
            processes.stop_orphan(place.cluster / "postmaster.pid", str(place.cluster))
            if place.root != data.resolve():
                places.remove_folder(place.root)
            for folder in (place.cluster, _half_made(place), place.sockets):
                places.remove_folder(folder)
            place.log.unlink(missing_ok=True)
        finally:
            os.close(hold)

    @property
    def data(self) -> Path:
        """Where the data really is."""
        return self.place.root

    def url(self, database: str) -> str:
        """The address asyncpg takes."""
        return address(self.place, database)

    def create_database(self, name: str) -> None:
        """Create `name`; one that is there already stays as it is."""
        createdb = [str(self.place.programs / "bin" / "createdb"), "-h", str(self.place.sockets), "-p", "5432"]
        done = subprocess.run(
            [*createdb, "-U", SUPERUSER, name], env=ENVIRONMENT, cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode != 0 and "already exists" not in done.stderr:
            raise CannotStart(f"PostgreSQL did not create the database {name}: {done.stderr.strip()}")

    def stop(self) -> None:
        """End it in good order; open connections are closed. Stopping twice is fine."""
        processes.stop(self._process, signal.SIGINT, signal.SIGQUIT)
        if self._hold >= 0:
            os.close(self._hold)
            self._hold = -1


def address(place: PostgresPlace, database: str) -> str:
    """Where that database of the server at `place` is reached. The port only names the socket's file."""
    return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={quote(str(place.sockets))}&port=5432"


def _make_cluster(place: PostgresPlace, *, durable: bool) -> None:
    """Made beside and renamed, so that a killed run leaves no half-made cluster that looks whole."""
    half = _half_made(place)
    places.remove_folder(half)
    places.own_folder(half, 0o700)
    places.give(half, place.account)
    initdb: list[str | Path] = [
        place.programs / "bin" / "initdb",
        *("--pgdata", half, "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--data-checksums"),
        *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        *(() if durable else ("--no-sync",)),
    ]
    made = processes.spawn(
        initdb, log=place.log, last_signal=signal.SIGTERM, account=place.account, environment=ENVIRONMENT
    )
    if made.wait() != 0:
        raise CannotStart(f"initdb failed:\n{processes.tail_of(place.log)}\nThe whole log: {place.log}")
    half.rename(place.cluster)


def _serve(
    place: PostgresPlace, settings: Mapping[str, str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Variables are set by `env`, as the server's own account: what they load is loaded for nobody before."""
    variables = ["/usr/bin/env", *(f"{name}={value}" for name, value in environment.items())] if environment else []
    program: list[str | Path] = [*variables, place.programs / "bin" / "postgres"]
    postgres = [*program, "-D", place.cluster, "-k", place.sockets]
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    for attempt in range(ATTEMPTS):
        time.sleep(attempt * 0.3)
        server = processes.spawn(
            [*postgres, *options],
            log=place.log,
            last_signal=signal.SIGINT,
            account=place.account,
            environment=ENVIRONMENT,
        )
        deadline = time.monotonic() + SECONDS_TO_START
        while server.poll() is None and time.monotonic() < deadline:
            if _is_ready(place, server.pid):
                return server
            time.sleep(0.02)
        processes.stop(server, signal.SIGQUIT)
    raise CannotStart(
        f"PostgreSQL did not start:\n{processes.tail_of(place.log)}\nThe whole log: {place.log}\n"
        "If the data is not needed, ./dev up --fresh starts on an empty folder."
    )


def _is_ready(place: PostgresPlace, pid: int) -> bool:
    """As pg_ctl asks it: the pid file's first line is the server's pid, its eighth the server's state."""
    try:
        lines = (place.cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _half_made(place: PostgresPlace) -> Path:
    return place.cluster.with_suffix(".new")
