"""How far an import has got: a bar on a terminal, a line at every tenth elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar


class Progress:
    """Of so many events in all; `told` is what the import tells after each chunk."""

    def __init__(self, events: int, *, to_stderr: bool = False, console: Console | None = None) -> None:
        self._console = console or Console(stderr=to_stderr, highlight=False, soft_wrap=True)
        self._events, self._done, self._at = events, 0, ""
        self._bar = Bar(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=self._console, transient=True, disable=not self._console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=events)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def say(self, line: str) -> None:
        """A line above the bar."""
        self._console.print(line, markup=False)

    def at(self, log: str, community: str) -> None:
        """What comes next."""
        self._at = f"{log} of {community}"
        self._bar.update(self._task, description=self._at)

    def told(self, events: int, /, *, there: bool) -> None:
        """A chunk was written, or was there."""
        before, self._done = self._done, self._done + events
        self._bar.advance(self._task, events)
        tenths = self._done * 10 // self._events
        if not self._console.is_terminal and tenths > before * 10 // self._events:
            passed = ", there already" if there else ""
            self.say(f"{self._done:,} of {self._events:,} events ({self._at}{passed})")
