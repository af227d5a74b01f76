"""The standing of whoever acts: whether a person holds a position, and the evidence that it may decide a matter."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from shared.authority.answers import Answer, holders, who_decides
from shared.authority.community import Community
from shared.contracts.values import Acting, Evidence, Matter, Scope
from shared.kernel import Forbidden, Refused


class NotYourPosition(Forbidden, frozen=True):
    """You do not hold that position

    Holders are recorded by the partner's authority administrator, from a date, and hold nothing until confirmed.
    Name another position in `Acting-As`, or have your holding recorded and confirmed.
    """

    says = "This key's person does not hold {position} at {at}."
    position: str
    at: str


class StateYourPosition(Forbidden, frozen=True):
    """State the position you act in

    You hold several positions, or none. Name one in the header `Acting-As`, by its id or as `partner/position`.
    """

    says = "This key's person holds {held}; state one in the header Acting-As."
    held: str


class NotTheirsToDecide(Forbidden, frozen=True):
    """This is not yours to decide

    The matter belongs to another position at that partner; `allowed_actions` says whom to go to.
    """

    says = "{position} is not accountable for {matter} at {partner}: {answer}"
    position: str
    matter: str
    partner: str
    answer: str


def acting_in(community: Community, person: UUID, stated: str | None, at: datetime) -> Acting:
    """The position the person acts in at that moment: the one stated (id or `partner/position`), else the only one."""
    held = [position for position in community.positions.values() if _holds(position.id, person, community, at)]
    if stated is None:
        if len(held) != 1:
            names = ", ".join(sorted(community.position_key(position.id) for position in held)) or "no position"
            raise Refused(StateYourPosition(names))
        chosen = held[0]
        return Acting(person, chosen.id, chosen.partner)
    for position in held:
        if stated in (str(position.id), community.position_key(position.id)):
            return Acting(person, position.id, position.partner)
    raise Refused(NotYourPosition(stated, at.isoformat()))


def _holds(position: UUID, person: UUID, community: Community, at: datetime) -> bool:
    return any(entry.person == person for entry in holders(community.positions[position], at))


def evidence_for(
    community: Community, index: int, matter: Matter, acting: Acting, at: datetime, about: Iterable[Scope] = ()
) -> Evidence | tuple[NotTheirsToDecide, Answer]:
    """The evidence that `acting` owns the matter at its partner, or why it does not, with whom to go to instead."""
    answer = who_decides(community, index, matter, acting.partner, at, about)
    if answer.status == "decided" and answer.position is not None and answer.position.position == acting.position:
        return Evidence(
            matter, acting.partner, acting.position, index, answer.responsibility, answer.instrument, answer.facts
        )
    partner = community.partners.get(acting.partner)
    name = partner.key if partner else str(acting.partner)
    return NotTheirsToDecide(community.position_key(acting.position), matter, name, answer.sentence), answer


def seat_evidence(
    community: Community, index: int, matter: Matter, acting: Acting, council: UUID, at: datetime
) -> Evidence:
    """The evidence of a seat: the council's roster is in the round, so only the holding behind it is named here."""
    position = community.positions[acting.position]
    own = (held for held in holders(position, at) if held.person == acting.person)
    facts = (*position.facts, *(fact for held in own for fact in held.facts))
    return Evidence(matter, acting.partner, acting.position, index, facts=facts, seat=council)


def require_evidence(
    community: Community, index: int, matter: Matter, acting: Acting, at: datetime, about: Iterable[Scope] = ()
) -> Evidence:
    """The evidence that `acting` owns the matter at its partner; else a refusal that says who does."""
    match evidence_for(community, index, matter, acting, at, about):
        case Evidence() as evidence:
            return evidence
        case (reason, answer):
            raise Refused(reason, allowed_actions=(answer,))
