"""How far projections and reactions are behind, asked of the database: whichever process asks sees the truth.

Every answer is by an index at one place of a log, so that the cost does not grow with history.
"""

from collections.abc import Mapping, Sequence

import asyncpg

from shared.contracts import is_known
from shared.eventstore.dead_letters import SQL as LETTERS
from shared.eventstore.dead_letters import Standing
from shared.eventstore.projections import Projection
from shared.eventstore.sql import statements
from shared.kernel import Value

SQL = statements("shared.eventstore", "sql/lag.sql")


class Lag(Value, frozen=True):
    """`behind` facts of `log` not yet taken in, the oldest of them `seconds` old; 0 and 0 when level."""

    name: str
    log: str
    behind: int
    seconds: float


class ProjectionLag(Lag, frozen=True):
    """Also who holds the lease, and how many facts a rebuild has folded, where one is under way."""

    holder: str | None
    rebuilt: int | None


class HeardTag(Value, frozen=True):
    """How many facts of that tag were heard."""

    log: str
    tag: str
    facts: int


class Lags(Value, frozen=True):
    """Of one service: where each log ends here, and how fresh that is; open dead letters; tags this build knows not."""

    projections: tuple[ProjectionLag, ...]
    reactions: tuple[Lag, ...]
    logs: dict[str, int]
    own: str | None
    letters: tuple[Standing, ...] = ()
    unknown: tuple[HeardTag, ...] = ()
    freshness: dict[str, float] = {}  # noqa: RUF012 - msgspec copies an empty default


async def lags(
    pool: asyncpg.Pool,
    own: str | None,
    heard: Sequence[str],
    projections: Sequence[Projection],
    reactions: Mapping[str, str],
) -> Lags:
    """`own` names the service's own log, where it has one; `reactions` are the logs they react to, by consumer."""
    async with pool.acquire() as connection:
        ends = await connection.fetch(SQL["ends"], [*([own] if own else []), *heard], own)
        projected = await connection.fetch(SQL["projections"], [one.name for one in projections])
        reacted = await connection.fetch(SQL["reactions"], list(reactions))
        logs = [*(one.log for one in projections), *reactions.values()]
        indexes = [row["index"] for row in (*projected, *reacted)]
        letters = tuple(Standing(*row) for row in await connection.fetch(LETTERS["counted"]))
        tags = [HeardTag(*row) for row in await connection.fetch(SQL["heard_tags"])]
        ages = [row["seconds"] for row in await connection.fetch(SQL["ages"], logs, indexes, own)]
    last = {row["log"]: row["last_index"] for row in ends}
    behind = [max(0, last[log] - index) for log, index in zip(logs, indexes, strict=True)]
    found = zip(logs, behind, ages, strict=True)
    return Lags(
        tuple(ProjectionLag(row["projection"], *next(found), row["holder"], row["rebuilt"]) for row in projected),
        tuple(Lag(row["consumer"], *next(found)) for row in reacted),
        last,
        own,
        letters,
        tuple(one for one in tags if not is_known(one.tag)),
    )
