"""Calendars, blackouts and meetings."""

from dataclasses import replace
from datetime import timedelta

from shared.authority.calendars import Blackout, BlackoutAs, Calendar, Keeping, Meeting, MeetingAs
from shared.authority.community import Community, Takes
from shared.contracts import partnerships as said
from shared.kernel import Recorded


def _kept(community: Community, recorded: Recorded[said.CalendarKept]) -> None:
    fact = recorded.fact
    keeping = Keeping(recorded.occurred_at, fact.zone, frozenset(fact.weekdays), fact.opens, fact.closes, fact.holidays)
    community.calendars.setdefault(fact.partner, Calendar(fact.partner)).kept.append(keeping)


def _blacked_out(community: Community, recorded: Recorded[said.BlackoutRecorded]) -> None:
    fact = recorded.fact
    calendar = community.calendars.setdefault(fact.partner, Calendar(fact.partner))
    first = BlackoutAs(recorded.occurred_at, fact.first, fact.last, fact.name)
    calendar.blackouts[fact.blackout] = Blackout(fact.blackout, [first])


def _blackout(community: Community, fact: said.BlackoutChanged | said.BlackoutEnded) -> Blackout | None:
    calendar = community.calendars.get(fact.partner)
    return calendar.blackouts.get(fact.blackout) if calendar else None


def _blackout_changed(community: Community, recorded: Recorded[said.BlackoutChanged]) -> None:
    fact = recorded.fact
    if (blackout := _blackout(community, fact)) is not None:
        blackout.stated.append(BlackoutAs(recorded.occurred_at, fact.first, fact.last, fact.name))


def _blackout_ended(community: Community, recorded: Recorded[said.BlackoutEnded]) -> None:
    if (blackout := _blackout(community, recorded.fact)) is not None:
        last = recorded.fact.until - timedelta(days=1)
        blackout.stated.append(replace(blackout.stated[-1], since=recorded.occurred_at, last=last))


def _scheduled(community: Community, recorded: Recorded[said.MeetingScheduled]) -> None:
    fact = recorded.fact
    first = MeetingAs(recorded.occurred_at, fact.starts, fact.ends, fact.zone, fact.place)
    community.meetings[fact.meeting] = Meeting(fact.meeting, fact.council, fact.title, [first])


def _moved(community: Community, recorded: Recorded[said.MeetingMoved]) -> None:
    fact = recorded.fact
    if (meeting := community.meetings.get(fact.meeting)) is not None:
        meeting.stated.append(MeetingAs(recorded.occurred_at, fact.starts, fact.ends, fact.zone, fact.place))


def _cancelled(community: Community, recorded: Recorded[said.MeetingCancelled]) -> None:
    if (meeting := community.meetings.get(recorded.fact.meeting)) is not None:
        meeting.stated.append(replace(meeting.stated[-1], since=recorded.occurred_at, cancelled=True))


TAKES: Takes = {
    said.CalendarKept: _kept,
    said.BlackoutRecorded: _blacked_out,
    said.BlackoutChanged: _blackout_changed,
    said.BlackoutEnded: _blackout_ended,
    said.MeetingScheduled: _scheduled,
    said.MeetingMoved: _moved,
    said.MeetingCancelled: _cancelled,
}
