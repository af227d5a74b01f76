"""Servers whose disks are small: PostgreSQL's data, its WAL and NATS's store, each on one of its own.

Whoever supervises servers elsewhere (compose, Kubernetes, systemd) starts again what has ended, or says itself that it
is not well for long; here `supervise` does, and nothing else: it looks at no disk, and repairs nothing.
"""

import asyncio
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from deploy.local.postgres import Postgres
from deploy.local.processes import CannotStart
from tests.chaos.hosts.absent import Absent
from tests.chaos.hosts.commands import run
from tests.chaos.hosts.nats_server import NatsServer
from tests.chaos.hosts.small_disk import SmallDisk
from tests.support.fleet import free_port

SECONDS_BETWEEN_LOOKS = 0.5
LOOKS_UNTIL_GIVEN_UP = 10
"""In a row, at which NATS says that it is not well."""
ROOM = 256
"""MiB of each disk: enough for what is there, and soon filled."""


class Crowded:
    """One PostgreSQL and one NATS in a folder of `scratch`."""

    def __init__(self, folder: Path) -> None:
        self._settings: Mapping[str, str] = {}
        self._one_start = threading.Lock()
        self.data, self.wal = SmallDisk(folder / "data", ROOM), SmallDisk(folder / "wal", ROOM)
        self.store = SmallDisk(folder / "store", ROOM)
        self.starts = {"postgres": 0, "nats": 0}
        """How often the supervisor has started each again, or tried to."""
        self.postgres = self._postgres()
        cluster = self.postgres.place.cluster
        self.postgres.stop()
        if not cluster.is_relative_to(self.data.mount):
            raise Absent(f"needs PostgreSQL's data on a small disk; it is in {cluster}, for reasons of access")
        run("cp", "--archive", cluster / "pg_wal", self.wal.mount)
        run("rm", "--recursive", cluster / "pg_wal")
        (cluster / "pg_wal").symlink_to(self.wal.mount / "pg_wal")
        self.postgres = self._postgres()
        self.nats = NatsServer("small", self.store.mount, "127.0.0.1", free_port(), free_port())
        self.nats.start()

    def configure(self, settings: Mapping[str, str]) -> None:
        """Start PostgreSQL again, in good order, with these settings."""
        with self._one_start:
            self._settings = settings
            self.postgres.stop()
            self.postgres = self._postgres()

    async def supervise(self) -> None:
        """Start again what has ended, for ever, and NATS when it has said for long that it is not well."""
        unwell = 0
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            if self.postgres._process.poll() is not None:
                await asyncio.to_thread(self._start_postgres_again)
            unwell = 0 if await asyncio.to_thread(self.nats.is_healthy) else unwell + 1
            if self.nats.has_ended or unwell >= LOOKS_UNTIL_GIVEN_UP:
                unwell = 0
                self.starts["nats"] += 1
                await asyncio.to_thread(self.nats.kill)
                self.nats.start()

    def stop(self) -> None:
        self.nats.kill()
        self.postgres.stop()

    def _postgres(self) -> Postgres:
        return Postgres.start(self.data.mount / "postgres", settings=self._settings)

    def _start_postgres_again(self) -> None:
        with self._one_start:
            if self.postgres._process.poll() is None:
                return  # somebody else has started it meanwhile
            self.starts["postgres"] += 1
            self.postgres.stop()
            with suppress(CannotStart, OSError):  # the next look finds it ended, as a supervisor's does
                self.postgres = self._postgres()
