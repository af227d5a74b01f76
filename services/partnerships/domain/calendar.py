"""Calendar of a partner: how it keeps its days, and its blackouts. Anybody who holds a position there keeps it."""

from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Annotated, assert_never
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, structs

from services.partnerships.domain.entries import NoSuchEntry
from shared.authority.answers import holders, view
from shared.authority.community import Community
from shared.authority.zones import has_holidays, known_countries, known_subdivisions, known_zones
from shared.contracts.partnerships import BlackoutChanged, BlackoutEnded, BlackoutRecorded, CalendarKept
from shared.contracts.partnerships.calendars import ClockTime, Label, Weekday, Zone
from shared.contracts.values import Jurisdiction
from shared.kernel import Conflict, Decider, Forbidden, Intent, Reason, Refused, Unacceptable, Value, refuse_if

CalendarFact = CalendarKept | BlackoutRecorded | BlackoutChanged | BlackoutEnded
LONGEST, FARTHEST, MOST = 366, 5 * 366, 200
"""Days a blackout lasts and lies ahead at most; blackouts of a partner at most that have not passed."""


class KeepCalendar(Intent, frozen=True):
    """Time zone and working hours; `holidays` is left out for those of the partner's jurisdiction, null for none."""

    zone: Zone
    holidays: Jurisdiction | UnsetType | None = UNSET
    weekdays: Annotated[tuple[Weekday, ...], Meta(min_length=1, max_length=7)] = (1, 2, 3, 4, 5)
    opens: ClockTime = "09:00"
    closes: ClockTime = "17:00"


class RecordBlackout(Intent, frozen=True):
    """Ask nothing of the partner from the day `first` to the day `last`, both included, in its own zone."""

    first: date
    last: date
    name: Label


class ChangeBlackout(Intent, frozen=True):
    """Other days, or another name."""

    first: date
    last: date
    name: Label


class EndBlackout(Intent, frozen=True):
    """Free the days from `until` (today, there) on; all of them where it has not begun."""

    until: date | None = None


class BlackoutState(Value, frozen=True):
    """A blackout; with `last` before `first` it covers no day any more."""

    first: date
    last: date
    name: Label

    @property
    def stands(self) -> bool:
        """Whether it covers any day."""
        return self.first <= self.last


class Blank(Value, frozen=True, tag=True):
    """Nothing was said of the partner's days yet."""


class Kept(Value, frozen=True, tag=True):
    """A partner's calendar. `keeping` is the last statement of how it is kept; None while only blackouts are."""

    keeping: CalendarKept | None
    blackouts: dict[UUID, BlackoutState]


CalendarState = Blank | Kept


class NotTheirCalendar(Forbidden, frozen=True):
    """That is another partner's calendar

    Whoever holds a position at a partner keeps its calendar; so does its authority administrator.
    """

    says = "Only who holds a position at {partner} keeps its calendar."
    partner: str


class UnknownZone(Unacceptable, frozen=True):
    """There is no such time zone

    Name one as the IANA database does, such as `America/Halifax`.
    """

    says = "There is no time zone {zone!r}; did you mean {like}?"
    zone: str
    like: str


class UnknownHolidays(Unacceptable, frozen=True):
    """Those holidays are not known

    Name a country or a subdivision of it by ISO 3166, such as `CA-NS`; null keeps none.
    """

    says = "The statutory holidays of {place} are not known; known: {known}."
    place: str
    known: str


class HoursNotRight(Unacceptable, frozen=True):
    """The working hours are not right

    They open before they close, on the same day, and name each weekday once: 1 is Monday, 7 Sunday.
    """

    says = "The working hours are not right: {fault}."
    fault: str


class BlackoutNotRight(Unacceptable, frozen=True):
    """The blackout is not right

    A blackout has a first and a last day, both included, is at most a year long, and lies at most five years ahead.
    """

    says = "The blackout is not right: {fault}."
    fault: str


class BlackoutStands(Conflict, frozen=True):
    """That blackout is recorded already

    Change or end the one there is.
    """

    says = "A blackout from {first} to {last} of that name stands already: {blackout}."
    first: str
    last: str
    blackout: str


class BlackoutOver(Conflict, frozen=True):
    """The blackout is over

    An end can only be brought forward, and what has passed stays as it was.
    """

    says = "It covers no day from {until} on."
    until: str


class TooManyBlackouts(Conflict, frozen=True):
    """There are too many blackouts

    End some of those to come, or let one cover several.
    """

    says = "{most} blackouts that have not passed are the most a partner may have."
    most: int


def may_keep(community: Community, person: UUID, partner: UUID, at: datetime) -> UUID:
    """The person, who holds a position at the partner then; refused for others, who are told whom to go to."""
    own = community.held_by.get(person, set())
    positions = (community.positions[one] for one in own if one in community.positions)
    if any(one.partner == partner and _held(holders(one, at), person) for one in positions):
        return person
    known = community.partners[partner]
    administrator = view(community, known.administrator, at)
    raise Refused(NotTheirCalendar(known.key), allowed_actions=() if administrator is None else (administrator,))


def keep(
    state: CalendarState, partner: UUID, jurisdiction: Jurisdiction, by: UUID, intent: KeepCalendar
) -> tuple[CalendarFact, ...]:
    """State how the partner's days are from now on; a repeat of what is so is silence."""
    own = jurisdiction if has_holidays(jurisdiction) else None
    holidays = own if isinstance(intent.holidays, UnsetType) else intent.holidays
    refuse_if(unknown_zone(intent.zone), _unknown_holidays(holidays), *_hours(intent))
    weekdays = tuple(sorted(intent.weekdays))
    kept = CalendarKept(partner, by, intent.zone, weekdays, intent.opens, intent.closes, holidays)
    before = state.keeping if isinstance(state, Kept) else None
    return () if before is not None and structs.replace(before, by=by) == kept else (kept,)


def black_out(
    state: CalendarState, blackout: UUID, partner: UUID, by: UUID, intent: RecordBlackout, today: date
) -> tuple[CalendarFact, ...]:
    """Record a blackout; `today` is the day it is there. One already begun may be recorded: what is due stays due."""
    refuse_if(*_not_right(intent.first, intent.last, today))
    standing = {id_: one for id_, one in _blackouts(state).items() if one.stands and one.last >= today}
    for id_, one in standing.items():
        if (one.first, one.last, one.name) == (intent.first, intent.last, intent.name):
            raise Refused(BlackoutStands(str(one.first), str(one.last), str(id_)))
    refuse_if(TooManyBlackouts(MOST) if len(standing) >= MOST else None)
    return (BlackoutRecorded(blackout, partner, by, intent.first, intent.last, intent.name),)


def change(
    state: CalendarState, blackout: UUID, partner: UUID, by: UUID, intent: ChangeBlackout, today: date
) -> tuple[CalendarFact, ...]:
    """Other days or another name for one that is not over; a repeat is silence."""
    before = _standing(state, blackout, today)
    if (before.first, before.last, before.name) == (intent.first, intent.last, intent.name):
        return ()
    refuse_if(*_not_right(intent.first, intent.last, today))
    return (BlackoutChanged(blackout, partner, by, intent.first, intent.last, intent.name),)


def end(
    state: CalendarState, blackout: UUID, partner: UUID, by: UUID, intent: EndBlackout, today: date
) -> tuple[CalendarFact, ...]:
    """Free its days from a day on, at its first day all of them."""
    before = _standing(state, blackout, today)
    until = max(intent.until or today, before.first)
    if until > before.last:
        raise Refused(BlackoutOver(str(before.last + timedelta(days=1))))
    return (BlackoutEnded(blackout, partner, by, until),)


def unknown_zone(zone: str) -> Reason | None:
    """Why that names no zone, if it does not."""
    if zone in known_zones():
        return None
    like = get_close_matches(zone, sorted(known_zones()), n=3, cutoff=0.5)
    return UnknownZone(zone, ", ".join(like) or "America/Halifax")


def _held(held: tuple[object, ...], person: UUID) -> bool:
    return any(getattr(one, "person", None) == person for one in held)


def _unknown_holidays(place: str | None) -> Reason | None:
    if place is None or has_holidays(place):
        return None
    country = place.partition("-")[0]
    known = known_subdivisions(country) or (() if country in known_countries() else sorted(known_countries()))
    return UnknownHolidays(place, ", ".join(known) or country)


def _hours(intent: KeepCalendar) -> list[Reason]:
    faults = []
    if intent.opens >= intent.closes:
        faults.append(f"they open at {intent.opens} and close at {intent.closes}")
    if len(set(intent.weekdays)) < len(intent.weekdays):
        faults.append("a weekday is named twice")
    return [HoursNotRight(fault) for fault in faults]


def _not_right(first: date, last: date, today: date) -> list[Reason]:
    faults = []
    if last < first:
        faults.append(f"it ends on {last}, before it begins on {first}")
    if (last - first).days >= LONGEST:
        faults.append(f"it lasts more than {LONGEST} days")
    if (last - today).days > FARTHEST:
        faults.append(f"it ends on {last}, more than five years ahead")
    if last < today:
        faults.append(f"it ended on {last}, before today")
    return [BlackoutNotRight(fault) for fault in faults]


def _blackouts(state: CalendarState) -> dict[UUID, BlackoutState]:
    match state:
        case Blank():
            return {}
        case Kept():
            return state.blackouts
        case _:
            assert_never(state)


def _standing(state: CalendarState, blackout: UUID, today: date) -> BlackoutState:
    found = _blackouts(state).get(blackout)
    if found is None:
        raise Refused(NoSuchEntry("blackout", str(blackout)))
    if not found.stands or found.last < today:
        raise Refused(BlackoutOver(str(found.last + timedelta(days=1))))
    return found


def evolve(state: CalendarState, fact: CalendarFact) -> CalendarState:
    kept = state if isinstance(state, Kept) else Kept(None, {})
    match fact:
        case CalendarKept():
            return structs.replace(kept, keeping=fact)
        case BlackoutRecorded() | BlackoutChanged():
            blackout = BlackoutState(fact.first, fact.last, fact.name)
        case BlackoutEnded():
            before = kept.blackouts[fact.blackout]
            blackout = structs.replace(before, last=fact.until - timedelta(days=1))
        case _:
            assert_never(fact)
    return structs.replace(kept, blackouts={**kept.blackouts, fact.blackout: blackout})


CALENDAR: Decider[CalendarState, CalendarFact] = Decider("calendar", Blank(), evolve, CalendarState)
