"""find-window for meetings: when a council's quorum could meet, and why not on every other date.

Pure: members come as values. Every date asked about is proposed, or passed over with its reasons.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from services.partnerships.domain.windows import Asked, PassedOver, Why, closed_by, left_out, passed_over
from shared.authority.almanac import DAY, Almanac
from shared.contracts.values import Seat
from shared.kernel import Value

STEP = timedelta(minutes=30)
"""Meetings are proposed on the hour and the half hour of the zone asked for."""
Reaches = Callable[[tuple[Seat, ...]], bool]
"""Whether those seats would be a quorum."""


class Away(Value, frozen=True):
    """A time at which somebody cannot come."""

    starts: datetime
    ends: datetime | None
    kind: Literal["away", "meeting"]


class Presence(Value, frozen=True):
    """Somebody who holds the seat's position from `since` until `until`, and when they cannot come."""

    since: datetime
    until: datetime | None
    away: tuple[Away, ...] = ()

    def holds(self, starts: datetime, ends: datetime) -> bool:
        """Whether they hold the position all the while."""
        return self.since <= starts and (self.until is None or ends <= self.until)

    def hindered(self, starts: datetime, ends: datetime) -> Literal["away", "meeting"] | None:
        """What keeps them from coming then."""
        return next(
            (one.kind for one in self.away if one.starts < ends and (one.ends is None or starts < one.ends)), None
        )


class Member(Value, frozen=True):
    """A seat with its position's key, its partner's days and whoever holds it over time."""

    seat: Seat
    key: str
    almanac: Almanac
    presences: tuple[Presence, ...]

    def hours(self, starts: datetime, ends: datetime) -> list[tuple[datetime, datetime]]:
        """The partner's working hours that touch that time."""
        day, last = self.almanac.date_of(starts), self.almanac.date_of(ends)
        found = []
        while day <= last:
            if self.almanac.off(day) is None:
                found.append(self.almanac.hours_on(day))
            day += DAY
        return found

    def hindrance(self, starts: datetime, ends: datetime) -> Why | None:
        """Why nobody could come for the seat then, working hours aside."""
        holding = [one for one in self.presences if one.holds(starts, ends)]
        if not holding:
            return Why("vacant", self.key, f"nobody holds {self.key}")
        hindered = [one.hindered(starts, ends) for one in holding]
        if None in hindered:
            return None
        if "meeting" in hindered:
            return Why("meeting", self.key, f"{self.key} has another meeting then")
        return Why("away", self.key, f"who holds {self.key} is away")

    def why_not(self, starts: datetime, ends: datetime) -> Why | None:
        """Why nobody would come for the seat then: their partner is closed, or they cannot."""
        for day in sorted({self.almanac.date_of(starts), self.almanac.date_of(ends - timedelta(microseconds=1))}):
            if (closed := self.almanac.off(day)) is not None:
                return closed_by(closed)
        if not _is_in(starts, ends, self.hours(starts, ends)):
            return Why("hours", self.key, f"{self.key} works from {self.almanac.opens} to {self.almanac.closes}")
        return self.hindrance(starts, ends)


class CannotCome(Value, frozen=True):
    """A seat for which nobody could come, and why."""

    position: str
    why: Why


class Proposal(Value, frozen=True):
    """A time at which a quorum could meet. `also` are other beginnings that day at which as many could come."""

    date: date
    starts: datetime
    ends: datetime
    can_come: tuple[str, ...]
    cannot_come: tuple[CannotCome, ...]
    also: tuple[datetime, ...] = ()


def meetings(
    asked: Asked, minutes: int, members: tuple[Member, ...], reaches: Reaches, needed: int
) -> tuple[tuple[Proposal, ...], tuple[PassedOver, ...]]:
    """For each date the time at which most could come, the earliest of several: most first, then soonest."""
    length = timedelta(minutes=minutes)
    proposed, passed = [], []
    for day in asked.days():
        best = _best(asked, day, length, members, reaches)
        if best.is_quorum:
            proposed.append(_proposal(day, length, members, best))
        else:
            passed.append(_why_no_meeting(asked, day, members, best, needed))
    proposed.sort(key=lambda one: (-len(one.can_come), one.starts))
    passed += [left_out(one.date, asked.limit) for one in proposed[asked.limit :]]
    return tuple(proposed[: asked.limit]), tuple(sorted(passed, key=lambda one: one.date))


class _Best(Value, frozen=True):
    """The beginnings on a date at which most could come, and who could; of a quorum, where there is one."""

    able: tuple[Member, ...] = ()
    at: tuple[datetime, ...] = ()
    is_quorum: bool = False


def _best(asked: Asked, day: date, length: timedelta, members: tuple[Member, ...], reaches: Reaches) -> _Best:
    begins, ends = asked.midnight(day), asked.midnight(day + DAY)
    shifts = _shifts(members, begins, ends)
    best, earlier = _Best(), _Best()
    opens = min((opens for shift in shifts for opens, _ in shift.hours), default=ends)
    latest = max((closes for shift in shifts for _, closes in shift.hours), default=ends)
    start = begins + STEP * max(0, (opens - begins) // STEP)
    while (stop := start + length) <= min(ends, latest):
        able = tuple(member for shift in shifts for member in shift.able(start, stop))
        if able and start >= asked.now:
            is_quorum = earlier.is_quorum if able == earlier.able else reaches(tuple(one.seat for one in able))
            earlier = _Best(able, (start,), is_quorum)
            if (is_quorum, len(able)) > (best.is_quorum, len(best.able)):
                best = earlier
            elif (is_quorum, len(able)) == (best.is_quorum, len(best.able)):
                best = _Best(best.able, (*best.at, start), is_quorum)
        start += STEP
    return best


class _Shift(Value, frozen=True):
    """Members who work at the same hours: nothing keeps the `free` ones from coming, something may the others."""

    hours: tuple[tuple[datetime, datetime], ...]
    free: tuple[Member, ...]
    others: tuple[Member, ...]

    def able(self, starts: datetime, ends: datetime) -> tuple[Member, ...]:
        """Those who could come then."""
        if not _is_in(starts, ends, self.hours):
            return ()
        return (*self.free, *(one for one in self.others if one.hindrance(starts, ends) is None))


def _shifts(members: tuple[Member, ...], begins: datetime, ends: datetime) -> tuple[_Shift, ...]:
    """The members by the hours they work that day, so that each time of it is looked at once for all of them."""
    found: dict[tuple[tuple[datetime, datetime], ...], tuple[list[Member], list[Member]]] = {}
    for member in members:
        if hours := tuple(member.hours(begins, ends)):
            free, others = found.setdefault(hours, ([], []))
            (others if member.hindrance(begins, ends) else free).append(member)
    return tuple(_Shift(hours, tuple(free), tuple(others)) for hours, (free, others) in found.items())


def _is_in(starts: datetime, ends: datetime, hours: Iterable[tuple[datetime, datetime]]) -> bool:
    return any(opens <= starts and ends <= closes for opens, closes in hours)


def _proposal(day: date, length: timedelta, members: tuple[Member, ...], best: _Best) -> Proposal:
    starts, ends = best.at[0], best.at[0] + length
    able = {one.seat.position for one in best.able}
    cannot = ((one.key, one.why_not(starts, ends)) for one in members if one.seat.position not in able)
    return Proposal(
        date=day,
        starts=starts,
        ends=ends,
        can_come=tuple(one.key for one in members if one.seat.position in able),
        cannot_come=tuple(CannotCome(key, why) for key, why in cannot if why is not None),
        also=best.at[1:],
    )


def _why_no_meeting(asked: Asked, day: date, members: tuple[Member, ...], best: _Best, needed: int) -> PassedOver:
    begins, ends = asked.midnight(day), asked.midnight(day + DAY)
    if ends <= asked.now:
        return passed_over(day, [Why("past", "", "it has passed")])
    reasons = []
    for member in members:
        if (closed := member.almanac.off(day)) is not None:
            reasons.append(closed_by(closed))
        elif (why := _hindered_all_day(member, begins, ends)) is not None:
            reasons.append(why)
    said = f"at most {len(best.able)} could come at one time, and that is no quorum of {needed}"
    reasons.append(Why("quorum", "", said))
    return passed_over(day, reasons)


def _hindered_all_day(member: Member, begins: datetime, ends: datetime) -> Why | None:
    """What hinders in each of the working hours of a day; another meeting may leave room for this one."""
    found = [member.hindrance(opens, closes) for opens, closes in member.hours(begins, ends)]
    return next((why for why in found if why is not None), None)
