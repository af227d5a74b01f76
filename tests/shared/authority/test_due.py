"""When something is due: days counted on the clocks and in the calendar of whoever it waits on."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.authority.almanac import Almanac, BlackoutDays, common_zone
from shared.authority.almanac import almanac as known_of
from shared.authority.due import Almanacs, due, last_day, passed_over
from shared.authority.zones import holidays_in, known_subdivisions
from shared.contracts import partnerships as said
from tests.shared.authority.calendars import CICAN, DECEMBER, NSCC, START, WHO, almanac, partner, told

HALIFAX, ST_JOHNS, VANCOUVER = "America/Halifax", "America/St_Johns", "America/Vancouver"


def at(text: str, zone: str = HALIFAX) -> datetime:
    """That time on the clocks of the zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def end_of(day: str, zone: str = HALIFAX) -> datetime:
    return at(f"{day}T23:59:59", zone)


def test_days_are_calendar_days_and_end_when_the_partner_s_day_ends() -> None:
    assert due(at("2026-10-19T09:30"), 10, [almanac()]) == end_of("2026-10-29")
    assert due(at("2026-10-19T09:30"), 10, [almanac(VANCOUVER)]) == end_of("2026-10-29", VANCOUVER)


def test_without_anybody_to_ask_days_are_plain() -> None:
    moment = at("2026-10-19T09:30")
    assert due(moment, 10, []) == moment + timedelta(days=10)


def test_what_would_be_due_on_a_weekend_is_due_on_the_next_working_day() -> None:
    assert due(at("2026-10-19T09:30"), 5, [almanac()]) == end_of("2026-10-26")
    assert due(at("2026-10-19T09:30"), 5, [almanac(weekdays=frozenset({6}))]) == end_of("2026-10-24")


def test_blacked_out_days_do_not_count() -> None:
    """Asked on Monday 14 December, ten days: 15 to 18 December are four, 4 to 9 January six more, then a weekend."""
    asked = at("2026-12-14T09:30")
    assert due(asked, 10, [almanac(HALIFAX, DECEMBER)]) == end_of("2027-01-11")
    days = passed_over(almanac(HALIFAX, DECEMBER), asked, 10)
    assert (days[0][0], days[-1][0], len(days)) == (date(2026, 12, 19), date(2027, 1, 3), 16)
    assert days[6][1].sentence == "nscc is in its December blackout"


def test_statutory_holidays_of_the_subdivision_do_not_count() -> None:
    asked = at("2026-06-29T09:30")
    assert due(asked, 2, [almanac()]) == end_of("2026-07-02")
    assert due(asked, 2, [almanac(holidays=None)]) == end_of("2026-07-01")
    assert [one.sentence for _, one in passed_over(almanac(), asked, 2)] == ["Canada Day in CA-NS"]


def test_who_is_asked_during_a_blackout_has_its_days_from_the_end_of_it() -> None:
    assert due(at("2026-12-28T12:00"), 1, [almanac(HALIFAX, DECEMBER)]) == end_of("2027-01-04")


def test_of_several_partners_the_latest_counts_and_nobody_s_blackout_is_hit() -> None:
    asked = at("2026-12-14T09:30")
    early = BlackoutDays(UUID(int=91), date(2027, 1, 11), date(2027, 1, 12), {"en": "inventory"})
    nscc, cican = almanac(HALIFAX, DECEMBER), almanac(VANCOUVER, early, partner=CICAN, key="cican", holidays="CA-BC")
    assert due(asked, 10, [nscc]) == due(asked, 10, [nscc, nscc]) == end_of("2027-01-11")
    assert due(asked, 10, [nscc, cican]) == end_of("2027-01-13", VANCOUVER)


def test_partners_with_no_working_day_in_common_are_due_all_the_same() -> None:
    first, second = almanac(weekdays=frozenset({1})), almanac(weekdays=frozenset({2}))
    assert due(at("2026-10-19T09:30"), 3, [first, second]) == end_of("2026-10-27")


@pytest.mark.parametrize(
    ("asked", "days", "ends", "hours"),
    [
        ("2026-10-30T12:00", 2, "2026-11-01", 24 + 1 + 36),  # clocks go back on 1 November: a day of 25 hours
        ("2026-03-06T12:00", 2, "2026-03-08", 24 - 1 + 36),  # and forward on 8 March: one of 23
    ],
)
def test_a_day_on_which_clocks_change_ends_when_its_clocks_say_so(asked: str, days: int, ends: str, hours: int) -> None:
    sundays_too = almanac(weekdays=frozenset(range(1, 8)))
    moment = due(at(asked), days, [sundays_too])
    assert moment == end_of(ends)
    assert moment - at(asked) == timedelta(hours=hours, seconds=-1)


def test_a_day_ends_with_the_later_of_two_midnights_where_clocks_go_back_at_midnight() -> None:
    """St. John's turned its clocks at one minute past midnight until 2011: the day before ended twice."""
    ends = almanac(ST_JOHNS).end_of(date(2010, 11, 6))
    assert ends.astimezone(ZoneInfo(ST_JOHNS)).fold == 1
    assert ends == datetime(2010, 11, 7, 3, 29, 59, tzinfo=UTC)


def test_the_half_hour_of_st_john_s_is_kept() -> None:
    assert due(at("2026-01-05T09:30", ST_JOHNS), 1, [almanac(ST_JOHNS)]) == datetime(2026, 1, 7, 3, 29, 59, tzinfo=UTC)


def test_a_leap_day_counts_and_a_year_ends_in_the_partner_s_zone() -> None:
    every_day = almanac(weekdays=frozenset(range(1, 8)), holidays=None)
    assert due(at("2028-02-27T12:00"), 2, [every_day]) == end_of("2028-02-29")
    assert due(at("2027-02-27T12:00"), 2, [every_day]) == end_of("2027-03-01")
    new_year = datetime(2027, 1, 1, 2, tzinfo=UTC)  # still 2026 in Halifax
    assert last_day(every_day, new_year, 1) == date(2027, 1, 1)
    assert last_day(almanac(), new_year, 1) == date(2027, 1, 4)


def test_a_partner_that_said_nothing_has_its_jurisdiction_s_zone_and_holidays() -> None:
    community = told(partner(NSCC, "nscc"), partner(CICAN, "cican", "CA-ON"))
    nscc, cican = (known_of(community, one, START) for one in (NSCC, CICAN))
    assert (nscc.zone, nscc.holidays, nscc.kept) == (HALIFAX, "CA-NS", False)
    assert (cican.zone, cican.holidays) == ("UTC", "CA-ON")
    assert known_of(community, UUID(int=7), START).zone == "UTC"


def test_a_calendar_counts_from_when_it_was_stated() -> None:
    later = START + timedelta(days=10)
    blackout, name = UUID(int=90), {"en": "closed"}
    community = told(
        partner(NSCC, "nscc"),
        (later, said.CalendarKept(NSCC, WHO, ST_JOHNS, (1, 2), "10:00", "12:00", "CA-NL")),
        (later, said.BlackoutRecorded(blackout, NSCC, WHO, date(2026, 2, 2), date(2026, 2, 20), name)),
        (
            later + timedelta(days=1),
            said.BlackoutChanged(blackout, NSCC, WHO, date(2026, 2, 2), date(2026, 2, 3), name),
        ),
        (later + timedelta(days=2), said.BlackoutEnded(blackout, NSCC, WHO, date(2026, 2, 2))),
    )
    before, then = known_of(community, NSCC, START), known_of(community, NSCC, later)
    assert (before.zone, before.blackouts) == (HALIFAX, ())
    assert (then.zone, then.holidays, then.blackouts[0].last) == (ST_JOHNS, "CA-NL", date(2026, 2, 20))
    assert known_of(community, NSCC, later + timedelta(days=1)).blackouts[0].last == date(2026, 2, 3)
    assert Almanacs(community, later + timedelta(days=2)).of(NSCC).blackouts == ()


def test_a_zone_or_holidays_this_build_does_not_know_close_nothing() -> None:
    odd = almanac("Mars/Base", holidays="ZZ-9")
    assert due(datetime(2026, 10, 19, 9, tzinfo=UTC), 1, [odd]) == datetime(2026, 10, 20, 23, 59, 59, tzinfo=UTC)


def test_holidays_have_their_names_in_both_languages() -> None:
    assert holidays_in("CA-NS", 2026)[date(2026, 12, 25)] == {"en": "Christmas Day", "fr": "Jour de Noël"}
    assert "CA-NS" in known_subdivisions("CA")
    assert known_subdivisions("ZZ") == ()


def test_the_common_zone_is_that_of_most() -> None:
    assert common_zone([almanac(VANCOUVER), almanac(), almanac()]) == HALIFAX
    assert common_zone([almanac(VANCOUVER), almanac()]) == HALIFAX
    assert common_zone([]) == "UTC"


ZONES = st.sampled_from([HALIFAX, ST_JOHNS, VANCOUVER, "UTC", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu"])
DAYS = st.dates(date(2025, 11, 1), date(2028, 3, 1))


@st.composite
def almanacs(draw: st.DrawFn) -> Almanac:
    starts = draw(st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=6))
    blackouts = [
        BlackoutDays(UUID(int=place), first, first + timedelta(days=length), {"en": "closed"})
        for place, (first, length) in enumerate(starts)
    ]
    weekdays = draw(st.frozensets(st.integers(1, 7), min_size=1))
    place = draw(st.sampled_from(["CA-NS", "CA-NL", "CA-BC", "CA", None]))
    return almanac(draw(ZONES), *blackouts, weekdays=weekdays, holidays=place)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(almanacs(), min_size=1, max_size=4),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is beside it
    st.integers(1, 400),
)
def test_what_is_due_is_never_in_anybody_s_blocked_time_nor_before_plain_days(
    asked: list[Almanac], moment: datetime, days: int
) -> None:
    found = due(moment, days, asked)
    assert found >= moment + timedelta(days=days)
    for one in asked:
        day = one.date_of(found)
        assert one.blocked(day) is None
        counted = (
            one.date_of(moment) + timedelta(days=place) for place in range(1, (day - one.date_of(moment)).days + 1)
        )
        assert sum(one.blocked(passed) is None for passed in counted) >= days
    if len(asked) == 1:
        assert asked[0].off(asked[0].date_of(found)) is None
        assert found == asked[0].end_of(asked[0].date_of(found))
