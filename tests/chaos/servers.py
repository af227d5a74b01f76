"""The servers under test, with what a fault does to them: killed, and started again on what they kept."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from deploy.local.nats import Nats
from deploy.local.places import remove_folder
from deploy.local.postgres import Postgres


class Servers:
    """One PostgreSQL and one NATS in a folder; not durable only to see what durability is for."""

    def __init__(self, folder: Path, *, durable: bool = True, durable_nats: bool = True) -> None:
        self.folder = folder
        self._durable = durable
        self._durable_nats = durable_nats
        self.postgres = Postgres.start(folder / "postgres", durable=durable)
        self.nats = Nats.start(folder / "nats", durable=durable_nats)

    def kill_postgres(self) -> None:
        """kill -9 of the server and all its children, so that nobody can still write anything out."""
        pid = self.postgres._process.pid
        for one in (pid, *_children(pid)):
            _kill(one)
        self.postgres.stop()

    def start_postgres(self) -> None:
        self.postgres = Postgres.start(self.folder / "postgres", durable=self._durable)

    def kill_nats(self) -> None:
        _kill(self.nats._process.pid)
        self.nats.stop()

    def start_nats(self) -> None:
        """On the same port, where its clients look for it."""
        self.nats = Nats.start(self.folder / "nats", port=self.nats.port, durable=self._durable_nats)

    def lose_nats_store(self) -> None:
        """While it is stopped: everything JetStream kept is gone."""
        remove_folder(self.folder / "nats" / "jetstream")

    def copy_nats_store(self) -> None:
        """While it is stopped: keep a copy of everything, to be set back to."""
        remove_folder(self.folder / "earlier")
        shutil.copytree(self.folder / "nats" / "jetstream", self.folder / "earlier")

    def set_nats_store_back(self) -> None:
        """While it is stopped: as it was when it was copied; what came later is forgotten."""
        self.lose_nats_store()
        shutil.copytree(self.folder / "earlier", self.folder / "nats" / "jetstream")

    def stop(self) -> None:
        self.nats.stop()
        self.postgres.stop()


@contextmanager
def own_servers(*, durable: bool = True, durable_nats: bool = True) -> Iterator[Servers]:
    """Servers in a folder of their own, both gone at the end."""
    folder = Path(mkdtemp(prefix="consortia-chaos-"))
    folder.chmod(0o755)  # PostgreSQL, which runs as nobody for root, must be able to pass
    servers = Servers(folder, durable=durable, durable_nats=durable_nats)
    try:
        yield servers
    finally:
        servers.stop()
        Nats.remove(folder / "nats")
        Postgres.remove(folder / "postgres")
        remove_folder(folder)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
