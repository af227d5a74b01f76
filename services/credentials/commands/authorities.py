"""What is heard of `partnerships`, as the plain values decisions take: authority for a matter, rosters of councils."""

from datetime import datetime
from uuid import UUID

from services.credentials.domain.signing import Authority
from services.credentials.domain.steps import StepState, Waiting
from shared.authority import evidence_for, seat_evidence
from shared.authority.answers import view
from shared.contracts.values import Acting, Evidence, Matter, RosterOf, Scope
from shared.kernel import Forbidden
from shared.security.asker import Asker


class NotOnTheCouncil(Forbidden, frozen=True):
    """Not on the council

    The seats of the council as it stood when the step was opened decide; `allowed_actions` lists them.
    """

    says = "{position} has no seat on the council {council}."
    position: str
    council: str


class NotInThisRound(Forbidden, frozen=True):
    """Your partner is not asked

    The step names the partners it needs; `allowed_actions` lists whom to go to.
    """

    says = "{partner} is not one of the partners this step asks."
    partner: str


def rosters(asker: Asker, at: datetime) -> dict[UUID, RosterOf]:
    """Every council of the community as it stood at that moment."""
    return {
        council.id: RosterOf(council.id, roster.seats, roster.quorum)
        for council in asker.community.councils.values()
        if (roster := council.roster(at)) is not None
    }


def for_matter(
    asker: Asker, matter: Matter, at: datetime, microcredential: UUID, acting: Acting | None = None
) -> Authority:
    """The asker's authority for a matter at their own partner, this microcredential's scope first."""
    acting = acting or asker.acting(at)
    about = (Scope("microcredential", str(microcredential)),)
    match evidence_for(asker.community, asker.log_index, matter, acting, at, about):
        case Evidence() as evidence:
            return Authority(acting, evidence)
        case (reason, answer):
            return Authority(acting, None, (reason,), (answer,))


def at_partner(asker: Asker, matter: Matter, at: datetime, microcredential: UUID, partner: UUID) -> Authority:
    """The asker's authority for a matter at that partner and no other."""
    acting = asker.acting(at)
    if acting.partner == partner:
        return for_matter(asker, matter, at, microcredential, acting)
    whose = Acting(acting.person, acting.position, partner)
    about = (Scope("microcredential", str(microcredential)),)
    match evidence_for(asker.community, asker.log_index, matter, whose, at, about):
        case Evidence():
            return Authority(acting, None, (_not_asked(asker, acting),))
        case (reason, answer):
            return Authority(acting, None, (reason,), (answer,))


def for_step(asker: Asker, step: StepState | None, at: datetime, microcredential: UUID) -> Authority:
    """The asker's authority on a step: a seat in its round, or the owner of its matter at a partner it asks."""
    acting = asker.acting(at)
    if step is None:
        return Authority(acting, None)
    if isinstance(step, Waiting):
        return for_matter(asker, step.policy.matter, at, microcredential, acting)
    if isinstance(step.round, RosterOf):
        return _seat(asker, step.round, step.policy.matter, acting, at)
    asked = getattr(step.round, "partners", None) or (getattr(step.round, "partner", None),)
    if acting.partner not in asked:
        return Authority(acting, None, (_not_asked(asker, acting),))
    return for_matter(asker, step.policy.matter, at, microcredential, acting)


def _seat(asker: Asker, round_: RosterOf, matter: Matter, acting: Acting, at: datetime) -> Authority:
    if any(seat.position == acting.position for seat in round_.seats):
        return Authority(acting, seat_evidence(asker.community, asker.log_index, matter, acting, round_.council, at))
    council = asker.community.councils[round_.council].key
    seats = tuple(view(asker.community, seat.position, at) for seat in round_.seats)
    reason = NotOnTheCouncil(asker.community.position_key(acting.position), council)
    return Authority(acting, None, (reason,), tuple(seat for seat in seats if seat is not None))


def _not_asked(asker: Asker, acting: Acting) -> NotInThisRound:
    partner = asker.community.partners.get(acting.partner)
    return NotInThisRound(partner.key if partner else str(acting.partner))
