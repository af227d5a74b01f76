"""What is logged while a block runs, as an operator reads it."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from shared.observability import configure


class Logged:
    """The lines so far."""

    def __init__(self) -> None:
        self.text = io.StringIO()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.getvalue().splitlines()]


@contextmanager
def logged() -> Iterator[Logged]:
    """Logs are taken in, from `info` on; logging is left as it was found."""
    root, was, taken = logging.getLogger(), structlog.get_config(), Logged()
    handlers, level = root.handlers, root.level
    configure("info", taken.text)
    try:
        yield taken
    finally:
        structlog.configure(**was)
        root.handlers, root.level = handlers, level
