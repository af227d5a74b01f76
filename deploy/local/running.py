"""Which stack runs on a data folder: its process, told apart from any other that got the same number, and its port."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from deploy.local.kept import write
from deploy.local.processes import CannotStart

PATIENCE = 30
"""Seconds for a stack to stop in good order; its own steps take less."""


class Running(Struct, frozen=True):
    """`born` is when the process started, in the kernel's ticks since boot.

    `nats` is how many NATS servers it has.
    `ready` when it answers and has played what it was to play; `trouble` when that did not come out as expected.
    """

    pid: int
    born: int
    port: int
    nats: int = 1
    ready: bool = False
    trouble: bool = False

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def proclaim(data: Path, port: int, nats: int = 1, *, ready: bool = False, trouble: bool = False) -> None:
    """This process is the stack on `data`."""
    write(_file(data), Running(os.getpid(), _born(os.getpid()) or 0, port, nats, ready, trouble))


def withdraw(data: Path) -> None:
    """The stack of this process is no more."""
    found = find(data)
    if found is not None and found.pid == os.getpid():
        _file(data).unlink(missing_ok=True)


def find(data: Path) -> Running | None:
    """The stack that runs on `data`. A file left by a killed run names a process that is gone, and is not believed."""
    try:
        found = msgspec.json.decode(_file(data).read_bytes(), type=Running)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return found if _born(found.pid) == found.born else None


def is_healthy(found: Running, seconds: float = 20) -> bool:
    """Whether the stack answers that it is ready; one that answers and is not is given that long to become so."""
    import httpx2

    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = httpx2.get(f"{found.base}/partnerships/readyz", timeout=10, trust_env=False)
        except httpx2.TransportError:
            return False
        if answer.status_code == 200 or time.monotonic() > deadline:
            return answer.status_code == 200
        time.sleep(0.2)


def wait_until_ready(data: Path, seconds: float = 120) -> Running | None:
    """The stack that runs on `data`, once it is ready; None where none runs, or none any more."""
    deadline = time.monotonic() + seconds
    while (found := find(data)) is not None and not found.ready:
        if time.monotonic() > deadline:
            raise CannotStart(
                f"A stack was started on {data} and is not ready after {seconds:.0f} s. ./dev down stops it;"
                f" {data / 'stack.log'} may say why."
            )
        time.sleep(0.1)
    return found


def stop(data: Path) -> Running | None:
    """Stop the stack that runs on `data`, and wait until it has ended; None where none runs."""
    if (found := find(data)) is None:
        _file(data).unlink(missing_ok=True)
        return None
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(found.pid, number)
        deadline = time.monotonic() + PATIENCE
        while _born(found.pid) == found.born:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        else:
            _file(data).unlink(missing_ok=True)
            return found
    raise CannotStart(f"Process {found.pid} does not end. Look at it with: ps {found.pid}")


def _file(data: Path) -> Path:
    return data / "stack.pid"


def _born(pid: int) -> int | None:
    """When the process started; None where there is none, or only its zombie."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if after_name[0] == "Z" else int(after_name[19])
