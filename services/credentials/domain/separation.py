"""Separation of duties, decided on persons, not keys."""

from collections.abc import Collection
from uuid import UUID

from services.credentials.domain.microcredential import Opened
from shared.contracts.values import Acting
from shared.kernel import Forbidden, Reason


class WhoProposedMayNotApprove(Forbidden, frozen=True):
    """Who proposed may not approve

    Another holder of an authority for this step decides.
    """

    says = "Whoever proposed a microcredential, or wrote its outline, may not sign it off."


class WhoDeliversDoesNotDecide(Forbidden, frozen=True):
    """Who delivers or submits the review does not decide it

    Another person who holds the position for `review` decides.
    """

    says = "Whoever delivers a microcredential or submits its review does not decide the review."


def of_proposing(state: Opened, acting: Acting) -> tuple[Reason, ...]:
    """Against a sign-off by whoever proposed it, or changed the outline that is signed."""
    return (WhoProposedMayNotApprove(),) if acting.person in state.authors else ()


def of_delivering(submitted_by: Acting, acting: Acting, deliverers: Collection[UUID]) -> tuple[Reason, ...]:
    """Against a review decided by whoever submitted it, or delivers."""
    concerned = acting.person == submitted_by.person or acting.person in deliverers
    return (WhoDeliversDoesNotDecide(),) if concerned else ()
