"""The inbox: what waits on a position this person holds now, and how to act on it."""

import asyncio
import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from litestar import get
from litestar.params import Parameter

from services.oversight.api.acts import Do, next_act
from services.oversight.api.board import A_BREATH
from services.oversight.api.confirmations import Confirmation, reconfirmations, to_confirm
from services.oversight.api.readers import person_asked_about, positions_acted_in
from services.oversight.api.signatures import ToSign, to_sign
from services.oversight.api.whom import Nudged, Whom
from services.oversight.projections import board as table
from services.oversight.projections.board import Place, Waiting
from services.oversight.projections.nudges import nudges_of
from services.oversight.projections.waits import Act
from shared.authority import Community
from shared.authority.grounds import grounds
from shared.kernel import Clock, Refused, Text, Value
from shared.kernel.intents import EARLIEST, LATEST
from shared.security.asker import Asker
from shared.web.faults import QueryNotRight

BIG = 2**31
MOST_ABOUT_ONE = 100
"""Waits that are looked at about one thing."""


class Item(Value, frozen=True):
    """Something that waits on a position of theirs. `digest` is of what they would sign; `needed` as on the board.

    `others` are the persons who could act on it as well; `holds_up` the steps that wait behind it. `act` is what has to
    be done, `refers` the offering, review, condition or sign-off at hand; `nudged`, when they were last reminded of it.
    """

    id: UUID
    key: str
    title: Text | None
    stage: str
    what: str
    step: str | None
    matter: str | None
    position: str
    partner: str | None
    since: datetime
    due: datetime | None
    overdue: bool
    needed: int | None
    digest: str | None
    do: Do
    others: tuple[UUID, ...]
    holds_up: tuple[str, ...]
    act: Act
    refers: UUID | None
    nudged: Nudged | None = None


class Inbox(Value, frozen=True):
    """Due first, then what has waited longest; `more` says that there is more than is shown.

    `next` is the `after` of the page of items that follows, null on the last.
    """

    person: UUID
    positions: tuple[str, ...]
    items: tuple[Item, ...]
    confirmations: tuple[Confirmation, ...]
    reconfirm: tuple[Confirmation, ...]
    signatures: tuple[ToSign, ...]
    more: bool
    next: str | None = None


@get("/v1/inbox", scope="read")
async def read_inbox(
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    person: UUID | None = None,
    after: Annotated[str | None, Parameter(max_length=400)] = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 100,
) -> Inbox:
    """What waits on the key's person; with `person`, for coordinators and auditors, on that one.

    `after` is the `next` of the page before.
    """
    return await inbox_of(pool, asker, clock(), person, limit, after)


async def inbox_of(
    pool: asyncpg.Pool, asker: Asker, now: datetime, person: UUID | None, limit: int, after: str | None = None
) -> Inbox:
    """What waits on that person, of what the asker may read; on the asker, where nobody is named."""
    community = asker.community
    whose = person_asked_about(asker, person)
    acted = positions_acted_in(community, whose, now)
    items, following = await _page_of(pool, asker, whose, acted, now, limit, _place(after))
    decides = list(dict.fromkeys(one.position for one in grounds(community, whose, now) if one.delegation is None))
    confirmations = [one for position in decides for one in to_confirm(community, position, now)]
    keys = tuple(sorted(community.position_key(position) for position in acted))
    shown = tuple(confirmations[:limit])
    due = tuple(reconfirmations(community, decides, now))
    signatures = tuple(to_sign(community, asker.log_index, whose, now))
    more = following is not None or len(confirmations) > limit
    return Inbox(whose, keys, tuple(items), shown, due, signatures, more, following)


async def items_about(pool: asyncpg.Pool, asker: Asker, now: datetime, person: UUID, subject: UUID) -> list[Item]:
    """What waits on that person about one proposal or microcredential, however far down their inbox."""
    acted = positions_acted_in(asker.community, person, now)
    items, _ = await _page_of(pool, asker, person, acted, now, MOST_ABOUT_ONE, None, subject)
    return items


async def items_waiting(
    pool: asyncpg.Pool, asker: Asker, whose: UUID, held: list[UUID], now: datetime, limit: int
) -> tuple[list[Item], bool]:
    """What waits on that person in the positions held, and whether there is more."""
    items, following = await _page_of(pool, asker, whose, held, now, limit, None)
    return items, following is not None


async def _page_of(
    pool: asyncpg.Pool,
    asker: Asker,
    whose: UUID,
    held: list[UUID],
    now: datetime,
    limit: int,
    behind: Place | None,
    about: UUID | None = None,
) -> tuple[list[Item], str | None]:
    """A page of what waits on that person, and where the next one begins; None where there is none."""
    community, ids = asker.community, asker.reader(now).ids
    owned = _owned(community, held)
    once = sorted(community.held_by.get(whose, set()) - set(held))
    found = await table.waiting(pool, asker.key.community, held, owned, limit + 1, ids, behind, about, whose, once)
    nudges = await nudges_of(pool, asker.key.community, (one.card.subject for one in found))
    whom = Whom(community, asker.log_index, now, nudges)
    able = [one for one in found[:limit] if whose not in one.wait.barred and one.wait.only in (None, whose)]
    items: list[Item] = []
    for count, one in enumerate(able):
        items += _items(community, whom, one, held, whose)
        if count % A_BREATH == 0:
            await asyncio.sleep(0)
    return items, _cursor(found[limit - 1].place) if len(found) > limit else None


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _place(cursor: str | None) -> Place | None:
    """The place a cursor names; refused where it is none of ours."""
    if cursor is None:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = msgspec.json.decode(plain, type=Place)
        known = [moment for moment in (place.due, place.since) if moment is not None]
        if any(one.tzinfo is None or not EARLIEST < one.year < LATEST for one in known) or not 0 <= place.ordinal < BIG:
            raise ValueError("no place of ours")
        return place
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise Refused(QueryNotRight("`after` is not a cursor; take `next` from the page before.")) from None


async def items_of_seats(pool: asyncpg.Pool, asker: Asker, seats: list[UUID], now: datetime, limit: int) -> list[Item]:
    """What waits on those positions as seats of a council: rounds in which any so many of them suffice."""
    found = await table.waiting(pool, asker.key.community, seats, (), limit, asker.reader(now).ids)
    whom = Whom(asker.community, asker.log_index, now)
    quorums = [one for one in found if one.wait.act == "sign-off" and one.wait.needed is not None]
    return [item for one in quorums for item in _items(asker.community, whom, one, seats)]


def _owned(community: Community, held: list[UUID]) -> set[tuple[UUID, str]]:
    """Matters one of the positions may own, in any scope: what is in truth theirs is judged item by item."""
    partners = {position: community.partners.get(community.positions[position].partner) for position in held}
    return {
        (partner.id, entry.matter)
        for position, partner in partners.items()
        if partner is not None
        for entry in partner.by_position.get(position, ())
        if entry.letter == "accountable"
    }


def _items(
    community: Community, whom: Whom, one: Waiting, held: list[UUID], whose: UUID | None = None
) -> Iterator[Item]:
    card, wait = one.card, one.wait
    mine = {community.positions[position].partner for position in held}
    partners = [wait.partner] if wait.partner else sorted(mine - set(wait.apart))
    for partner in partners:
        position = whom.position_of(card.subject, wait, partner)
        if position is None or (position not in held and (whose is None or wait.only != whose)):
            continue
        line = whom.one(card.subject, wait, partner)
        if whose is not None and whose not in line.holders:
            continue
        acting = position if position in held else next(iter(held), None)  # whatever they hold by now
        name = community.position_key(acting or position)
        yield Item(
            id=card.subject,
            key=card.key,
            title=card.title,
            stage=card.stage,
            what=line.what,
            step=line.step,
            matter=line.matter,
            position=name,
            partner=line.partner,
            since=line.since,
            due=line.due,
            overdue=line.overdue,
            needed=line.needed,
            digest=wait.digest,
            do=next_act(card.subject, wait, name if acting else None),
            others=tuple(person for person in line.holders if person != whose),
            holds_up=wait.holds_up,
            act=wait.act,
            refers=wait.refers,
            nudged=line.nudged,
        )
