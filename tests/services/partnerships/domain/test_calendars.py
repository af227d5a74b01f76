"""A partner's calendar and its blackouts."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.partnerships.domain import calendar as calendars
from services.partnerships.domain.calendar import (
    CALENDAR,
    MOST,
    BlackoutNotRight,
    BlackoutOver,
    BlackoutStands,
    ChangeBlackout,
    EndBlackout,
    HoursNotRight,
    KeepCalendar,
    RecordBlackout,
    TooManyBlackouts,
    UnknownHolidays,
    UnknownZone,
)
from services.partnerships.domain.entries import NoSuchEntry
from shared.contracts.partnerships import BlackoutChanged, BlackoutEnded, BlackoutRecorded, CalendarKept
from shared.kernel import Refused
from tests.services.partnerships.domain.given import DANA, NSCC, given, refused

TODAY = date(2026, 11, 2)
ONE, TWO = UUID(int=41), UUID(int=42)
FIRST, LAST, NAME = date(2026, 12, 19), date(2027, 1, 3), {"en": "December blackout", "fr": "pause de décembre"}
BLANK = CALENDAR.initial
DECEMBER = [BlackoutRecorded(ONE, NSCC, DANA, FIRST, LAST, NAME)]


def keep(**stated: Any) -> tuple[object, ...]:
    asked = KeepCalendar(**{"zone": "America/Halifax"} | stated)
    return calendars.keep(BLANK, NSCC, "CA-NS", DANA, asked)


def test_a_calendar_is_kept_with_the_holidays_of_its_jurisdiction_unless_said_otherwise() -> None:
    weekdays = (1, 2, 3, 4, 5)
    assert keep() == (CalendarKept(NSCC, DANA, "America/Halifax", weekdays, "09:00", "17:00", "CA-NS"),)
    assert keep(holidays=None) == (CalendarKept(NSCC, DANA, "America/Halifax", weekdays, "09:00", "17:00", None),)
    asked = KeepCalendar("America/Halifax", "CA-QC", (5, 1))
    (kept,) = calendars.keep(BLANK, NSCC, "CA-NS", DANA, asked)
    assert kept == CalendarKept(NSCC, DANA, "America/Halifax", (1, 5), "09:00", "17:00", "CA-QC")
    assert calendars.keep(given(CALENDAR, [kept]), NSCC, "CA-NS", ONE, asked) == ()


def test_an_unknown_zone_is_refused_with_the_nearest() -> None:
    with refused(UnknownZone) as caught:
        keep(zone="America/Halifaks")
    assert "America/Halifax" in str(caught.value)
    for hostile in ("Mars/Base", "America", "posixrules", "x" * 60):
        with refused(UnknownZone):
            keep(zone=hostile)


def test_unknown_holidays_are_refused_with_the_known_ones() -> None:
    with refused(UnknownHolidays) as caught:
        keep(holidays="CA-XX")
    assert "CA-NB, CA-NL, CA-NS" in str(caught.value)
    with refused(UnknownHolidays) as caught:
        keep(holidays="ZZ")
    assert "CA, " in str(caught.value)


@pytest.mark.parametrize("stated", [{"opens": "17:00"}, {"opens": "18:00"}, {"weekdays": (1, 1)}])
def test_hours_that_never_open_are_refused(stated: dict[str, Any]) -> None:
    with refused(HoursNotRight):
        keep(**stated)


def test_a_blackout_is_recorded_once() -> None:
    asked = RecordBlackout(FIRST, LAST, NAME)
    assert calendars.black_out(BLANK, ONE, NSCC, DANA, asked, TODAY) == tuple(DECEMBER)
    with refused(BlackoutStands):
        calendars.black_out(given(CALENDAR, DECEMBER), TWO, NSCC, DANA, asked, TODAY)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (LAST, FIRST),
        (FIRST, FIRST + timedelta(days=366)),
        (date(2033, 1, 1), date(2033, 1, 2)),
        (date(2026, 10, 1), date(2026, 11, 1)),
    ],
)
def test_a_blackout_that_ends_early_lasts_too_long_or_lies_too_far_is_refused(first: date, last: date) -> None:
    with refused(BlackoutNotRight):
        calendars.black_out(BLANK, ONE, NSCC, DANA, RecordBlackout(first, last, NAME), TODAY)
    with refused(BlackoutNotRight):
        calendars.change(given(CALENDAR, DECEMBER), ONE, NSCC, DANA, ChangeBlackout(first, last, NAME), TODAY)


def test_a_partner_has_no_more_blackouts_than_can_be_looked_through() -> None:
    many = [BlackoutRecorded(UUID(int=n), NSCC, DANA, FIRST, LAST, {"en": str(n)}) for n in range(MOST)]
    with refused(TooManyBlackouts):
        calendars.black_out(given(CALENDAR, many), ONE, NSCC, DANA, RecordBlackout(FIRST, LAST, NAME), TODAY)


def test_a_blackout_changes_and_a_change_to_what_is_so_is_silence() -> None:
    state = given(CALENDAR, DECEMBER)
    assert calendars.change(state, ONE, NSCC, DANA, ChangeBlackout(FIRST, LAST, NAME), TODAY) == ()
    later = ChangeBlackout(FIRST, LAST + timedelta(days=1), NAME)
    assert calendars.change(state, ONE, NSCC, DANA, later, TODAY) == (
        BlackoutChanged(ONE, NSCC, DANA, FIRST, LAST + timedelta(days=1), NAME),
    )
    with refused(NoSuchEntry):
        calendars.change(state, TWO, NSCC, DANA, later, TODAY)


def test_a_blackout_ends_today_or_never_begins_and_its_end_can_only_be_brought_forward() -> None:
    state = given(CALENDAR, DECEMBER)
    assert calendars.end(state, ONE, NSCC, DANA, EndBlackout(), date(2026, 12, 27)) == (
        BlackoutEnded(ONE, NSCC, DANA, date(2026, 12, 27)),
    )
    never = calendars.end(state, ONE, NSCC, DANA, EndBlackout(), TODAY)
    assert never == (BlackoutEnded(ONE, NSCC, DANA, FIRST),)
    for today, until in ((TODAY, date(2027, 1, 4)), (date(2027, 1, 4), None)):
        with refused(BlackoutOver):
            calendars.end(state, ONE, NSCC, DANA, EndBlackout(until), today)
    gone = given(CALENDAR, DECEMBER, never)
    with refused(BlackoutOver):
        calendars.end(gone, ONE, NSCC, DANA, EndBlackout(), TODAY)
    again = calendars.black_out(gone, TWO, NSCC, DANA, RecordBlackout(FIRST, LAST, NAME), TODAY)
    assert len(again) == 1


def test_a_refusal_names_every_fault() -> None:
    with pytest.raises(Refused) as caught:
        keep(zone="Mars/Base", holidays="ZZ", opens="18:00")
    assert len(caught.value.reasons) == 3
