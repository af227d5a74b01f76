"""A fault whose host lacks what it needs is skipped, and its figures say why."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from tests.chaos.figures import Figures
from tests.chaos.hosts.absent import Absent
from tests.chaos.running import Say

Run = Callable[[int, Say], Coroutine[Any, Any, Figures]]


def skipped_where_absent(name: str) -> Callable[[Run], Run]:
    """For the `run` of the fault of that name."""

    def around(run: Run) -> Run:
        @wraps(run)
        async def skipping(rounds: int, say: Say) -> Figures:
            try:
                return await run(rounds, say)
            except Absent as absent:
                return Figures(name=name, skipped=str(absent))

        return skipping

    return around
