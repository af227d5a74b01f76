"""A machine that can lose its power: PostgreSQL and NATS on an image of their own."""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from tests.chaos.hosts.absent import Absent
from tests.chaos.hosts.freezing import descendants, frozen
from tests.chaos.hosts.image import Image


class Machine:
    """Started at once; `lose_power` and `power_on` in turn, as often as wanted."""

    def __init__(self, image: Image) -> None:
        self.image = image
        self._port: int | None = None
        self._start()
        if not self.postgres.data.is_relative_to(image.mount):
            self.stop()
            raise Absent(f"needs PostgreSQL's data on the image; it is in {self.postgres.data}, for reasons of access")
        image.settle()  # it has stood here for a while

    def configure(self, *, durable_nats: bool = True, postgres: Mapping[str, str] | None = None) -> None:
        """Start both again, in good order, otherwise than as `./dev up` does."""
        self.stop()
        self._start(durable_nats, postgres)

    def lose_power(self) -> None:
        """Every program stops where it is, the disk takes nothing more, and what was only in memory is gone."""
        running = [self.postgres._process.pid, self.nats._process.pid]
        frozen(running)
        self.image.cut_power()
        for pid in [one for each in running for one in (each, *descendants(each))]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.stop()
        self.image.unmount()

    def power_on(self) -> None:
        """On what the disk has kept, at the same addresses."""
        self.image.power_on()
        self._start(self._durable_nats, self._settings)

    def stop(self) -> None:
        self.nats.stop()
        self.postgres.stop()

    def _start(self, durable_nats: bool = True, settings: Mapping[str, str] | None = None) -> None:
        self._durable_nats, self._settings = durable_nats, settings
        self.postgres = Postgres.start(self.image.mount / "postgres", settings=settings)
        self.nats = Nats.start(self.image.mount / "nats", port=self._port, durable=durable_nats)
        self._port = self.nats.port
