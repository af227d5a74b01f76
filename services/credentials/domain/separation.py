"""Separation of duties, decided on persons, not keys: on whoever acts, and on whoever delegated it to them."""

from collections.abc import Collection
from uuid import UUID

from services.credentials.domain.authorities import Authority
from services.credentials.domain.states import Opened
from shared.contracts.values import Acting
from shared.kernel import Forbidden, Reason


class WhoProposedMayNotApprove(Forbidden, frozen=True):
    """Who proposed may not approve

    Another holder of an authority for this step decides, or who stands in; not by a delegation from whoever proposed.
    """

    says = "Whoever proposed a microcredential, or wrote its outline, may not sign it off, nor let a delegate do so."


class WhoDeliversDoesNotDecide(Forbidden, frozen=True):
    """Who delivers or submits the review does not decide it

    Another person who holds the position for `review` decides; not by a delegation from whoever delivers.
    """

    says = "Whoever delivers a microcredential or submits its review does not decide the review, nor lets a delegate."


def of_proposing(state: Opened, authority: Authority) -> tuple[Reason, ...]:
    """Against a sign-off by whoever proposed it, or changed the outline that is signed."""
    return () if authority.persons.isdisjoint(state.authors) else (WhoProposedMayNotApprove(),)


def of_delivering(submitted_by: Acting, authority: Authority, deliverers: Collection[UUID]) -> tuple[Reason, ...]:
    """Against a review decided by whoever submitted it, or delivers."""
    concerned = {submitted_by.person, *deliverers}
    return () if authority.persons.isdisjoint(concerned) else (WhoDeliversDoesNotDecide(),)
