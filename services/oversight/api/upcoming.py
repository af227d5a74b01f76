"""What goes into somebody's calendar, found in the register: meetings, deadlines, when they cannot be asked."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from msgspec import structs

from services.oversight.api.inbox import Item
from shared.authority import Community
from shared.authority.almanac import DAY, Almanac
from shared.authority.due import Almanacs
from shared.kernel import Text, Value

Language = Literal["en", "fr"]
BEFORE, AFTER = timedelta(days=92), timedelta(days=400)
"""How far back and ahead of today a feed tells."""


class MeetingEvent(Value, frozen=True):
    """A meeting as it stands; `changes` counts how often it was moved or cancelled, `changed` is when last."""

    uid: str
    council: Text
    title: Text | None
    place: Text | None
    starts: datetime
    ends: datetime
    zone: str
    seats: tuple[str, ...]
    cancelled: bool
    changes: int
    scheduled: datetime
    changed: datetime


class DeadlineEvent(Value, frozen=True):
    """Something that waits on a position, due at a moment; `day` is that day where it is waited on."""

    uid: str
    what: str
    about: str
    title: Text | None
    position: str
    due: datetime
    day: date
    since: datetime


class Busy(Value, frozen=True):
    """A time that is taken (`BUSY`) or closed (`BUSY-UNAVAILABLE`)."""

    starts: datetime
    ends: datetime
    kind: Literal["BUSY", "BUSY-UNAVAILABLE"]


class Feed(Value, frozen=True):
    """What goes into one calendar. It tells of the time from `first` to `last`; `stamp` is the beginning of today."""

    uid: str
    name: str
    stamp: datetime
    first: datetime
    last: datetime
    meetings: tuple[MeetingEvent, ...]
    deadlines: tuple[DeadlineEvent, ...]
    busy: tuple[Busy, ...]
    almanacs: tuple[Almanac, ...]
    hours: bool
    language: Language


class Span(Value, frozen=True):
    """Whole days in UTC, so that one day's feed stays the same while nothing happens."""

    today: datetime
    first: datetime
    last: datetime


def span_of(now: datetime) -> Span:
    """The time a feed tells of, asked for now."""
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return Span(today, today - BEFORE, today + AFTER)


def councils_with(community: Community, positions: Iterable[UUID], at: datetime) -> set[UUID]:
    """The councils on which one of those positions has a seat then."""
    wanted = set(positions)
    return {
        council.id
        for council in community.councils.values()
        if (roster := council.roster(at)) is not None and any(seat.position in wanted for seat in roster.seats)
    }


def meetings_of(community: Community, councils: set[UUID], now: datetime) -> tuple[MeetingEvent, ...]:
    """The meetings of those councils within a feed's time, cancelled ones too, soonest first."""
    span, found = span_of(now), []
    for meeting in community.meetings.values():
        stated, council = meeting.at(now), community.councils.get(meeting.council)
        if stated is None or council is None or meeting.council not in councils:
            continue
        if stated.ends <= span.first or span.last <= stated.starts:
            continue
        roster = council.roster(now)
        found.append(
            MeetingEvent(
                uid=f"meeting-{meeting.id}@consortia",
                council=council.name,
                title=meeting.title,
                place=stated.place,
                starts=stated.starts,
                ends=stated.ends,
                zone=stated.zone,
                seats=tuple(community.position_key(seat.position) for seat in roster.seats) if roster else (),
                cancelled=stated.cancelled,
                changes=sum(one.since <= now for one in meeting.stated) - 1,
                scheduled=meeting.stated[0].since,
                changed=stated.since,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.starts, one.uid)))


def deadlines_of(community: Community, items: Iterable[Item], now: datetime) -> Iterator[DeadlineEvent]:
    """What is due of what waits, each on the day it is where it is waited on."""
    by_key = {partner.key: partner.id for partner in community.partners.values()}
    almanacs = Almanacs(community, now)
    for item in items:
        if item.due is None:
            continue
        partner = by_key.get(item.partner or "")
        day = almanacs.of(partner).date_of(item.due) if partner else item.due.date()
        yield DeadlineEvent(
            f"due-{item.id}-{item.step or item.what}-{item.position}@consortia".replace(" ", "-"),
            item.what, item.key, item.title, item.position, item.due, day, item.since,
        )  # fmt: skip


def once_a_round(deadlines: Iterable[DeadlineEvent]) -> Iterator[DeadlineEvent]:
    """One deadline for each round of a council, waiting on several of its seats."""
    rounds: dict[tuple[str, str], list[DeadlineEvent]] = {}
    for one in deadlines:
        rounds.setdefault((one.about, one.what), []).append(one)
    for of in rounds.values():
        seats = ", ".join(sorted({one.position for one in of}))
        uid = of[0].uid.removesuffix(f"-{of[0].position}@consortia")
        yield structs.replace(of[0], uid=f"{uid}@consortia", position=seats)


def reconfirmations_of(community: Community, partners: Iterable[UUID], now: datetime) -> Iterator[DeadlineEvent]:
    """When the registers of those partners are to be gone through again."""
    almanacs = Almanacs(community, now)
    for partner in partners:
        known = community.partners[partner]
        yield DeadlineEvent(
            f"reconfirm-{partner}@consortia", "reconfirm-register", known.key, known.name,
            community.position_key(known.administrator), known.reconfirm_by,
            almanacs.of(partner).date_of(known.reconfirm_by), known.registered_at,
        )  # fmt: skip


def taken(meetings: Iterable[MeetingEvent]) -> Iterator[Busy]:
    """The time of meetings that take place."""
    return (Busy(one.starts, one.ends, "BUSY") for one in meetings if not one.cancelled)


def closed(almanacs: Iterable[Almanac]) -> Iterator[Busy]:
    """Blackouts as the time they cover, each in its partner's zone."""
    for almanac in almanacs:
        for one in almanac.blackouts:
            begins, ends = (almanac.moment(day, time()) for day in (one.first, one.last + DAY))
            yield Busy(begins, ends, "BUSY-UNAVAILABLE")


def away(community: Community, person: UUID, now: datetime) -> Iterator[Busy]:
    """When that person is recorded as absent from a position."""
    for position in (community.positions[one] for one in community.held_by.get(person, ())):
        for absence in position.absences.values():
            held = position.holdings.get(absence.holding)
            if held is not None and held.person == person:
                yield Busy(absence.since, absence.until or span_of(now).last, "BUSY-UNAVAILABLE")
