"""find-window: when a quorum could meet, when partners could deliver; and when something asked of them would be due."""

import asyncio
from datetime import date, datetime
from typing import Annotated

from litestar import get
from litestar.params import Parameter, QueryParameter

from services.partnerships.api.spans import councils_named, parse_day, partners_named, span
from services.partnerships.domain import delivery_windows, meeting_windows
from services.partnerships.domain.calendar import unknown_zone
from services.partnerships.domain.delivery_windows import Delivery
from services.partnerships.domain.meeting_windows import Proposal
from services.partnerships.domain.members import members_of
from services.partnerships.domain.windows import Asked, PassedOver, Why, closed_by
from shared.authority.almanac import DAY, common_zone
from shared.authority.due import Almanacs, due, passed_over
from shared.authority.quorums import lacking
from shared.authority.zones import zone as zone_of
from shared.contracts.values import Quorum, Seat
from shared.eventstore.refusals import NotFound
from shared.kernel import Clock, Refused, Value, refuse_if
from shared.security.asker import Asker
from shared.web.faults import QueryNotRight
from shared.web.requests import parse_time

Day = Annotated[str | None, Parameter(max_length=10)]
Named = Annotated[str, Parameter(max_length=80)]
Several = Annotated[str, Parameter(max_length=4000)]
Limit = Annotated[int, Parameter(ge=1, le=200)]
USUAL = 59
"""Days after the first that are looked through where no end is stated."""
MOST_LOOKED_AT = 12_000
"""Days times seats that one search looks at."""


class MeetingWindows(Value, frozen=True):
    """Times at which a quorum could meet: most members first, then soonest. Every date asked about is in one list."""

    council: str
    zone: str
    first: date
    last: date
    minutes: int
    quorum: Quorum
    proposals: tuple[Proposal, ...]
    passed_over: tuple[PassedOver, ...]


class DeliveryWindows(Value, frozen=True):
    """Windows without any blackout, by the date they begin on: most working days first, then soonest."""

    partners: tuple[str, ...]
    first: date
    last: date
    days: int
    proposals: tuple[Delivery, ...]
    passed_over: tuple[PassedOver, ...]


class NotCounted(Value, frozen=True):
    """A day that does not count for a partner."""

    date: date
    why: Why


class DueFor(Value, frozen=True):
    """When it would be due, were that partner asked alone."""

    partner: str
    zone: str
    due: datetime
    not_counted: tuple[NotCounted, ...]


class WouldBeDue(Value, frozen=True):
    """When something would be due that is asked of these partners then: the latest, in nobody's blocked time."""

    asked: datetime
    days: int
    due: datetime
    partners: tuple[DueFor, ...]


@get("/v1/find-window/meeting", scope="read")
async def find_meeting(
    asker: Asker,
    clock: Clock,
    council: Named,
    first: Annotated[str | None, QueryParameter(name="from", max_length=10)] = None,
    until: Day = None,
    minutes: Annotated[int, Parameter(ge=15, le=600)] = 60,
    zone: Annotated[str | None, Parameter(max_length=64)] = None,
    limit: Limit = 20,
) -> MeetingWindows:
    """When could a council's quorum meet for so many `minutes`, `from` a day (today) `until` another (60 days)?

    Days are those of `zone`: that of most members, unless stated.
    """
    now, community = clock(), asker.community
    [id_] = councils_named(community, council)
    known = community.councils[id_]
    if (roster := known.roster(now)) is None:
        raise Refused(NotFound("council", council))
    almanacs = Almanacs(community, now)
    clocks = zone or common_zone([almanacs.of(seat.partner) for seat in roster.seats])
    refuse_if(unknown_zone(clocks))
    begins, ends = span(parse_day("from", first), parse_day("until", until), _today(clocks, now), USUAL)
    days = (ends - begins).days + 1
    if days * len(roster.seats) > MOST_LOOKED_AT:
        raise Refused(QueryNotRight(f"{days} days for {len(roster.seats)} seats are too many; ask for fewer days."))
    asked = Asked(begins, ends, clocks, now, limit)
    members = members_of(community, roster.seats, asked.midnight(begins), asked.midnight(ends + DAY), now)

    sectors = {partner.id: partner.sectors for partner in community.partners.values()}

    def reaches(seats: tuple[Seat, ...]) -> bool:
        return lacking(roster.quorum, seats, sectors).nothing

    found = await asyncio.to_thread(
        meeting_windows.meetings, asked, minutes, members, reaches, roster.quorum.size
    )  # many days of a large council take a while: others are answered meanwhile
    return MeetingWindows(known.key, clocks, begins, ends, minutes, roster.quorum, *found)


@get("/v1/find-window/delivery", scope="read")
async def find_delivery(
    asker: Asker,
    clock: Clock,
    partners: Several,
    days: Annotated[int, Parameter(ge=1, le=366)],
    first: Annotated[str | None, QueryParameter(name="from", max_length=10)] = None,
    until: Day = None,
    limit: Limit = 20,
) -> DeliveryWindows:
    """When could these `partners` (keys or ids, with commas) deliver, so many `days` in a row without a blackout?"""
    now, almanacs = clock(), Almanacs(asker.community, clock())
    of = tuple(almanacs.of(partner) for partner in partners_named(asker.community, partners))
    clocks = common_zone(of)
    usual = USUAL + days - 1
    begins, ends = span(parse_day("from", first), parse_day("until", until), _today(clocks, now), min(usual, 399))
    asked = Asked(begins, ends, clocks, now, limit)
    found = await asyncio.to_thread(delivery_windows.deliveries, asked, days, of)
    return DeliveryWindows(tuple(one.key for one in of), begins, ends, days, *found)


@get("/v1/due", scope="read")
async def would_be_due(
    asker: Asker,
    clock: Clock,
    partners: Several,
    days: Annotated[int, Parameter(ge=1, le=3650)],
    asked: Annotated[str | None, QueryParameter(name="from", max_length=64)] = None,
) -> WouldBeDue:
    """When would something be due that is asked of these `partners` now (or `from` a time), with so many `days`?"""
    now = clock()
    moment = parse_time("from", asked) if asked else now
    almanacs = Almanacs(asker.community, now)
    of = [almanacs.of(partner) for partner in partners_named(asker.community, partners, most=10)]
    alone = tuple(
        DueFor(
            one.key, one.zone, due(moment, days, (one,)),
            tuple(NotCounted(day, closed_by(why)) for day, why in passed_over(one, moment, days)),
        )
        for one in of
    )  # fmt: skip
    return WouldBeDue(moment, days, due(moment, days, of), alone)


def _today(zone: str, now: datetime) -> date:
    return now.astimezone(zone_of(zone)).date()
