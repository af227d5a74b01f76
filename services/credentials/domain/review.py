"""Periodic review: submitted by who delivers, decided by somebody else: renew, revise or retire."""

from collections.abc import Collection
from typing import Literal, assert_never
from uuid import UUID

from services.credentials.domain import separation
from services.credentials.domain.authorities import Authority
from services.credentials.domain.conditions import unanswered
from services.credentials.domain.microcredential import MicrocredentialFact
from services.credentials.domain.states import (
    Approved,
    MicrocredentialState,
    Preparing,
    Retired,
    UnderReview,
    Validating,
    existing,
)
from shared.contracts.credentials import ConditionAnswer, MicrocredentialRetired, ReviewDecided, ReviewSubmitted
from shared.contracts.values import Figures, NoteRef, ReportedFigure
from shared.kernel import Conflict, Intent, Missing, Refused, Remark, SignedAs


class SubmitReview(Intent, frozen=True):
    """What learners and employers said, as reported; figures over several microcredentials name them."""

    feedback: Figures
    reported: tuple[ReportedFigure, ...] = ()
    comment: Remark | None = None


class DecideReview(Intent, frozen=True):
    """Renew, revise or retire; every open condition answered."""

    decision: Literal["renew", "revise", "retire"]
    conditions: tuple[ConditionAnswer, ...] = ()
    comment: Remark | None = None
    signed_as: SignedAs | None = None


class NothingToReview(Conflict, frozen=True):
    """There is nothing to review

    An approved microcredential is reviewed, one review at a time.
    """

    says = "A review is submitted for an approved microcredential; this one is {state}."
    state: str


class NoSuchReview(Missing, frozen=True):
    """There is no such review waiting

    It may be decided already; the microcredential's page lists its reviews.
    """

    says = "No review {review} waits to be decided here."
    review: str


def submit(
    state: MicrocredentialState, review: UUID, given: SubmitReview, authority: Authority, comment: NoteRef | None
) -> tuple[MicrocredentialFact, ...]:
    """Lay the review before whoever decides it."""
    match existing(state):
        case Preparing() | Validating():
            raise Refused(*authority.why_not, NothingToReview("not approved"), allowed_actions=authority.who_can)
        case UnderReview():
            raise Refused(*authority.why_not, NothingToReview("under review"), allowed_actions=authority.who_can)
        case Retired():
            raise Refused(*authority.why_not, NothingToReview("retired"), allowed_actions=authority.who_can)
        case Approved() as approved:
            if authority.evidence is None:
                raise Refused(*authority.why_not, allowed_actions=authority.who_can)
            submitted = ReviewSubmitted(
                approved.microcredential,
                review,
                authority.acting,
                authority.evidence,
                given.feedback,
                given.reported,
                comment,
            )
            return (submitted,)
        case other:
            assert_never(other)


def decide(
    state: MicrocredentialState,
    review: UUID,
    given: DecideReview,
    authority: Authority,
    deliverers: Collection[UUID],
    comment: NoteRef | None,
) -> tuple[MicrocredentialFact, ...]:
    """Decided by others than those who deliver; `retire` ends it."""
    current = existing(state)
    if not isinstance(current, UnderReview) or current.review != review:
        raise Refused(*authority.why_not, NoSuchReview(str(review)), allowed_actions=authority.who_can)
    reasons = [
        *authority.why_not,
        *separation.of_delivering(current.submitted_by, authority, deliverers),
        *unanswered(current, given.conditions),
    ]
    if reasons or authority.evidence is None:
        raise Refused(*reasons, allowed_actions=authority.who_can)
    decided = ReviewDecided(
        current.microcredential,
        review,
        authority.acting,
        authority.evidence,
        given.decision,
        given.conditions,
        comment,
    )
    retired = (MicrocredentialRetired(current.microcredential, review),) if given.decision == "retire" else ()
    return (decided, *retired)
