"""Where the host lacks what a piece stands on, its tests are skipped, and say what is absent."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.chaos.hosts.absent import Absent
from tests.chaos.hosts.scratch import scratch


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test that finds its host lacking."""
    try:
        return (yield)
    except Absent as absent:
        pytest.skip(str(absent))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of `scratch`, in a place where no other run's are."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch() as made:
        yield made
