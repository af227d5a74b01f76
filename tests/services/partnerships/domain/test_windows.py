"""find-window: what is proposed, and why every other date is passed over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.partnerships.domain.delivery_windows import deliveries
from services.partnerships.domain.meeting_windows import Away, Member, Presence, Proposal, meetings
from services.partnerships.domain.members import members_of
from services.partnerships.domain.windows import Asked, PassedOver
from shared.authority.almanac import DAY, Almanac, BlackoutDays
from shared.contracts import partnerships as said
from shared.contracts.values import Quorum, Seat
from tests.shared.authority.calendars import CICAN, DECEMBER, LETTER, NSCC, START, WHO, almanac, partner, told

HALIFAX, VANCOUVER, ST_JOHNS = "America/Halifax", "America/Vancouver", "America/St_Johns"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def at(text: str, zone: str = HALIFAX) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def member(key: str, days: Almanac | None = None, *away: Away, until: datetime | None = None) -> Member:
    position, of = uuid5(NSCC, key), uuid5(NSCC, key.partition("/")[0])
    return Member(Seat(position, of), key, days or almanac(), (Presence(START, until, away),))


def asked(first: str, last: str, zone: str = HALIFAX, limit: int = 200, now: datetime = NOW) -> Asked:
    return Asked(date.fromisoformat(first), date.fromisoformat(last), zone, now, limit)


def found(
    ask: Asked, *members: Member, size: int = 2, minutes: int = 60
) -> tuple[tuple[Proposal, ...], tuple[PassedOver, ...]]:
    return meetings(ask, minutes, members, lambda seats: len(seats) >= size, size)


def why(passed: tuple[PassedOver, ...], day: str) -> str:
    [one] = [one.sentence for one in passed if str(one.date) == day]
    return one


def test_the_earliest_time_at_which_most_could_come_is_proposed_for_each_date() -> None:
    proposed, passed = found(asked("2026-11-03", "2026-11-08"), member("nscc/dean"), member("cican/head"))
    assert [one.date.day for one in proposed] == [3, 4, 5, 6]
    assert (proposed[0].starts, proposed[0].ends) == (at("2026-11-03T09:00"), at("2026-11-03T10:00"))
    assert proposed[0].can_come == ("nscc/dean", "cican/head")
    assert proposed[0].also[-1] == at("2026-11-03T16:00")
    assert why(passed, "2026-11-07").startswith("2026-11-07: Saturday is no working day at nscc; ")


def test_a_date_in_a_blackout_or_on_a_holiday_is_passed_over_with_the_reason() -> None:
    closed = almanac(HALIFAX, DECEMBER)
    _, passed = found(asked("2026-12-24", "2026-12-25"), member("nscc/dean", closed), member("nscc/head", almanac()))
    no_quorum = "at most {} could come at one time, and that is no quorum of 2"
    assert why(passed, "2026-12-24") == f"2026-12-24: nscc is in its December blackout; {no_quorum.format(1)}"
    assert why(passed, "2026-12-25") == (
        f"2026-12-25: nscc is in its December blackout; Christmas Day in CA-NS; {no_quorum.format(0)}"
    )


def test_a_meeting_across_zones_lies_in_everybody_s_working_hours() -> None:
    """Vancouver opens at 13:00 of Halifax; St. John's is half an hour ahead of Halifax, and closes at 16:30 there."""
    three = (
        member("nscc/dean"),
        member("bc/head", almanac(VANCOUVER, key="bc")),
        member("nl/chair", almanac(ST_JOHNS, key="nl")),
    )
    proposed, _ = found(asked("2026-11-03", "2026-11-03"), *three, size=3)
    assert proposed[0].starts == at("2026-11-03T13:00") == at("2026-11-03T09:00", VANCOUVER)
    assert proposed[0].also[-1] == at("2026-11-03T15:30") == at("2026-11-03T16:00", ST_JOHNS)
    proposed, _ = found(asked("2026-11-03", "2026-11-03", VANCOUVER), *three)
    assert proposed[0].starts == at("2026-11-03T13:00")
    assert len(proposed[0].can_come) == 3


@pytest.mark.parametrize("day", ["2027-03-14", "2026-11-01"])
def test_on_a_day_on_which_clocks_change_hours_are_those_on_the_clocks(day: str) -> None:
    every_day = almanac(weekdays=frozenset(range(1, 8)), holidays=None)
    proposed, _ = found(asked(day, day, now=START), member("a/x", every_day), member("b/y", every_day))
    assert proposed[0].starts == at(f"{day}T09:00")
    assert proposed[0].also[-1] == at(f"{day}T16:00")


def test_who_is_away_in_another_meeting_or_gone_cannot_come() -> None:
    morning = Away(at("2026-11-03T08:00"), at("2026-11-03T12:00"), "meeting")
    off = Away(at("2026-11-04T00:00"), at("2026-11-05T00:00"), "away")
    dean = member("nscc/dean", None, morning, off, until=at("2026-11-06T00:00"))
    proposed, passed = found(asked("2026-11-03", "2026-11-06"), dean, member("cican/head"))
    assert [one.starts for one in proposed] == [at("2026-11-03T12:00"), at("2026-11-05T09:00")]
    assert "who holds nscc/dean is away" in why(passed, "2026-11-04")
    assert "nobody holds nscc/dean" in why(passed, "2026-11-06")
    one_is_enough, _ = found(asked("2026-11-04", "2026-11-04"), dean, member("cican/head"), size=1)
    assert [(one.position, one.why.kind) for one in one_is_enough[0].cannot_come] == [("nscc/dean", "away")]


def test_what_has_passed_is_not_proposed() -> None:
    proposed, passed = found(asked("2026-11-01", "2026-11-02"), member("a/x"), member("b/y"))
    assert proposed[0].starts == at("2026-11-02T09:00")  # 13:00 in UTC, an hour from now
    assert why(passed, "2026-11-01") == "2026-11-01: it has passed"


def test_more_than_were_asked_for_are_passed_over_as_such() -> None:
    proposed, passed = found(asked("2026-11-03", "2026-11-05", limit=1), member("a/x"), member("b/y"))
    assert [one.date.day for one in proposed] == [3]
    assert why(passed, "2026-11-05") == "2026-11-05: 1 better ones were found, and no more were asked for"


def test_most_members_come_first_and_then_the_soonest() -> None:
    away = Away(at("2026-11-03T00:00"), at("2026-11-04T00:00"), "away")
    three = (member("a/x"), member("b/y"), member("c/z", None, away))
    proposed, _ = found(asked("2026-11-03", "2026-11-05"), *three)
    assert [(one.date.day, len(one.can_come)) for one in proposed] == [(4, 3), (5, 3), (3, 2)]


def test_a_quorum_is_proposed_rather_than_more_who_are_none() -> None:
    """The chair comes in the morning only, the other two in the afternoon; without the chair there is no quorum."""
    noon = at("2026-11-03T12:00")
    chair = member("a/chair", None, Away(noon, noon + DAY, "away"))
    others = [member(key, None, Away(noon - DAY, noon, "away")) for key in ("b/y", "c/z")]
    ask = asked("2026-11-03", "2026-11-03")
    proposed, _ = meetings(ask, 60, (chair, *others), lambda seats: chair.seat in seats, 1)
    assert proposed[0].can_come == ("a/chair",)


def test_a_delivery_avoids_every_blackout_and_begins_on_a_working_day() -> None:
    nscc, cican = almanac(HALIFAX, DECEMBER), almanac(partner=CICAN, key="cican", holidays="CA-ON")
    proposed, passed = deliveries(asked("2026-12-14", "2027-01-17"), 5, (nscc, cican))
    assert [str(one.starts) for one in proposed][:2] == ["2026-12-14", "2027-01-04"]
    assert proposed[0].working_days == 5
    assert why(passed, "2026-12-24") == "2026-12-24: nscc is in its December blackout from 2026-12-19 to 2027-01-03"
    assert why(passed, "2026-12-25").startswith("2026-12-25: Christmas Day in CA-ON; nscc is in its December blackout")
    assert why(passed, "2027-01-09").startswith("2027-01-09: Saturday is no working day at nscc")
    assert why(passed, "2027-01-14") == "2027-01-14: it would end on 2027-01-18, after 2027-01-17"


def test_a_delivery_tells_the_holidays_within() -> None:
    proposed, _ = deliveries(asked("2026-11-09", "2026-11-13"), 5, (almanac(),))
    [one] = proposed
    assert (one.working_days, [str(day.sentence) for day in one.holidays]) == (
        4, ["2026-11-11: Remembrance Day in CA-NS"],
    )  # fmt: skip


def test_members_are_whoever_holds_the_seats_with_their_absences_and_other_meetings() -> None:
    dean, held, council = UUID(int=11), UUID(int=12), UUID(int=13)
    starts = START + 10 * DAY
    facts: list[Any] = [
        partner(NSCC, "nscc"),
        said.PositionEstablished(dean, NSCC, "dean", {"en": "Dean"}, LETTER, START),
        said.PositionConfirmed(dean, WHO),
        said.HolderAppointed(held, dean, WHO, START, LETTER, START + 90 * DAY),
        said.HolderConfirmed(held, dean, WHO),
        said.AbsenceRecorded(UUID(int=14), dean, held, WHO, starts, starts + DAY),
        said.CouncilConvened(council, "board", {"en": "Board"}, (Seat(dean, NSCC),), Quorum(1)),
        said.MeetingScheduled(UUID(int=15), council, WHO, starts, starts + DAY / 24, HALIFAX),
        said.MeetingScheduled(UUID(int=16), council, WHO, starts, starts + DAY / 24, HALIFAX),
        said.MeetingCancelled(UUID(int=16), WHO),
    ]
    community = told(*facts)
    seats = (Seat(dean, NSCC), Seat(UUID(int=77), NSCC), Seat(dean, NSCC, until=START + 5 * DAY))
    one, gone, retiring = members_of(community, seats, START, START + 20 * DAY, START)
    assert (one.key, one.almanac.zone, gone.presences) == ("nscc/dean", HALIFAX, ())
    [presence] = one.presences
    assert retiring.presences[0].until == START + 5 * DAY
    assert (presence.since, presence.until) == (START, START + 90 * DAY)
    assert [away.kind for away in presence.away] == ["away", "meeting"]


ZONES = st.sampled_from([HALIFAX, VANCOUVER, ST_JOHNS, "UTC", "Asia/Kathmandu"])
DATES = st.dates(date(2026, 10, 20), date(2027, 1, 20))


@st.composite
def members(draw: st.DrawFn) -> tuple[Member, ...]:
    made = []
    for place in range(draw(st.integers(1, 4))):
        blackouts = [
            BlackoutDays(UUID(int=number), first, first + timedelta(days=length), {"en": "closed"})
            for number, (first, length) in enumerate(draw(st.lists(st.tuples(DATES, st.integers(0, 20)), max_size=3)))
        ]
        days = almanac(
            draw(ZONES), *blackouts, key=f"p{place}", weekdays=draw(st.frozensets(st.integers(1, 7), min_size=1)),
            opens=draw(st.sampled_from(["00:00", "07:30", "13:00"])),
            closes=draw(st.sampled_from(["14:00", "17:00", "23:59"])),
        )  # fmt: skip
        starts = datetime.combine(draw(DATES), datetime.min.time(), UTC)
        away = Away(starts, draw(st.sampled_from([None, starts + DAY, starts + timedelta(hours=30)])), "away")
        made.append(member(f"p{place}/x", days, away))
    return tuple(made)


@settings(max_examples=60, deadline=None)
@given(members(), DATES, st.integers(0, 25), st.integers(15, 240), st.integers(1, 3), st.integers(1, 5), ZONES)
def test_no_blocked_time_is_proposed_and_every_date_is_proposed_or_passed_over_with_a_reason(
    coming: tuple[Member, ...], first: date, days: int, minutes: int, size: int, limit: int, zone: str
) -> None:
    ask = Asked(first, first + days * DAY, zone, NOW, limit)
    proposed, passed = found(ask, *coming, size=size, minutes=minutes)
    assert sorted([one.date for one in proposed] + [one.date for one in passed]) == list(ask.days())
    assert len(proposed) <= limit
    assert all(one.reasons and one.sentence for one in passed)
    by_key = {one.key: one for one in coming}
    for one in proposed:
        assert len(one.can_come) >= size
        assert {*one.can_come, *(missing.position for missing in one.cannot_come)} == by_key.keys()
        for starts in (one.starts, *one.also):
            assert starts >= NOW
            assert starts.astimezone(ZoneInfo(zone)).date() == one.date
        for key in one.can_come:
            days_of = by_key[key].almanac
            for moment in (one.starts, one.ends - timedelta(seconds=1)):
                assert days_of.off(days_of.date_of(moment)) is None
                assert days_of.opens <= moment.astimezone(ZoneInfo(days_of.zone)).strftime("%H:%M") <= days_of.closes
            assert by_key[key].why_not(one.starts, one.ends) is None


@settings(max_examples=60, deadline=None)
@given(members(), DATES, st.integers(0, 80), st.integers(1, 40), st.integers(1, 20))
def test_no_blacked_out_delivery_is_proposed_and_every_date_is_proposed_or_passed_over(
    coming: tuple[Member, ...], first: date, span: int, days: int, limit: int
) -> None:
    ask = Asked(first, first + span * DAY, HALIFAX, NOW, limit)
    almanacs = tuple(one.almanac for one in coming)
    proposed, passed = deliveries(ask, days, almanacs)
    assert sorted([one.starts for one in proposed] + [one.date for one in passed]) == list(ask.days())
    for one in proposed:
        within = [one.starts + place * DAY for place in range(days)]
        assert within[-1] == one.ends <= ask.last
        assert all(found.kind != "blackout" for of in almanacs for day in within if (found := of.blocked(day)))
