"""Who to go to for a whole pathway: each step's authorization, at each partner or on the council it asks."""

from datetime import datetime
from typing import Annotated, assert_never
from uuid import UUID

from litestar import get
from litestar.params import Parameter

from services.credentials.domain.pathway import PATHWAY, NoSuchPathway
from shared.authority import Answer, Community, Register, who_decides
from shared.authority.quorums import has_voice
from shared.authority.standing import Occupants, occupants
from shared.contracts.credentials import PathwayPublished
from shared.contracts.values import EachOf, Matter, OwnerAt, PathwayStep, Quorum, QuorumOf, Scope, Verb
from shared.eventstore.commands import Commands
from shared.eventstore.following import Following
from shared.kernel import Clock, Fact, Recorded, Refused, Text, Value
from shared.security.asker import Asker
from shared.web.requests import At, KnownAt, parse_moment
from shared.web.within import Within, parse_within


class StepOwners(Value, frozen=True):
    """Whom a step asks: the owners of its matter, an answer for each partner; or the seats of a council.

    `gaps` says why somebody it asks could not speak; empty where everybody could.
    """

    step: str
    verb: Verb
    matter: Matter
    after: tuple[str, ...]
    due_days: int
    owners: tuple[Answer, ...]
    council: str | None
    quorum: Quorum | None
    seats: tuple[Occupants, ...]
    gaps: tuple[str, ...]


class PathwayOwners(Value, frozen=True):
    """A version of a pathway, with whom each of its steps asks at that moment."""

    pathway: UUID
    key: str
    title: Text
    version: int
    at: datetime
    log_index: int
    sentence: str
    steps: tuple[StepOwners, ...]


@get("/v1/pathways/{pathway:uuid}/who-decides", scope="read")
async def pathway_owners(
    pathway: UUID,
    asker: Asker,
    commands: Commands,
    register: Following[Register],
    clock: Clock,
    version: Annotated[int | None, Parameter(ge=1, le=100_000)] = None,
    at: At = None,
    known_at: KnownAt = None,
    within: Within = None,
) -> PathwayOwners:
    """Who to go to for every step of a pathway, in the version in force then, or the `version` named.

    `at` is a time, `known_at` a time of recording or an index of partnerships; `within=sector:healthcare,amount:5000`
    says within what lies what is to pass through it, by which a narrower responsibility decides a step.
    """
    moment, known = parse_moment(at, "partnerships"), parse_moment(known_at, "partnerships", "known_at")
    folded, then = await register.as_of(moment, clock(), known)
    history = await commands.work(asker.context(clock())).history(PATHWAY, pathway)
    published = _in_force(history, version, then)
    community = folded.community(asker.key.community)
    about = parse_within(within, community)
    steps = tuple(_owners(community, folded.index, step, then, about) for step in published.steps)
    open_ended = sum(bool(step.gaps) for step in steps)
    well = "Everybody it asks could speak." if not open_ended else f"{open_ended} of its {len(steps)} steps have a gap."
    return PathwayOwners(pathway, published.key, published.title, published.version, then, folded.index, well, steps)


def _in_force(history: list[Recorded[Fact]], version: int | None, at: datetime) -> PathwayPublished:
    then = (one.fact for one in history if version is not None or one.occurred_at <= at)
    found = [fact for fact in then if isinstance(fact, PathwayPublished) and version in (None, fact.version)]
    if not found:
        raise Refused(NoSuchPathway())
    return found[-1]


def _owners(community: Community, index: int, step: PathwayStep, at: datetime, about: tuple[Scope, ...]) -> StepOwners:
    answers: tuple[Answer, ...] = ()
    seats: tuple[Occupants, ...] = ()
    council = quorum = None
    gaps: list[str] = []
    match step.rule:
        case OwnerAt(partner=partner):
            answers = (who_decides(community, index, step.matter, partner, at, about),)
        case EachOf(partners=partners):
            answers = tuple(who_decides(community, index, step.matter, partner, at, about) for partner in partners)
        case QuorumOf(council=named):
            known = community.councils.get(named)
            roster = known.roster(at) if known else None
            council, quorum = known.key if known else str(named), roster.quorum if roster else None
            voices = [seat.position for seat in roster.seats if has_voice(seat, at)] if roster else []
            seats = tuple(one for seat in voices if (one := occupants(community, seat, at)) is not None)
            gaps += [] if roster else [f"The council {council} was not convened by then."]
            gaps += [_vacant(one) for one in seats if not one.position.holders and one.stands_in is None]
        case _:
            assert_never(step.rule)
    gaps += [answer.sentence for answer in answers if answer.status != "decided"]
    return StepOwners(
        step.key, step.verb, step.matter, step.after, step.due_days, answers, council, quorum, seats, tuple(gaps)
    )


def _vacant(seat: Occupants) -> str:
    return f"The seat of {seat.position.key} is vacant."
