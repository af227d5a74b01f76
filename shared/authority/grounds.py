"""On what ground a person acts in a position: as its holder, by a delegation, or standing in for it."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from shared.authority.community import Community
from shared.authority.entries import Position
from shared.authority.occupants import delegations, holders, present
from shared.authority.standing_in import stand_in
from shared.contracts.values import Acting, Matter

MOST = 1000
"""How many positions are looked at for whether a person stands in for them."""


def as_holder(position: Position, person: UUID, at: datetime) -> Acting | None:
    """The person in the position as one of its holders then, away or not; None where they are none."""
    held = any(entry.person == person for entry in holders(position, at))
    return Acting(person, position.id, position.partner) if held else None


def as_delegate(position: Position, person: UUID, at: datetime, matter: Matter | None = None) -> Acting | None:
    """The person in the position by a delegation to them, one of that matter ahead; None where there is none."""
    found = sorted(delegations(position, at, person), key=lambda one: matter is not None and matter not in one.matters)
    return Acting(person, position.id, position.partner, delegation=found[0].id) if found else None


def as_stand_in(community: Community, position: Position, person: UUID, at: datetime) -> Acting | None:
    """The person in the position as a holder, not away, of the one that stands in for it; None where they are none."""
    standing = community.positions.get(stood) if (stood := stand_in(community, position, at).position) else None
    if standing is None or not any(held.person == person for held in present(standing, at)):
        return None
    return Acting(person, position.id, position.partner, alternate=standing.id)


def ground_in(
    community: Community, position: Position, person: UUID, at: datetime, matter: Matter | None = None
) -> Acting | None:
    """How the person acts in that position then: as its holder, else as a delegate of that matter, else standing in.

    A delegation of other matters comes last; without a matter, nobody acts by a delegation.
    """
    if (own := as_holder(position, person, at)) is not None:
        return own
    delegated = None if matter is None else as_delegate(position, person, at, matter)
    if delegated is not None and matter in position.delegations[delegated.delegation].matters:  # type: ignore[index]  # a delegate's
        return delegated
    return as_stand_in(community, position, person, at) or delegated


def grounds(community: Community, person: UUID, at: datetime) -> tuple[Acting, ...]:
    """Every position the person acts in then, and how: those held ahead, then by delegations, then standing in."""
    known = [community.positions[one] for one in sorted(community.held_by.get(person, ()))]
    held = [own for position in known if (own := as_holder(position, person, at)) is not None]
    delegated = [
        Acting(person, position.id, position.partner, delegation=one.id)
        for position in known
        for one in delegations(position, at, person)
    ]
    standing = [
        own
        for position in backed_by(community, [acting.position for acting in held])
        if (own := as_stand_in(community, position, person, at)) is not None
    ]
    return (*held, *delegated, *standing)


def backed_by(community: Community, held: list[UUID]) -> Iterator[Position]:
    """The positions those held may stand in for, directly or through others, those held left out."""
    seen, waiting = set(held), list(held)
    while waiting and len(seen) < MOST:
        for backed in sorted(community.backed.get(waiting.pop(0), ())):
            if backed not in seen:
                seen.add(backed)
                waiting.append(backed)
                yield community.positions[backed]
