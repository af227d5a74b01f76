"""Of several runs, the latest of each fault counts. Pure."""

from tests.chaos.faults.every import FAULTS
from tests.chaos.figures import Figures, Report
from tests.chaos.report import in_markdown, latest

WELL = Figures(name="disk-full", rounds=5, acknowledged=1_250, control_seen=True, details={"level": True})
BROKEN_OFF = Figures(name="disk-full", details={"broke_off": "TimeoutError()"})
OTHER = Figures(name="killed", rounds=100, acknowledged=9, control_seen=True, details={"level": True})


def run(*faults: Figures) -> Report:
    return Report(faults=faults, quick=False, took_seconds=1.0, command="./dev chaos --json")


def test_a_fault_that_broke_off_once_and_was_well_later_is_well_and_the_other_way_round_it_is_not() -> None:
    assert latest([run(OTHER, BROKEN_OFF), run(WELL)]) == [OTHER, WELL]
    assert not latest([run(OTHER, WELL), run(BROKEN_OFF)])[1].is_well


def test_a_fault_that_was_skipped_later_keeps_the_figures_it_had() -> None:
    assert latest([run(WELL), run(Figures(name="disk-full", skipped="needs root"))]) == [WELL]


def test_faults_are_shown_in_one_order_whichever_ran_last() -> None:
    all_of_them = [Figures(name=name) for name in FAULTS]
    assert latest([run(*reversed(all_of_them)), run(all_of_them[3])]) == all_of_them


def test_each_fault_has_a_line_in_the_table() -> None:
    assert in_markdown([OTHER, WELL]).splitlines()[2:] == [
        "| `killed` | 100 | 9 | 0 | 0 | 0 | 0 | seen |",
        "| `disk-full` | 5 | 1,250 | 0 | 0 | 0 | 0 | seen |",
    ]
