"""Who could come to a council's meetings: its seats, with whoever holds them over time and what keeps them away."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.partnerships.domain.meeting_windows import Away, Member, Presence
from shared.authority.almanac import almanac
from shared.authority.community import Community
from shared.authority.entries import Holding, Position
from shared.contracts.values import Seat


def members_of(
    community: Community, seats: Iterable[Seat], starts: datetime, ends: datetime, at: datetime
) -> tuple[Member, ...]:
    """The members in those seats, with what is known at the moment `at` of the time from `starts` to `ends`.

    Only who holds a position comes for it: alternates and delegates are not counted on.
    """
    meetings = meetings_of_persons(community, starts, ends, at)
    return tuple(
        Member(
            seat,
            community.position_key(seat.position),
            almanac(community, seat.partner, at),
            tuple(_presences(seat, community.positions.get(seat.position), meetings)),
        )
        for seat in seats
    )


def meetings_of_persons(
    community: Community, starts: datetime, ends: datetime, at: datetime
) -> dict[UUID, tuple[Away, ...]]:
    """By person, the meetings within that time that their positions are to come to."""
    found: dict[UUID, tuple[Away, ...]] = {}
    for meeting in community.meetings.values():
        stated, council = meeting.at(at), community.councils.get(meeting.council)
        if stated is None or stated.cancelled or council is None or stated.ends <= starts or ends <= stated.starts:
            continue
        roster = council.roster(at)
        for seat in roster.seats if roster else ():
            position = community.positions.get(seat.position)
            for held in position.holdings.values() if position else ():
                if held.stated(stated.starts):
                    taken = Away(stated.starts, stated.ends, "meeting")
                    found[held.person] = (*found.get(held.person, ()), taken)
    return found


def _presences(seat: Seat, position: Position | None, meetings: dict[UUID, tuple[Away, ...]]) -> Iterable[Presence]:
    if position is None or position.confirmed_at is None:
        return
    for held in position.holdings.values():
        if held.confirmed_at is not None:
            ends = [one for one in (held.until, position.until, seat.until) if one is not None]
            began = (held.since, held.confirmed_at, position.since, position.confirmed_at, seat.since)
            since = max(one for one in began if one is not None)
            yield Presence(since, min(ends, default=None), (*_absences(position, held), *meetings.get(held.person, ())))


def _absences(position: Position, held: Holding) -> Iterable[Away]:
    return (Away(one.since, one.until, "away") for one in position.absences.values() if one.holding == held.id)
