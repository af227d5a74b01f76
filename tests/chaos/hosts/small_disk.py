"""A disk that is soon full: a tmpfs of a few MiB, filled by a file of nothing and freed by removing it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.hosts.absent import Absent, need_root
from tests.chaos.hosts.commands import HostError, run
from tests.chaos.hosts.scratch import mounts_in, unmount

PIECE = 64 * 1024


class SmallDisk:
    """Mounted at `mount`, which is made, in a folder of `scratch`."""

    def __init__(self, mount: Path, mebibytes: int) -> None:
        """`Absent` where there is no root, or the kernel mounts no tmpfs here."""
        need_root("to mount a small disk")
        self.mount = mount
        self._filling = mount / "filling"
        mount.mkdir()
        try:
            run("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=755", "tmpfs", mount)
        except HostError as error:
            raise Absent(f"needs a tmpfs: {error}") from None

    def fill(self) -> None:
        """Take all the room there is. What others free later is not taken again."""
        with self._filling.open("ab", buffering=0) as file:
            for piece in (PIECE, 4096):
                with _until_full():
                    while True:
                        file.write(bytes(piece))

    def free(self) -> None:
        """Give the room back."""
        self._filling.unlink(missing_ok=True)

    def unmount(self) -> None:
        """Put it away, when everybody who used it has ended. Doing so twice is fine."""
        if self.mount in mounts_in(self.mount):
            unmount(self.mount)


@contextmanager
def _until_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
