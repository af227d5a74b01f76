"""The standing of whoever acts: in which position, and on which ground."""

from datetime import datetime
from uuid import UUID

from shared.authority.community import Community
from shared.authority.grounds import as_holder, ground_in
from shared.authority.occupants import Delegate, PositionView, delegates, delegations, view
from shared.authority.refusals import NotYourPosition, OnlyDelegatedMatters, StateYourPosition
from shared.authority.standing_in import Passed, stand_in
from shared.contracts.values import Acting, Matter
from shared.kernel import Reason, Refused, Value


class Occupants(Value, frozen=True):
    """Who acts in a position: its holders, delegates, and the position that stands in for it, if one has to."""

    position: PositionView
    delegates: tuple[Delegate, ...]
    stands_in: PositionView | None
    passed: tuple[Passed, ...]

    @property
    def able(self) -> tuple[UUID, ...]:
        """The persons who act in it in every matter: its holders, and those of the position that stands in."""
        standing = self.stands_in.holders if self.stands_in else ()
        there = (holder.person for holder in standing if not holder.absent)
        return tuple(dict.fromkeys((*(holder.person for holder in self.position.holders), *there)))


def occupants(community: Community, position: UUID, at: datetime) -> Occupants | None:
    """Who acts in that position then; None where it is not known."""
    if (found := community.positions.get(position)) is None or (seen := view(community, position, at)) is None:
        return None
    stands = stand_in(community, found, at)
    return Occupants(seen, delegates(found, at), view(community, stands.position, at), stands.passed)


def acting_in(
    community: Community, person: UUID, stated: str | None, at: datetime, matter: Matter | None = None
) -> Acting:
    """The position the person acts in at that moment, and on which ground.

    It is the one stated (by its id or `partner/position`): held, delegated in part, or stood in for. None stated: the
    only one held. A delegate acts only where a `matter` is decided, and whether that one was delegated is asked by
    `evidence_for`.
    """
    if stated is None:
        return _the_only_one(community, person, at)
    named = community.position_named(stated)
    position = community.positions[named] if named is not None else None
    if position is not None and (acting := ground_in(community, position, person, at, matter)) is not None:
        return acting
    seen = occupants(community, position.id, at) if position is not None else None
    delegated = [one for one in seen.delegates if one.person == person] if seen else []
    reason: Reason = NotYourPosition(stated, at.isoformat())
    if delegated:
        matters = ", ".join(sorted({matter for one in delegated for matter in one.matters}))
        reason = OnlyDelegatedMatters(stated, matters)
    raise Refused(reason, allowed_actions=() if seen is None else (seen,))


def possible_actings(community: Community, person: UUID, stated: str | None, at: datetime) -> tuple[Acting, ...]:
    """How the person may act in the position stated, or in the only one held; none where they do not at all.

    It is one ground, unless it is by delegations: by which of several, the matter says.
    """
    try:
        return (acting_in(community, person, stated, at),)
    except Refused:
        named = community.position_named(stated) if stated is not None else None
        if named is None:
            return ()
        position = community.positions[named]
        granted = delegations(position, at, person)
        return tuple(Acting(person, named, position.partner, delegation=one.id) for one in granted)


def _the_only_one(community: Community, person: UUID, at: datetime) -> Acting:
    known = sorted(community.held_by.get(person, ()))
    held = [own for one in known if (own := as_holder(community.positions[one], person, at)) is not None]
    if len(held) != 1:
        names = ", ".join(sorted(community.position_key(own.position) for own in held)) or "no position"
        raise Refused(StateYourPosition(names))
    return held[0]
