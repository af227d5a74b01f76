"""A proposal as the board sees it, folded from intake: draft, concept, then accepted or ended. Pure."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, structs

from services.oversight.projections.waits import Act, Card, Wait
from shared.contracts.intake import (
    ConceptResponded,
    ProposalAccepted,
    ProposalDeclined,
    ProposalDrafted,
    ProposalReturned,
    ProposalRevised,
    ProposalSubmitted,
    ProposalWithdrawn,
)
from shared.contracts.values import Acting, Scope
from shared.kernel import Fact, Recorded, Text, Value

ENOUGH = 2
"""Partners who must have responded before a proposal may be accepted."""


class Concept(Value, frozen=True):
    """`spoken` are the partners whose responses count, `enough_since` when the second of them answered."""

    proposal: UUID
    key: str
    title: Text | None
    by: Acting
    stage: Literal["draft", "concept", "accepted", "ended"]
    since: datetime
    returned: bool = False
    to: UUID | None = None
    spoken: tuple[UUID, ...] = ()
    enough_since: datetime | None = None
    about: tuple[Scope, ...] = ()

    @property
    def private(self) -> bool:
        """Whether it is its makers' own: a draft, or what ended without ever being submitted."""
        return self.stage == "draft" or self.to is None


def evolve(state: Concept | None, recorded: Recorded[Fact]) -> Concept | None:
    """The proposal after one more fact of its stream."""
    at = recorded.occurred_at
    match state, recorded.fact:
        case None, ProposalDrafted() as fact:
            return Concept(fact.proposal, fact.key, fact.outline.title, fact.by, "draft", at, about=fact.about)
        case None, _:
            return None
        case Concept(), ProposalRevised() as fact:
            title = state.title if fact.change.title is UNSET else fact.change.title
            about = state.about if fact.about is None else fact.about
            return structs.replace(state, title=title, about=about)
        case Concept(), ProposalSubmitted() as fact:
            return structs.replace(
                state, stage="concept", since=at, to=fact.to, returned=False, spoken=(), enough_since=None
            )
        case Concept(), ConceptResponded() as fact:
            return _heard(state, fact.by.partner, at)
        case Concept(), ProposalReturned():
            return structs.replace(state, stage="draft", since=at, returned=True)
        case Concept(), ProposalAccepted() as fact:
            return structs.replace(state, stage="accepted", since=at, title=fact.outline.title, about=fact.about)
        case Concept(), ProposalDeclined() | ProposalWithdrawn():
            return structs.replace(state, stage="ended", since=at)
        case _:
            return state


def _heard(state: Concept, partner: UUID, at: datetime) -> Concept:
    if partner in state.spoken:
        return state
    spoken = (*state.spoken, partner)
    return structs.replace(state, spoken=spoken, enough_since=at if len(spoken) == ENOUGH else state.enough_since)


def card(state: Concept) -> Card:
    """Its card: a draft waits on whoever drafted it, a concept on industry, then on the partner addressed."""
    waits = tuple(structs.replace(wait, about=state.about) for wait in _waits(state))
    return Card(
        state.proposal, state.key, state.title, state.by.partner, state.stage, state.since, waits, state.private,
        drafting=state.to is None,
    )  # fmt: skip


def _waits(state: Concept) -> tuple[Wait, ...]:
    match state.stage:
        case "draft":
            act: Act = "revise-proposal" if state.returned else "submit-proposal"
            return (Wait(act, state.since, partner=state.by.partner, position=state.by.position),)
        case "concept":
            if state.enough_since is None:
                needed = ENOUGH - len(state.spoken)
                return (Wait("respond", state.since, "industry-validation", needed=needed, apart=state.spoken),)
            return (Wait("decide-proposal", state.enough_since, "proposal-acceptance", state.to),)
        case "accepted" | "ended":
            return ()
