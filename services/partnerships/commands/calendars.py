"""Calendars of partners, and meetings of councils."""

from datetime import date, datetime
from uuid import UUID

from services.partnerships.domain import calendar as calendars
from services.partnerships.domain import meeting as meetings
from services.partnerships.domain.calendar import (
    CALENDAR,
    ChangeBlackout,
    EndBlackout,
    KeepCalendar,
    RecordBlackout,
    may_keep,
)
from services.partnerships.domain.meeting import MEETING, MoveMeeting, ScheduleMeeting, may_schedule
from services.partnerships.domain.partner import NoSuchPartner
from shared.authority.almanac import common_zone
from shared.authority.due import Almanacs
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import Refused, new_id
from shared.security.asker import Asker


async def keep(commands: Commands, asker: Asker, partner: UUID, intent: KeepCalendar) -> Result:
    """How the partner's days are from now on."""

    async def attempt(work: Work) -> None:
        state = await work.current(CALENDAR, partner)
        by = _keeper(asker, partner, work.at)
        place = asker.community.partners[partner].jurisdiction
        work.record(CALENDAR, partner, *calendars.keep(state, partner, place, by, intent))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def black_out(commands: Commands, asker: Asker, partner: UUID, intent: RecordBlackout) -> Result:
    """Days on which nothing is asked of the partner."""
    blackout = new_id()

    async def attempt(work: Work) -> None:
        state = await work.current(CALENDAR, partner)
        by = _keeper(asker, partner, work.at)
        today = _today(asker, partner, work.at)
        work.record(CALENDAR, partner, *calendars.black_out(state, blackout, partner, by, intent, today))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def change(commands: Commands, asker: Asker, partner: UUID, blackout: UUID, intent: ChangeBlackout) -> Result:
    """Other days, or another name."""

    async def attempt(work: Work) -> None:
        state = await work.current(CALENDAR, partner)
        by = _keeper(asker, partner, work.at)
        today = _today(asker, partner, work.at)
        work.record(CALENDAR, partner, *calendars.change(state, blackout, partner, by, intent, today))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def end(commands: Commands, asker: Asker, partner: UUID, blackout: UUID, intent: EndBlackout) -> Result:
    """Its days are free again."""

    async def attempt(work: Work) -> None:
        state = await work.current(CALENDAR, partner)
        by = _keeper(asker, partner, work.at)
        today = _today(asker, partner, work.at)
        work.record(CALENDAR, partner, *calendars.end(state, blackout, partner, by, intent, today))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def schedule(commands: Commands, asker: Asker, council: UUID, intent: ScheduleMeeting) -> Result:
    """A meeting of the council, by the clocks of most of its members unless said otherwise."""
    meeting = new_id()

    async def attempt(work: Work) -> None:
        by = may_schedule(asker.community, asker.key.person, asker.key.role, council, work.at)
        roster = asker.community.councils[council].roster(work.at)
        almanacs = Almanacs(asker.community, work.at)
        zone = common_zone([almanacs.of(seat.partner) for seat in roster.seats] if roster else [])
        work.record(MEETING, meeting, *meetings.schedule(meeting, council, by, intent, zone, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def move(commands: Commands, asker: Asker, meeting: UUID, intent: MoveMeeting) -> Result:
    """Another time or place."""

    async def attempt(work: Work) -> None:
        state = await work.load(MEETING, meeting)
        council = meetings.council_of(state)
        by = may_schedule(asker.community, asker.key.person, asker.key.role, council, work.at)
        work.record(MEETING, meeting, *meetings.move(state, by, intent, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def cancel(commands: Commands, asker: Asker, meeting: UUID) -> Result:
    """It does not take place."""

    async def attempt(work: Work) -> None:
        state = await work.load(MEETING, meeting)
        council = meetings.council_of(state)
        by = may_schedule(asker.community, asker.key.person, asker.key.role, council, work.at)
        work.record(MEETING, meeting, *meetings.cancel(state, by, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


def _keeper(asker: Asker, partner: UUID, at: datetime) -> UUID:
    if partner not in asker.community.partners:
        raise Refused(NoSuchPartner())
    return may_keep(asker.community, asker.key.person, partner, at)


def _today(asker: Asker, partner: UUID, at: datetime) -> date:
    return Almanacs(asker.community, at).of(partner).date_of(at)
