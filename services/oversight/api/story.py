"""The story of one microcredential: every fact about it, across the services, effects after their causes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from litestar import get
from msgspec import Meta, structs

from services.oversight.api.readers import card_seen_by
from services.oversight.api.sentences import sentence
from services.oversight.projections import lines
from services.oversight.projections.lines import Decode
from services.oversight.projections.moments import submitted_on
from services.oversight.projections.story import causes_of, in_causal_order
from shared.authority import Community, suppressing
from shared.authority.reading import Reader, Readership
from shared.contracts.values import Acting
from shared.eventstore.refusals import NotFound
from shared.kernel import Actor, Clock, Fact, Recorded, Refused, Text, Value
from shared.pages import Language
from shared.pages.languages import english
from shared.security.asker import Asker


class Doer(Value, frozen=True):
    """Who did it: a person by id, in a position by key; or a service, reacting to a fact."""

    person: UUID | None
    position: str | None
    partner: str | None
    service: str | None


class Cause(Value, frozen=True):
    """The fact that caused another; its place is unknown until it is heard."""

    id: UUID
    index: str | None


class Line(Value, frozen=True):
    """One fact of the story; `backdated` where whoever recorded it stated the moment."""

    id: UUID
    index: str
    tag: str
    sentence: str
    occurred_at: datetime
    recorded_at: datetime
    backdated: bool
    actor: Doer
    causation: Cause | None
    fact: Fact


class Story(Value, frozen=True):
    """Everything that happened to it, in causal order; `next` where there is more."""

    id: UUID
    key: str
    title: Text | None
    stage: str
    lines: tuple[Line, ...]
    next: str | None


@get("/v1/microcredentials/{microcredential:uuid}/story", scope="read")
async def read_story(
    microcredential: UUID,
    asker: Asker,
    pool: asyncpg.Pool,
    decoders: Mapping[str, Decode],
    clock: Clock,
    after: Annotated[str, Meta(max_length=40)] | None = None,
    limit: Annotated[int, Meta(ge=1, le=1000)] = 1000,
) -> Story:
    """The proposal, the microcredential, its offerings, and the facts of partnerships their evidence cites.

    Shown whole unless it is very long; `after` is the index of the last line seen.
    """
    card, readership = await card_seen_by(pool, asker, microcredential, clock())
    told = shown_to(asker.reader(clock()), readership, await told_of(pool, decoders, asker, microcredential))
    page = told[_place_after(told, after) :][:limit]
    shown = await lines_of(pool, asker, told, page)
    stage = "preparation" if card.stage == "accepted" else card.stage
    more = f"?after={shown[-1].index}&limit={limit}" if page and page[-1] != told[-1] else None
    return Story(card.subject, card.key, card.title, stage, shown, more)


async def told_of(
    pool: asyncpg.Pool, decoders: Mapping[str, Decode], asker: Asker, microcredential: UUID
) -> list[Recorded[Fact]]:
    """Every fact of it, in the order of the story, as recorded: nothing hidden yet."""
    return in_causal_order(await lines.facts_about(pool, decoders, asker.key.community, microcredential))


def shown_to(reader: Reader, readership: Readership, told: list[Recorded[Fact]]) -> list[Recorded[Fact]]:
    """The story for that reader: from its submission on, unless they may read the draft; without small counts."""
    if not reader.may_read_drafting(readership):
        told = submitted_on(told)
    return [structs.replace(one, fact=suppressing.of_fact(one.fact, reader.delivers)) for one in told]


async def lines_of(
    pool: asyncpg.Pool,
    asker: Asker,
    told: list[Recorded[Fact]],
    page: list[Recorded[Fact]],
    language: Language | None = None,
) -> tuple[Line, ...]:
    """Those of the story as lines, each with its cause; in English, or that language."""
    causes = causes_of(told)
    places = await lines.places(pool, asker.key.community, {causes[one.id] for one in page if one.id in causes})
    spoken = language or english()
    return tuple(_line(asker.community, recorded, _cause(causes.get(recorded.id), places), spoken) for recorded in page)


def _place_after(told: list[Recorded[Fact]], after: str | None) -> int:
    """Where to go on: behind the fact of that index."""
    if after is None:
        return 0
    for place, recorded in enumerate(told, 1):
        if f"{recorded.log}@{recorded.index}" == after:
            return place
    raise Refused(NotFound("line", after))


def _cause(cause: UUID | None, places: Mapping[UUID, str]) -> Cause | None:
    return None if cause is None else Cause(cause, places.get(cause))


def _line(community: Community, recorded: Recorded[Fact], cause: Cause | None, language: Language) -> Line:
    return Line(
        recorded.id,
        f"{recorded.log}@{recorded.index}",
        recorded.tag,
        sentence(community, recorded, language),
        recorded.occurred_at,
        recorded.recorded_at,
        recorded.metadata.backdated,
        _doer(community, recorded.metadata.actor, getattr(recorded.fact, "by", None)),
        cause,
        recorded.fact,
    )


def _doer(community: Community, actor: Actor, by: Acting | UUID | None) -> Doer:
    """The actor recorded beside the fact; the position the fact itself states comes first."""
    stated = by if isinstance(by, Acting) else None
    position = stated.position if stated else actor.position
    partner = stated.partner if stated else actor.partner
    if partner is None and position is not None and position in community.positions:
        partner = community.positions[position].partner
    known = community.partners.get(partner) if partner else None
    return Doer(
        stated.person if stated else actor.person,
        community.position_key(position) if position else None,
        known.key if known else None,
        actor.service,
    )
