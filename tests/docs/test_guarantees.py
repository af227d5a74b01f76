"""docs/guarantees.md names every fault there is, and shows the figures of the run it keeps."""

from pathlib import Path

import msgspec

from tests.chaos.faults.every import FAULTS
from tests.chaos.figures import Report
from tests.chaos.report import in_markdown

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "guarantees.md").read_text()
KEPT = msgspec.json.decode((DOCS / "guarantees.json").read_bytes(), type=Report)


def test_every_fault_is_explained_with_its_control() -> None:
    explained = PAGE.partition("## Last measured")[0]
    assert [name for name in FAULTS if f"`{name}`" not in explained] == []


def test_the_run_that_is_kept_was_a_full_one_of_every_fault() -> None:
    assert not KEPT.quick
    assert {one.name: one.rounds for one in KEPT.faults} == {name: fault.rounds for name, fault in FAULTS.items()}


def test_what_was_kept_damaged_nothing_and_saw_every_control() -> None:
    assert [one.name for one in KEPT.faults if not one.is_well] == []


def test_the_table_shows_the_figures_that_were_kept() -> None:
    assert in_markdown(KEPT) in PAGE, f"it should show:\n{in_markdown(KEPT)}"
