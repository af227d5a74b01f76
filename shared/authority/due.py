"""When something is due that waits on partners: their own days counted, each in its own zone."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.authority.almanac import DAY, Almanac, Blocked, almanac
from shared.authority.community import Community
from shared.kernel import Value

FOR_ALL_TO_WORK, FOR_ALL_TO_BE_FREE = 50, 5000
"""How often a moment is moved on for the sake of several partners: until all of them work, for they may have no working

day in common; and until none is under a blackout or has a holiday, enough for any blackouts they may record.
"""


class Almanacs(Value, frozen=True):
    """The days of every partner, as known at the moment `at`."""

    community: Community
    at: datetime

    def of(self, partner: UUID) -> Almanac:
        """That partner's."""
        return almanac(self.community, partner, self.at)


def due(at: datetime, days: int, almanacs: Iterable[Almanac]) -> datetime:
    """When it is due, asked of these partners at that moment; plain days of 24 hours where nobody is asked.

    For each partner, `days` of its own days are counted from the day after the one on which it was asked; those under a
    blackout or on a statutory holiday are passed over. It is due at the end of the last one, or of the next working day
    after it. Of several partners the latest such moment counts, moved on past the blackouts and holidays of the others.
    It never lies before plain days.
    """
    asked = tuple(almanacs)
    if not asked:
        return at + timedelta(days=days)
    latest = max(one.end_of(last_day(one, at, days)) for one in asked)
    working = _moved_on(asked, latest, Almanac.off, FOR_ALL_TO_WORK)
    return working or _moved_on(asked, latest, Almanac.blocked, FOR_ALL_TO_BE_FREE) or latest


def last_day(partner: Almanac, at: datetime, days: int) -> date:
    """The day at whose end it is due, were that partner asked alone."""
    first = partner.date_of(at)
    day, year = first + days * DAY, first.year
    while year <= day.year:
        for blocked in partner.blocked_in(year):
            if first < blocked <= day:
                day += DAY
        year += 1
    plain = at + timedelta(days=days)
    while partner.off(day) or partner.end_of(day) < plain:
        day += DAY
    return day


def passed_over(partner: Almanac, at: datetime, days: int) -> tuple[tuple[date, Blocked], ...]:
    """The days that did not count for that partner, each with the reason."""
    first, last = partner.date_of(at), last_day(partner, at, days)
    between = (first + place * DAY for place in range(1, (last - first).days + 1))
    return tuple((day, found) for day in between if (found := partner.blocked(day)) is not None)


def _moved_on(
    asked: tuple[Almanac, ...], moment: datetime, closed: Callable[[Almanac, date], Blocked | None], tries: int
) -> datetime | None:
    """The first end of a day on which none of them is closed; None where none is found."""
    for _ in range(tries):
        shut = [one for one in asked if closed(one, one.date_of(moment))]
        if not shut:
            return moment
        moment = max(_next(one, moment, closed) for one in shut)
    return None


def _next(partner: Almanac, moment: datetime, closed: Callable[[Almanac, date], Blocked | None]) -> datetime:
    day = partner.date_of(moment) + DAY
    while closed(partner, day):
        day += DAY
    return partner.end_of(day)
