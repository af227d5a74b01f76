"""Each fault in its short form, as `./dev chaos --quick` runs it: no damage, and the checker sees the control's."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.chaos.faults.every import FAULTS
from tests.support.servers import CHECKOUT

KEYS = {"name", "rounds", "acknowledged", "lost", "doubled", "reordered", "phantom", "control_seen", "skipped"}
DAMAGE = ("lost", "doubled", "reordered", "phantom")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of the run's own for everything temporary, which every user may pass."""
    made = Path(mkdtemp(prefix="chaos-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_nothing_acknowledged_is_lost_doubled_or_reordered(name: str, folder: Path) -> None:
    command = [sys.executable, "-m", "tests.chaos", "--json", "--quick", "--only", name]
    environment = {**os.environ, "TMPDIR": str(folder)}
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=170, check=False
    )
    assert done.stdout, done.stderr
    [fault] = json.loads(done.stdout)["faults"]
    assert fault.keys() >= KEYS
    if fault["skipped"]:
        pytest.skip(fault["skipped"])
    assert done.returncode == 0, (fault, done.stderr)
    assert {one: fault[one] for one in DAMAGE} == dict.fromkeys(DAMAGE, 0), fault["details"]
    assert fault["acknowledged"] > 0
    assert fault["control_seen"]
    assert list(folder.iterdir()) == []
