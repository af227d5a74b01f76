"""A past moment, as readers name it: a time (when things occurred) or an index of a log (what was recorded by then)."""

from datetime import datetime

from shared.kernel.recorded import Recorded
from shared.kernel.values import Fact, Value


class Moment(Value, frozen=True):
    """Up to `index` of `log`, or up to the time `at`, both included; neither: everything so far."""

    at: datetime | None = None
    log: str | None = None
    index: int | None = None

    def includes(self, recorded: Recorded[Fact]) -> bool:
        """Whether the fact belongs to the past this moment names."""
        if self.index is not None:
            return recorded.index <= self.index
        return self.at is None or recorded.occurred_at <= self.at

    def knew(self, recorded: Recorded[Fact]) -> bool:
        """Whether the fact was recorded by then: knowledge goes by the time of recording, never by what it tells of."""
        if self.index is not None:
            return recorded.index <= self.index
        return self.at is None or recorded.recorded_at <= self.at

    @property
    def is_now(self) -> bool:
        return self.at is None and self.index is None
