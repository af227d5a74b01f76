"""How far a rebuild is, as whoever ran it is told: a bar on a terminal, lines elsewhere, and always how it ended."""

import io
import os
import pty
import re
import select
from contextlib import suppress

import pytest

from shared.service import bar
from shared.service.bar import Bar


def read(terminal: int) -> str:
    """Everything that was written to it by now, which comes in pieces."""
    told = b""
    while select.select([terminal], [], [], 0.1)[0]:
        told += os.read(terminal, 65536)
    return told.decode()


def test_without_a_terminal_it_says_how_it_ended_in_one_line() -> None:
    out = io.StringIO()
    with Bar("cards", out) as drawn:
        drawn.told(500, 1200)
        drawn.told(1200, 1200)
        drawn.end(1200)
    assert re.fullmatch(r"cards: 1200 facts folded in \d+\.\d s \(\d+/s\)\n", out.getvalue())


def test_without_a_terminal_a_long_rebuild_says_now_and_then_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(bar, "EVERY", 0.0)
    with Bar("cards", out) as drawn:
        drawn.told(500, 1200)
        drawn.told(1000, 1200)
        drawn.end(1200)
    first, second, _ = out.getvalue().splitlines()
    assert first == "cards: 500 of 1200 facts, 0/s", "nothing is known yet of how fast it goes"
    assert re.fullmatch(r"cards: 1000 of 1200 facts, \d+/s, \d+ s left", second)


def test_on_a_terminal_it_draws_a_bar_with_done_total_rate_and_time_left() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        with Bar("cards", terminal) as drawn:
            drawn.told(500, 1200)
            drawn.told(1200, 1200)
            drawn.end(1200)
        told = read(ours)
    os.close(ours)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told)
    assert "cards" in plain
    assert "1200/1200" in plain
    assert re.search(r"\d+/s +\d+:\d\d:\d\d", plain)
    assert re.search(r"cards: 1200 facts folded in \d+\.\d s", plain)


def test_a_rebuild_that_fails_leaves_the_terminal_as_it_was() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        with suppress(RuntimeError), Bar("cards", terminal) as drawn:
            drawn.told(1, 3)
            raise RuntimeError
        told = read(ours)
    os.close(ours)
    assert told.rindex("\x1b[?25h") > told.rindex("\x1b[?25l"), "the cursor is shown again"
