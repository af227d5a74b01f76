"""Counts and reported figures side by side, and where they do not agree."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from litestar import get
from litestar.params import Parameter
from msgspec import structs

from services.oversight.api.readers import card_seen_by
from services.oversight.projections import board
from services.oversight.projections import figures as table
from services.oversight.projections.agreement import Counts
from services.oversight.projections.board import Named
from services.oversight.projections.figures import Counted, ReportedFigure
from services.oversight.projections.waits import Card
from shared.authority import suppressing
from shared.authority.reading import Reader
from shared.authority.suppressing import Shown
from shared.eventstore.readership import closed_to
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
    """A figure as reported, the counts it speaks of, and whether they agree; null where there is nothing to compare.

    `suppressed`: it tells of counts under five, or of what you may not read, so that neither it nor they are shown.
    """

    microcredential: UUID
    key: str | None
    source: str
    source_id: UUID
    index: str
    figure: str
    reported: str | None
    over: tuple[UUID, ...]
    counts: tuple[CountsOf, ...]
    agrees: bool | None
    sentence: str
    suppressed: bool = False


class OfferingFigures(Value, frozen=True):
    """One run: what was counted, the completion rate those counts make, and what was reported.

    `delivered_by` is the key of the partner who runs it; `suppressed`: a count is too small to be shown to you.
    """

    offering: UUID
    starts: date
    ends: date
    platform: str | None
    closed: bool
    learners: int | None
    completed: int | None
    completion_rate: str | None
    delivered_by: str
    reported: tuple[Figure, ...]
    suppressed: bool = False


class ReviewFigures(Value, frozen=True):
    """One review: the feedback as reported, compared with nothing, and figures over one or several microcredentials."""

    review: UUID
    submitted_at: datetime
    decision: str | None
    decided_at: datetime | None
    feedback: dict[str, Any]
    reported: tuple[Figure, ...]


SUPPRESSED = "It tells of counts under five, which only the partner that delivers sees, or of what you may not read."


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
    card, _ = await card_seen_by(pool, asker, microcredential, clock())
    return await figures_of(pool, asker, card, clock())


async def figures_of(pool: asyncpg.Pool, asker: Asker, card: Card, now: datetime) -> Figures:
    """The same of a card the asker may read."""
    community, microcredential = asker.key.community, card.subject
    offerings = await table.offerings(pool, community, microcredential)
    reviews = await table.reviews(pool, community, microcredential)
    sources = [one["offering"] for one in offerings] + [one["review"] for one in reviews]
    reported = await table.reported_by(pool, sources)
    seen = await _seen(pool, asker, [figure for found in reported.values() for figure in found], now)
    shown = {source: tuple(_figure(one, seen) for one in found) for source, found in reported.items()}
    reader, names = asker.reader(now), asker.community.partners
    own = reader.delivers(card.partner)

    def run(one: dict[str, Any]) -> OfferingFigures:
        deliverer = one["delivered_by"] or card.partner
        key = names[deliverer].key if deliverer in names else str(deliverer)
        counted = {**one, "delivered_by": key, "reported": shown[one["offering"]]}
        return _run(counted, own=reader.delivers(deliverer))

    return Figures(
        card.subject,
        card.key,
        card.title,
        tuple(run(one) for one in offerings),
        tuple(_review(one, shown[one["review"]], own=own) for one in reviews),
    )


@get("/v1/disagreements", scope="read")
async def list_disagreements(
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    after: Annotated[str, Parameter(pattern=r"^\d{1,18}\.\d{1,9}$")] = "0.0",
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> Disagreements:
    """Every reported figure you may read that does not agree with the counts it speaks of."""
    index, _, ordinal = after.partition(".")
    ids = asker.reader(clock()).ids
    found = await table.disagreeing(pool, asker.key.community, (int(index), int(ordinal)), limit + 1, ids)
    shown = found[:limit]
    seen = await _seen(pool, asker, shown, clock())
    more = f"?after={shown[-1].index}.{shown[-1].ordinal}&limit={limit}" if len(found) > limit else None
    return Disagreements(tuple(_figure(one, seen) for one in shown), more)


class Seen(Value, frozen=True):
    """Who reads, the microcredentials' keys and partners, and which of them the reader may not read."""

    names: dict[UUID, Named]
    closed: frozenset[UUID]
    reader: Reader

    def owns(self, subject: UUID, delivered_by: UUID | None) -> bool:
        """Whether small counts of a run are the reader's to see: of the partner who delivers it, or proposed it."""
        proposed_by = self.names[subject].partner if subject in self.names else None
        deliverer = delivered_by or proposed_by
        return deliverer is not None and self.reader.delivers(deliverer)

    def key(self, subject: UUID) -> str | None:
        return self.names[subject].key if subject in self.names and subject not in self.closed else None


async def _seen(pool: asyncpg.Pool, asker: Asker, reported: list[ReportedFigure], at: datetime) -> Seen:
    subjects = {one.microcredential for one in reported} | {c.microcredential for one in reported for c in one.counts}
    names, reader = await board.names(pool, asker.key.community, subjects), asker.reader(at)
    closed = await closed_to(pool, asker.key.community, subjects, reader.ids)
    return Seen(names, frozenset(closed), reader)


def _run(one: dict[str, Any], *, own: bool) -> OfferingFigures:
    shown = Shown(one["learners"], one["completed"], suppressed=False)
    if not own:
        shown = suppressing.counts(shown.learners, shown.completed)
    counted = {**one, "learners": shown.learners, "completed": shown.completed}
    rate = Counts(shown.learners, shown.completed).rate
    return OfferingFigures(**counted, completion_rate=rate, suppressed=shown.suppressed)


def _review(one: dict[str, Any], reported: tuple[Figure, ...], *, own: bool) -> ReviewFigures:
    feedback = one["feedback"] if own else suppressing.figures(one["feedback"])
    return ReviewFigures(**{**one, "feedback": feedback}, reported=reported)


def _figure(one: ReportedFigure, seen: Seen) -> Figure:
    reported: str | None = one.reported
    counts, sentence, agrees = tuple(_counts(counted, seen) for counted in one.counts), one.sentence, one.agrees
    if hides := _gives_away(one, seen):
        counts = tuple(structs.replace(counted, learners=None, completed=None) for counted in counts)
        reported, sentence = None, SUPPRESSED
    return Figure(
        one.microcredential,
        seen.key(one.microcredential),
        one.source,
        one.source_id,
        f"credentials@{one.index}",
        one.figure,
        reported,
        tuple(subject for subject in one.over if subject not in seen.closed),
        counts,
        agrees,
        sentence,
        hides,
    )


def _gives_away(one: ReportedFigure, seen: Seen) -> bool:
    """Whether the figure, or a count it speaks of, may not be seen: then one of them would tell the other."""
    others = [counted for counted in one.counts if not seen.owns(counted.microcredential, counted.delivered_by)]
    if any(counted.microcredential in seen.closed for counted in others):
        return True
    if any(suppressing.counts(counted.learners, counted.completed).suppressed for counted in others):
        return True
    learners = sum(counted.learners or 0 for counted in one.counts) or None
    value = int(one.reported) if one.reported.isdecimal() else one.reported
    of_a_run = one.counts[0].delivered_by if one.source == "offering" else None  # a review is the proposing partner's
    return not seen.owns(one.microcredential, of_a_run) and suppressing.gives_away(value, learners)


def _counts(one: Counted, seen: Seen) -> CountsOf:
    return CountsOf(one.microcredential, seen.key(one.microcredential), one.offering, one.learners, one.completed)
