"""What `intake` says: proposals, and what industry said of them before any content was built. Streams `proposal-`."""

from typing import Literal
from uuid import UUID

from shared.contracts.values import Acting, Digest, Evidence, Matter, NoteRef, Outline, OutlineChange, Scope, Slug
from shared.kernel import Fact

ProposalAct = Literal["submit-proposal", "revise-proposal", "respond", "decide-proposal"]
"""What a proposal can wait for."""


class ProposalDrafted(Fact, frozen=True, tag="intake.proposal-drafted.v1"):
    """A position of the proposing partner drafted a proposal.

    `about` says within what it lies: its sector, jurisdiction, unit and so on, by which a narrower responsibility wins.
    """

    proposal: UUID
    key: Slug
    by: Acting
    outline: Outline
    about: tuple[Scope, ...] = ()


class ProposalRevised(Fact, frozen=True, tag="intake.proposal-revised.v1"):
    """The draft, or a returned proposal, was changed; `about` is within what it lies from now on, None as before."""

    proposal: UUID
    by: Acting
    change: OutlineChange
    about: tuple[Scope, ...] | None = None


class ProposalSubmitted(Fact, frozen=True, tag="intake.proposal-submitted.v1"):
    """The proposal was addressed to one partner, which decides it; `digest` is of the whole outline."""

    proposal: UUID
    to: UUID
    by: Acting
    digest: Digest


class ConceptResponded(Fact, frozen=True, tag="intake.concept-responded.v1"):
    """Industry answered the two questions of the concept; a "no" is dissent, kept, and does not block."""

    proposal: UUID
    response: UUID
    by: Acting
    digest: Digest
    in_demand: bool
    intended_assessment_reflects_job: bool
    evidence: Evidence
    contribution: NoteRef | None = None
    comment: NoteRef | None = None
    signed_as: NoteRef | None = None


class ProposalAccepted(Fact, frozen=True, tag="intake.proposal-accepted.v1"):
    """The partner addressed accepted it and named the pathway, in its version in force; a microcredential opens."""

    proposal: UUID
    by: Acting
    proposing: Acting
    key: Slug
    outline: Outline
    digest: Digest
    pathway: UUID
    pathway_version: int
    responses: tuple[UUID, ...]
    dissent: tuple[UUID, ...]
    evidence: Evidence
    comment: NoteRef | None = None
    proposers: tuple[UUID, ...] = ()
    about: tuple[Scope, ...] = ()
    signed_as: NoteRef | None = None


class ProposalReturned(Fact, frozen=True, tag="intake.proposal-returned.v1"):
    """Sent back to be revised and submitted again; the responses so far are kept but count no longer."""

    proposal: UUID
    by: Acting
    evidence: Evidence
    reason: NoteRef
    signed_as: NoteRef | None = None


class ProposalDeclined(Fact, frozen=True, tag="intake.proposal-declined.v1"):
    """The partner addressed declined it; this ends it."""

    proposal: UUID
    by: Acting
    evidence: Evidence
    reason: NoteRef
    signed_as: NoteRef | None = None


class ProposalWithdrawn(Fact, frozen=True, tag="intake.proposal-withdrawn.v1"):
    """The proposing partner withdrew it; this ends it."""

    proposal: UUID
    by: Acting
    reason: NoteRef | None = None


class ReaderInvited(Fact, frozen=True, tag="intake.reader-invited.v1"):
    """The proposing partner let a person, or another partner, read the proposal while it is a draft."""

    proposal: UUID
    invitation: UUID
    by: Acting
    person: UUID | None = None
    partner: UUID | None = None


class InvitationEnded(Fact, frozen=True, tag="intake.invitation-ended.v1"):
    """Whoever was invited reads it no longer on that invitation."""

    proposal: UUID
    invitation: UUID
    by: Acting


class ProposalNudged(Fact, frozen=True, tag="intake.proposal-nudged.v1"):
    """Whoever the proposal waits on was reminded of it; the proposal is as it was.

    `act` is waited for at `partner`: of `position` where that is fixed, else of whoever owns `matter` there. `by` is
    the person who nudged, acting in the position `acting_as`; a coordinator acts in none.
    """

    proposal: UUID
    act: ProposalAct
    partner: UUID
    by: UUID
    acting_as: UUID | None = None
    position: UUID | None = None
    matter: Matter | None = None


IntakeFact = (
    ProposalDrafted | ProposalRevised | ProposalSubmitted | ConceptResponded | ProposalAccepted | ProposalReturned
    | ProposalDeclined | ProposalWithdrawn | ReaderInvited | InvitationEnded | ProposalNudged
)  # fmt: skip
"""Every fact of this service."""
