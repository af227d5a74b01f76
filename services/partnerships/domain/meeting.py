"""Meeting of a council: scheduled, moved, cancelled; by a coordinator, or whoever sits on the council."""

from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from msgspec import UNSET, UnsetType, structs

from services.partnerships.domain.calendar import unknown_zone
from services.partnerships.domain.council import NoSuchCouncil
from shared.authority.answers import holders, view
from shared.authority.community import Community
from shared.contracts.partnerships import MeetingCancelled, MeetingMoved, MeetingScheduled, Role
from shared.contracts.partnerships.calendars import Label, Zone
from shared.contracts.values import Moment
from shared.kernel import Conflict, Decider, Forbidden, Intent, Missing, Reason, Refused, Unacceptable, Value, refuse_if

MeetingFact = MeetingScheduled | MeetingMoved | MeetingCancelled
LONGEST = timedelta(days=14)


class ScheduleMeeting(Intent, frozen=True):
    """The council meets then; `zone` is whose clocks it is agreed by, left out for that of most of its members."""

    starts: Moment
    ends: Moment
    zone: Zone | None = None
    title: Label | None = None
    place: Label | None = None


class MoveMeeting(Intent, frozen=True):
    """Another time; zone and place stay where they are left out."""

    starts: Moment
    ends: Moment
    zone: Zone | None = None
    place: Label | UnsetType | None = UNSET


class Unscheduled(Value, frozen=True, tag=True):
    """No such meeting yet."""


class Scheduled(Value, frozen=True, tag=True):
    """It is to take place, or took place, then."""

    meeting: UUID
    council: UUID
    starts: datetime
    ends: datetime
    zone: str
    place: Label | None


class Cancelled(Value, frozen=True, tag=True):
    """It does not take place."""

    meeting: UUID
    council: UUID


MeetingState = Unscheduled | Scheduled | Cancelled


class NoSuchMeeting(Missing, frozen=True):
    """There is no such meeting

    `GET /partnerships/v1/meetings` lists those of the community.
    """

    says = "There is no such meeting in this community."


class NotTheirMeeting(Forbidden, frozen=True):
    """You are not of this council

    A coordinator, or whoever holds the position of one of its seats, schedules its meetings.
    """

    says = "Only a coordinator, or who sits on {council}, schedules its meetings."
    council: str


class MeetingNotRight(Unacceptable, frozen=True):
    """That is no time for a meeting

    It begins before it ends, lasts at most two weeks, and does not lie in the past.
    """

    says = "That is no time for a meeting: {fault}."
    fault: str


class MeetingIsCancelled(Conflict, frozen=True):
    """The meeting is cancelled

    Schedule another one.
    """

    says = "The meeting was cancelled, and stays so."


class MeetingIsOver(Conflict, frozen=True):
    """The meeting is over

    What has taken place is neither moved nor cancelled.
    """

    says = "The meeting ended at {ends}."
    ends: str


def may_schedule(community: Community, person: UUID, role: Role, council: UUID, at: datetime) -> UUID:
    """The person: a coordinator, or who holds a seat's position then; refused for others, who are told who may."""
    found = community.councils.get(council)
    roster = found.roster(at) if found else None
    if found is None or roster is None:
        raise Refused(NoSuchCouncil())
    seats = [community.positions[seat.position] for seat in roster.seats if seat.position in community.positions]
    if role == "coordinator" or any(held.person == person for seat in seats for held in holders(seat, at)):
        return person
    raise Refused(NotTheirMeeting(found.key), allowed_actions=tuple(view(community, seat.id, at) for seat in seats))


def schedule(
    meeting: UUID, council: UUID, by: UUID, intent: ScheduleMeeting, zone: str, at: datetime
) -> tuple[MeetingFact, ...]:
    """Record a meeting to come; `zone` is the one to take where none is stated."""
    agreed = intent.zone or zone
    refuse_if(unknown_zone(agreed), *_not_right(intent.starts, intent.ends, at))
    return (MeetingScheduled(meeting, council, by, intent.starts, intent.ends, agreed, intent.title, intent.place),)


def move(state: MeetingState, by: UUID, intent: MoveMeeting, at: datetime) -> tuple[MeetingFact, ...]:
    """Another time for one that is not over; a repeat of what is so is silence."""
    current = _to_come(state, at)
    zone = intent.zone or current.zone
    place = current.place if isinstance(intent.place, UnsetType) else intent.place
    if (current.starts, current.ends, current.zone, current.place) == (intent.starts, intent.ends, zone, place):
        return ()
    refuse_if(unknown_zone(zone), *_not_right(intent.starts, intent.ends, at))
    return (MeetingMoved(current.meeting, by, intent.starts, intent.ends, zone, place),)


def cancel(state: MeetingState, by: UUID, at: datetime) -> tuple[MeetingFact, ...]:
    """It does not take place; a repeat is silence."""
    if isinstance(state, Cancelled):
        return ()
    return (MeetingCancelled(_to_come(state, at).meeting, by),)


def council_of(state: MeetingState) -> UUID:
    """Whose meeting it is."""
    if isinstance(state, Unscheduled):
        raise Refused(NoSuchMeeting())
    return state.council


def _to_come(state: MeetingState, at: datetime) -> Scheduled:
    match state:
        case Unscheduled():
            raise Refused(NoSuchMeeting())
        case Cancelled():
            raise Refused(MeetingIsCancelled())
        case Scheduled() if state.ends <= at:
            raise Refused(MeetingIsOver(state.ends.isoformat()))
        case Scheduled():
            return state
        case _:
            assert_never(state)


def _not_right(starts: datetime, ends: datetime, at: datetime) -> list[Reason]:
    faults = []
    if ends <= starts:
        faults.append(f"it ends at {ends.isoformat()}, not after it begins")
    if ends - starts > LONGEST:
        faults.append("it lasts more than two weeks")
    if starts < at:
        faults.append(f"{starts.isoformat()} has passed")
    return [MeetingNotRight(fault) for fault in faults]


def evolve(state: MeetingState, fact: MeetingFact) -> MeetingState:
    match state, fact:
        case _, MeetingScheduled():
            return Scheduled(fact.meeting, fact.council, fact.starts, fact.ends, fact.zone, fact.place)
        case Scheduled(), MeetingMoved():
            return structs.replace(state, starts=fact.starts, ends=fact.ends, zone=fact.zone, place=fact.place)
        case Scheduled(), MeetingCancelled():
            return Cancelled(state.meeting, state.council)
        case _:
            return state


MEETING: Decider[MeetingState, MeetingFact] = Decider("meeting", Unscheduled(), evolve, MeetingState)
