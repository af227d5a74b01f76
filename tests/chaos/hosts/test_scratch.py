"""What a killed run left mounted is put away at the next start; what belongs to a living one is left alone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.hosts.scratch import mounts_in, put_away_leftovers, scratch
from tests.support.servers import CHECKOUT

OWNER = """
import sys, time
from tests.chaos.hosts.image import Image
from tests.chaos.hosts.scratch import scratch
with scratch() as folder:
    Image(folder, mebibytes=16)
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where scratch folders are made, of this test alone."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a file system")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def owner(place: Path) -> tuple[subprocess.Popen[str], Path]:
    """A run that has mounted something, and where."""
    environment = {**os.environ, "TMPDIR": str(place), "PYTHONPATH": str(CHECKOUT)}
    running = subprocess.Popen([sys.executable, "-c", OWNER], env=environment, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    if not (said := running.stdout.readline().strip()):
        pytest.skip("no file system can be mounted here")
    return running, Path(said)


def test_what_a_killed_run_left_is_unmounted_and_removed_and_its_loop_device_is_free(place: Path) -> None:
    running, folder = owner(place)
    with running:
        running.send_signal(signal.SIGKILL)
    assert mounts_in(folder) == [folder / "disk"]
    assert put_away_leftovers() == [folder]
    assert mounts_in(folder) == []
    assert not folder.exists()
    backing = [path.read_text() for path in Path("/sys/block").glob("loop*/loop/backing_file")]
    assert not [one for one in backing if str(place) in one]


def test_the_folder_of_a_run_that_goes_on_is_left_alone(place: Path) -> None:
    running, folder = owner(place)
    with running:
        assert put_away_leftovers() == []
        assert mounts_in(folder) == [folder / "disk"]
        running.send_signal(signal.SIGKILL)
    put_away_leftovers()


def test_a_scratch_folder_is_gone_at_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch() as folder:
        (folder / "something").write_text("made")
    assert list(tmp_path.iterdir()) == []
