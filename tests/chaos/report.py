"""A report for people: a line for each fault."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from tests.chaos.faults.every import FAULTS
from tests.chaos.figures import Figures, Report

COUNTS = ("rounds", "acknowledged", "lost", "doubled", "reordered", "phantom")


def printed(report: Report, console: Console) -> None:
    """The whole report; `--json` holds the same, and the details of each fault."""
    table = Table("fault", *COUNTS, "control", "", title=f"faults, {report.took_seconds:.0f} s")
    for one in report.faults:
        counts = [f"{getattr(one, name):,}" for name in COUNTS] if one.skipped is None else ["" for _ in COUNTS]
        table.add_row(one.name, *counts, "seen" if one.control_seen else "not seen", verdict(one))
    console.print(table)
    console.print(f"Again: {report.command}", markup=False)


HEADING = ("fault", *COUNTS, "control")


def latest(reports: Sequence[Report]) -> list[Figures]:
    """The figures of each fault's latest run, in the order of the faults, where runs are newest last.

    A run that had to skip a fault says nothing of it.
    """
    of = {one.name: one for report in reports for one in report.faults if one.skipped is None}
    return [of[name] for name in FAULTS if name in of]


def in_markdown(figures: Iterable[Figures]) -> str:
    """The table of docs/guarantees.md."""
    rows = [
        (f"`{one.name}`", *(f"{getattr(one, name):,}" for name in COUNTS), "seen" if one.control_seen else "not seen")
        for one in figures
    ]
    lines = [HEADING, ("---", *("---:" for _ in COUNTS), "---"), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def verdict(one: Figures) -> str:
    """In a word, or why not."""
    if one.skipped is not None:
        return f"skipped: {one.skipped}"
    if "broke_off" in one.details:
        return f"broke off: {one.details['broke_off']}"
    return "well" if one.is_well else "DAMAGED" if one.control_seen else "the checker is blind to it"
