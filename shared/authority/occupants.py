"""Who is in a position at a moment: its holders, whether they are away, and those they delegated matters to."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from shared.authority.community import Community
from shared.authority.entries import Absence, Delegation, Holding, Position
from shared.contracts.values import Instrument, Matter
from shared.kernel import Text, Value


class Holder(Value, frozen=True, omit_defaults=True):
    """Who holds a position, since when, and the instrument that says so; whether they are away, and until when."""

    person: UUID
    since: datetime
    until: datetime | None
    instrument: Instrument
    absent: bool = False
    absent_until: datetime | None = None


class PositionView(Value, frozen=True):
    """A position as people name it (`nscc/dean`), with whoever holds it at the moment asked about."""

    position: UUID
    key: str
    title: Text
    partner: UUID
    holders: tuple[Holder, ...]


class Delegate(Value, frozen=True):
    """A person whom a holder (`by`) lets decide those matters in a position; `delegation` is the entry that says so."""

    person: UUID
    by: UUID
    since: datetime
    until: datetime | None
    matters: tuple[Matter, ...]
    delegation: UUID
    instrument: Instrument


def holders(position: Position, at: datetime) -> tuple[Holding, ...]:
    """Who holds the position then, away or not; nobody while the position itself is unconfirmed."""
    return tuple(entry for entry in position.holdings.values() if entry.holds(at)) if position.holds(at) else ()


def absence_of(position: Position, holding: Holding, at: datetime) -> Absence | None:
    """Why that holder is away at that moment; None while they are there."""
    away = (one for one in position.absences.values() if one.holding == holding.id and one.covers(at))
    return next(away, None)


def present(position: Position, at: datetime) -> tuple[Holding, ...]:
    """Who holds the position then and is not away."""
    return tuple(held for held in holders(position, at) if absence_of(position, held, at) is None)


def in_effect(position: Position, delegation: Delegation, at: datetime) -> bool:
    """Whether it holds then, and with it the holding it is made from and every delegation it passes on."""
    if not position.holds(at):
        return False
    one: Delegation | None = delegation
    for _ in range(len(position.delegations) + 1):
        held = position.holdings.get(one.holding) if one else None
        if one is None or held is None or not (one.holds(at) and held.holds(at)):
            return False
        if one.chained_from is None:
            return True
        one = position.delegations.get(one.chained_from)
    return False


def delegations(position: Position, at: datetime, person: UUID | None = None) -> Iterator[Delegation]:
    """The delegations in effect then, those to that person where one is named."""
    for one in position.delegations.values():
        if person in (None, one.to) and in_effect(position, one, at):
            yield one


def delegates(position: Position, at: datetime, matter: Matter | None = None) -> tuple[Delegate, ...]:
    """To whom matters of the position are delegated then, that matter where one is named."""
    return tuple(
        Delegate(one.to, one.by, one.since, one.until, tuple(sorted(one.matters)), one.id, one.instrument)
        for one in delegations(position, at)
        if matter is None or matter in one.matters
    )


def view(community: Community, position: UUID | None, at: datetime) -> PositionView | None:
    """That position as people name it, or None where there is none."""
    if position is None or (found := community.positions.get(position)) is None:
        return None
    held = tuple(_holder(found, entry, at) for entry in holders(found, at))
    return PositionView(found.id, community.position_key(found.id), found.terms_at(at).title, found.partner, held)


def _holder(position: Position, held: Holding, at: datetime) -> Holder:
    away = absence_of(position, held, at)
    until = away.until if away else None
    return Holder(held.person, held.since, held.until, held.instrument, away is not None, until)
