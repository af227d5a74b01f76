"""A NATS server whose health can be asked, as whoever supervises one does: at an address and a port of its own."""

import json
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from deploy.local import processes
from deploy.local.nats import _program
from deploy.nats.configuration import jetstream, one_account

USER = PASSWORD = "consortia"
"""Nobody but the run reaches these servers."""


class NatsServer:
    """Started on the folder `store`. `url`, `url_for` and `replicas` are what services are told."""

    replicas = 1

    def __init__(self, name: str, store: Path, address: str, port: int, http: int, **more: Any) -> None:
        """`more` goes into its configuration."""
        self.store = store
        self.url = f"nats://{USER}:{PASSWORD}@{address}:{port}"
        self._health = f"http://{address}:{http}"
        configuration = {
            "server_name": name,
            "host": address,
            "port": port,
            "http": f"{address}:{http}",
            "jetstream": jetstream(str(store)),
            **one_account(USER, PASSWORD),
            **more,
        }
        self._file = store.with_name(f"{name}.conf")
        self._file.write_text(json.dumps(configuration))
        self._running: subprocess.Popen[bytes] | None = None

    def url_for(self, _service: str) -> str:
        return self.url

    def start(self) -> None:
        """On what it has kept. Returns before it is ready."""
        self.store.mkdir(exist_ok=True)
        self._running = processes.spawn(
            [_program(), "--config", self._file], log=self._file.with_suffix(".log"), last_signal=signal.SIGTERM
        )

    def kill(self) -> None:
        """kill -9, and gone. Doing so twice is fine."""
        if self._running is not None:
            processes.stop(self._running, signal.SIGKILL)

    @property
    def has_ended(self) -> bool:
        return self._running is None or self._running.poll() is not None

    def is_healthy(self) -> bool:
        """What it says itself: whether it runs, and every stream can be written."""
        return self.asked("/healthz").get("status") == "ok"

    def asked(self, path: str) -> dict[str, Any]:
        """What it answers there; nothing where it does not answer, or answers that all is not well."""
        try:
            with urllib.request.urlopen(f"{self._health}{path}", timeout=1) as answer:
                told: dict[str, Any] = json.load(answer)
                return told
        except (OSError, urllib.error.URLError):
            return {}
