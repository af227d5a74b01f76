"""A file system whose power is cut keeps what was made durable, and nothing else."""

import os
from pathlib import Path

import pytest

from tests.chaos.hosts.image import Image


def test_a_power_cut_loses_what_was_only_written_and_keeps_what_was_synced(folder: Path) -> None:
    image = Image(folder, mebibytes=64)
    with (image.mount / "synced").open("w") as synced, (image.mount / "written").open("w") as written:
        synced.write("kept")
        synced.flush()
        os.fsync(synced.fileno())
        written.write("lost" * 1000)
        written.flush()
        image.cut_power()
    image.unmount()
    image.power_on()
    kept = image.mount / "written"
    assert (image.mount / "synced").read_text() == "kept"
    assert not kept.exists() or kept.read_text() == ""


def test_without_power_nothing_can_be_written(folder: Path) -> None:
    image = Image(folder, mebibytes=64)
    image.cut_power()
    with pytest.raises(OSError, match="Input/output error"):
        (image.mount / "late").write_text("never")


def test_what_has_settled_outlives_a_power_cut(folder: Path) -> None:
    image = Image(folder, mebibytes=64)
    (image.mount / "settled").write_text("kept")
    image.settle()
    image.cut_power()
    image.unmount()
    image.power_on()
    assert (image.mount / "settled").read_text() == "kept"
