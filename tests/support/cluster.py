"""Two PostgreSQL servers, of which one streams to the other, made with pg_basebackup from the embedded one's programs.

Each has a socket of its own. Calls block, mostly for less than a second: those made under load go to a thread.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.local import places, processes
from deploy.local.postgres import ENVIRONMENT, SETTINGS, SUPERUSER, Postgres

SECONDS = 30.0
SERVER = SETTINGS | {
    "fsync": "off",  # the faults here end processes, not machines: what a server has written, the kernel has
    "wal_log_hints": "on",  # pg_rewind asks for it
    "wal_keep_size": "256MB",
    "shared_buffers": "32MB",
    "max_connections": "100",
}


class Node:
    """One server. It keeps its name, whichever part it plays."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.place = places.postgres_place(folder / name)
        self._process: subprocess.Popen[bytes] | None = None
        self._paused: list[int] = []

    @property
    def sockets(self) -> str:
        return str(self.place.sockets)

    def url(self, database: str) -> str:
        """The address of this server alone."""
        return f"postgresql://{SUPERUSER}@/{database}?host={self.sockets}&port=5432"

    def start(self) -> None:
        """Start it as what its folder says it is; return once it answers."""
        places.prepare(self.place)
        self._process = processes.spawn(
            [self._program("postgres"), "-D", self.place.cluster, "-k", self.place.sockets],
            log=self.place.log, last_signal=signal.SIGINT, account=self.place.account, environment=ENVIRONMENT,
        )  # fmt: skip
        until(lambda: self._psql("select 1").returncode == 0, f"{self.name} answers")

    def kill(self) -> None:
        """End every process of the server at once, as when its machine fails."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)  # lest it makes others, or tidies up after them
        for pid in (*_children(self._process.pid), self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process, self._paused = None, []
        (self.place.cluster / "postmaster.pid").unlink()

    def stop(self) -> None:
        """End it in good order, if it runs."""
        if self._process is not None:
            self.send_again()
            processes.stop(self._process, signal.SIGINT, signal.SIGQUIT)
            self._process = None

    def promote(self) -> None:
        """Make the standby a primary; return once it takes writes."""
        self.ask("select pg_promote(false)")
        until(lambda: self.ask("select pg_is_in_recovery()") == "f", f"{self.name} is the primary")

    def send_nothing(self) -> None:
        """From now on nothing reaches the standby, until `send_again`: what sends it is stopped."""
        senders = self.ask("select pid from pg_stat_replication").split()
        self._paused = [int(pid) for pid in senders]
        for pid in self._paused:
            os.kill(pid, signal.SIGSTOP)

    def send_again(self) -> None:
        """Let the standby catch up."""
        for pid in self._paused:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self._paused = []

    def commits_wait_for(self, standby: "Node | None") -> None:
        """Acknowledge a commit only once that standby has it on its disk too; or at once."""
        self.ask(f"alter system set synchronous_standby_names = '{standby.name if standby else ''}'")
        self.ask("select pg_reload_conf()")
        if standby is not None:
            state = "select sync_state from pg_stat_replication"
            until(lambda: self.ask(state) == "sync", f"{standby.name} is waited for")

    def ask(self, statement: str, database: str = "postgres") -> str:
        """What the server answers, as psql prints it."""
        done = self._psql(statement, database)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def copy_of(self, primary: "Node") -> None:
        """Make this node's folder a standby's, from the running primary."""
        places.prepare(self.place)
        places.own_folder(self.place.cluster, 0o700)
        places.give(self.place.cluster, self.place.account)
        self._run("pg_basebackup", "-D", self.place.cluster, "-h", primary.sockets, "-p", "5432", "-U", SUPERUSER,
                  "-X", "stream", "-c", "fast", "--no-sync")  # fmt: skip
        self._follow(primary)

    def rejoin(self, primary: "Node") -> None:
        """Make the primary of the past a standby of the one of today: what only it has is dropped by pg_rewind."""
        primary.ask("checkpoint")
        self._run("pg_rewind", "-D", self.place.cluster, "--no-sync", "--source-server",
                  f"host={primary.sockets} port=5432 user={SUPERUSER} dbname=postgres")  # fmt: skip
        self._follow(primary)

    def _follow(self, primary: "Node") -> None:
        """Start as a standby; return once it streams."""
        settings = (
            f"primary_conninfo = 'host={primary.sockets} port=5432 user={SUPERUSER} application_name={self.name}'\n"
            "synchronous_standby_names = ''\n"
        )
        for name, text in (("postgresql.auto.conf", settings), ("standby.signal", "")):
            path = self.place.cluster / name
            path.write_text(text)
            places.give(path, self.place.account)
        self.start()
        streaming = f"select count(*) from pg_stat_replication where application_name = '{self.name}'"
        until(lambda: primary.ask(streaming) == "1", f"{self.name} streams")

    def _psql(self, statement: str, database: str = "postgres") -> "subprocess.CompletedProcess[str]":
        where = ["-h", self.sockets, "-p", "5432", "-U", SUPERUSER, "-d", database]
        return subprocess.run(
            [str(self._program("psql")), "-X", "-A", "-t", *where, "-c", statement],
            env=ENVIRONMENT, cwd="/", capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip

    def _run(self, program: str, *arguments: str | Path) -> None:
        account = self.place.account
        uid, gid = account or (None, None)
        command: list[str | Path] = [self._program(program), *arguments]
        done = subprocess.run(
            command,
            env=ENVIRONMENT, cwd="/", capture_output=True, text=True, check=False, timeout=120,
            user=uid, group=gid, extra_groups=[] if account else None,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stderr}"

    def _program(self, name: str) -> Path:
        return self.place.programs / "bin" / name


class Cluster(Postgres):
    """Both servers, as the services see them: one address that names the two."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [Node("one", folder), Node("two", folder)]
        self.primary, self.standby = self.nodes

    def __repr__(self) -> str:
        return f"<primary {self.primary.name}, standby {self.standby.name}>"

    def url(self, database: str) -> str:
        hosts = ",".join(node.sockets for node in self.nodes)
        return f"postgresql://{SUPERUSER}@/{database}?host={hosts}&port=5432&target_session_attrs=primary"

    def create_database(self, name: str) -> None:
        if self.primary.ask(f"select count(*) from pg_database where datname = '{name}'") == "0":
            self.primary.ask(f'create database "{name}"')

    def until_level(self) -> None:
        """Return once the standby shows all that the primary has written by now."""
        written = self.primary.ask("select pg_current_wal_lsn()")
        shows = f"select pg_last_wal_replay_lsn() >= '{written}'"
        until(lambda: self.standby.ask(shows) == "t", "the standby is level")

    def fail_over(self) -> None:
        """The primary's machine fails, and the standby is promoted: only then does anybody write again."""
        self.primary.kill()
        self.primary, self.standby = self.standby, self.primary
        self.primary.promote()

    def rejoin(self) -> None:
        """The failed server comes back as the standby."""
        self.standby.rejoin(self.primary)

    def stop(self) -> None:
        for node in (self.standby, self.primary):
            node.stop()


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A primary with a standby that streams, both gone at the end. Every user must be able to pass to `folder`."""
    first = Postgres.start(folder / "one", durable=False)
    first.stop()
    made = Cluster(folder)
    with (made.primary.place.cluster / "postgresql.conf").open("a") as settings:  # where pg_rewind reads them too
        settings.writelines(f"{name} = '{value}'\n" for name, value in SERVER.items())
    try:
        made.primary.start()
        made.standby.copy_of(made.primary)
        yield made
    finally:
        made.stop()
        for node in made.nodes:
            Postgres.remove(folder / node.name)


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"it never came to this: {what}"
        time.sleep(0.02)


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found
