"""With what authority somebody acts, judged on what was heard of `partnerships`: a matter's owner, a council's seat."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.credentials.domain import rounds
from services.credentials.domain.steps import StepState, Waiting
from shared.authority import Answer, Community, acts, evidence_for, seat_evidence, who_decides
from shared.authority.answers import view
from shared.authority.due import Almanacs
from shared.authority.refusals import NotTheirsInIt
from shared.contracts.values import Acting, EachOf, Evidence, Matter, OwnerAt, RosterOf, Scope
from shared.kernel import Forbidden, Reason, Value


class Authority(Value, frozen=True):
    """With what authority somebody acts on a step: the evidence, or why there is none and who has it."""

    acting: Acting
    evidence: Evidence | None
    why_not: tuple[Reason, ...] = ()
    who_can: tuple[object, ...] = ()


class Known(Value, frozen=True):
    """What was heard of `partnerships` up to that index of its log, asked as of the moment `at`."""

    community: Community
    log_index: int
    at: datetime

    def who_decides(self, matter: Matter, partner: UUID, microcredential: UUID) -> Answer:
        """Whom to go to, a responsibility for this very microcredential first."""
        about = (Scope("microcredential", str(microcredential)),)
        return who_decides(self.community, self.log_index, matter, partner, self.at, about)


class NotOnTheCouncil(Forbidden, frozen=True):
    """Not on the council

    The seats of the council as it stood when the step was opened decide; `allowed_actions` lists them.
    """

    says = "{position} has no seat on the council {council}."
    position: str
    council: str


class NotInThisRound(Forbidden, frozen=True):
    """Your partner is not asked

    Others are; `allowed_actions` lists whom to go to.
    """

    says = "{partner} is not asked for {matter} here."
    partner: str
    matter: str


def rosters(known: Known) -> dict[UUID, RosterOf]:
    """Every council of the community as it stood at that moment."""
    return {
        council.id: RosterOf(council.id, roster.seats, roster.quorum)
        for council in known.community.councils.values()
        if (roster := council.roster(known.at)) is not None
    }


def almanacs(known: Known) -> Almanacs:
    """The calendars of every partner, as known at that moment."""
    return Almanacs(known.community, known.at)


def for_step(known: Known, acting: Acting, step: StepState | None, microcredential: UUID) -> Authority:
    """The authority on a step: a seat in its round, or the owner of its matter at a partner it asks."""
    if step is None:
        return Authority(acting, None)
    round_ = rounds.opened(step.policy.rule, rosters(known)) if isinstance(step, Waiting) else step.round
    match round_:
        case RosterOf():
            return _seat(known, acting, round_, step.policy.matter)
        case OwnerAt(partner=partner):
            return at_partners(known, acting, step.policy.matter, (partner,), microcredential)
        case EachOf(partners=partners):
            return at_partners(known, acting, step.policy.matter, partners, microcredential)
        case _:
            assert_never(round_)


def at_partners(
    known: Known, acting: Acting, matter: Matter, asked: tuple[UUID, ...], microcredential: UUID
) -> Authority:
    """The authority for a matter at the partner acted for, if it is one of those asked."""
    if acting.partner not in asked:
        partner = known.community.partners.get(acting.partner)
        reason = NotInThisRound(partner.key if partner else str(acting.partner), matter)
        return Authority(
            acting, None, (reason,), tuple(known.who_decides(matter, one, microcredential) for one in asked)
        )
    about = (Scope("microcredential", str(microcredential)),)
    match evidence_for(known.community, known.log_index, matter, acting, known.at, about):
        case Evidence() as evidence:
            return Authority(acting, evidence)
        case (refusal, answer):
            return Authority(acting, None, (refusal,), (answer,))


def who_delivers(known: Known, partner: UUID, microcredential: UUID) -> set[UUID]:
    """The persons who hold the position that owns `delivery` of it at that partner, or decide in their stead."""
    answer = known.who_decides("delivery", partner, microcredential)
    held = {holder.person for holder in answer.position.holders} if answer.position else set()
    return held | set(answer.able)


def _seat(known: Known, acting: Acting, round_: RosterOf, matter: Matter) -> Authority:
    community, at = known.community, known.at
    if any(seat.position == acting.position for seat in round_.seats):
        if not acts(community, acting, at, matter):
            said = "what was delegated there is something else."
            return Authority(acting, None, (NotTheirsInIt(community.position_key(acting.position), matter, said),))
        return Authority(acting, seat_evidence(community, known.log_index, matter, acting, round_.council, at))
    council = community.councils.get(round_.council)
    seats = tuple(view(community, seat.position, at) for seat in round_.seats)
    reason = NotOnTheCouncil(community.position_key(acting.position), council.key if council else str(round_.council))
    return Authority(acting, None, (reason,), tuple(seat for seat in seats if seat is not None))
