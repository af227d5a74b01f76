"""The board: where everything is, what is stuck, and on whom."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import asyncpg
from litestar import get
from litestar.params import Parameter

from services.oversight.api.readers import partner_named
from services.oversight.api.signatures import Unsigned, unsigned
from services.oversight.api.whom import WaitsOn, Whom
from services.oversight.projections import board as table
from services.oversight.projections.board import Sieve
from services.oversight.projections.waits import STAGES, Card, Stage
from shared.authority import Community, who_decides
from shared.authority.entries import Partner
from shared.contracts.values import Scope
from shared.kernel import Clock, Text, Value
from shared.security.asker import Asker

A_BREATH = 200
"""How many cards are made ready before others are let in."""
SOON = timedelta(days=30)
"""How long before it falls due a reconfirmation shows."""
Key = Annotated[str, Parameter(max_length=80)]


class BoardCard(Value, frozen=True):
    """A proposal or microcredential in its column. `partner` is the proposing partner's key.

    `about` says within what it lies, as long as it waits on anybody.
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


class BoardColumn(Value, frozen=True):
    """A stage and its cards; `more` are not shown, counted up to a thousand."""

    stage: Stage
    cards: tuple[BoardCard, ...]
    more: int


class Reconfirmation(Value, frozen=True):
    """A partner whose register is to be gone through and confirmed, by `due`; who does it: its administrator."""

    partner: str
    due: datetime
    overdue: bool
    waits_on: str
    sentence: str


class Board(Value, frozen=True):
    """The columns in the order a microcredential passes through them; `reconfirm` is due within 30 days, or overdue;

    `agreements` are those that wait for signatures.
    """

    at: datetime
    columns: tuple[BoardColumn, ...]
    reconfirm: tuple[Reconfirmation, ...]
    agreements: tuple[Unsigned, ...]


class Asked(Value, frozen=True):
    """Which part of the board is asked for: of one `stage`, of a proposing partner, of what is waiting on a partner."""

    now: datetime
    stage: Stage | None = None
    of: UUID | None = None
    waiting_on: UUID | None = None
    limit: int = 50


@get("/v1/board", scope="read")
async def read_board(
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    stage: Stage | None = None,
    partner: Key | None = None,
    waiting_on: Key | None = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> Board:
    """Every column you may read, or one `stage`; of one proposing `partner`; of what is `waiting_on` a partner.

    Partners are named by key or id.
    """
    of = partner_named(asker.community, partner) if partner else None
    on = partner_named(asker.community, waiting_on) if waiting_on else None
    return await board_of(pool, asker, Asked(clock(), stage, of, on, limit))


async def board_of(pool: asyncpg.Pool, asker: Asker, asked: Asked) -> Board:
    """That part of the board, as far as the asker may read it."""
    now, community, on = asked.now, asker.community, asked.waiting_on
    owned = _owned_by(community, asker.log_index, on, now) if on else ()
    sieve = Sieve(asker.key.community, asked.of, on, owned, asker.reader(now).ids)
    whom = Whom(community, asker.log_index, now)
    columns = []
    for name in (asked.stage,) if asked.stage else STAGES:
        column = await table.column(pool, name, sieve, asked.limit)
        shown = []
        for card in column.cards:
            shown.append(_shown(card, name, community, whom, now))
            if len(shown) % A_BREATH == 0:
                await asyncio.sleep(0)
        columns.append(BoardColumn(name, tuple(shown), column.more))
    return Board(
        now, tuple(columns), _reconfirmations(community, on, now), unsigned(community, asker.log_index, on, now)
    )


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


def _shown(card: Card, stage: Stage, community: Community, whom: Whom, now: datetime) -> BoardCard:
    known = community.partners.get(card.partner)
    return BoardCard(
        card.subject,
        card.key,
        card.title,
        known.key if known else str(card.partner),
        stage,
        card.since,
        max(0, (now - card.since).days),
        whom.waits_on(card.subject, card.waits),
        next((wait.about for wait in card.waits), ()),
    )


def _owned_by(community: Community, index: int, partner: UUID, now: datetime) -> tuple[str, ...]:
    """The matters somebody at the partner decides now."""
    matters = {entry.matter for entry in community.partners[partner].responsibilities.values()}
    answers = (who_decides(community, index, matter, partner, now) for matter in sorted(matters))
    return tuple(answer.matter for answer in answers if answer.position is not None)
