"""Meetings of councils."""

from uuid import UUID

import pytest

from services.partnerships.domain import meeting as meetings
from services.partnerships.domain.calendar import UnknownZone
from services.partnerships.domain.meeting import (
    MEETING,
    MeetingIsCancelled,
    MeetingIsOver,
    MeetingNotRight,
    MoveMeeting,
    NoSuchMeeting,
    ScheduleMeeting,
)
from shared.contracts.partnerships import MeetingCancelled, MeetingMoved, MeetingScheduled
from tests.services.partnerships.domain.given import DANA, DAY, NOON, given, refused

ONE, COUNCIL = UUID(int=41), UUID(int=42)
AT, ENDS = NOON + 10 * DAY, NOON + 10 * DAY + DAY / 24
HALIFAX, PLACE = "America/Halifax", {"en": "Room 1"}
MET = (MeetingScheduled(ONE, COUNCIL, DANA, AT, ENDS, HALIFAX, None, PLACE),)


def test_a_meeting_is_scheduled_by_its_members_clocks_unless_said_otherwise() -> None:
    asked = ScheduleMeeting(AT, ENDS, place=PLACE)
    assert meetings.schedule(ONE, COUNCIL, DANA, asked, HALIFAX, NOON) == MET
    stated = ScheduleMeeting(AT, ENDS, "America/St_Johns")
    (scheduled,) = meetings.schedule(ONE, COUNCIL, DANA, stated, HALIFAX, NOON)
    assert scheduled == MeetingScheduled(ONE, COUNCIL, DANA, AT, ENDS, "America/St_Johns")
    with refused(UnknownZone):
        meetings.schedule(ONE, COUNCIL, DANA, ScheduleMeeting(AT, ENDS, "Mars/Base"), HALIFAX, NOON)


@pytest.mark.parametrize(("starts", "ends"), [(AT, AT), (ENDS, AT), (AT, AT + 15 * DAY), (NOON - DAY, ENDS)])
def test_a_meeting_that_ends_early_lasts_for_weeks_or_has_begun_is_refused(starts: object, ends: object) -> None:
    with refused(MeetingNotRight):
        meetings.schedule(ONE, COUNCIL, DANA, ScheduleMeeting(starts, ends), HALIFAX, NOON)  # type: ignore[arg-type]  # moments
    with refused(MeetingNotRight):
        meetings.move(given(MEETING, MET), DANA, MoveMeeting(starts, ends), NOON)  # type: ignore[arg-type]  # moments


def test_a_meeting_is_moved_and_keeps_its_place_unless_said_otherwise() -> None:
    state = given(MEETING, MET)
    assert meetings.move(state, DANA, MoveMeeting(AT, ENDS), NOON) == ()
    later = MoveMeeting(AT + DAY, ENDS + DAY)
    moved = MeetingMoved(ONE, DANA, AT + DAY, ENDS + DAY, HALIFAX, PLACE)
    assert meetings.move(state, DANA, later, NOON) == (moved,)
    nowhere = MoveMeeting(AT, ENDS, place=None)
    assert meetings.move(state, DANA, nowhere, NOON) == (MeetingMoved(ONE, DANA, AT, ENDS, HALIFAX),)


def test_a_meeting_is_cancelled_once_and_then_stays_so() -> None:
    state = given(MEETING, MET)
    cancelled = meetings.cancel(state, DANA, NOON)
    assert cancelled == (MeetingCancelled(ONE, DANA),)
    after = given(MEETING, MET, cancelled)
    assert meetings.cancel(after, DANA, NOON) == ()
    with refused(MeetingIsCancelled):
        meetings.move(after, DANA, MoveMeeting(AT + DAY, ENDS + DAY), NOON)


def test_what_took_place_is_neither_moved_nor_cancelled() -> None:
    state = given(MEETING, MET)
    with refused(MeetingIsOver):
        meetings.cancel(state, DANA, ENDS)
    with refused(MeetingIsOver):
        meetings.move(state, DANA, MoveMeeting(AT + 20 * DAY, ENDS + 20 * DAY), ENDS)
    for attempt in (lambda: meetings.cancel(MEETING.initial, DANA, NOON), lambda: meetings.council_of(MEETING.initial)):
        with refused(NoSuchMeeting):
            attempt()
