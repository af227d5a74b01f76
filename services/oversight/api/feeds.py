"""Calendars to subscribe to, of a person, a council or a partner: meetings, deadlines, free and busy times.

A calendar program gives the key as the password of HTTP Basic; anything may be the user name.
"""

import hashlib
from typing import Any
from uuid import UUID

import asyncpg
from litestar import Request, Response, get

from services.oversight.api.inbox import items_of_seats, items_waiting
from services.oversight.api.readers import TRUSTED, partner_named, positions_held
from services.oversight.api.upcoming import (
    Feed,
    Language,
    away,
    closed,
    councils_with,
    deadlines_of,
    meetings_of,
    once_a_round,
    reconfirmations_of,
    span_of,
    taken,
)
from shared.authority.almanac import in_english
from shared.authority.due import Almanacs
from shared.eventstore.refusals import NotFound
from shared.kernel import Clock, Forbidden, Refused
from shared.security.asker import Asker

SUFFIX, MOST = ".ics", 500
"""How a feed's name ends, and how many things waiting it looks at."""


class CalendarOfAnother(Forbidden, frozen=True):
    """That is another's calendar

    A person's calendar is read by that person, a council's by who holds a position with a seat on it; coordinators and
    auditors read all. A partner's is read by the whole community.
    """

    says = "A key of role {role} reads the calendars of its own person, and of the councils that person sits on."
    role: str


@get("/v1/calendars/persons/{person:str}", scope="read")
async def person_calendar(
    person: str,
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    request: Request[Any, Any, Any],
    language: Language = "en",
) -> Response[bytes]:
    """`<person's id>.ics`: meetings of their councils, what waits on them, and when they cannot be asked."""
    now, community, whose = clock(), asker.community, _id(person, "person")
    if whose != asker.key.person and asker.key.role not in TRUSTED:
        raise Refused(CalendarOfAnother(asker.key.role))
    if whose != asker.key.person and whose not in community.held_by:
        raise Refused(NotFound("person", str(whose)))
    held, span, almanacs = positions_held(community, whose, now), span_of(now), Almanacs(community, now)
    partners = sorted({community.positions[position].partner for position in held})
    administered = [one for one in partners if community.partners[one].administrator in held]
    meetings = meetings_of(community, councils_with(community, held, now), now)
    items, _ = await items_waiting(pool, asker, whose, held, now, MOST)
    of = tuple(almanacs.of(partner) for partner in partners)
    names = ", ".join(sorted(community.position_key(position) for position in held)) or "no position"
    feed = Feed(
        uid=f"person-{whose}@consortia",
        name=f"Consortia: {names}",
        stamp=span.today,
        first=span.first,
        last=span.last,
        meetings=meetings,
        deadlines=(*deadlines_of(community, items, now), *reconfirmations_of(community, administered, now)),
        busy=(*taken(meetings), *closed(of), *away(community, whose, now)),
        almanacs=of,
        hours=True,
        language=language,
    )
    return _answer(feed, request)


@get("/v1/calendars/councils/{council:str}", scope="read")
async def council_calendar(
    council: str,
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    request: Request[Any, Any, Any],
    language: Language = "en",
) -> Response[bytes]:
    """`<council's id or key>.ics`: its meetings, the rounds that wait on it, its members' blackouts and holidays."""
    now, community, named = clock(), asker.community, _name(council, "council")
    known = next((one for one in community.councils.values() if named in (one.key, str(one.id))), None)
    roster = known.roster(now) if known else None
    if known is None or roster is None:
        raise Refused(NotFound("council", named))
    seats = [seat.position for seat in roster.seats if seat.position in community.positions]
    if asker.key.role not in TRUSTED and not {*seats} & {*positions_held(community, asker.key.person, now)}:
        raise Refused(CalendarOfAnother(asker.key.role))
    span, almanacs = span_of(now), Almanacs(community, now)
    meetings = meetings_of(community, {known.id}, now)
    items = await items_of_seats(pool, asker, seats, now, MOST)
    of = tuple(almanacs.of(partner) for partner in sorted({seat.partner for seat in roster.seats}))
    feed = Feed(
        uid=f"council-{known.id}@consortia",
        name=f"Consortia: {in_english(known.name)}",
        stamp=span.today,
        first=span.first,
        last=span.last,
        meetings=meetings,
        deadlines=tuple(once_a_round(deadlines_of(community, items, now))),
        busy=tuple(taken(meetings)),
        almanacs=of,
        hours=False,
        language=language,
    )
    return _answer(feed, request)


@get("/v1/calendars/partners/{partner:str}", scope="read")
async def partner_calendar(
    partner: str, asker: Asker, clock: Clock, request: Request[Any, Any, Any], language: Language = "en"
) -> Response[bytes]:
    """`<partner's key or id>.ics`: its working hours, blackouts and holidays, and meetings of councils it sits on."""
    now, community = clock(), asker.community
    of = partner_named(community, _name(partner, "partner"))
    span, almanac = span_of(now), Almanacs(community, now).of(of)
    positions = (position.id for position in community.positions.values() if position.partner == of)
    meetings = meetings_of(community, councils_with(community, positions, now), now)
    feed = Feed(
        uid=f"partner-{of}@consortia",
        name=f"Consortia: {almanac.key}",
        stamp=span.today,
        first=span.first,
        last=span.last,
        meetings=meetings,
        deadlines=tuple(reconfirmations_of(community, (of,), now)),
        busy=(*taken(meetings), *closed((almanac,))),
        almanacs=(almanac,),
        hours=True,
        language=language,
    )
    return _answer(feed, request)


def _answer(feed: Feed, request: Request[Any, Any, Any]) -> Response[bytes]:
    from services.oversight.api import ical

    body = ical.written(feed)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type="text/calendar", headers=headers)


def _id(feed: str, kind: str) -> UUID:
    name = _name(feed, kind)
    try:
        return UUID(name)
    except ValueError:
        raise Refused(NotFound(kind, name)) from None


def _name(feed: str, kind: str) -> str:
    """What the feed is of: its file's name without `.ics`."""
    if not feed.endswith(SUFFIX):
        raise Refused(NotFound(kind, feed[:80]))
    return feed.removesuffix(SUFFIX)[:80]
