"""A folder for one run of one fault, with whatever is mounted in it: gone at the end, or at the next start.

A run that is killed leaves its mounts (the kernel keeps them); it does not keep its lock. So every start looks for
folders of this name whose lock nobody holds, unmounts what is mounted in them and removes them. A loop device lets go
of its file by itself when its file system is unmounted.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.hosts.commands import HostError, run

NAME = "consortia-host-"
LOCK = "owner.lock"
SECONDS_TO_UNMOUNT = 15
"""For the last writes of programs that were just killed."""


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder every user may pass to; everything mounted in it is unmounted at the end."""
    put_away_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=NAME))
    lock = _held(folder)
    assert lock is not None, "a folder just made is nobody else's"
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        _put_away(folder)
        os.close(lock)


def put_away_leftovers() -> list[Path]:
    """Put away what killed runs of this user left; which folders that were."""
    found = []
    for folder in sorted(Path(tempfile.gettempdir()).glob(f"{NAME}*")):
        if folder.is_symlink() or folder.lstat().st_uid != os.geteuid() or (lock := _held(folder)) is None:
            continue
        _put_away(folder)
        os.close(lock)
        found.append(folder)
    return found


def mounts_in(folder: Path) -> list[Path]:
    """The mount points at or below it, the innermost first."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    points = [Path(line.split()[1].encode().decode("unicode_escape")) for line in lines]
    return sorted((point for point in points if point.is_relative_to(folder)), key=lambda point: -len(point.parts))


def unmount(point: Path) -> None:
    """Unmount, with patience for programs that are just ending. `HostError` when somebody still uses it."""
    deadline = time.monotonic() + SECONDS_TO_UNMOUNT
    while True:
        try:
            run("umount", point)
            return
        except HostError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _put_away(folder: Path) -> None:
    for point in mounts_in(folder):
        unmount(point)
    shutil.rmtree(folder)


def _held(folder: Path) -> int | None:
    """The folder's lock, now ours until it is closed; None where another run holds it, or has just removed it."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
