"""What the proposing partner decides: to draft, revise, submit and withdraw."""

from collections.abc import Collection
from typing import assert_never
from uuid import UUID

import msgspec

from services.intake.domain.intents import DraftProposal, ReviseProposal, SubmitProposal
from services.intake.domain.proposal import (
    STATE_NAMES,
    Accepted,
    Declined,
    Draft,
    InConceptValidation,
    Known,
    ProposalState,
    Returned,
    Submitted,
    Undrafted,
    Withdrawn,
    changed,
)
from services.intake.domain.refusals import (
    ItIsOver,
    LaidBeforeAPartner,
    NoSuchProposal,
    NotStated,
    NotWithin,
    NotYourProposal,
    OutlineTooLong,
    UnknownAddressee,
)
from shared.authority.scopes import faults_of
from shared.contracts.intake import IntakeFact, ProposalDrafted, ProposalRevised, ProposalSubmitted, ProposalWithdrawn
from shared.contracts.values import LONGEST_OUTLINE, Acting, NoteRef, Outline, Scope
from shared.kernel import Reason, Refused, refuse_if
from shared.security.digests import changed_since, outline_digest

TO_BE_STATED = ("title", "need", "outcomes", "job_functions", "assessment")
"""What an outline states before others are asked about it."""


def draft(proposal: UUID, intent: DraftProposal, by: Acting) -> tuple[IntakeFact, ...]:
    """Begin it, for the partner acted for."""
    outline = intent.outline.plain()
    refuse_if(_too_long(outline), *not_about(intent.about))
    return (ProposalDrafted(proposal, intent.key, by, outline, tuple(dict.fromkeys(intent.about))),)


def revise(state: ProposalState, intent: ReviseProposal, by: Acting) -> tuple[IntakeFact, ...]:
    """Change the draft, or what was returned. A change to what already stands is silence."""
    known = drafted(state)
    change = intent.change.plain()
    outline = changed(known.outline, change)
    not_own = not_theirs(known, by, "revise")
    about = None if intent.about is None else tuple(dict.fromkeys(intent.about))
    if outline == known.outline and about in (None, known.about) and not_own is None:
        return ()
    since = changed_since(known.outline, intent.digest)
    refuse_if(not_own, _not_in_hand(known), _too_long(outline), since, *not_about(about or ()))
    return (ProposalRevised(known.proposal, by, change, about),)


def submit(
    state: ProposalState, intent: SubmitProposal, by: Acting, partners: Collection[UUID]
) -> tuple[IntakeFact, ...]:
    """Lay it before one of the community's `partners`. A repeat is silence."""
    known = drafted(state)
    not_own = not_theirs(known, by, "submit")
    if isinstance(known, Submitted | InConceptValidation) and known.to == intent.to and not_own is None:
        return ()
    unknown = None if intent.to in partners else UnknownAddressee(str(intent.to))
    refuse_if(not_own, _not_in_hand(known), unknown, *_unstated(known))
    return (ProposalSubmitted(known.proposal, intent.to, by, outline_digest(known.outline)),)


def withdraw(state: ProposalState, by: Acting, reason: NoteRef | None) -> tuple[IntakeFact, ...]:
    """Take it back, at any time before it is decided. A repeat is silence."""
    known = drafted(state)
    not_own = not_theirs(known, by, "withdraw")
    if isinstance(known, Withdrawn) and not_own is None:
        return ()
    refuse_if(not_own, over(known))
    return (ProposalWithdrawn(known.proposal, by, reason),)


def drafted(state: ProposalState) -> Known:
    """The proposal, which must be there."""
    if isinstance(state, Undrafted):
        raise Refused(NoSuchProposal())
    return state


def over(known: Known) -> ItIsOver | None:
    """What stands against any change once it has been decided."""
    match known:
        case Draft() | Submitted() | InConceptValidation() | Returned():
            return None
        case Accepted() | Declined() | Withdrawn():
            return ItIsOver(STATE_NAMES[type(known)])
        case _:
            assert_never(known)


def not_about(about: tuple[Scope, ...]) -> tuple[Reason, ...]:
    """Why those do not say within what a proposal lies: it has its own id by itself, and `anything` says nothing."""
    said = [scope for scope in about if scope.kind not in ("microcredential", "anything")]
    faults = list(faults_of(said))
    if len(said) < len(about):
        faults.append("it names a sector, jurisdiction, unit, job-function, credit or amount")
    return tuple(NotWithin(fault) for fault in dict.fromkeys(faults))


def not_theirs(known: Known, by: Acting, act: str) -> Reason | None:
    """Why it is not for them: only the proposing partner's positions do it."""
    return None if by.partner == known.partner else NotYourProposal(act, known.partner)


def _not_in_hand(known: Known) -> Reason | None:
    """Why its makers may not change it now."""
    match known:
        case Draft() | Returned():
            return None
        case Submitted() | InConceptValidation():
            return LaidBeforeAPartner(STATE_NAMES[type(known)])
        case Accepted() | Declined() | Withdrawn():
            return over(known)
        case _:
            assert_never(known)


def _unstated(known: Known) -> tuple[NotStated, ...]:
    if not isinstance(known, Draft | Returned):
        return ()
    return tuple(NotStated(field) for field in TO_BE_STATED if not getattr(known.outline, field))


def _too_long(outline: Outline) -> OutlineTooLong | None:
    size = len(msgspec.json.encode(outline))
    return OutlineTooLong(size, LONGEST_OUTLINE) if size > LONGEST_OUTLINE else None
