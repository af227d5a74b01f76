"""With what authority a matter was decided: judged when it is, and again whenever more is known."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from shared.authority.answers import Answer, facts_behind, facts_of_stand_in, who_decides
from shared.authority.community import Community
from shared.authority.entries import Delegation, Position
from shared.authority.grounds import as_holder, as_stand_in
from shared.authority.occupants import absence_of, holders, in_effect
from shared.authority.refusals import NotTheirsInIt, NotTheirsToDecide, NotYourPosition
from shared.contracts.values import Acting, Evidence, Matter, Scope
from shared.kernel import Forbidden, Reason, Refused


def evidence_for(
    community: Community, index: int, matter: Matter, acting: Acting, at: datetime, about: Iterable[Scope] = ()
) -> Evidence | tuple[Forbidden, Answer]:
    """The evidence that `acting` decides the matter at its partner, or why it does not, with whom to go to instead."""
    answer = who_decides(community, index, matter, acting.partner, at, about)
    partner = community.partners.get(acting.partner)
    own = community.positions.get(acting.position)
    key = community.position_key(acting.position)
    if partner is None or own is None or answer.position is None or answer.position.position != own.id:
        name = partner.key if partner else str(acting.partner)
        return NotTheirsToDecide(key, matter, name, answer.sentence), answer
    if not acts(community, acting, at, matter):
        return NotTheirsInIt(key, matter, answer.sentence), answer
    won = partner.responsibilities[answer.responsibility]  # type: ignore[index]  # an answer with a position has one
    return Evidence(
        matter, acting.partner, acting.position, index, answer.responsibility, answer.instrument,
        (*facts_behind(won, own, at), *_facts_of_ground(community, own, acting, at)),
        scope=answer.scope, on_behalf_of=on_behalf_of(community, acting, at),
        passed_on_by=lenders(community, acting)[1:],
    )  # fmt: skip


def acts(community: Community, acting: Acting, at: datetime, matter: Matter) -> bool:
    """Whether the person may then act in the position on the ground they state, in that matter."""
    if (position := community.positions.get(acting.position)) is None:
        return False
    if acting.delegation is not None:
        one = position.delegations.get(acting.delegation)
        return one is not None and (one.to, matter in one.matters, in_effect(position, one, at)) == (
            acting.person, True, True,
        )  # fmt: skip
    if acting.alternate is not None:
        return as_stand_in(community, position, acting.person, at) == acting
    return as_holder(position, acting.person, at) is not None


def on_behalf_of(community: Community, acting: Acting, at: datetime) -> UUID | None:
    """The person whose authority is exercised: who holds what was delegated, or who is away; None for one's own.

    None too where a vacant position is stood in for, or several are away.
    """
    if (position := community.positions.get(acting.position)) is None:
        return None
    if acting.delegation is not None and (one := position.delegations.get(acting.delegation)) is not None:
        held = position.holdings.get(one.holding)
        return held.person if held else None
    away = holders(position, at) if acting.alternate is not None else ()
    return away[0].person if len(away) == 1 else None


def lenders(community: Community, acting: Acting) -> tuple[UUID, ...]:
    """Who delegated it to whoever acts: who holds it, then whoever passed it on; nobody on any other ground."""
    position = community.positions.get(acting.position)
    chain = _chain(position, acting) if position else ()
    return tuple(dict.fromkeys(one.by for one in reversed(chain)))


def lent_by(acting: Acting, evidence: Evidence | None) -> tuple[UUID, ...]:
    """The persons whose word a delegate gives, as the evidence has them; none on any other ground or without any."""
    if evidence is None or acting.delegation is None or evidence.on_behalf_of is None:
        return ()
    return (evidence.on_behalf_of, *evidence.passed_on_by)


def _chain(position: Position, acting: Acting) -> tuple[Delegation, ...]:
    """The delegation by which they act, the one it passes on, and so on; none on any other ground."""
    chain: list[Delegation] = []
    one = position.delegations.get(acting.delegation) if acting.delegation else None
    while one is not None and len(chain) < len(position.delegations):
        chain.append(one)
        one = position.delegations.get(one.chained_from) if one.chained_from else None
    return tuple(chain)


def _facts_of_ground(community: Community, position: Position, acting: Acting, at: datetime) -> tuple[UUID, ...]:
    """The facts behind a delegation and those it passes on; behind an absence and who stands in; none for a holder."""
    facts = tuple(fact for one in _chain(position, acting) for fact in one.facts)
    if acting.alternate is not None:
        away = (absence_of(position, held, at) for held in holders(position, at))
        facts += tuple(fact for absence in away if absence is not None for fact in absence.facts)
        facts += facts_of_stand_in(community, acting.alternate, at)
    return facts


def seat_evidence(
    community: Community, index: int, matter: Matter, acting: Acting, council: UUID, at: datetime
) -> Evidence:
    """The evidence of a seat: the council's roster is in the round, so only the holding behind it is named here."""
    position = community.positions[acting.position]
    own = (held for held in holders(position, at) if held.person == acting.person)
    facts = (
        *position.facts,
        *(fact for held in own for fact in held.facts),
        *_facts_of_ground(community, position, acting, at),
    )
    behalf = on_behalf_of(community, acting, at)
    return Evidence(
        matter, acting.partner, acting.position, index, facts=facts, seat=council, on_behalf_of=behalf,
        passed_on_by=lenders(community, acting)[1:],
    )  # fmt: skip


def require_evidence(
    community: Community, index: int, matter: Matter, acting: Acting, at: datetime, about: Iterable[Scope] = ()
) -> Evidence:
    """The evidence that `acting` decides the matter at its partner; else a refusal that says who does."""
    match evidence_for(community, index, matter, acting, at, about):
        case Evidence() as evidence:
            return evidence
        case (reason, answer):
            raise Refused(reason, allowed_actions=(answer,))


def still_holds(
    community: Community, index: int, evidence: Evidence, acting: Acting, at: datetime, about: Iterable[Scope] = ()
) -> Reason | None:
    """Why what was decided at `at` with that evidence was decided without authority, as far as is known now; else None.

    The same questions are asked of a later fold about the same moment. The seats of a council stay as the round was
    opened with, so of a seat only the ground to act in its position is asked. `about` is what was at hand.
    """
    if evidence.seat is not None:
        if acts(community, acting, at, evidence.matter):
            return None
        return NotYourPosition(community.position_key(acting.position), at.isoformat())
    judged = evidence_for(community, index, evidence.matter, acting, at, about)
    return None if isinstance(judged, Evidence) else judged[0]
