"""What `./dev up` and `./dev cases` tell the person who started them: timed steps, and lines made to be copied."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console

from deploy.local.case_file import Case
from deploy.local.kept import Outcome


class Checklist:
    """Prints to standard output: in colour and with a spinner on a terminal, plain elsewhere."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """A step that is printed with its seconds once it is done. What is yielded takes a better name for it."""
        started, called = time.monotonic(), name
        with self._console.status(name, spinner="line") as status:

            def rename(better: str) -> None:
                nonlocal called
                called = better
                status.update(better)

            yield rename
        self._console.print(f"[green]{time.monotonic() - started:6.1f} s[/]  {called}", markup=True)

    def say(self, line: str = "") -> None:
        """One line, as it is: never wrapped, never styled."""
        self._console.print(line, markup=False)

    def warn(self, line: str) -> None:
        self._console.print(line, style="bold red", markup=False)

    def table(self, title: str, rows: Mapping[str, str]) -> None:
        """Names and values in two columns; a value is never cut or wrapped."""
        width = max(map(len, rows))
        self._console.print(f"\n{title}", style="bold", markup=False)
        for name, value in rows.items():
            self._console.print(f"  {name:{width}}  {value}", markup=False)


def progress_of(case: Case, outcomes: Sequence[Outcome]) -> str:
    """`nscc-cican: 27 of 27 acts, 24 accepted, 3 refused, as the case expects`."""
    if not outcomes:
        return f"{case.key}: recording partners, positions and the pathway"
    refused = sum(outcome.actual == "refused" for outcome in outcomes)
    wrong = sum(not outcome.agrees for outcome in outcomes)
    judged = f"{wrong} NOT as the case expects" if wrong else "as the case expects"
    accepted = len(outcomes) - refused
    return f"{case.key}: {len(outcomes)} of {len(case.act)} acts, {accepted} accepted, {refused} refused, {judged}"


def disagreement(outcome: Outcome) -> str:
    """What an act did that its case does not expect."""
    lapsed = f", lapsed: {', '.join(outcome.lapsed) or 'nothing'}" if outcome.actual == outcome.expected else ""
    because = f" ({'; '.join(outcome.reasons)})" if outcome.reasons else ""
    return (
        f"{outcome.case}, act {outcome.act} ({outcome.do}): expected {outcome.expected},"
        f" was {outcome.actual} with {outcome.status}{lapsed}{because}"
    )


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """A readable table of acts, one a line."""
    for one in outcomes:
        sign = "ok " if one.agrees else "NOT"
        more = f"  lapsed: {', '.join(one.lapsed)}" if one.lapsed else ""
        more += f"  because: {' '.join(one.reasons)}" if one.reasons else ""
        print(f"{sign}  {one.case:12} {one.act:3}  {one.do:18} {one.actual:8} {one.status}{more}", file=sys.stdout)
    agreeing = sum(one.agrees for one in outcomes)
    accepted = sum(one.actual == "accepted" for one in outcomes)
    print(f"{agreeing} of {len(outcomes)} acts agree: {accepted} accepted, {len(outcomes) - accepted} refused.")
