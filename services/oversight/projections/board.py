"""The queries of the board and the inbox. Whoever holds a position is none of their business."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from services.oversight.projections.waits import Card, Dot, Stage, Wait
from shared.contracts import LOGS
from shared.eventstore.sql import statements
from shared.kernel import Text, Value

SQL = statements("services.oversight.projections", "board.sql")
COUNTED = 1000
"""How many cards beyond the shown ones are counted at most."""

_wait = msgspec.json.Decoder(Wait)
_dots = msgspec.json.Decoder(tuple[Dot, ...])
_title = msgspec.json.Decoder(Text)


class Wanted(Value, frozen=True):
    """Cards by what they wait for: one of these `whoms`, unless partner `apart` has spoken; or among the `subjects`."""

    whoms: tuple[UUID, ...]
    subjects: tuple[UUID, ...] = ()
    apart: UUID | None = None


class Sieve(Value, frozen=True):
    """Which cards are wanted: of a proposing partner, with something due before `overdue`, which `ids` may read;

    beyond the card `after` in a column's order.
    """

    community: str
    of: UUID | None = None
    wanted: Wanted | None = None
    ids: frozenset[UUID] | None = None
    overdue: datetime | None = None
    after: tuple[datetime, UUID] | None = None


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
    ordinal: int

    @property
    def place(self) -> "Place":
        return Place(self.wait.due, self.wait.since, self.card.subject, self.ordinal)


class Place(Value, frozen=True):
    """Where a page of what waits ended: in the order in which it is listed."""

    due: datetime | None
    since: datetime
    subject: UUID
    ordinal: int


async def column(pool: asyncpg.Pool, stage: Stage, sieve: Sieve, limit: int) -> Column:
    """One column: longest in the stage first; what has ended, latest first."""
    sql, arguments = _statement(stage, sieve)
    rows = list(await pool.fetch(sql, *arguments(limit + 1)))
    more = 0
    if len(rows) > limit:
        more = await _counted(pool, stage, sieve, limit + COUNTED) - limit
        rows = rows[:limit]
    if stage == "preparation" and (sieve.wanted, sieve.overdue, sieve.after) == (None, None, None):
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
    behind: Place | None = None,
) -> list[Waiting]:
    """What waits on these positions, or on whoever owns these matters at these partners; due first, then longest;

    of what whoever has these `ids` may read, `behind` the last one of the page before.
    """
    pairs = list(owned)
    each = SQL["waiting_rows"].format(readable=_readable(ids))
    rows = await pool.fetch(
        SQL["waiting"].format(waiting=each, in_order=SQL["waiting_order"]),
        community,
        list(positions),
        _listed(ids),
        [partner for partner, _ in pairs],
        [matter for _, matter in pairs],
        limit,
        *(BEFORE_ALL if behind is None else _sent(behind)),
    )
    return [Waiting(_card(row, ()), _wait.decode(row["wait"]), row["ordinal"]) for row in rows]


BEFORE_ALL = ("-infinity", "-infinity", UUID(int=0), 0)
"""The place behind which everything stands."""


def _sent(place: Place) -> tuple[str, str, UUID, int]:
    due = "infinity" if place.due is None else place.due.isoformat()
    return due, place.since.isoformat(), place.subject, place.ordinal


async def reached(pool: asyncpg.Pool) -> str:
    """How far cards and whom they wait on are, in each log: the same as long as nothing moved."""
    return str(await pool.fetchval(SQL["reached"]))


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


async def whoms(pool: asyncpg.Pool, community: str) -> list[tuple[UUID, UUID, Wait]]:
    """Everything that is waited for there as `Wait.whom`, each with one card and its wait."""
    rows = await pool.fetch(SQL["whoms"], community)
    return [(row["whom"], row["subject"], _wait.decode(row["wait"])) for row in rows]


async def doubtful(
    pool: asyncpg.Pool, sieve: Sieve, shut: Iterable[UUID], of: Iterable[UUID], limit: int
) -> list[tuple[UUID, Wait]]:
    """Waits that are `shut` to somebody, and the first `of` these whoms, with their cards."""
    sql = SQL["doubtful"].format(readable_wait=_readable(sieve.ids, "readable_wait"))
    rows = await pool.fetch(sql, sieve.community, list(shut), _listed(sieve.ids), list(of), limit)
    return [(row["subject"], _wait.decode(row["wait"])) for row in rows]


async def count_overdue(pool: asyncpg.Pool, sieve: Sieve, now: datetime) -> int:
    """How many cards wait for something overdue; counted up to a thousand."""
    sql = SQL["overdue"].format(readable=_readable(sieve.ids))
    return int(await pool.fetchval(sql, sieve.community, now, _listed(sieve.ids), COUNTED))


async def count_waiting(pool: asyncpg.Pool, sieve: Sieve, wanted: Wanted) -> int:
    """How many cards are `wanted`; counted up to a thousand."""
    sql = SQL["waiting_for"].format(readable_wait=_readable(sieve.ids, "readable_wait"))
    about = (sieve.community, list(wanted.whoms), _listed(sieve.ids), COUNTED, list(wanted.subjects))
    return int(await pool.fetchval(sql, *about))


async def marks(pool: asyncpg.Pool, community: str) -> tuple[int, ...]:
    """Of each log the index of the community's last fact."""
    found = {row["log"]: row["index"] or 0 for row in await pool.fetch(SQL["marks"], community, list(LOGS))}
    return tuple(found[log] for log in LOGS)


async def position(pool: asyncpg.Pool) -> int:
    """A number that moves whenever the tables of cards do."""
    return int(await pool.fetchval(SQL["positions"]))


async def _counted(pool: asyncpg.Pool, stage: Stage, sieve: Sieve, limit: int) -> int:
    """How many cards the column has, counted up to the limit; the whole stage by its index alone."""
    if sieve == Sieve(sieve.community):
        return int(await pool.fetchval(SQL["in_stage"], sieve.community, stage, limit))
    sql, arguments = _statement(stage, sieve)
    return int(await pool.fetchval(f"select count(*) from ({sql}) counted", *arguments(limit)))  # noqa: S608 - our own statement


def _statement(stage: Stage, sieve: Sieve) -> tuple[str, Callable[[int], list[object]]]:
    """The statement for that column, and its arguments as a function of the limit."""
    rest: list[object] = [*(sieve.after or (None, None)), sieve.overdue]
    if (wanted := sieve.wanted) is not None:
        name = "column_waiting"
        rest += [sieve.of, list(wanted.whoms), wanted.apart, list(wanted.subjects)]
    elif sieve.of is not None:
        name = "column_of"
        rest += [sieve.of]
    else:
        name = "column"
    sql = SQL[name].format(
        direction="desc" if stage == "ended" else "asc",
        beyond="<" if stage == "ended" else ">",
        readable=_readable(sieve.ids),
        readable_wait=_readable(sieve.ids, "readable_wait"),
    )
    return sql, lambda limit: [sieve.community, stage, _listed(sieve.ids), limit, *rest]


def _readable(ids: frozenset[UUID] | None, name: str = "readable") -> str:
    return SQL["all"] if ids is None else SQL[name]


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
        dots=_dots.decode(row["dots"]) if row["dots"] else (),
    )


def _titled(title: str | None) -> Text | None:
    return None if title is None else _title.decode(title)
