"""A real file system of one's own: ext4 in a file, on a loop device. Its power can be cut.

The ioctl is what file system tests use: from that moment nothing reaches the disk, and what was not made durable is not
there after the next mount. So a power cut in one second, on a machine that stays on.
"""

import ctypes
import fcntl
import os
import struct
from pathlib import Path

from tests.chaos.hosts.absent import Absent, need, need_root
from tests.chaos.hosts.commands import HostError, run
from tests.chaos.hosts.scratch import mounts_in, unmount

FS_IOC_SHUTDOWN = 0x8004587D
WITHOUT_FLUSHING_THE_JOURNAL = 2  # EXT4_GOING_FLAGS_NOLOGFLUSH


class Image:
    """A file system in `folder`, a folder of `scratch`; mounted at `mount`, or not at all."""

    def __init__(self, folder: Path, mebibytes: int = 1024) -> None:
        """Make and mount it. `Absent` where there is no root, no mkfs.ext4 or no loop device."""
        need_root("to mount a file system")
        need("mkfs.ext4")
        self.mount = folder / "disk"
        self._file = folder / "disk.img"
        with self._file.open("wb") as file:
            file.truncate(mebibytes * 1024 * 1024)  # a sparse file: it takes the room that is used
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1", self._file)
        self.mount.mkdir()
        try:
            self.power_on()
        except HostError as error:
            raise Absent(f"needs a loop device: {error}") from None

    def power_on(self) -> None:
        """Mount it; the file system's journal brings what was durable back in order."""
        run("mount", "-o", "loop", self._file, self.mount)
        self.mount.chmod(0o755)

    def cut_power(self) -> None:
        """From now on nothing is written and nothing can be read; what was not made durable is lost."""
        place = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(place, FS_IOC_SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING_THE_JOURNAL))
        finally:
            os.close(place)

    def settle(self) -> None:
        """Everything written so far is on the disk."""
        place = os.open(self.mount, os.O_RDONLY)
        try:
            if ctypes.CDLL(None, use_errno=True).syncfs(place) != 0:
                raise HostError(f"syncfs: {os.strerror(ctypes.get_errno())}")
        finally:
            os.close(place)

    def unmount(self) -> None:
        """Put it away, when everybody who used it has ended. Doing so twice is fine."""
        if self.mount in mounts_in(self.mount):
            unmount(self.mount)
