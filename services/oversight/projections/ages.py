"""How long cards of a community stayed in a stage before they left it, and what share of them a card has outlasted."""

from datetime import date, datetime
from typing import Literal, get_args

import asyncpg

from services.oversight.projections.waits import STAGES, Card, Stage
from shared.eventstore.sql import statements
from shared.kernel import Value

SQL = statements("services.oversight.projections", "ages.sql")
FEWEST = 10
"""Stays that must have ended before anything is said of what is usual."""
Share = Literal[50, 85, 95]


class Stay(Value, frozen=True):
    """A stay that ended: in whole days, in the month (by its first day, UTC) in which it did."""

    stage: str
    month: date
    days: int


class Usual(Value, frozen=True):
    """Days after which half, 85 % and 95 % of the `stays` had ended, by nearest rank."""

    stage: Stage
    stays: int
    p50: int
    p85: int
    p95: int

    def longer_than(self, days: int) -> Share | None:
        """The greatest of these shares of the stays before that so many days are longer than."""
        outlasted = zip(get_args(Share), (self.p50, self.p85, self.p95), strict=True)
        return max((share for share, reached in outlasted if days > reached), default=None)


def stay(was: Card | None, now: Card) -> Stay | None:
    """What ended with a card's change; nothing where it remained in its stage."""
    if was is None or was.stage == now.stage or was.stage not in STAGES:
        return None
    return Stay(was.stage, now.since.date().replace(day=1), max(0, (now.since - was.since).days))


async def usual(pool: asyncpg.Pool, community: str, before: datetime | None = None) -> dict[Stage, Usual]:
    """By stage, where at least `FEWEST` stays have ended; with `before`, those that had in the months before that."""
    until = None if before is None else before.date().replace(day=1)
    rows = await pool.fetch(SQL["usual"], community, until, FEWEST)
    return {row["stage"]: Usual(**dict(row)) for row in rows}
