"""The board as it stood: how every card stood at a moment, with everything known of it now.

Each row of the history is a rectangle without height: from one change of the card to the next along x, since when in
its stage along y. What stood at a moment is what a vertical line there meets, from below the longest in its stage
first, and an index of rectangles gives just that, however long the history. Strips of x keep communities and stages
apart; two communities may share one, so what is found is compared with what was asked for.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID
from zlib import crc32

import asyncpg
import msgspec
from msgspec import structs

from services.oversight.projections.waits import STAGES, Card, Dot, Stage, Wait
from shared.authority.reading import COORDINATORS
from shared.eventstore.sql import statements
from shared.kernel import Text, Value

SQL = statements("services.oversight.projections", "past.sql")
STRIP = 1e11
"""Seconds of x that a strip is wide: all the time there is, and more."""
COMMUNITIES = 1000
COUNTED = 1000

_waits = msgspec.json.Decoder(tuple[Wait, ...])
_dots = msgspec.json.Decoder(tuple[Dot, ...])
_title = msgspec.json.Decoder(Text)


class Then(Value, frozen=True):
    """Cards of a column as they stood; `through`: so many were looked at, and there may be more."""

    cards: tuple[Card, ...]
    through: bool


def strip(community: str, stage: str) -> float:
    """Where the strip of a community's stage begins."""
    place = STAGES.index(stage) if stage in STAGES else len(STAGES)
    return (crc32(community.encode()) % COMMUNITIES * (len(STAGES) + 1) + place) * STRIP


def kept(waits: Iterable[Wait]) -> tuple[Wait, ...]:
    """Waits as the history keeps them: without what only whoever acts on them needs."""
    return tuple(structs.replace(wait, digest=None, holds_up=()) for wait in waits)


async def column(
    pool: asyncpg.Pool,
    community: str,
    stage: Stage,
    at: datetime,
    ids: frozenset[UUID] | None,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
    of: UUID | None = None,
) -> Then:
    """The cards that stood in the stage then, longest in it first (what had ended, latest first), at most `limit`.

    Of what whoever has these `ids` may read now; beyond that place, of that proposing partner.
    """
    rows = await pool.fetch(*_asked(community, stage, at, ids, limit + 1, after, of))
    return Then(tuple(_card(row) for row in rows[:limit]), len(rows) > limit)


async def count(
    pool: asyncpg.Pool,
    community: str,
    stage: Stage,
    at: datetime,
    ids: frozenset[UUID] | None,
    after: tuple[datetime, UUID] | None = None,
    of: UUID | None = None,
) -> int:
    """How many there were, counted up to a thousand."""
    return int(await pool.fetchval(*_asked(community, stage, at, ids, COUNTED, after, of, "counted")))


def _asked(
    community: str,
    stage: Stage,
    at: datetime,
    ids: frozenset[UUID] | None,
    limit: int,
    after: tuple[datetime, UUID] | None,
    of: UUID | None,
    name: str = "column",
) -> tuple[Any, ...]:
    """The statement of that name, and its arguments."""
    ended = stage == "ended"
    readable = "all" if ids is None else "readable_to_coordinators" if COORDINATORS in ids else "readable"
    sql = SQL[name].format(
        standing=SQL["standing"].format(beyond="<" if ended else ">", readable=SQL[readable]),
        in_order=SQL["in_order"].format(direction="desc" if ended else "asc"),
    )
    seen_from = 1e12 if ended else -1e11
    begins = strip(community, stage)
    listed = None if ids is None else list(ids)
    return sql, community, stage, at, listed, limit, begins, seen_from, *(after or (None, None)), of


def _card(row: asyncpg.Record) -> Card:
    title = None if row["title"] is None else _title.decode(row["title"])
    return Card(
        row["subject"], row["key"], title, row["partner"], row["stage"], row["since"], _waits.decode(row["waits"]),
        dots=_dots.decode(row["dots"]),
    )  # fmt: skip
