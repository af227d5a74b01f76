"""A small disk is full when it is filled, and takes more when it is freed."""

from pathlib import Path

import pytest

from tests.chaos.hosts.small_disk import SmallDisk


def test_a_full_disk_takes_nothing_more_and_a_freed_one_does(folder: Path) -> None:
    disk = SmallDisk(folder / "small", mebibytes=1)
    before = disk.mount / "before"
    before.write_text("kept")
    disk.fill()
    with pytest.raises(OSError, match="No space left on device"):
        (disk.mount / "late").write_text("x" * 8192)
    disk.free()
    (disk.mount / "later").write_text("x" * 8192)
    assert before.read_text() == "kept"


def test_filling_twice_takes_what_was_freed_meanwhile(folder: Path) -> None:
    disk = SmallDisk(folder / "small", mebibytes=1)
    (disk.mount / "other").write_text("x" * 65536)
    disk.fill()
    (disk.mount / "other").unlink()
    disk.fill()
    with pytest.raises(OSError, match="No space left on device"):
        (disk.mount / "late").write_text("x" * 8192)
