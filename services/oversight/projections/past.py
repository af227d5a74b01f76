"""The board as it stood: how every card stood at a moment, with everything known of it now.

Each row of the history is a rectangle without height: from one change of the card to the next along x, since when in
its stage along y. What stood at a moment is what a vertical line there meets, from below the longest in its stage
first, and an index of rectangles gives just that, however long the history. Strips of x keep communities and stages
apart; two communities may share one, so what is found is compared with what was asked for.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zlib import crc32

import asyncpg
import msgspec
from msgspec import structs

from services.oversight.projections.columns import Sieve, in_order
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


async def columns(
    pool: asyncpg.Pool, stages: Sequence[Stage], sieve: Sieve, at: datetime, limit: int
) -> dict[Stage, Then]:
    """The cards that stood in each stage then, longest in it first (what had ended, latest first), at most `limit`.

    Of what whoever has the sieve's ids may read now; beyond that place, of that proposing partner.
    """
    found: dict[str, list[asyncpg.Record]] = {stage: [] for stage in stages}
    for row in await _both_ways(pool, "columns", stages, sieve, at, limit + 1):
        found[row["stage"]].append(row)
    return {
        stage: Then(tuple(_card(row) for row in in_order(stage, found[stage])[:limit]), len(found[stage]) > limit)
        for stage in stages
    }


async def counted(pool: asyncpg.Pool, stages: Sequence[Stage], sieve: Sieve, at: datetime) -> dict[str, int]:
    """How many there were in each, counted up to a thousand."""
    rows = await _both_ways(pool, "counted", stages, sieve, at, COUNTED)
    return {row["stage"]: row["cards"] for row in rows}


async def _both_ways(
    pool: asyncpg.Pool, name: str, stages: Sequence[Stage], sieve: Sieve, at: datetime, limit: int
) -> list[asyncpg.Record]:
    """The statement's rows for these stages: for what had ended the other way round, latest first."""
    ids = None if sieve.ids is None else list(sieve.ids)
    found: list[asyncpg.Record] = []
    for ended in (False, True):
        if some := [stage for stage in stages if (stage == "ended") is ended]:
            begins = [strip(sieve.community, stage) for stage in some]
            seen_from, place = 1e12 if ended else -1e11, sieve.after or (None, None)
            about = (sieve.community, some, at, ids, limit, begins, seen_from, *place, sieve.of)
            found += await pool.fetch(_statement(name, sieve, ended), *about)
    return found


def _statement(name: str, sieve: Sieve, ended: bool) -> str:
    """The statement for whoever reads, from its parts."""
    coordinates = sieve.ids is not None and COORDINATORS in sieve.ids
    readable = "all" if sieve.ids is None else "readable_to_coordinators" if coordinates else "readable"
    return SQL[name].format(
        standing=SQL["standing"].format(beyond="<" if ended else ">", readable=SQL[readable]),
        in_order=SQL["in_order"].format(direction="desc" if ended else "asc"),
    )


def _card(row: asyncpg.Record) -> Card:
    title = None if row["title"] is None else _title.decode(row["title"])
    return Card(
        row["subject"], row["key"], title, row["partner"], row["stage"], row["since"], _waits.decode(row["waits"]),
        dots=_dots.decode(row["dots"]),
    )  # fmt: skip
