"""Counts and reported figures side by side, and where they do not agree."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from litestar import get
from litestar.params import Parameter

from services.oversight.api.readers import card_seen_by
from services.oversight.projections import board
from services.oversight.projections import figures as table
from services.oversight.projections.agreement import Counts
from services.oversight.projections.board import Named
from services.oversight.projections.figures import Counted, ReportedFigure
from shared.kernel import Clock, Text, Value
from shared.security.asker import Asker


class CountsOf(Value, frozen=True):
    """What one offering counted; null is unknown, not zero."""

    microcredential: UUID
    key: str | None
    offering: UUID
    learners: int | None
    completed: int | None


class Figure(Value, frozen=True):
    """A figure as reported, the counts it speaks of, and whether they agree; null where there is nothing to compare."""

    microcredential: UUID
    key: str | None
    source: str
    source_id: UUID
    index: str
    figure: str
    reported: str
    over: tuple[UUID, ...]
    counts: tuple[CountsOf, ...]
    agrees: bool | None
    sentence: str


class OfferingFigures(Value, frozen=True):
    """One run: what was counted, the completion rate those counts make, and what was reported."""

    offering: UUID
    starts: date
    ends: date
    platform: str | None
    closed: bool
    learners: int | None
    completed: int | None
    completion_rate: str | None
    reported: tuple[Figure, ...]


class ReviewFigures(Value, frozen=True):
    """One review: the feedback as reported, compared with nothing, and figures over one or several microcredentials."""

    review: UUID
    submitted_at: datetime
    decision: str | None
    decided_at: datetime | None
    feedback: dict[str, Any]
    reported: tuple[Figure, ...]


class Figures(Value, frozen=True):
    """Counts and reports of one microcredential."""

    id: UUID
    key: str
    title: Text | None
    offerings: tuple[OfferingFigures, ...]
    reviews: tuple[ReviewFigures, ...]


class Disagreements(Value, frozen=True):
    """Reported figures that do not agree with counts, in the order they were recorded; `next` where there are more."""

    items: tuple[Figure, ...]
    next: str | None


@get("/v1/microcredentials/{microcredential:uuid}/figures", scope="read")
async def read_figures(microcredential: UUID, asker: Asker, pool: asyncpg.Pool, clock: Clock) -> Figures:
    """Its offerings and reviews: counts and reported figures side by side."""
    community = asker.key.community
    card = await card_seen_by(pool, asker, microcredential, clock())
    offerings = await table.offerings(pool, community, microcredential)
    reviews = await table.reviews(pool, community, microcredential)
    sources = [one["offering"] for one in offerings] + [one["review"] for one in reviews]
    reported = await table.reported_by(pool, sources)
    names = await _names(pool, community, [figure for found in reported.values() for figure in found])
    shown = {source: tuple(_figure(one, names) for one in found) for source, found in reported.items()}
    return Figures(
        card.subject,
        card.key,
        card.title,
        tuple(
            OfferingFigures(
                **one, completion_rate=Counts(one["learners"], one["completed"]).rate, reported=shown[one["offering"]]
            )
            for one in offerings
        ),
        tuple(ReviewFigures(**one, reported=shown[one["review"]]) for one in reviews),
    )


@get("/v1/disagreements", scope="read")
async def list_disagreements(
    asker: Asker,
    pool: asyncpg.Pool,
    after: Annotated[str, Parameter(pattern=r"^\d{1,18}\.\d{1,9}$")] = "0.0",
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> Disagreements:
    """Every reported figure of the community that does not agree with the counts it speaks of."""
    index, _, ordinal = after.partition(".")
    found = await table.disagreeing(pool, asker.key.community, (int(index), int(ordinal)), limit + 1)
    shown = found[:limit]
    names = await _names(pool, asker.key.community, shown)
    more = f"?after={shown[-1].index}.{shown[-1].ordinal}&limit={limit}" if len(found) > limit else None
    return Disagreements(tuple(_figure(one, names) for one in shown), more)


async def _names(pool: asyncpg.Pool, community: str, reported: list[ReportedFigure]) -> dict[UUID, Named]:
    subjects = {one.microcredential for one in reported} | {c.microcredential for one in reported for c in one.counts}
    return await board.names(pool, community, subjects)


def _figure(one: ReportedFigure, names: dict[UUID, Named]) -> Figure:
    return Figure(
        one.microcredential,
        _key(names, one.microcredential),
        one.source,
        one.source_id,
        f"credentials@{one.index}",
        one.figure,
        one.reported,
        one.over,
        tuple(_counts(counted, names) for counted in one.counts),
        one.agrees,
        one.sentence,
    )


def _counts(one: Counted, names: dict[UUID, Named]) -> CountsOf:
    return CountsOf(one.microcredential, _key(names, one.microcredential), one.offering, one.learners, one.completed)


def _key(names: dict[UUID, Named], subject: UUID) -> str | None:
    return names[subject].key if subject in names else None
