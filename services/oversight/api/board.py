"""The board: where everything is, what is stuck, and on whom."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from litestar import get
from litestar.params import Parameter

from services.oversight.api.readers import drafts_seen_by, partner_named
from services.oversight.api.whom import WaitsOn, Whom
from services.oversight.projections import board as table
from services.oversight.projections.board import Sieve
from services.oversight.projections.waits import STAGES, Card, Stage
from shared.authority import Community, who_decides
from shared.kernel import Clock, Text, Value
from shared.security.asker import Asker

Key = Annotated[str, Parameter(max_length=80)]


class BoardCard(Value, frozen=True):
    """A proposal or microcredential in its column. `partner` is the proposing partner's key."""

    id: UUID
    key: str
    title: Text | None
    partner: str
    stage: Stage
    since: datetime
    days_in_stage: int
    waits_on: tuple[WaitsOn, ...]


class BoardColumn(Value, frozen=True):
    """A stage and its cards; `more` are not shown, counted up to a thousand."""

    stage: Stage
    cards: tuple[BoardCard, ...]
    more: int


class Board(Value, frozen=True):
    """The columns in the order a microcredential passes through them."""

    at: datetime
    columns: tuple[BoardColumn, ...]


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
    """Every column, or one `stage`; of one proposing `partner`; of what is `waiting_on` a partner. By key or id."""
    now, community = clock(), asker.community
    on = partner_named(community, waiting_on) if waiting_on else None
    sieve = Sieve(
        asker.key.community,
        partner_named(community, partner) if partner else None,
        on,
        _owned_by(community, asker.log_index, on, now) if on else (),
        drafts_seen_by(asker, now),
    )
    whom = Whom(community, asker.log_index, now)
    columns = []
    for name in (stage,) if stage else STAGES:
        column = await table.column(pool, name, sieve, limit)
        shown = tuple(_shown(card, name, community, whom, now) for card in column.cards)
        columns.append(BoardColumn(name, shown, column.more))
    return Board(now, tuple(columns))


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
    )


def _owned_by(community: Community, index: int, partner: UUID, now: datetime) -> tuple[str, ...]:
    """The matters somebody at the partner decides now."""
    matters = {entry.matter for entry in community.partners[partner].responsibilities.values()}
    answers = (who_decides(community, index, matter, partner, now) for matter in sorted(matters))
    return tuple(answer.matter for answer in answers if answer.position is not None)
