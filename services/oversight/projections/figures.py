"""Counts and reported figures side by side, as tables, and the queries that read them."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from services.oversight.projections.agreement import Counts, compare
from shared.contracts.credentials import OfferingClosed, OfferingOpened, ReviewDecided, ReviewSubmitted
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded, Value

SQL = statements("services.oversight.projections", "figures.sql")


class Counted(Value, frozen=True):
    """One offering's counts, and who delivers it, where that is another than the proposing partner."""

    microcredential: UUID
    offering: UUID
    learners: int | None
    completed: int | None
    delivered_by: UUID | None = None


class ReportedFigure(Value, frozen=True):
    """A figure a report stated, the counts it speaks of, and whether the two agree (None: nothing to compare)."""

    index: int
    ordinal: int
    microcredential: UUID
    source: str
    source_id: UUID
    figure: str
    reported: str
    over: tuple[UUID, ...]
    counts: tuple[Counted, ...]
    agrees: bool | None
    sentence: str


_counts = msgspec.json.Decoder(tuple[Counted, ...])


class Figures:
    """Offerings, reviews, and every reported figure compared with what had been counted by then.

    A review speaks of the offerings closed since its microcredential last had a review decided.
    """

    name = "figures"
    version = 2
    log = "credentials"
    tables = ("offerings", "reviews", "reported_figures")

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        match recorded.fact:
            case OfferingOpened() as fact:
                await connection.execute(
                    SQL["opened"], fact.offering, recorded.community, fact.microcredential, fact.starts, fact.ends,
                    fact.platform, fact.learners, recorded.index, fact.delivered_by,
                )  # fmt: skip
            case OfferingClosed() as fact:
                await self._closed(connection, recorded, fact)
            case ReviewSubmitted() as fact:
                await self._submitted(connection, recorded, fact)
            case ReviewDecided() as fact:
                await connection.execute(
                    SQL["decided"], fact.review, recorded.index, recorded.occurred_at, fact.decision
                )
            case _:
                pass

    async def _closed(self, connection: Connection, recorded: Recorded[Fact], fact: OfferingClosed) -> None:
        row = await connection.fetchrow(SQL["closed"], fact.offering, fact.learners, fact.completed, recorded.index)
        if row is None:
            return
        counted = [Counted(fact.microcredential, fact.offering, **dict(row))]
        source = ("offering", fact.offering, fact.microcredential, [fact.microcredential])
        for ordinal, (figure, value) in enumerate(fact.reported.items()):
            await self._reported(connection, recorded, ordinal, source, figure, value, counted)

    async def _submitted(self, connection: Connection, recorded: Recorded[Fact], fact: ReviewSubmitted) -> None:
        feedback = msgspec.json.encode(fact.feedback).decode()
        await connection.execute(
            SQL["submitted"], fact.review, recorded.community, fact.microcredential, recorded.index,
            recorded.occurred_at, feedback,
        )  # fmt: skip
        for ordinal, one in enumerate(fact.reported):
            over = list(one.over) or [fact.microcredential]
            rows = await connection.fetch(SQL["counted"], recorded.community, over, fact.microcredential)
            counted = [Counted(**dict(row)) for row in rows]
            source = ("review", fact.review, fact.microcredential, over)
            await self._reported(connection, recorded, ordinal, source, one.figure, one.value, counted)

    async def _reported(
        self,
        connection: Connection,
        recorded: Recorded[Fact],
        ordinal: int,
        source: tuple[str, UUID, UUID, list[UUID]],
        figure: str,
        value: int | str,
        counted: list[Counted],
    ) -> None:
        kind, source_id, microcredential, over = source
        verdict = compare(figure, value, [Counts(one.learners, one.completed) for one in counted])
        await connection.execute(
            SQL["reported"], recorded.index, ordinal, recorded.community, microcredential, kind, source_id, figure,
            str(value), over, msgspec.json.encode(counted).decode(), verdict.agrees, verdict.sentence,
        )  # fmt: skip


async def offerings(pool: asyncpg.Pool, community: str, microcredential: UUID) -> list[dict[str, Any]]:
    """Its runs with their counts, in the order they were opened."""
    return [dict(row) for row in await pool.fetch(SQL["offerings"], community, microcredential)]


async def reviews(pool: asyncpg.Pool, community: str, microcredential: UUID) -> list[dict[str, Any]]:
    """Its reviews with their feedback as reported, in the order they were submitted."""
    rows = await pool.fetch(SQL["reviews"], community, microcredential)
    return [{**dict(row), "feedback": msgspec.json.decode(row["feedback"])} for row in rows]


async def reported_by(pool: asyncpg.Pool, sources: list[UUID]) -> dict[UUID, list[ReportedFigure]]:
    """What each of these offerings and reviews reported."""
    found: dict[UUID, list[ReportedFigure]] = {source: [] for source in sources}
    for row in await pool.fetch(SQL["reported_by"], sources):
        found[row["source_id"]].append(_figure(row))
    return found


async def disagreeing(
    pool: asyncpg.Pool, community: str, after: tuple[int, int], limit: int, ids: frozenset[UUID] | None
) -> list[ReportedFigure]:
    """Reported figures that do not agree with counts, after that place in the log; of what these ids may read."""
    limited = None if ids is None else list(ids)
    return [_figure(row) for row in await pool.fetch(SQL["disagreeing"], community, *after, limit, limited)]


def _figure(row: asyncpg.Record) -> ReportedFigure:
    named = {**dict(row), "over": tuple(row["over_all"]), "counts": _counts.decode(row["counts"])}
    del named["over_all"]
    return ReportedFigure(**named)
