"""With what authority somebody acts, judged on what was heard of `partnerships`: a matter's owner, a council's seat."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.credentials.domain import rounds
from services.credentials.domain.steps import StepState, Waiting
from shared.authority import Answer, Community, acts, evidence_for, lent_by, seat_evidence, who_decides
from shared.authority.answers import view
from shared.authority.councils import Roster
from shared.authority.due import Almanacs
from shared.authority.quorums import has_expired, has_voice
from shared.authority.refusals import NotTheirsInIt
from shared.contracts.values import Acting, EachOf, Evidence, Matter, OwnerAt, RosterOf, Scope, Seat
from shared.kernel import Forbidden, Reason, Value


class Authority(Value, frozen=True):
    """With what authority somebody acts on a step: the evidence, or why there is none and who has it."""

    acting: Acting
    evidence: Evidence | None
    why_not: tuple[Reason, ...] = ()
    who_can: tuple[object, ...] = ()

    @property
    def persons(self) -> frozenset[UUID]:
        """Whose word it is: whoever acts, and where they act by a delegation, whoever delegated or passed it on."""
        return frozenset({self.acting.person, *lent_by(self.acting, self.evidence)})


class Known(Value, frozen=True):
    """What was heard of `partnerships` up to that index of its log, asked as of the moment `at`."""

    community: Community
    log_index: int
    at: datetime

    def who_decides(self, matter: Matter, partner: UUID, about: tuple[Scope, ...]) -> Answer:
        """Whom to go to; `about` is what is at hand, a responsibility for that very microcredential first."""
        return who_decides(self.community, self.log_index, matter, partner, self.at, about)


class NotOnTheCouncil(Forbidden, frozen=True):
    """Not on the council

    The seats of the council as it stood when the step was opened decide; `allowed_actions` lists them.
    """

    says = "{position} has no seat on the council {council}."
    position: str
    council: str


class SeatHasNoVoice(Forbidden, frozen=True):
    """The seat has no voice

    A seat has a voice from the beginning of its term until its end, as it stood when the step was opened. Another
    member decides; `allowed_actions` lists them. A coordinator renews the seat for later rounds.
    """

    says = "The term of {position} on the council {council} {standing}."
    position: str
    council: str
    standing: str


class NotInThisRound(Forbidden, frozen=True):
    """Your partner is not asked

    Others are; `allowed_actions` lists whom to go to.
    """

    says = "{partner} is not asked for {matter} here."
    partner: str
    matter: str


def rosters(known: Known) -> dict[UUID, RosterOf]:
    """Every council of the community as it stood at that moment, with what a round keeps of its partners' sectors."""
    return {
        council.id: RosterOf(council.id, roster.seats, roster.quorum, _sectors(known.community, roster), roster.chair)
        for council in known.community.councils.values()
        if (roster := council.roster(known.at)) is not None
    }


def almanacs(known: Known) -> Almanacs:
    """The calendars of every partner, as known at that moment."""
    return Almanacs(known.community, known.at)


def _sectors(community: Community, roster: Roster) -> dict[UUID, tuple[str, ...]]:
    """The sectors the quorum asks for, by the partners of its seats that are of them."""
    asked = {
        partner: tuple(sector for sector in roster.quorum.sectors if sector in found.sectors)
        for partner in sorted({seat.partner for seat in roster.seats})
        if (found := community.partners.get(partner)) is not None
    }
    return {partner: sectors for partner, sectors in asked.items() if sectors}


def for_step(known: Known, acting: Acting, step: StepState | None, about: tuple[Scope, ...]) -> Authority:
    """The authority on a step: a seat in its round, or the owner of its matter at a partner it asks."""
    if step is None:
        return Authority(acting, None)
    round_ = rounds.opened(step.policy.rule, rosters(known)) if isinstance(step, Waiting) else step.round
    match round_:
        case RosterOf():
            return _seat(known, acting, round_, step.policy.matter)
        case OwnerAt(partner=partner):
            return at_partners(known, acting, step.policy.matter, (partner,), about)
        case EachOf(partners=partners):
            return at_partners(known, acting, step.policy.matter, partners, about)
        case _:
            assert_never(round_)


def at_partners(
    known: Known, acting: Acting, matter: Matter, asked: tuple[UUID, ...], about: tuple[Scope, ...]
) -> Authority:
    """The authority for a matter at the partner acted for, if it is one of those asked."""
    if acting.partner not in asked:
        partner = known.community.partners.get(acting.partner)
        reason = NotInThisRound(partner.key if partner else str(acting.partner), matter)
        return Authority(acting, None, (reason,), tuple(known.who_decides(matter, one, about) for one in asked))
    match evidence_for(known.community, known.log_index, matter, acting, known.at, about):
        case Evidence() as evidence:
            return Authority(acting, evidence)
        case (refusal, answer):
            return Authority(acting, None, (refusal,), (answer,))


def who_delivers(known: Known, partner: UUID, about: tuple[Scope, ...]) -> set[UUID]:
    """The persons who hold the position that owns `delivery` of it at that partner, or decide in their stead."""
    answer = known.who_decides("delivery", partner, about)
    held = {holder.person for holder in answer.position.holders} if answer.position else set()
    return held | set(answer.able)


def _seat(known: Known, acting: Acting, round_: RosterOf, matter: Matter) -> Authority:
    community, at = known.community, known.at
    own = next((seat for seat in round_.seats if seat.position == acting.position), None)
    if own is not None and has_voice(own, at):
        if not acts(community, acting, at, matter):
            said = "what was delegated there is something else."
            return Authority(acting, None, (NotTheirsInIt(community.position_key(acting.position), matter, said),))
        return Authority(acting, seat_evidence(community, known.log_index, matter, acting, round_.council, at))
    council = community.councils.get(round_.council)
    names = community.position_key(acting.position), council.key if council else str(round_.council)
    seats = (view(community, seat.position, at) for seat in round_.seats if has_voice(seat, at))
    reason = NotOnTheCouncil(*names) if own is None else SeatHasNoVoice(*names, _term(own, at))
    return Authority(acting, None, (reason,), tuple(seat for seat in seats if seat is not None))


def _term(seat: Seat, at: datetime) -> str:
    if seat.until is not None and has_expired(seat, at):
        return f"ended on {seat.until.isoformat()}"
    return f"begins on {seat.since.isoformat()}" if seat.since is not None else "has not begun"
