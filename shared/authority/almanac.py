"""A partner's days as known at a moment: its zone, working hours, statutory holidays and blackouts, as one value."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from uuid import UUID

from shared.authority.calendars import BlackoutAs
from shared.authority.community import Community
from shared.authority.zones import ONE_ZONE, has_holidays, holidays_in, zone
from shared.kernel import Text, Value

DAY = timedelta(days=1)
WORKING_DAYS = frozenset({1, 2, 3, 4, 5})
OPENS, CLOSES = "09:00", "17:00"
"""How a partner works that has not said otherwise: Monday to Friday, in its own zone."""


class Blocked(Value, frozen=True):
    """Why nothing is asked of a partner on a day; a weekday it does not work on is no reason for days not to count."""

    kind: Literal["blackout", "holiday", "weekday"]
    partner: str
    name: Text
    sentence: str


class BlackoutDays(Value, frozen=True):
    """A blackout as an almanac has it, both days included."""

    id: UUID
    first: date
    last: date
    name: Text


class Almanac(Value, frozen=True):
    """What is known of a partner's days. `kept` says that the partner stated it; else it follows from where it is."""

    partner: UUID
    key: str
    zone: str
    weekdays: frozenset[int]
    opens: str
    closes: str
    holidays: str | None
    blackouts: tuple[BlackoutDays, ...]
    kept: bool

    def date_of(self, moment: datetime) -> date:
        """The day it is then, on the partner's own clocks."""
        return moment.astimezone(zone(self.zone)).date()

    def moment(self, day: date, clock: time) -> datetime:
        """When the partner's clocks show that: the later moment where they show it twice, or skip it."""
        return _shown(self.zone, day, clock)

    def end_of(self, day: date) -> datetime:
        """The last second of that day there."""
        return self.moment(day, time(23, 59, 59))

    def hours_on(self, day: date) -> tuple[datetime, datetime]:
        """The working hours of that day, were it a working day."""
        return self.moment(day, time.fromisoformat(self.opens)), self.moment(day, time.fromisoformat(self.closes))

    def blocked(self, day: date) -> Blocked | None:
        """The blackout or statutory holiday of that day."""
        for blackout in self.blackouts:
            if blackout.first <= day <= blackout.last:
                return Blocked("blackout", self.key, blackout.name, f"{self.key} is in its {in_english(blackout.name)}")
        if (name := holidays_in(self.holidays, day.year).get(day)) is not None:
            return Blocked("holiday", self.key, name, f"{in_english(name)} in {self.holidays}")
        return None

    def off(self, day: date) -> Blocked | None:
        """Why nobody works there that day: as `blocked`, or a weekday that is no working day."""
        if (blocked := self.blocked(day)) is not None or day.isoweekday() in self.weekdays:
            return blocked
        name = _WEEKDAYS[day.weekday()]
        return Blocked("weekday", self.key, name, f"{name['en']} is no working day at {self.key}")

    def blocked_in(self, year: int) -> list[date]:
        """The days of that year under a blackout or on a statutory holiday, in order."""
        days = set(holidays_in(self.holidays, year))
        for one in self.blackouts:
            days.update(_days(max(one.first, date(year, 1, 1)), min(one.last, date(year, 12, 31))))
        return sorted(days)


def almanac(community: Community, partner: UUID, at: datetime) -> Almanac:
    """What was known of that partner's days at that moment."""
    known, calendar = community.partners.get(partner), community.calendars.get(partner)
    place = known.jurisdiction if known else None
    key = known.key if known else str(partner)
    stood = [(one.id, state) for one in calendar.blackouts.values() if (state := one.at(at))] if calendar else []
    blackouts = tuple(_blackout(id_, state) for id_, state in stood if state.first <= state.last)
    if calendar is not None and (kept := calendar.keeping(at)) is not None:
        return Almanac(
            partner, key, kept.zone, kept.weekdays, kept.opens, kept.closes, kept.holidays, blackouts, kept=True
        )
    there = place if place is not None and has_holidays(place) else None
    return Almanac(
        partner, key, ONE_ZONE.get(place or "", "UTC"), WORKING_DAYS, OPENS, CLOSES, there, blackouts, kept=False
    )


@lru_cache(maxsize=8192)
def _shown(zone_name: str, day: date, clock: time) -> datetime:
    there = datetime.combine(day, clock, zone(zone_name))
    return max(there.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def common_zone(almanacs: Iterable[Almanac]) -> str:
    """The zone of most of them, the first by name of several; UTC where there are none."""
    counted = Counter(one.zone for one in almanacs)
    return min(counted, key=lambda name: (-counted[name], name), default="UTC")


def in_english(name: Text) -> str:
    """A name for a sentence: in English where there is one."""
    return name.get("en") or next(iter(name.values()))


def _blackout(id_: UUID, state: BlackoutAs) -> BlackoutDays:
    return BlackoutDays(id_, state.first, state.last, state.name)


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += DAY


_WEEKDAYS: tuple[Text, ...] = (
    {"en": "Monday", "fr": "lundi"}, {"en": "Tuesday", "fr": "mardi"}, {"en": "Wednesday", "fr": "mercredi"},
    {"en": "Thursday", "fr": "jeudi"}, {"en": "Friday", "fr": "vendredi"}, {"en": "Saturday", "fr": "samedi"},
    {"en": "Sunday", "fr": "dimanche"},
)  # fmt: skip
