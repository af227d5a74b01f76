"""docs/guarantees.md names every fault there is, and shows the latest figures of each in the runs it keeps."""

from pathlib import Path

import msgspec

from tests.chaos.faults.every import FAULTS
from tests.chaos.figures import Report
from tests.chaos.report import in_markdown, latest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "guarantees.md").read_text()
KEPT = msgspec.json.decode((DOCS / "guarantees.json").read_bytes(), type=list[Report])
LATEST = latest(KEPT)


def test_every_fault_is_explained_with_its_control() -> None:
    explained = PAGE.partition("## Last measured")[0]
    assert [name for name in FAULTS if f"`{name}`" not in explained] == []


def test_the_runs_that_are_kept_were_full_ones_and_leave_out_no_fault() -> None:
    assert not any(report.quick for report in KEPT)
    assert {one.name: one.rounds for one in LATEST} == {name: fault.rounds for name, fault in FAULTS.items()}


def test_the_latest_run_of_each_fault_damaged_nothing_and_saw_every_control() -> None:
    assert [one.name for one in LATEST if not one.is_well] == []


def test_the_table_shows_the_figures_that_were_kept() -> None:
    assert in_markdown(LATEST) in PAGE, f"it should show:\n{in_markdown(LATEST)}"
