"""With what authority somebody decides a proposal, and who else could, as far as was heard of partnerships."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import structs

from services.intake.domain.deciding import Authority
from shared.authority import Answer, evidence_for, who_decides
from shared.contracts.values import Acting, Matter, Scope
from shared.security.asker import Asker


def authority(
    asker: Asker, matter: Matter, by: Acting, partner: UUID | None, proposal: UUID, at: datetime
) -> Authority:
    """Whether the position acted in owns the matter at that partner; None where it is addressed to nobody yet."""
    if partner is None:
        return None
    asked = structs.replace(by, partner=partner)
    return evidence_for(asker.community, asker.log_index, matter, asked, at, _about(proposal))


def could_respond(asker: Asker, proposal: UUID, at: datetime, responded: Collection[UUID]) -> tuple[Answer, ...]:
    """Whom to go to for a response at each partner that has not given one."""
    community, index = asker.community, asker.log_index
    answers = (
        who_decides(community, index, "industry-validation", partner, at, _about(proposal))
        for partner in community.partners
        if partner not in responded
    )
    return tuple(answer for answer in answers if answer.status == "decided")


def _about(proposal: UUID) -> tuple[Scope, ...]:
    """A microcredential opens under the proposal's id, so a responsibility for that one holds from the concept on."""
    return (Scope("microcredential", str(proposal)),)
