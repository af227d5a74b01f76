"""The process that owns a run's PostgreSQL and NATS: `python -m tests.support.host FOLDER`.

The run's controller starts it and holds its standard input; when that closes, for whatever reason, it stops the servers
and removes the folder. Whoever connects to the socket in the folder is told the addresses; the first one starts them.
"""

import json
import selectors
import shutil
import socket
import sys
from pathlib import Path

from deploy.local.nats import ONLY_USER, Nats
from deploy.local.postgres import Postgres
from deploy.local.processes import CannotStart

SOCKET = "host"


class Host:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postgres: Postgres | None = None
        self._nats: Nats | None = None

    def addresses(self) -> dict[str, object]:
        """Where the servers listen, or why they cannot."""
        try:
            self._postgres = self._postgres or Postgres.start(self._folder / "postgres", durable=False)
            self._nats = self._nats or Nats.start(self._folder / "nats", durable=False)
        except CannotStart as error:
            return {"error": str(error)}
        return {"nats_port": self._nats.port, "nats_password": self._nats.passwords[ONLY_USER]}

    def stop(self) -> None:
        if self._nats is not None:
            self._nats.stop()
            Nats.remove(self._folder / "nats")
        if self._postgres is not None:
            self._postgres.stop()
            Postgres.remove(self._folder / "postgres")
        shutil.rmtree(self._folder)


def main(folder: Path) -> None:
    host = Host(folder)
    with socket.socket(socket.AF_UNIX) as door, selectors.DefaultSelector() as either:
        door.bind(str(folder / SOCKET))
        door.listen(64)
        either.register(door, selectors.EVENT_READ)
        either.register(sys.stdin, selectors.EVENT_READ)
        while any(ready.fileobj is door for ready, _ in either.select()):
            asking, _ = door.accept()
            with asking:
                asking.sendall(json.dumps(host.addresses()).encode())
    host.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
