"""Programs that are stopped all at once, in the middle of whatever they do: what a power cut does to them."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.hosts.commands import HostError

SECONDS = 10
NOT_RUNNING = "TtZX"  # stopped, traced, ended
IN_THE_KERNEL = "D"  # at the disk: it goes no further when it comes back


def frozen(pids: Sequence[int]) -> None:
    """Stop these programs, and their children, at once; from then on they acknowledge nothing more.

    For programs this process has started; killed afterwards, they never go on.
    """
    everybody = [one for pid in pids for one in (pid, *descendants(pid))]
    for one in everybody:
        _signalled(one)
    everybody += [one for pid in pids for one in descendants(pid) if one not in everybody]  # born meanwhile
    for one in everybody:
        _signalled(one)
    deadline = time.monotonic() + SECONDS
    while any(_state(one) not in NOT_RUNNING + IN_THE_KERNEL for one in everybody):
        if time.monotonic() > deadline:
            raise HostError(f"of the programs {everybody}, one does not stop")
        time.sleep(0.001)


def descendants(pid: int) -> list[int]:
    """Its children and theirs."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [one for child in children for one in (child, *descendants(child))]


def _signalled(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGSTOP)
    except ProcessLookupError:
        return


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"
