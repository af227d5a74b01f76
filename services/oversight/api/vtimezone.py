"""VTIMEZONE for a zone: every change of its clocks in a span, each with the offsets before and after (RFC 5545, 3.6.5).

Written here, because a change's onset is stated by the clocks before it: a component that states it by the clocks after
moves an hour a year by an hour.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from shared.authority.zones import zone


class Change(NamedTuple):
    """The clocks' offset from a moment on, and the one before."""

    moment: datetime
    before: timedelta
    after: timedelta


@lru_cache(maxsize=64)
def vtimezone(name: str, first: int, last: int) -> Timezone:
    """The component for that zone, right from the year `first` to the year `last`."""
    component, there = Timezone(), zone(name)
    component.add("tzid", name)
    begins = datetime(first, 1, 1, tzinfo=UTC)
    for change in (_standing(there, begins), *changes(there, begins, datetime(last + 1, 1, 1, tzinfo=UTC))):
        local = change.moment.astimezone(there)
        observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
        observance.add("dtstart", (change.moment + change.before).replace(tzinfo=None))
        observance.add("tzoffsetfrom", change.before)
        observance.add("tzoffsetto", change.after)
        observance.add("tzname", local.tzname() or name)
        component.add_component(observance)
    return component


def changes(there: tzinfo, begins: datetime, ends: datetime) -> Iterator[Change]:
    """Every change between those moments, to the second."""
    day, before = begins, _offset(there, begins)
    while day < ends:
        following = day + timedelta(days=1)
        if (after := _offset(there, following)) != before:
            yield Change(_onset(there, day, following), before, after)
            before = after
        day = following


def _standing(there: tzinfo, moment: datetime) -> Change:
    offset = _offset(there, moment)
    return Change(moment, offset, offset)


def _onset(there: tzinfo, earlier: datetime, later: datetime) -> datetime:
    """The first second with the later offset."""
    after = _offset(there, later)
    while later - earlier > timedelta(seconds=1):
        middle = earlier + timedelta(seconds=(later - earlier) // timedelta(seconds=2))
        earlier, later = (earlier, middle) if _offset(there, middle) == after else (middle, later)
    return later


def _offset(there: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(there).utcoffset() or timedelta()
