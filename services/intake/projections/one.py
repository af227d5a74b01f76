"""One proposal as it stands, or stood: folded from its facts, each thing with the fact that says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from services.intake.domain.deciding import too_few
from services.intake.domain.proposal import (
    PROPOSAL,
    STATE_NAMES,
    Accepted,
    Declined,
    Draft,
    InConceptValidation,
    Known,
    Returned,
    Submitted,
    Withdrawn,
    responses_to,
)
from services.intake.domain.proposing import drafted
from services.intake.domain.refusals import WaitsOn
from services.intake.projections.responses import ResponseSeen, responses
from shared.authority import Community
from shared.contracts.intake import ProposalAccepted, ProposalSubmitted
from shared.contracts.values import Acting, Evidence, NoteRef, Outline, Scope
from shared.kernel import Fact, Recorded, Value, fold
from shared.security.digests import outline_digest
from shared.security.signed_as import SignedName


class Step(Value, frozen=True):
    """A state it came into: when, by whom, and by which fact."""

    state: str
    since: datetime
    position: str
    fact: UUID
    index: str
    note: NoteRef | None
    signed_as: SignedName | None = None


class AcceptedOn(Value, frozen=True):
    """The pathway named at the acceptance, and the voices it rests on."""

    pathway: UUID
    pathway_version: int
    responses: tuple[UUID, ...]
    dissent: tuple[UUID, ...]
    evidence: Evidence


class ProposalView(Value, frozen=True):
    """Everything there is to know of one proposal; `version` is how many facts it rests on.

    `invited` are the persons and partners who were invited to read it, by invitation; `about` says within what it lies,
    by which a narrower responsibility decides it.
    """

    proposal: UUID
    key: str
    state: str
    since: datetime
    version: int
    proposed_by: Acting
    proposing_position: str
    addressed_partner: UUID | None
    outline: Outline
    digest: str
    states: tuple[Step, ...]
    responses: tuple[ResponseSeen, ...]
    dissent: tuple[UUID, ...]
    accepted: AcceptedOn | None
    waiting_on: tuple[WaitsOn, ...]
    invited: dict[UUID, UUID]
    about: tuple[Scope, ...]


def view(history: Sequence[Recorded[Fact]], community: Community, names: Mapping[UUID, SignedName]) -> ProposalView:
    """The proposal after that history, with positions named as the community knows them now, and the names decisions

    were signed with."""
    facts: Any = (recorded.fact for recorded in history)  # a stream holds facts of its own decider
    known = drafted(fold(PROPOSAL, facts))
    states, heard = _states(history, community, names), responses(history, community, names)
    return ProposalView(
        proposal=known.proposal,
        key=known.key,
        state=STATE_NAMES[type(known)],
        since=states[-1].since,
        version=history[-1].version,
        proposed_by=known.drafted_by,
        proposing_position=community.position_key(known.drafted_by.position),
        addressed_partner=_last_addressed(history),
        outline=known.outline,
        digest=outline_digest(known.outline),
        states=states,
        responses=heard,
        dissent=tuple(one.response for one in heard if one.dissents and one.standing == "counts"),
        accepted=_accepted(history),
        waiting_on=waits_on(known, community),
        invited=known.invited,
        about=known.about,
    )


def waits_on(known: Known, community: Community) -> tuple[WaitsOn, ...]:
    """What it waits for, and from whom; nothing once it is over."""
    match known:
        case Draft() | Returned():
            state, name = STATE_NAMES[type(known)], _name(community, known.partner)
            return (WaitsOn(f"It is {state}; {name} submits it.", known.partner),)
        case Submitted() | InConceptValidation():
            if missing := too_few(len(responses_to(known))):
                return (WaitsOn(missing.sentence, matter="industry-validation"),)
            sentence = f"{_name(community, known.to)} accepts, returns or declines it."
            return (WaitsOn(sentence, known.to, "proposal-acceptance"),)
        case Accepted() | Declined() | Withdrawn():
            return ()
        case _:
            assert_never(known)


def _states(
    history: Sequence[Recorded[Fact]], community: Community, names: Mapping[UUID, SignedName]
) -> tuple[Step, ...]:
    """Every state it came into, in order."""
    state, steps = PROPOSAL.initial, list[Step]()
    for recorded in history:
        fact: Any = recorded.fact
        before, state = state, PROPOSAL.evolve(state, fact)
        if type(state) is not type(before):
            note = getattr(fact, "reason", None) or getattr(fact, "comment", None)
            position, index = community.position_key(fact.by.position), f"{recorded.log}@{recorded.index}"
            name = STATE_NAMES[type(drafted(state))]
            ref = getattr(fact, "signed_as", None)
            signed_as = names.get(ref.id) if ref else None
            steps.append(Step(name, recorded.occurred_at, position, recorded.id, index, note, signed_as))
    return tuple(steps)


def _last_addressed(history: Sequence[Recorded[Fact]]) -> UUID | None:
    """The partner it was last laid before; kept when it is withdrawn, so that who could read it still can."""
    return next((one.fact.to for one in reversed(history) if isinstance(one.fact, ProposalSubmitted)), None)


def _accepted(history: Sequence[Recorded[Fact]]) -> AcceptedOn | None:
    match history[-1].fact:
        case ProposalAccepted() as fact:
            return AcceptedOn(fact.pathway, fact.pathway_version, fact.responses, fact.dissent, fact.evidence)
        case _:
            return None


def _name(community: Community, partner: UUID) -> str:
    return community.partners[partner].key if partner in community.partners else str(partner)
