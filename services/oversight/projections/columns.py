"""The board's columns, and how many cards are in need of somebody: all columns in as few statements as may be."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from services.oversight.projections.board import cards_of, decoded, listed
from services.oversight.projections.waits import Card, Stage, Wait
from shared.authority.reading import COORDINATORS
from shared.eventstore.sql import statements
from shared.kernel import Value

SQL = statements("services.oversight.projections", "columns.sql")
COUNTED = 1000
"""How many cards beyond the shown ones are counted at most."""


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
    """A stage's cards: longest in it first; what has ended, latest first. How many more there are, counted up to a

    thousand.
    """

    stage: Stage
    cards: tuple[Card, ...]
    more: int


async def columns(pool: asyncpg.Pool, stages: Collection[Stage], sieve: Sieve, limit: int) -> tuple[Column, ...]:
    """A column for each stage, in their order."""
    shown: dict[str, list[asyncpg.Record]] = {stage: [] for stage in stages}
    for row in await _both_ways(pool, "columns", stages, sieve, limit + 1):
        shown[row["stage"]].append(row)
    longer = [stage for stage in stages if len(shown[stage]) > limit]
    counted = {row["stage"]: row["cards"] for row in await _both_ways(pool, "counted", longer, sieve, limit + COUNTED)}
    shown = {stage: in_order(stage, rows)[:limit] for stage, rows in shown.items()}
    if "preparation" in shown and (sieve.wanted, sieve.overdue, sieve.after) == (None, None, None):
        statement = _statement("on_the_way", sieve)
        shown["preparation"] += await pool.fetch(statement, sieve.community, sieve.of, listed(sieve.ids))
    cards = {card.subject: card for card in await cards_of(pool, [row for rows in shown.values() for row in rows])}
    return tuple(
        Column(stage, tuple(cards[row["subject"]] for row in shown[stage]), max(0, counted.get(stage, 0) - limit))
        for stage in stages
    )


async def doubtful(
    pool: asyncpg.Pool, sieve: Sieve, shut: Iterable[UUID], of: Iterable[UUID], limit: int
) -> list[tuple[UUID, Wait]]:
    """Waits that are `shut` to somebody, and the first `of` these whoms, with their cards."""
    sql = _statement("doubtful", sieve)
    rows = await pool.fetch(sql, sieve.community, list(shut), listed(sieve.ids), list(of), limit)
    return [(row["subject"], decoded(row["wait"])) for row in rows]


async def count_overdue(pool: asyncpg.Pool, sieve: Sieve, now: datetime) -> int:
    """How many cards wait for something overdue; counted up to a thousand."""
    sql = _statement("overdue", sieve)
    return int(await pool.fetchval(sql, sieve.community, now, listed(sieve.ids), COUNTED))


async def count_waiting(pool: asyncpg.Pool, sieve: Sieve, wanted: Wanted) -> int:
    """How many cards are `wanted`; counted up to a thousand."""
    sql = _statement("waiting_for", sieve)
    about = (sieve.community, list(wanted.whoms), listed(sieve.ids), COUNTED, list(wanted.subjects))
    return int(await pool.fetchval(sql, *about))


def in_order(stage: str, rows: Iterable[asyncpg.Record]) -> list[asyncpg.Record]:
    """Longest in the stage first; of what has ended, latest first."""
    return sorted(rows, key=lambda row: (row["since"], row["subject"]), reverse=stage == "ended")


async def _both_ways(
    pool: asyncpg.Pool, name: str, stages: Collection[Stage], sieve: Sieve, limit: int
) -> list[asyncpg.Record]:
    """The statement's rows for these stages: for what has ended the other way round, latest first."""
    rest: list[object] = [*(sieve.after or (None, None)), sieve.overdue, sieve.of]
    if (wanted := sieve.wanted) is not None:
        rest += [list(wanted.whoms), wanted.apart, list(wanted.subjects)]
    found: list[asyncpg.Record] = []
    for ended in (False, True):
        if some := [stage for stage in stages if (stage == "ended") is ended]:
            statement = _statement(name, sieve, ended)
            found += await pool.fetch(statement, sieve.community, some, listed(sieve.ids), limit, *rest)
    return found


def _statement(name: str, sieve: Sieve, ended: bool = False) -> str:
    """The statement for whoever reads, from its parts."""
    if sieve.ids is None:
        card, wait = "all", "all"
    elif COORDINATORS in sieve.ids:
        card, wait = "readable_to_coordinators", "wait_readable_to_coordinators"
    else:
        card, wait = "readable", "readable_wait"
    parts = {
        "readable": SQL[card].format(invited=SQL["invited"]),
        "readable_wait": SQL[wait],
        "overdue": SQL["due_or_not" if sieve.overdue is None else "due_before"],
        "proposed": SQL["proposed_by_anybody" if sieve.of is None else "proposed_by"],
        "direction": "desc" if ended else "asc",
        "beyond": "<" if ended else ">",
    }
    standing = SQL["standing" if sieve.wanted is None else "standing_waiting"].format_map(parts)
    return SQL[name].format(standing=standing, in_order=SQL["in_order"].format_map(parts), **parts)
