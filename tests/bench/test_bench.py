"""The bench works, and its JSON has its shape. Nothing is timed here: a busy machine fails no test."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.bench import authority, messages, pages
from tests.bench.figures import Samples, spread
from tests.bench.store import RATIOS, TARGETS
from tests.support.servers import CHECKOUT

ASKED_FOR = {"append_64_vs_raw", "append_64_vs_library", "replay_vs_raw", "append_1m_vs_10k", "signoff_1m_vs_10k"}


@pytest.fixture
def empty() -> Iterator[Path]:
    """A folder for temporary files, its path short enough for a server's socket."""
    with TemporaryDirectory(prefix="bench-") as folder:
        yield Path(folder)


def quick(what: str, empty: Path, *more: str) -> Any:
    """The report of that bench in its quick form, which leaves nothing in the folder for temporary files."""
    command = [sys.executable, "-m", "tests.bench", what, "--json", "--quick", *more]
    environment = {**os.environ, "TMPDIR": str(empty)}
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(empty.iterdir()) == []
    return json.loads(done.stdout)


@pytest.mark.servers
@pytest.mark.slow
def test_the_quick_bench_prints_every_figure_and_ratio_as_json_and_leaves_nothing_behind(empty: Path) -> None:
    library = find_spec("psycopg") is not None
    report = quick("store", empty, *(() if library else ("--without-library",)))
    assert report["ratios"].keys() == RATIOS.keys() - (set() if library else {"append_64_vs_library"})
    assert all(ratio > 0 for ratio in report["ratios"].values())
    for name, figure in report["figures"].items():
        assert figure["min"] <= figure["median"] <= figure["max"], name
        assert figure["unit"], name
        assert figure["repetitions"] >= 1, name
    for callers in (64, 256):
        assert {f"append_{callers}_callers_p50", f"append_{callers}_callers_p99"} <= report["figures"].keys()
    assert {"read_only_check", "claim", "note"} <= {
        name.removeprefix("append_64_callers_with_a_") for name in report["figures"]
    }
    assert report["machine"]["cores"] >= 1
    assert report["machine"]["postgresql"]["fsync"] == "on"
    assert report["commands"]["this"] == "./dev bench store --json --quick"


@pytest.mark.servers
@pytest.mark.slow
def test_the_quick_bench_of_messages_prints_every_figure_and_ratio_as_json_and_leaves_nothing_behind(
    empty: Path,
) -> None:
    report = quick("messages", empty)
    assert report["ratios"].keys() == messages.RATIOS.keys()
    assert all(ratio > 0 for ratio in report["ratios"].values())
    assert report["machine"]["nats"]["sync_interval"] == "always"
    assert report["commands"]["this"] == "./dev bench messages --json --quick"


@pytest.mark.servers
@pytest.mark.slow
def test_the_quick_bench_of_authority_prints_every_figure_and_ratio_as_json_and_leaves_nothing_behind(
    empty: Path,
) -> None:
    report = quick("authority", empty)
    assert report["ratios"].keys() == authority.RATIOS.keys() >= authority.TARGETS.keys()
    assert all(ratio > 0 for ratio in report["ratios"].values())
    assert report["commands"]["this"] == "./dev bench authority --json --quick"


@pytest.mark.servers
@pytest.mark.slow
def test_the_quick_bench_of_pages_prints_every_figure_and_ratio_as_json_and_leaves_nothing_behind(empty: Path) -> None:
    report = quick("pages", empty)
    assert report["ratios"].keys() == pages.RATIOS.keys()
    assert all(ratio > 0 for ratio in report["ratios"].values())
    assert report["commands"]["this"] == "./dev bench pages --json --quick"


def test_every_page_measured_is_explained() -> None:
    explained = Path(__file__).with_name("README.md").read_text()
    for name in pages.ASKED:
        assert f"`{name}`" in explained, name


def test_every_ratio_of_authority_is_explained() -> None:
    explained = Path(__file__).with_name("README.md").read_text()
    for name in authority.RATIOS:
        assert f"`{name}`" in explained, name


def test_every_figure_and_ratio_of_messages_is_explained() -> None:
    explained = Path(__file__).with_name("README.md").read_text()
    for name in {*messages.RATIOS, *(figure for of in messages.RATIOS.values() for figure in of)}:
        assert f"`{name.removesuffix('_unsynced')}`" in explained, name


def test_every_ratio_asked_for_is_defined_has_a_target_and_is_explained() -> None:
    assert TARGETS.keys() == ASKED_FOR
    assert RATIOS.keys() >= ASKED_FOR
    explained = Path(__file__).with_name("README.md").read_text()
    for name in RATIOS:
        assert f"`{name}`" in explained, name


def test_a_spread_holds_median_least_and_most() -> None:
    found = spread([3.0, 1.0, 2.0], "events per second")
    assert (found.median, found.min, found.max, found.repetitions) == (2.0, 1.0, 3.0, 3)


def test_a_ratio_is_taken_within_each_repetition() -> None:
    samples = Samples()
    for ours, raw in ((10, 20), (40, 40), (9, 90)):
        samples.rate("ours", ours, 1.0, "events")
        samples.rate("raw", raw, 1.0, "events")
    found = samples.ratio("ours", "raw")
    assert (found.median, found.min, found.max) == (0.5, 0.1, 1.0)
