"""Feeds as a calendar program reads them: what RFC 5545 says must be so, and what they tell."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec import structs

from services.oversight.api.ical import written
from services.oversight.api.upcoming import Busy, DeadlineEvent, Feed, MeetingEvent
from services.oversight.api.vtimezone import changes, vtimezone
from shared.authority.zones import zone
from tests.shared.authority.calendars import DECEMBER, almanac

TODAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
ST_JOHNS = "America/St_Johns"
MEETING = MeetingEvent(
    "meeting-1@consortia", {"en": "Advisory council", "fr": "Conseil consultatif"}, {"en": "Autumn, 1; or 2"}, None,
    datetime(2026, 11, 3, 12, 30, tzinfo=UTC), datetime(2026, 11, 3, 14, tzinfo=UTC), ST_JOHNS,
    ("nscc/dean", "cican/head"), cancelled=False, changes=2, scheduled=TODAY, changed=TODAY + HOUR,
)  # fmt: skip
DEADLINE = DeadlineEvent(
    "due-1@consortia", "industry-validation", "welding", {"en": "Welding"}, "nscc/dean",
    datetime(2026, 11, 11, 3, 59, 59, tzinfo=UTC), date(2026, 11, 10), TODAY,
)  # fmt: skip
FEED = Feed(
    "person-1@consortia", "Consortia: nscc/dean", TODAY, TODAY - 30 * 24 * HOUR, TODAY + 100 * 24 * HOUR, (MEETING,),
    (DEADLINE,), (Busy(MEETING.starts, MEETING.ends, "BUSY"),), (almanac("America/Halifax", DECEMBER),), hours=True,
    language="en",
)  # fmt: skip


def read(feed: Feed) -> Any:
    """The feed, read back, once it was checked against what must be so (RFC 5545, 3.1, 3.6, 3.8.4.7)."""
    body = written(feed)
    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    calendar: Any = Calendar.from_ical(body)
    assert (str(calendar["version"]), bool(calendar["prodid"])) == ("2.0", True)
    parts = [one for one in calendar.walk() if one.name in ("VEVENT", "VFREEBUSY", "VAVAILABILITY", "AVAILABLE")]
    assert all("uid" in one and "dtstamp" in one for one in parts)
    assert len({str(one["uid"]) for one in parts}) == len(parts)
    named = {str(one["tzid"]) for one in calendar.walk("VTIMEZONE")}
    used = {value.params["TZID"] for one in parts for value in one.values() if "TZID" in getattr(value, "params", {})}
    assert used <= named
    assert not [fault for one in calendar.walk() for fault in one.errors]
    return calendar


def events(calendar: Any, starting: str) -> list[Any]:
    return [one for one in calendar.walk("VEVENT") if str(one["uid"]).startswith(starting)]


def test_a_meeting_is_told_on_the_clocks_it_was_agreed_by_with_how_often_it_was_moved() -> None:
    [event] = events(read(FEED), "meeting-")
    assert event.start == datetime(2026, 11, 3, 9, 0, tzinfo=ZoneInfo(ST_JOHNS))
    assert event["dtstart"].params["TZID"] == ST_JOHNS
    assert (event["sequence"], str(event["status"]), str(event["transp"])) == (2, "CONFIRMED", "OPAQUE")
    assert event["last-modified"].dt == event["dtstamp"].dt == TODAY + HOUR
    assert str(event["summary"]) == "Advisory council: Autumn, 1; or 2"
    assert str(event["description"]) == "Seats: nscc/dean, cican/head"


def test_the_second_of_two_equal_hours_is_told_as_the_second() -> None:
    first = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)  # 01:30 in Halifax, and an hour later 01:30 once more
    for starts in (first, first + HOUR, first - HOUR, first + 2 * HOUR):
        twice = structs.replace(MEETING, starts=starts, ends=starts + HOUR, zone="America/Halifax")
        [event] = events(read(structs.replace(FEED, meetings=(twice,), busy=())), "meeting-")
        assert (event.start.astimezone(UTC), event.end.astimezone(UTC)) == (starts, starts + HOUR)


def test_a_cancelled_meeting_keeps_its_uid_and_takes_no_time() -> None:
    gone = structs.replace(MEETING, cancelled=True, changes=3)
    [event] = events(read(structs.replace(FEED, meetings=(gone,), busy=())), "meeting-")
    assert (str(event["uid"]), str(event["status"]), event["sequence"]) == (MEETING.uid, "CANCELLED", 3)
    assert str(event["transp"]) == "TRANSPARENT"


def test_a_deadline_stands_on_the_day_it_is_due_where_it_is_waited_on() -> None:
    [event] = events(read(FEED), "due-")
    assert (event.start, event.end) == (date(2026, 11, 10), date(2026, 11, 11))
    assert str(event["summary"]) == "Due: industry-validation, welding"
    assert "Waits on nscc/dean" in str(event["description"])


def test_blackouts_and_holidays_are_whole_days() -> None:
    calendar = read(FEED)
    [blackout] = events(calendar, "blackout-")
    assert (blackout.start, blackout.end) == (date(2026, 12, 19), date(2027, 1, 4))
    holidays = {str(one["summary"]): one.start for one in events(calendar, "holiday-")}
    assert holidays["Christmas Day (CA-NS)"] == date(2026, 12, 25)


def test_free_and_busy_times_and_working_hours_are_told() -> None:
    calendar = read(FEED)
    [busy] = calendar.walk("VFREEBUSY")
    assert busy["freebusy"].params["FBTYPE"] == "BUSY"
    assert busy["freebusy"].start == MEETING.starts
    [hours] = calendar.walk("AVAILABLE")
    assert (hours["dtstart"].dt.hour, hours["dtend"].dt.hour) == (9, 17)
    assert hours["rrule"]["BYDAY"] == ["MO", "TU", "WE", "TH", "FR"]


def test_a_feed_speaks_french_where_it_is_asked_to() -> None:
    calendar = read(structs.replace(FEED, language="fr"))
    told = {str(one["summary"]) for one in calendar.walk("VEVENT")}
    assert {"Échéance: industry-validation, welding", "Jour de Noël (CA-NS)"} <= told


def test_an_empty_feed_is_a_calendar_all_the_same() -> None:
    read(structs.replace(FEED, meetings=(), deadlines=(), busy=(), almanacs=()))
    read(structs.replace(FEED, meetings=(structs.replace(MEETING, zone="UTC"),), almanacs=(almanac("UTC"),)))


@pytest.mark.parametrize(
    "name", ["America/Halifax", ST_JOHNS, "America/Vancouver", "Australia/Lord_Howe", "Asia/Tokyo"]
)
def test_a_zone_s_clocks_change_when_they_do(name: str) -> None:
    """Each onset is stated by the clocks before it, as RFC 5545 (3.6.5) asks."""
    component: Any = vtimezone(name, 2025, 2027)
    there = zone(name)
    found = list(changes(there, datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)))
    assert len(component.subcomponents) == len(found) + 1
    for change, stated in zip(found, component.subcomponents[1:], strict=True):
        onset = stated["dtstart"].dt.replace(tzinfo=UTC) - stated["tzoffsetfrom"].td
        assert onset == change.moment
        assert change.moment.astimezone(there).utcoffset() == stated["tzoffsetto"].td
        assert (change.moment - timedelta(seconds=1)).astimezone(there).utcoffset() == stated["tzoffsetfrom"].td


NAMES = st.text(min_size=1, max_size=200)


@settings(max_examples=150, deadline=None)
@given(NAMES, NAMES, NAMES, st.datetimes(datetime(2026, 8, 1), datetime(2027, 12, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the zone is beside it
def test_whatever_people_write_the_feed_can_be_read(title: str, place: str, name: str, starts: datetime) -> None:
    meeting = structs.replace(
        MEETING, title={"en": title}, place={"fr": place}, starts=starts, ends=starts + HOUR, council={"en": name}
    )
    deadline = structs.replace(DEADLINE, title={"en": title}, about=name)
    feed = structs.replace(FEED, name=name, meetings=(meeting,), deadlines=(deadline,))
    [event] = events(read(feed), "meeting-")
    assert event.start == starts.replace(microsecond=0)
