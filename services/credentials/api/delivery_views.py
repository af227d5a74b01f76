"""Offerings and reviews as their readers get them: small counts are for who delivers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.credentials.api.view_values import OfferingView
from services.credentials.domain.states import Opened
from shared.authority import Community, suppressing
from shared.authority.reading import Reader
from shared.authority.suppressing import Shown
from shared.contracts.credentials import (
    OfferingClosed,
    OfferingOpened,
    ReviewDecided,
    ReviewSubmitted,
)
from shared.contracts.values import Figures, NoteRef
from shared.kernel import Fact, Recorded
from shared.security.signed_as import SignedName


def offering_view(past: list[Recorded[Fact]], current: Opened, community: Community, reader: Reader) -> OfferingView:
    opened = next(recorded.fact for recorded in past if isinstance(recorded.fact, OfferingOpened))
    closed = next((recorded.fact for recorded in past if isinstance(recorded.fact, OfferingClosed)), None)
    delivering = opened.delivered_by or current.proposed_by.partner
    partner = community.partners.get(delivering)
    learners, completed = opened.learners, None
    reported: Figures = {}
    if closed is not None:
        learners = opened.learners if closed.learners is None else closed.learners
        completed, reported = closed.completed, closed.reported
    shown = Shown(learners, completed, suppressed=False)
    if not reader.delivers(delivering):
        shown = suppressing.counts(learners, completed)
        reported = suppressing.figures(reported, learners, suppressed=shown.suppressed)
    return OfferingView(
        opened.offering,
        "closed" if closed else "open",
        opened.version,
        opened.starts,
        opened.ends,
        opened.platform,
        shown.learners,
        shown.completed,
        opened.pass_grade,
        dict(reported),
        opened.jurisdiction or (partner.jurisdiction if partner else None),
        partner.key if partner else str(delivering),
        opened.agreement,
        shown.suppressed,
    )


def review_views(
    history: list[Recorded[Fact]], community: Community, names: Mapping[UUID, SignedName]
) -> tuple[dict[str, Any], ...]:
    decisions: dict[UUID, dict[str, Any]] = {
        fact.review: {
            "decision": fact.decision,
            "decided_by": community.position_key(fact.by.position),
            "decided_at": recorded.occurred_at,
            "conditions": fact.conditions,
            "signed_as": signed_as(fact.signed_as, names),
        }
        for recorded in history
        if isinstance(fact := recorded.fact, ReviewDecided)
    }
    undecided = {"decision": None, "decided_by": None, "decided_at": None, "conditions": (), "signed_as": None}
    return tuple(
        {
            "review": fact.review,
            "submitted_by": community.position_key(fact.by.position),
            "submitted_at": recorded.occurred_at,
            "feedback": fact.feedback,
            "reported": fact.reported,
            **decisions.get(fact.review, undecided),
        }
        for recorded in history
        if isinstance(fact := recorded.fact, ReviewSubmitted)
    )


def suppressed(reviews: tuple[dict[str, Any], ...], *, beside_small: bool) -> tuple[dict[str, Any], ...]:
    """Reviews as those see them who do not deliver: nothing by which a count that is not shown could be told."""
    return tuple(
        {
            **review,
            "feedback": suppressing.figures(review["feedback"]),
            "reported": tuple(
                one for one in review["reported"] if not beside_small and not suppressing.gives_away(one.value, None)
            ),
        }
        for review in reviews
    )


def signed_as(ref: NoteRef | None, names: Mapping[UUID, SignedName]) -> SignedName | None:
    """The name and title it was signed with, where they were kept and still are."""
    return names.get(ref.id) if ref else None
