"""What am I blocking: what waits on a person, and what waits behind that in turn."""

from datetime import datetime
from uuid import UUID

import asyncpg
from litestar import get

from services.oversight.api.inbox import Item, items_waiting
from services.oversight.api.readers import person_asked_about, positions_acted_in
from shared.kernel import Clock, Value
from shared.security.asker import Asker

MOST = 200
"""How many things waited for are looked through."""


class Block(Value, frozen=True):
    """One thing that waits on them, for so many days. `alone`: nobody else could do it in their place."""

    days: int
    alone: bool
    sentence: str
    item: Item


class Blocking(Value, frozen=True):
    """Everything that waits on that person: the overdue first, then what holds up the most, then what waits longest."""

    person: UUID
    at: datetime
    sentence: str
    blocks: tuple[Block, ...]
    more: bool


@get("/v1/blocking", scope="read")
async def read_blocking(asker: Asker, pool: asyncpg.Pool, clock: Clock, person: UUID | None = None) -> Blocking:
    """What waits on the key's person, and behind it; with `person`, for coordinators and auditors, on that one."""
    now, whose = clock(), person_asked_about(asker, person)
    held = positions_acted_in(asker.community, whose, now)
    items, more = await items_waiting(pool, asker, whose, held, now, MOST)
    blocks = [_block(item, now) for item in sorted(items, key=_weight)]
    return Blocking(whose, now, _summed_up(blocks), tuple(blocks), more)


def _weight(item: Item) -> tuple[bool, int, datetime]:
    return not item.overdue, -len(item.holds_up), item.since


def _block(item: Item, now: datetime) -> Block:
    days, alone = max(0, (now - item.since).days), item.needed is None and not item.others
    waits = f"{item.key}: {item.what} waits on {item.position} for {days} day{'s' * (days != 1)}"
    due = f", overdue since {item.due.date()}" if item.overdue and item.due else ""
    behind = f"; behind it wait {', '.join(item.holds_up)}" if item.holds_up else ""
    others = "; nobody else can do it" if alone else ""
    return Block(days, alone, f"{waits}{due}{behind}{others}.", item)


def _summed_up(blocks: list[Block]) -> str:
    if not blocks:
        return "Nothing waits on them."
    overdue, alone = sum(one.item.overdue for one in blocks), sum(one.alone for one in blocks)
    things = f"{len(blocks)} thing{'s wait' if len(blocks) != 1 else ' waits'} on them"
    return f"{things}; {overdue} overdue; {alone} that nobody else can do."
