"""`python -m deploy.local` as a process, as `./dev` calls it, on a data folder of the test's own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import broker, running
from deploy.local.postgres import Postgres
from tests.support.fleet import free_port
from tests.support.servers import CHECKOUT

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder every user may pass to; pytest's own tmp_path is closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="consortia-test-"))
    folder.chmod(0o755)
    yield folder
    running.stop(folder)
    Postgres.remove(folder / "postgres")
    broker.remove(folder)
    shutil.rmtree(folder)


@pytest.fixture
def run(data: Path) -> Run:
    """Runs a command on the folder to its end."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "deploy.local", *arguments]
        variables = {**os.environ, "CONSORTIA_DATA": str(data)}
        return subprocess.run(
            command, cwd=CHECKOUT, env=variables, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def a_free_port() -> str:
    """As it stands on a command line; still free when a stack that was stopped is started again."""
    return str(free_port())
