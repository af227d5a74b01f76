"""What a search for a window asks, and why dates are passed over: for meetings and for deliveries alike."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Literal

from shared.authority.almanac import DAY, Blocked
from shared.authority.zones import zone as zone_of
from shared.kernel import Text, Value


class Why(Value, frozen=True, omit_defaults=True):
    """One reason; `of` is the key of the partner, position or council it is about."""

    kind: Literal[
        "blackout", "holiday", "weekday", "vacant", "away", "meeting", "hours", "quorum", "past", "range", "limit"
    ]
    of: str
    sentence: str
    name: Text | None = None


class PassedOver(Value, frozen=True):
    """A date that is not proposed, and every reason why."""

    date: date
    reasons: tuple[Why, ...]
    sentence: str


class Asked(Value, frozen=True):
    """The dates asked about, first and last included, in a zone; what has begun by `now` is past."""

    first: date
    last: date
    zone: str
    now: datetime
    limit: int

    def days(self) -> Iterator[date]:
        """Each date."""
        for place in range((self.last - self.first).days + 1):
            yield self.first + place * DAY

    def midnight(self, day: date) -> datetime:
        """When that day begins."""
        return datetime.combine(day, time(), zone_of(self.zone)).astimezone(UTC)


def closed_by(blocked: Blocked) -> Why:
    """A partner's day that is closed, as a reason."""
    return Why(blocked.kind, blocked.partner, blocked.sentence, blocked.name)


def left_out(day: date, limit: int) -> PassedOver:
    """A date on which it could be, behind as many better ones as were asked for."""
    return passed_over(day, [Why("limit", "", f"{limit} better ones were found, and no more were asked for")])


def passed_over(day: date, reasons: list[Why]) -> PassedOver:
    """Each sentence once, in order."""
    once = tuple({why.sentence: why for why in reasons}.values())
    return PassedOver(day, once, f"{day}: {'; '.join(why.sentence for why in once)}")
