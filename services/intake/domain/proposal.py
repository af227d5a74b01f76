"""Proposal: an outline laid before one partner, answered by industry, and decided. One type per state."""

from collections.abc import Collection
from typing import get_args
from uuid import UUID

from msgspec import UNSET, structs

from shared.authority import lent_by
from shared.contracts.intake import (
    ConceptResponded,
    IntakeFact,
    InvitationEnded,
    ProposalAccepted,
    ProposalDeclined,
    ProposalDrafted,
    ProposalReturned,
    ProposalRevised,
    ProposalSubmitted,
    ProposalWithdrawn,
    ReaderInvited,
)
from shared.contracts.values import OUTLINE_FIELDS, Acting, Digest, Outline, OutlineChange, Scope
from shared.kernel import Decider, Value

VOICES_NEEDED = 2
"""So many different partners respond to a concept before it is accepted."""


class Response(Value, frozen=True):
    """One partner's answer to the two questions; a "no" to either is dissent.

    `lenders` delegated it to whoever acted.
    """

    response: UUID
    by: Acting
    in_demand: bool
    intended_assessment_reflects_job: bool
    lenders: tuple[UUID, ...] = ()

    def of(self, persons: Collection[UUID]) -> bool:
        """Whether it is the word of one of them."""
        return self.by.person in persons or any(one in persons for one in self.lenders)

    @property
    def dissents(self) -> bool:
        return not (self.in_demand and self.intended_assessment_reflects_job)


class Undrafted(Value, frozen=True, tag=True):
    """No such proposal yet."""


class _Drafted(Value, frozen=True, tag=True):
    """What every proposal has: who drafted it, every person who had a hand in proposing it, and who else may read it,
    and within what it lies (`about`).

    `invited` are persons and partners by invitation, `uninvited` the invitations that ended.
    """

    proposal: UUID
    key: str
    drafted_by: Acting
    proposers: frozenset[UUID]
    outline: Outline
    invited: dict[UUID, UUID]
    uninvited: frozenset[UUID]
    about: tuple[Scope, ...]

    @property
    def partner(self) -> UUID:
        """The proposing partner."""
        return self.drafted_by.partner


class _Addressed(_Drafted, frozen=True):
    """Laid before the partner `to`."""

    to: UUID


class _Laid(_Addressed, frozen=True):
    """Waiting for others, who answer the outline of this `digest`."""

    digest: Digest


class Draft(_Drafted, frozen=True):
    """Being written; nobody else has a say yet."""


class Submitted(_Laid, frozen=True):
    """Laid before a partner; nobody has responded yet."""


class InConceptValidation(_Laid, frozen=True):
    """Industry is responding; `responses` holds the one that counts of each partner."""

    responses: dict[UUID, Response]

    @property
    def dissent(self) -> tuple[UUID, ...]:
        """The responses that count and say no to a question."""
        return tuple(answer.response for answer in self.responses.values() if answer.dissents)


class Returned(_Addressed, frozen=True):
    """Sent back to be revised; earlier responses count no longer."""


class Accepted(_Addressed, frozen=True):
    """A microcredential opens under the same id, on that pathway. The end."""

    pathway: UUID


class Declined(_Addressed, frozen=True):
    """The partner addressed said no. The end."""


class Withdrawn(_Drafted, frozen=True):
    """The proposing partner took it back. The end."""


Known = Draft | Submitted | InConceptValidation | Returned | Accepted | Declined | Withdrawn
ProposalState = Undrafted | Known

STATE_NAMES: dict[type[Known], str] = {
    Draft: "draft",
    Submitted: "submitted",
    InConceptValidation: "concept-validation",
    Returned: "returned",
    Accepted: "accepted",
    Declined: "declined",
    Withdrawn: "withdrawn",
}
"""The states as people read them."""
assert set(STATE_NAMES) == set(get_args(Known))


def changed(outline: Outline, change: OutlineChange) -> Outline:
    """The outline after the change: a field left out stays, null clears it."""
    stated = {name: value for name in OUTLINE_FIELDS if (value := getattr(change, name)) is not UNSET}
    return structs.replace(outline, **stated)


def responses_to(state: ProposalState) -> dict[UUID, Response]:
    """The responses that count now, by partner."""
    return state.responses if isinstance(state, InConceptValidation) else {}


def addressed_to(state: ProposalState) -> UUID | None:
    """The partner it is addressed to, where it is."""
    return state.to if isinstance(state, _Addressed) else None


def evolve(state: ProposalState, fact: IntakeFact) -> ProposalState:
    match state, fact:
        case Undrafted(), ProposalDrafted():
            proposers = frozenset({fact.by.person})
            return Draft(fact.proposal, fact.key, fact.by, proposers, fact.outline, {}, frozenset(), fact.about)
        case Draft() | Returned(), ProposalRevised():
            outline = changed(state.outline, fact.change)
            about = state.about if fact.about is None else fact.about
            return structs.replace(state, outline=outline, about=about, proposers=state.proposers | {fact.by.person})
        case Draft() | Returned(), ProposalSubmitted():
            proposing = structs.replace(state, proposers=state.proposers | {fact.by.person})
            return Submitted(*_drafted(proposing), fact.to, fact.digest)
        case Submitted() | InConceptValidation(), ConceptResponded():
            answer = Response(
                fact.response, fact.by, fact.in_demand, fact.intended_assessment_reflects_job,
                lent_by(fact.by, fact.evidence),
            )  # fmt: skip
            responses = {**responses_to(state), fact.by.partner: answer}
            return InConceptValidation(*_drafted(state), state.to, state.digest, responses)
        case Submitted() | InConceptValidation(), ProposalReturned():
            return Returned(*_drafted(state), state.to)
        case Submitted() | InConceptValidation(), ProposalDeclined():
            return Declined(*_drafted(state), state.to)
        case InConceptValidation(), ProposalAccepted():
            return Accepted(*_drafted(structs.replace(state, about=fact.about)), state.to, fact.pathway)
        case Draft() | Submitted() | InConceptValidation() | Returned(), ProposalWithdrawn():
            return Withdrawn(*_drafted(state))
        case Undrafted(), _:
            return state
        case _, ReaderInvited(invitation=invitation, person=person, partner=partner):
            who = person or partner
            return structs.replace(state, invited={**state.invited, invitation: who}) if who else state
        case _, InvitationEnded(invitation=ended):
            left = {one: who for one, who in state.invited.items() if one != ended}
            return structs.replace(state, invited=left, uninvited=state.uninvited | {ended})
        case _:
            return state


def _drafted(
    state: Known,
) -> tuple[UUID, str, Acting, frozenset[UUID], Outline, dict[UUID, UUID], frozenset[UUID], tuple[Scope, ...]]:
    return (
        state.proposal, state.key, state.drafted_by, state.proposers, state.outline, state.invited, state.uninvited,
        state.about,
    )  # fmt: skip


PROPOSAL: Decider[ProposalState, IntakeFact] = Decider("proposal", Undrafted(), evolve, ProposalState)
