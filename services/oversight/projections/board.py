"""Cards, what they are called, and what waits on whom. Whoever holds a position is none of their business."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from services.oversight.projections.waits import Card, Dot, Wait
from shared.contracts import LOGS
from shared.eventstore.sql import statements
from shared.kernel import Text, Value

SQL = statements("services.oversight.projections", "board.sql")

decoded = msgspec.json.Decoder(Wait).decode
"""A wait as the tables keep it."""
_dots = msgspec.json.Decoder(tuple[Dot, ...])
_title = msgspec.json.Decoder(Text)


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


async def waiting(
    pool: asyncpg.Pool,
    community: str,
    positions: Iterable[UUID],
    owned: Iterable[tuple[UUID, str]],
    limit: int,
    ids: frozenset[UUID] | None,
    behind: Place | None = None,
    about: UUID | None = None,
    person: UUID | None = None,
    once: Iterable[UUID] = (),
) -> list[Waiting]:
    """What waits on these positions, or on whoever owns these matters at these partners; due first, then longest;

    of what whoever has these `ids` may read, `behind` the last one of the page before; `about` one thing alone.
    What that `person` alone can do waits on them in the positions they held `once`, too.
    """
    pairs = list(owned)
    each = SQL["waiting_rows"].format(readable=SQL["all" if ids is None else "readable"])
    rows = await pool.fetch(
        SQL["waiting"].format(waiting=each, in_order=SQL["waiting_order"]),
        community,
        list(positions),
        listed(ids),
        [partner for partner, _ in pairs],
        [matter for _, matter in pairs],
        limit,
        *(BEFORE_ALL if behind is None else _sent(behind)),
        about,
        person,
        list(once),
    )
    return [Waiting(card_of(row, ()), decoded(row["wait"]), row["ordinal"]) for row in rows]


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
    return None if row is None else card_of(row, ())


async def whole(pool: asyncpg.Pool, community: str, subject: UUID) -> Card | None:
    """That card with its waits; None where the community has none."""
    row = await pool.fetchrow(SQL["card"], community, subject)
    return None if row is None else (await cards_of(pool, [row]))[0]


async def names(pool: asyncpg.Pool, community: str, subjects: Iterable[UUID]) -> dict[UUID, Named]:
    """Keys and titles of these, as far as the community has them."""
    rows = await pool.fetch(SQL["names"], community, list(subjects))
    return {row["subject"]: Named(row["subject"], row["key"], _titled(row["title"]), row["partner"]) for row in rows}


async def whoms(pool: asyncpg.Pool, community: str) -> list[tuple[UUID, UUID, Wait]]:
    """Everything that is waited for there as `Wait.whom`, each with one card and its wait."""
    rows = await pool.fetch(SQL["whoms"], community)
    return [(row["whom"], row["subject"], decoded(row["wait"])) for row in rows]


async def marks(pool: asyncpg.Pool, community: str) -> tuple[int, ...]:
    """Of each log the index of the community's last fact."""
    found = {row["log"]: row["index"] or 0 for row in await pool.fetch(SQL["marks"], community, list(LOGS))}
    return tuple(found[log] for log in LOGS)


async def position(pool: asyncpg.Pool) -> int:
    """A number that moves whenever the tables of cards do."""
    return int(await pool.fetchval(SQL["positions"]))


def listed(ids: frozenset[UUID] | None) -> list[UUID] | None:
    """Ids as a parameter; None where no ids limit."""
    return None if ids is None else list(ids)


async def cards_of(pool: asyncpg.Pool, rows: list[asyncpg.Record]) -> tuple[Card, ...]:
    """The cards of these rows, with their waits."""
    subjects = [row["subject"] for row in rows]
    waits: dict[tuple[str, UUID], list[Wait]] = {}
    for row in await pool.fetch(SQL["waits"], sorted({row["log"] for row in rows}), subjects):
        waits.setdefault((row["log"], row["subject"]), []).append(decoded(row["wait"]))
    return tuple(card_of(row, tuple(waits.get((row["log"], row["subject"]), ()))) for row in rows)


def card_of(row: asyncpg.Record, waits: tuple[Wait, ...]) -> Card:
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
