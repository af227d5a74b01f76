"""How far a long piece of work has got: a bar on a terminal, otherwise a line now and then."""

import sys
import time
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY = 5.0
"""Seconds between two lines where there is no terminal."""


class Bar:
    """One piece of work, for the length of a `with` block: events done of how many, events a second, time left."""

    def __init__(self, name: str, to: IO[str] | None = None) -> None:
        self._name = name
        self._to = to or sys.stderr
        self._began = self._line_at = time.monotonic()
        self._first: int | None = None
        self._drawn: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        if self._to.isatty():
            self._drawn = _drawn(self._name, self._to)
            self._drawn[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn is not None:
            self._drawn[0].stop()

    def told(self, done: int, total: int) -> None:
        """So many are done, of so many as are known of by now."""
        self._first = done if self._first is None else self._first
        if self._drawn is not None:
            progress, task = self._drawn
            progress.update(task, completed=done, total=total)
        elif time.monotonic() - self._line_at >= EVERY:
            self._line_at = time.monotonic()
            rate = self._rate(done - self._first)
            left = f", {(total - done) / rate:.0f} s left" if rate else ""
            self._say(f"{self._name}: {done} of {total} facts, {rate:.0f}/s{left}")

    def end(self, folded: int) -> None:
        """All is done: the last line, with how many it were."""
        if self._drawn is not None:
            self._drawn[0].stop()
        seconds = time.monotonic() - self._began
        self._say(f"{self._name}: {folded} facts folded in {seconds:.1f} s ({self._rate(folded):.0f}/s)")

    def _rate(self, done: int) -> float:
        return done / max(time.monotonic() - self._began, 0.001)

    def _say(self, line: str) -> None:
        self._to.write(line + "\n")
        self._to.flush()


def _drawn(name: str, to: IO[str]) -> "tuple[Progress, TaskID]":
    from rich import progress as parts
    from rich.console import Console
    from rich.text import Text

    class Rate(parts.ProgressColumn):
        def render(self, task: parts.Task) -> Text:
            return Text(f"{task.speed or 0:.0f}/s")

    drawn = parts.Progress(
        parts.TextColumn("{task.description}"),
        parts.BarColumn(),
        parts.MofNCompleteColumn(),
        Rate(),
        parts.TimeRemainingColumn(),
        console=Console(file=to),
    )
    return drawn, drawn.add_task(name, total=None)
