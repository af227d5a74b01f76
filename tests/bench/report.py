"""A report for people: figures in a table, ratios beside what they shall reach."""

from rich.console import Console
from rich.table import Table

from tests.bench.figures import Report, Spread


def printed(report: Report, console: Console) -> None:
    """The whole report; `--json` holds the same."""
    figures = Table("figure", "median", "least", "most", "unit", title=f"{report.bench}, {report.took_seconds:.0f} s")
    for name, one in report.figures.items():
        figures.add_row(name.replace("_", " "), *(shown(value) for value in values(one)), one.unit)
    console.print(figures)
    ratios = Table("ratio", "median", "least", "most", "shall be", title="ratios (tests/bench/README.md)")
    for name, ratio in report.spreads_of_ratios.items():
        ratios.add_row(name, *(f"{value:.2f}" for value in values(ratio)), report.targets.get(name, ""))
    console.print(ratios)
    facts = report.machine
    console.print(
        f"{facts['cores']} cores ({facts['processor']}), PostgreSQL {facts['postgresql']['server_version']},"
        f" Python {facts['python']}. Again: {report.commands['this']}",
        markup=False,
    )


def values(one: Spread) -> tuple[float, float, float]:
    return one.median, one.min, one.max


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
