"""Calendars of partners and meetings of councils: kept, and read as they stood at any moment."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter, QueryParameter

from services.partnerships.api.spans import LONGEST, councils_named, parse_day, partners_named, span
from services.partnerships.commands import calendars
from services.partnerships.domain.calendar import ChangeBlackout, EndBlackout, KeepCalendar, RecordBlackout
from services.partnerships.domain.meeting import MoveMeeting, ScheduleMeeting
from shared.authority import Community, Register
from shared.authority.almanac import DAY, Almanac, BlackoutDays
from shared.authority.calendars import Meeting, MeetingAs
from shared.authority.due import Almanacs
from shared.eventstore.commands import Commands
from shared.eventstore.following import Following
from shared.kernel import Clock, Text, Value
from shared.security.asker import Asker
from shared.web.past import then
from shared.web.receipts import Receipt, receipt, subject_of
from shared.web.requests import At, KnownAt

Day = Annotated[str | None, Parameter(max_length=10)]
SHOWN = 200


class CalendarView(Value, frozen=True):
    """How a partner's days are; `kept` says that it stated this itself. Weekdays are 1 (Monday) to 7."""

    partner: UUID
    key: str
    zone: str
    holidays: str | None
    weekdays: tuple[int, ...]
    opens: str
    closes: str
    kept: bool
    blackouts: tuple[BlackoutDays, ...]


class BlockedDay(Value, frozen=True):
    """A day under a blackout or on a statutory holiday, and which."""

    day: date
    kind: str
    name: Text
    sentence: str


class CalendarDays(Value, frozen=True):
    """A partner's calendar, with the days it blocks within a span."""

    calendar: CalendarView
    first: date
    last: date
    blocked: tuple[BlockedDay, ...]


class MeetingView(Value, frozen=True):
    """A meeting as it stands. `changes` counts how often it was moved or cancelled."""

    meeting: UUID
    council: str
    starts: datetime
    ends: datetime
    zone: str
    title: Text | None
    place: Text | None
    cancelled: bool
    changes: int


@post("/v1/partners/{partner:uuid}/calendar", scope="calendars:keep", status_code=200)
async def keep_calendar(partner: UUID, data: KeepCalendar, asker: Asker, commands: Commands) -> Response[Receipt]:
    """State your partner's time zone, working hours and statutory holidays, from now on."""
    return receipt(partner, await calendars.keep(commands, asker, partner, data))


@post("/v1/partners/{partner:uuid}/blackouts", scope="calendars:keep")
async def record_blackout(partner: UUID, data: RecordBlackout, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Record days on which nothing is asked of your partner; the answer's `id` is the blackout."""
    result = await calendars.black_out(commands, asker, partner, data)
    return receipt(subject_of(result, "blackout"), result, created=True)


@post("/v1/partners/{partner:uuid}/blackouts/{blackout:uuid}/change", scope="calendars:keep", status_code=200)
async def change_blackout(
    partner: UUID, blackout: UUID, data: ChangeBlackout, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Change a blackout's days or name."""
    return receipt(blackout, await calendars.change(commands, asker, partner, blackout, data))


@post("/v1/partners/{partner:uuid}/blackouts/{blackout:uuid}/end", scope="calendars:keep", status_code=200)
async def end_blackout(
    partner: UUID, blackout: UUID, data: EndBlackout, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """End a blackout, from today where no day is stated; one that has not begun covers no day then."""
    return receipt(blackout, await calendars.end(commands, asker, partner, blackout, data))


@post("/v1/councils/{council:uuid}/meetings", scope="calendars:keep")
async def schedule_meeting(council: UUID, data: ScheduleMeeting, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Schedule a meeting of a council; the answer's `id` is the meeting."""
    result = await calendars.schedule(commands, asker, council, data)
    return receipt(subject_of(result, "meeting"), result, created=True)


@post("/v1/meetings/{meeting:uuid}/move", scope="calendars:keep", status_code=200)
async def move_meeting(meeting: UUID, data: MoveMeeting, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Move a meeting to another time or place."""
    return receipt(meeting, await calendars.move(commands, asker, meeting, data))


@post("/v1/meetings/{meeting:uuid}/cancel", scope="calendars:keep", status_code=200)
async def cancel_meeting(meeting: UUID, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Cancel a meeting."""
    return receipt(meeting, await calendars.cancel(commands, asker, meeting))


@get("/v1/calendars", scope="read")
async def list_calendars(
    asker: Asker, register: Following[Register], clock: Clock, at: At = None, known_at: KnownAt = None
) -> dict[str, tuple[CalendarView, ...]]:
    """Every partner's calendar, now or `at` a moment: what it stated, or what follows from where it is."""
    community, moment = await _then(asker, register, clock, at, known_at)
    almanacs = Almanacs(community, moment)
    return {"items": tuple(_view(almanacs.of(partner)) for partner in community.partners)}


@get("/v1/calendars/{partner:str}", scope="read")
async def read_calendar(
    partner: str,
    asker: Asker,
    register: Following[Register],
    clock: Clock,
    first: Annotated[str | None, QueryParameter(name="from", max_length=10)] = None,
    until: Day = None,
    at: At = None,
    known_at: KnownAt = None,
) -> CalendarDays:
    """A partner's calendar (by key or id), with the days it blocks `from` a day (today) `until` another (a year on)."""
    community, moment = await _then(asker, register, clock, at, known_at)
    almanac = Almanacs(community, moment).of(partners_named(community, partner)[0])
    begins, ends = span(parse_day("from", first), parse_day("until", until), almanac.date_of(moment), LONGEST - 1)
    days = (begins + place * DAY for place in range((ends - begins).days + 1))
    blocked = (BlockedDay(day, one.kind, one.name, one.sentence) for day in days if (one := almanac.blocked(day)))
    return CalendarDays(_view(almanac), begins, ends, tuple(blocked))


@get("/v1/meetings", scope="read")
async def list_meetings(
    asker: Asker,
    register: Following[Register],
    clock: Clock,
    council: Annotated[str | None, Parameter(max_length=80)] = None,
    first: Annotated[str | None, QueryParameter(name="from", max_length=10)] = None,
    until: Day = None,
    at: At = None,
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """Meetings `from` a day (today) `until` another (400 days on), soonest first; of a `council` (key or id) or all."""
    community, moment = await _then(asker, register, clock, at, known_at)
    begins, ends = span(parse_day("from", first), parse_day("until", until), moment.date(), LONGEST - 1)
    of = councils_named(community, council) if council else tuple(community.councils)
    found = [
        (meeting, stated)
        for meeting in community.meetings.values()
        if (stated := meeting.at(moment)) is not None
        and meeting.council in of
        and begins <= stated.ends.date()
        and stated.starts.date() <= ends
    ]
    found.sort(key=lambda one: (one[1].starts, one[0].id))
    items = [_meeting(community, meeting, stated, moment) for meeting, stated in found[:SHOWN]]
    return {"items": items, "more": len(found) > SHOWN}


def _view(almanac: Almanac) -> CalendarView:
    return CalendarView(
        almanac.partner, almanac.key, almanac.zone, almanac.holidays, tuple(sorted(almanac.weekdays)), almanac.opens,
        almanac.closes, almanac.kept, tuple(sorted(almanac.blackouts, key=lambda one: one.first)),
    )  # fmt: skip


def _meeting(community: Community, meeting: Meeting, stated: MeetingAs, at: datetime) -> MeetingView:
    changes = sum(one.since <= at for one in meeting.stated) - 1
    known = community.councils.get(meeting.council)
    return MeetingView(
        meeting.id, known.key if known else str(meeting.council), stated.starts, stated.ends, stated.zone,
        meeting.title, stated.place, stated.cancelled, changes,
    )  # fmt: skip


async def _then(
    asker: Asker, register: Following[Register], clock: Clock, at: At, known_at: KnownAt
) -> tuple[Community, datetime]:
    known = await then(asker, register, clock, at, known_at)
    return known.community, known.at
