"""What falls away at a partner before long, with nobody recorded to follow."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from shared.authority.community import Community
from shared.authority.entries import Entry, Partner, Position, Responsibility
from shared.authority.scopes import in_words, same
from shared.contracts.values import Matter, Scope
from shared.kernel import Value

SOON = timedelta(days=30)
"""How long before it ends something is told of."""


class Ending(Value, frozen=True):
    """One entry that ends, as a sentence, with what to do next."""

    entry: UUID
    sentence: str
    next: str
    position: str
    person: UUID | None = None
    matter: Matter | None = None
    scope: Scope | None = None


def endings(community: Community, partner: Partner, own: list[Position], at: datetime) -> Iterator[Ending]:
    """Positions, holders, delegations and what positions are accountable for, as far as they end within `SOON`."""
    for position in own:
        yield from _of_position(community.position_key(position.id), position, at)
    for entry in partner.responsibilities.values():
        if entry.letter == "accountable" and (until := _end(entry, at)) and not _is_followed(partner, entry, until):
            key = community.position_key(entry.position)
            said = f"{key} is accountable for {entry.matter} within {in_words(entry.scope)} until {until.date()} only"
            mend = "Give it to whoever follows, and confirm it."
            said += ", and nobody is recorded to follow."
            yield Ending(entry.id, said, mend, key, matter=entry.matter, scope=entry.scope)


def _of_position(key: str, position: Position, at: datetime) -> Iterator[Ending]:
    if until := _end(position, at):
        said = f"The position {key} ends on {until.date()}."
        yield Ending(position.id, said, "Give what it answers for to another.", key)
    for held in position.holdings.values():
        if (until := _end(held, at)) and not any(one.holds(until) for one in position.holdings.values()):
            said = f"A holder of {key} leaves it on {until.date()}, and nobody is recorded to follow."
            yield Ending(held.id, said, "Appoint whoever follows, and confirm them.", key, held.person)
    for granted in position.delegations.values():
        if until := _end(granted, at):
            said = f"A delegation in {key} ends on {until.date()}."
            yield Ending(granted.id, said, "Have the holder delegate again, if need be.", key, granted.to)


def _end(entry: Entry, at: datetime) -> datetime | None:
    """When it ends, if it holds now and that is soon."""
    return entry.until if entry.until is not None and entry.holds(at) and entry.until <= at + SOON else None


def _is_followed(partner: Partner, entry: Responsibility, until: datetime) -> bool:
    """Whether a position is accountable for the same from when that entry ends."""
    others = partner.by_matter.get(entry.matter, ())
    alike = (one for one in others if one.letter == "accountable" and same(one.scope, entry.scope))
    return any(one.holds(until) for one in alike)
