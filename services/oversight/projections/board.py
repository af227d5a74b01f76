"""The queries of the board and the inbox. Whoever holds a position is none of their business."""

from collections.abc import Callable, Iterable
from uuid import UUID

import asyncpg
import msgspec

from services.oversight.projections.waits import Card, Stage, Wait
from shared.eventstore.sql import statements
from shared.kernel import Text, Value

SQL = statements("services.oversight.projections", "board.sql")
COUNTED = 1000
"""How many cards beyond the shown ones are counted at most."""

_wait = msgspec.json.Decoder(Wait)
_title = msgspec.json.Decoder(Text)


class Sieve(Value, frozen=True):
    """Which cards are wanted: of a proposing partner, waiting on a partner (and what it owns), which `ids` may read."""

    community: str
    of: UUID | None = None
    waiting_on: UUID | None = None
    owns: tuple[str, ...] = ()
    ids: frozenset[UUID] | None = None


class Column(Value, frozen=True):
    """A stage's cards, and how many more there are (counted up to a thousand)."""

    cards: tuple[Card, ...]
    more: int


class Named(Value, frozen=True):
    """A card's key and title, and the proposing partner."""

    subject: UUID
    key: str
    title: Text | None
    partner: UUID


class Waiting(Value, frozen=True):
    """Something waited for, and on which card."""

    card: Card
    wait: Wait


async def column(pool: asyncpg.Pool, stage: Stage, sieve: Sieve, limit: int) -> Column:
    """One column: longest in the stage first; what has ended, latest first."""
    sql, arguments = _statement(stage, sieve)
    rows = list(await pool.fetch(sql, *arguments(limit + 1)))
    more = 0
    if len(rows) > limit:
        more = await pool.fetchval(f"select count(*) from ({sql}) counted", *arguments(limit + COUNTED)) - limit  # noqa: S608 - our own statement
        rows = rows[:limit]
    if stage == "preparation" and sieve.waiting_on is None:
        sql = SQL["on_the_way"].format(readable=_readable(sieve.ids))
        rows += await pool.fetch(sql, sieve.community, sieve.of, _listed(sieve.ids))
    return Column(await _cards(pool, rows), more)


async def waiting(
    pool: asyncpg.Pool,
    community: str,
    positions: Iterable[UUID],
    owned: Iterable[tuple[UUID, str]],
    limit: int,
    ids: frozenset[UUID] | None,
) -> list[Waiting]:
    """What waits on these positions, or on whoever owns these matters at these partners; due first, then longest;

    of what whoever has these `ids` may read.
    """
    pairs = list(owned)
    rows = await pool.fetch(
        SQL["waiting"].format(readable=_readable(ids)),
        community,
        list(positions),
        _listed(ids),
        [partner for partner, _ in pairs],
        [matter for _, matter in pairs],
        limit,
    )
    return [Waiting(_card(row, ()), _wait.decode(row["wait"])) for row in rows]


async def card(pool: asyncpg.Pool, community: str, subject: UUID) -> Card | None:
    """That card, without its waits; None where the community has none."""
    row = await pool.fetchrow(SQL["card"], community, subject)
    return None if row is None else _card(row, ())


async def whole(pool: asyncpg.Pool, community: str, subject: UUID) -> Card | None:
    """That card with its waits; None where the community has none."""
    row = await pool.fetchrow(SQL["card"], community, subject)
    return None if row is None else (await _cards(pool, [row]))[0]


async def names(pool: asyncpg.Pool, community: str, subjects: Iterable[UUID]) -> dict[UUID, Named]:
    """Keys and titles of these, as far as the community has them."""
    rows = await pool.fetch(SQL["names"], community, list(subjects))
    return {row["subject"]: Named(row["subject"], row["key"], _titled(row["title"]), row["partner"]) for row in rows}


def _statement(stage: Stage, sieve: Sieve) -> tuple[str, Callable[[int], list[object]]]:
    """The statement for that column, and its arguments as a function of the limit."""
    if sieve.waiting_on is not None:
        name, rest = "column_waiting_on", [sieve.of, sieve.waiting_on, list(sieve.owns)]
    elif sieve.of is not None:
        name, rest = "column_of", [sieve.of]
    else:
        name, rest = "column", []
    sql = SQL[name].format(direction="desc" if stage == "ended" else "asc", readable=_readable(sieve.ids))
    return sql, lambda limit: [sieve.community, stage, _listed(sieve.ids), limit, *rest]


def _readable(ids: frozenset[UUID] | None) -> str:
    return SQL["all"] if ids is None else SQL["readable"]


def _listed(ids: frozenset[UUID] | None) -> list[UUID] | None:
    return None if ids is None else list(ids)


async def _cards(pool: asyncpg.Pool, rows: list[asyncpg.Record]) -> tuple[Card, ...]:
    subjects = [row["subject"] for row in rows]
    waits: dict[tuple[str, UUID], list[Wait]] = {}
    for row in await pool.fetch(SQL["waits"], sorted({row["log"] for row in rows}), subjects):
        waits.setdefault((row["log"], row["subject"]), []).append(_wait.decode(row["wait"]))
    return tuple(_card(row, tuple(waits.get((row["log"], row["subject"]), ()))) for row in rows)


def _card(row: asyncpg.Record, waits: tuple[Wait, ...]) -> Card:
    return Card(
        row["subject"],
        row["key"],
        _titled(row["title"]),
        row["partner"],
        row["stage"],
        row["since"],
        waits,
        row["private"],
    )


def _titled(title: str | None) -> Text | None:
    return None if title is None else _title.decode(title)
