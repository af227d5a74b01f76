"""What is heard of `partnerships`, as the plain values decisions take: authority for a matter, rosters of councils."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.credentials.domain import rounds
from services.credentials.domain.signing import Authority
from services.credentials.domain.steps import StepState, Waiting
from shared.authority import Community, evidence_for, seat_evidence, who_decides
from shared.authority.answers import view
from shared.contracts.values import Acting, EachOf, Evidence, Matter, OwnerAt, Party, RosterOf, Scope
from shared.kernel import Forbidden, Refused, Value
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

    Others are; `allowed_actions` lists whom to go to.
    """

    says = "{partner} is not asked for {matter} here."
    partner: str
    matter: str


class PartyView(Value, frozen=True):
    """Whom something waits on, as people name them; without a position, whoever owns the matter at the partner."""

    matter: Matter
    partner: str
    position: str | None


def named(party: Party, community: Community) -> PartyView:
    """That party by its keys."""
    partner = community.partners.get(party.partner)
    position = community.position_key(party.position) if party.position else None
    return PartyView(party.matter, partner.key if partner else str(party.partner), position)


@contextmanager
def told_by_name(community: Community) -> Iterator[None]:
    """A refusal from inside names whom it waits on as people do."""
    try:
        yield
    except Refused as refused:
        told = tuple(named(one, community) if isinstance(one, Party) else one for one in refused.waiting_on)
        raise Refused(*refused.reasons, waiting_on=told, allowed_actions=refused.allowed_actions) from None


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
    return _owner(asker, (partner,), matter, at, microcredential)


def for_step(asker: Asker, step: StepState | None, at: datetime, microcredential: UUID) -> Authority:
    """The asker's authority on a step: a seat in its round, or the owner of its matter at a partner it asks."""
    if step is None:
        return Authority(asker.acting(at), None)
    round_ = rounds.opened(step.policy.rule, rosters(asker, at)) if isinstance(step, Waiting) else step.round
    match round_:
        case RosterOf():
            return _seat(asker, round_, step.policy.matter, at)
        case OwnerAt(partner=partner):
            return _owner(asker, (partner,), step.policy.matter, at, microcredential)
        case EachOf(partners=partners):
            return _owner(asker, partners, step.policy.matter, at, microcredential)
        case _:
            assert_never(round_)


def _owner(asker: Asker, asked: tuple[UUID, ...], matter: Matter, at: datetime, microcredential: UUID) -> Authority:
    acting = asker.acting(at)
    if acting.partner in asked:
        return for_matter(asker, matter, at, microcredential, acting)
    known, about = asker.community, (Scope("microcredential", str(microcredential)),)
    partner = known.partners.get(acting.partner)
    reason = NotInThisRound(partner.key if partner else str(acting.partner), matter)
    whom = tuple(who_decides(known, asker.log_index, matter, one, at, about) for one in asked)
    return Authority(acting, None, (reason,), whom)


def _seat(asker: Asker, round_: RosterOf, matter: Matter, at: datetime) -> Authority:
    acting = asker.acting(at)
    if any(seat.position == acting.position for seat in round_.seats):
        return Authority(acting, seat_evidence(asker.community, asker.log_index, matter, acting, round_.council, at))
    council = asker.community.councils[round_.council].key
    seats = tuple(view(asker.community, seat.position, at) for seat in round_.seats)
    reason = NotOnTheCouncil(asker.community.position_key(acting.position), council)
    return Authority(acting, None, (reason,), tuple(seat for seat in seats if seat is not None))
