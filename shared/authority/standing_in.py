"""Who stands in for a position that is vacant or whose every holder is away: the alternates, then the escalation."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.authority.community import Community
from shared.authority.entries import Position
from shared.authority.occupants import holders, present
from shared.kernel import Value

LONGEST = 20
"""How many positions are tried before it is given up."""

Because = Literal["vacant", "absent", "unconfirmed", "ended", "elsewhere", "unknown"]


class Passed(Value, frozen=True):
    """A position that was passed over, and why nobody decides in it then.

    `vacant`: nobody holds it; `absent`: every holder is away; `unconfirmed`: it is void as yet; `ended`: it was
    abolished; `elsewhere`: it is another partner's, who never decides for this one; `unknown`: it was not recorded.
    """

    position: UUID
    key: str
    because: Because


class StandIn(Value, frozen=True):
    """The position that stands in, and those passed over before it, the position at hand first.

    No position where none has to, or none is left.
    """

    position: UUID | None = None
    passed: tuple[Passed, ...] = ()


def stand_in(community: Community, position: Position, at: datetime) -> StandIn:
    """Who decides in that position's stead: nobody while one of its holders is there, or it is itself void.

    First its alternate, then the alternate's alternate and so on; then its escalation and that one's alternates; then
    the escalation's escalation. What is void, ended, unknown or another partner's is passed over, and leads nowhere.
    """
    because = _why_not(position, position, at)
    if because not in ("vacant", "absent"):
        return StandIn(None, (_passed(community, position.id, because),) if because else ())
    passed = [_passed(community, position.id, because)]
    for named in order(community, position, at):
        found = community.positions.get(named)
        because = "unknown" if found is None else _why_not(found, position, at)
        if because is None:
            return StandIn(named, tuple(passed))
        passed.append(_passed(community, named, because))
    return StandIn(None, tuple(passed))


def _passed(community: Community, position: UUID, because: Because) -> Passed:
    return Passed(position, community.position_key(position), because)


def _why_not(position: Position, owner: Position, at: datetime) -> Because | None:
    """Why nobody decides in it then in the owner's stead; None where somebody does."""
    if position.partner != owner.partner:
        return "elsewhere"
    if not position.holds(at):
        return "ended" if position.until is not None and position.until <= at else "unconfirmed"
    if present(position, at):
        return None
    return "absent" if holders(position, at) else "vacant"


def order(community: Community, owner: Position, at: datetime) -> Iterator[UUID]:
    """The positions to try, each once; only those that hold lead on to others, for what they name is confirmed.

    An escalation that was tried as an alternate already is not tried again, but leads on to its own.
    """
    seen, escalated = {owner.id}, {owner.id}
    base: Position | None = owner
    while base is not None:
        here: Position | None = base
        while here is not None and (named := here.terms_at(at).alternate) is not None and named not in seen:
            if len(seen) > LONGEST:
                return
            seen.add(named)
            yield named
            here = _leads_on(community, named, owner, at)
        named = base.terms_at(at).escalation
        if named is None or named in escalated or len(seen) > LONGEST:
            return
        escalated.add(named)
        if named not in seen:
            seen.add(named)
            yield named
        base = _leads_on(community, named, owner, at)


def _leads_on(community: Community, position: UUID, owner: Position, at: datetime) -> Position | None:
    found = community.positions.get(position)
    return found if found is not None and found.partner == owner.partner and found.holds(at) else None
