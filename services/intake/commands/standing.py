"""With what authority somebody decides a proposal, and who else could, as far as was heard of partnerships."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from msgspec import structs

from services.intake.domain.deciding import Authority
from services.intake.domain.proposal import ProposalState, Undrafted, addressed_to
from shared.authority import Answer, evidence_for, who_decides
from shared.authority.scopes import at_hand
from shared.contracts.values import Acting, Evidence, Matter, Scope
from shared.security.asker import Asker


def authority(
    asker: Asker, matter: Matter, by: Acting, partner: UUID | None, state: ProposalState, at: datetime
) -> Authority:
    """Whether the position acted in owns the matter at that partner; None where it is addressed to nobody yet."""
    if partner is None:
        return None
    asked = structs.replace(by, partner=partner)
    return evidence_for(asker.community, asker.log_index, matter, asked, at, _about(state))


def authority_to_accept(
    asker: Asker, by: Acting, state: ProposalState, at: datetime, about: Iterable[Scope] | None
) -> Authority:
    """Whether they decide the proposal as it was laid before their partner, and also as about what they state it is.

    So nobody accepts what is another's by stating that it is about something else.
    """
    laid = authority(asker, "proposal-acceptance", by, addressed_to(state), state, at)
    if about is None or isinstance(state, Undrafted) or not isinstance(laid, Evidence):
        return laid
    stated = structs.replace(state, about=tuple(dict.fromkeys(about)))
    return authority(asker, "proposal-acceptance", by, addressed_to(state), stated, at)


def could_respond(asker: Asker, state: ProposalState, at: datetime, responded: Collection[UUID]) -> tuple[Answer, ...]:
    """Whom to go to for a response at each partner that has not given one."""
    community, index = asker.community, asker.log_index
    answers = (
        who_decides(community, index, "industry-validation", partner, at, _about(state))
        for partner in community.partners
        if partner not in responded
    )
    return tuple(answer for answer in answers if answer.status == "decided")


def answers_for(asker: Asker, matter: Matter, partner: UUID, state: ProposalState, at: datetime) -> bool:
    """Whether a position at that partner owns the matter, for that proposal; somebody may hold it or not."""
    answer = who_decides(asker.community, asker.log_index, matter, partner, at, _about(state))
    return answer.position is not None


def _about(state: ProposalState) -> tuple[Scope, ...]:
    """What is at hand, and within what it lies: a responsibility for that very one holds from the concept on."""
    return () if isinstance(state, Undrafted) else at_hand(state.proposal, state.about)
