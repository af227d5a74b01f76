"""The board: where everything is, what is stuck, and on whom."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import asyncpg
from litestar import get
from litestar.params import Parameter

from services.oversight.api.asked import Asked, asked_for
from services.oversight.api.columns import Counts, Found, cards_now, cards_then
from services.oversight.api.signatures import Unsigned, unsigned
from services.oversight.api.unowned import Asking
from services.oversight.api.whom import WaitsOn, Whom
from services.oversight.projections.ages import Share, Usual, usual
from services.oversight.projections.nudges import nudges_of
from services.oversight.projections.waits import STAGES, Card, Dot, Stage
from shared.authority import Community
from shared.authority.entries import Partner
from shared.contracts.values import Scope
from shared.kernel import Clock, Text, Value
from shared.security.asker import Asker
from shared.web.requests import At

A_BREATH = 200
"""How many cards are made ready before others are let in."""
SOON = timedelta(days=30)
"""How long before it falls due a reconfirmation shows."""
Key = Annotated[str | None, Parameter(max_length=80)]
After = Annotated[str | None, Parameter(max_length=200)]


class BoardCard(Value, frozen=True):
    """A proposal or microcredential in its column. `partner` is the proposing partner's key.

    `about` says within what it lies, as long as it waits on anybody; `dots` how each step of its pathway stands. `age`:
    it has been in its stage longer than 50, 85 or 95 of a hundred cards were that have left it; null where it has not,
    or where too few have to say.
    """

    id: UUID
    key: str
    title: Text | None
    partner: str
    stage: Stage
    since: datetime
    days_in_stage: int
    waits_on: tuple[WaitsOn, ...]
    about: tuple[Scope, ...]
    dots: tuple[Dot, ...] = ()
    age: Share | None = None


class BoardColumn(Value, frozen=True):
    """A stage and its cards; `more` are not shown, counted up to a thousand; `next` is the cursor to go on from.

    `usual`: how long cards stayed before they left, where enough have. `looked_through`: only so many cards were looked
    through for what was asked for, and there may be others.
    """

    stage: Stage
    cards: tuple[BoardCard, ...]
    more: int
    next: str | None = None
    usual: Usual | None = None
    looked_through: int | None = None


class Reconfirmation(Value, frozen=True):
    """A partner whose register is to be gone through and confirmed, by `due`; who does it: its administrator."""

    partner: str
    due: datetime
    overdue: bool
    waits_on: str
    sentence: str


class Board(Value, frozen=True):
    """The columns in the order a microcredential passes through them; `reconfirm` is due within 30 days, or overdue;

    `agreements` are those that wait for signatures. Of a `past` moment neither is told, nor are `counts`: what was
    recorded by then of the cards is shown with who could act on it then, as known now.
    """

    at: datetime
    columns: tuple[BoardColumn, ...]
    reconfirm: tuple[Reconfirmation, ...]
    agreements: tuple[Unsigned, ...]
    past: bool = False
    counts: Counts | None = None


@get("/v1/board", scope="read")
async def read_board(
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    asking: Asking,
    stage: Stage | None = None,
    partner: Key = None,
    waiting_on: Key = None,
    overdue: bool = False,
    unowned: bool = False,
    at: At = None,
    after: After = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> Board:
    """Every column you may read, or one `stage`; of one proposing `partner`; of what is `waiting_on` a partner, is

    `overdue`, or `unowned`: nobody can act on it. Partners are named by key or id. `at`: as it stood then, a moment or
    the end of a day (UTC). With a `stage`, `after` is the `next` of the page before.
    """
    asked = asked_for(
        asker.community, clock(), at=at, stage=stage, partner=partner, waiting_on=waiting_on, overdue=overdue,
        unowned=unowned, limit=limit, after=after,
    )  # fmt: skip
    return await board_of(pool, asker, asking, asked)


async def board_of(pool: asyncpg.Pool, asker: Asker, asking: Asking, asked: Asked) -> Board:
    """That part of the board, as far as the asker may read it now."""
    community, on, index = asker.community, asked.waiting_on, asker.log_index
    stages = (asked.stage,) if asked.stage else STAGES
    if asked.past is not None:
        found, counts = await cards_then(pool, asker, asked, stages), None
    else:
        found, counts = await cards_now(pool, asker, asking, asked, stages)
    usual_stays = await usual(pool, asker.key.community, asked.past)
    nudges = await nudges_of(pool, asker.key.community, (card.subject for one in found for card in one.cards))
    whom = Whom(community, index, asked.at, nudges.until(asked.at))
    columns = tuple([await _column(one, community, whom, asked.at, usual_stays.get(one.stage)) for one in found])
    if asked.past is not None:
        return Board(asked.at, columns, (), (), past=True)
    due, waiting = _reconfirmations(community, on, asked.now), unsigned(community, index, on, asked.now)
    return Board(asked.now, columns, due, waiting, counts=counts)


def _reconfirmations(community: Community, waiting_on: UUID | None, now: datetime) -> tuple[Reconfirmation, ...]:
    """The soonest due first; of one partner where the board is asked for what waits on it."""
    due = [
        one for one in community.partners.values() if one.reconfirm_by <= now + SOON and waiting_on in (None, one.id)
    ]
    return tuple(_reconfirmation(community, one, now) for one in sorted(due, key=lambda one: one.reconfirm_by))


def _reconfirmation(community: Community, partner: Partner, now: datetime) -> Reconfirmation:
    overdue, on = partner.reconfirm_by < now, community.position_key(partner.administrator)
    how = "was to be" if overdue else "is to be"
    sentence = f"The register of {partner.key} {how} reconfirmed by {on} by {partner.reconfirm_by.date()}."
    return Reconfirmation(partner.key, partner.reconfirm_by, overdue, on, sentence)


async def _column(found: Found, community: Community, whom: Whom, at: datetime, stays: Usual | None) -> BoardColumn:
    cards = []
    for card in found.cards:
        cards.append(_shown(card, found.stage, community, whom, at, stays))
        if len(cards) % A_BREATH == 0:
            await asyncio.sleep(0)
    return BoardColumn(found.stage, tuple(cards), found.more, found.next, stays, found.looked_through)


def _shown(
    card: Card, stage: Stage, community: Community, whom: Whom, at: datetime, stays: Usual | None
) -> BoardCard:  # fmt: skip
    known = community.partners.get(card.partner)
    days = max(0, (at - card.since).days)
    return BoardCard(
        card.subject,
        card.key,
        card.title,
        known.key if known else str(card.partner),
        stage,
        card.since,
        days,
        whom.waits_on(card.subject, card.waits),
        next((wait.about for wait in card.waits), ()),
        card.dots,
        stays.longer_than(days) if stays and stage != "ended" else None,
    )
