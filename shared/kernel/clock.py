"""The clock is an argument, never a call in a decision."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Now, in UTC, aware of it."""
    return datetime.now(UTC)
