"""What would fall vacant if a person left: asked of the same rules, on the register without that person."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.authority.answers import Answer, who_decides
from shared.authority.community import Community
from shared.authority.entries import Holding, Position
from shared.authority.occupants import delegations, holders
from shared.contracts.values import Matter, Scope
from shared.kernel import Value


class Left(Value, frozen=True):
    """A position the person is in: as holder, or by delegation. `vacant` where nobody else holds it."""

    position: UUID
    key: str
    partner: UUID
    as_what: str
    others: tuple[UUID, ...]
    vacant: bool


class MatterLeft(Value, frozen=True):
    """A matter the person may decide now. `then` says who would decide it without them, or why nobody would."""

    matter: Matter
    scope: Scope
    partner: UUID
    position: str
    status: str
    then: str


class SeatLeft(Value, frozen=True):
    """A council seat that nobody would fill."""

    council: UUID
    key: str
    position: str


class Departure(Value, frozen=True):
    """All that hangs on a person at a moment; `falls` are the matters that nobody could decide without them."""

    person: UUID
    at: datetime
    log_index: int
    positions: tuple[Left, ...]
    matters: tuple[MatterLeft, ...]
    falls: tuple[str, ...]
    seats: tuple[SeatLeft, ...]
    delegations: tuple[UUID, ...]
    sentence: str


def departure(community: Community, index: int, person: UUID, at: datetime) -> Departure:
    """What would be so then if that person held nothing any more, and delegations to and from them fell."""
    within = [community.positions[one] for one in sorted(community.held_by.get(person, ()))]
    own = [one for one in within if any(held.person == person for held in holders(one, at))]
    lent = [(one, granted) for one in within for granted in delegations(one, at, person)]
    rest = without(community, person)
    beside = {one.id: one for one, _ in lent if one not in own}
    positions = [_left(community, one, person, at) for one in own]
    positions += [_left(community, one, person, at, "delegate") for one in beside.values()]
    matters = tuple(_matters(community, rest, index, person, at))
    falls = tuple(
        f"{one.matter} at {community.partners[one.partner].key}" for one in matters if one.status != "decided"
    )
    made = [
        granted.id for one in own for granted in one.delegations.values() if granted.by == person and granted.holds(at)
    ]
    seats = tuple(_seats(community, rest, {one.id for one in own}, at))
    vacant = [one.key for one in positions if one.vacant]
    return Departure(
        person, at, index, tuple(positions), matters, falls, seats, (*(one.id for _, one in lent), *made),
        _sentence(vacant, falls, seats),
    )  # fmt: skip


def without(community: Community, person: UUID) -> Community:
    """The same community as if that person had never held anything, nor had anything delegated; a copy."""
    positions = dict(community.positions)
    for known in community.held_by.get(person, ()):
        found = positions[known]
        kept: dict[UUID, Holding] = {key: one for key, one in found.holdings.items() if one.person != person}
        lent = {key: one for key, one in found.delegations.items() if one.to != person and one.holding in kept}
        positions[known] = replace(found, holdings=kept, delegations=lent)
    return replace(community, positions=positions)


def _left(community: Community, position: Position, person: UUID, at: datetime, as_what: str = "holder") -> Left:
    others = tuple(held.person for held in holders(position, at) if held.person != person)
    key = community.position_key(position.id)
    return Left(position.id, key, position.partner, as_what, others, as_what == "holder" and not others)


def _matters(community: Community, rest: Community, index: int, person: UUID, at: datetime) -> list[MatterLeft]:
    """Every matter the person may decide then, also by delegation or standing in, each with who would be left."""
    partners = {community.positions[one].partner for one in community.held_by.get(person, ())}
    found = []
    for partner in sorted(partners):
        for matter, entries in community.partners[partner].by_matter.items():
            for scope in dict.fromkeys(one.scope for one in entries if one.letter == "accountable" and one.holds(at)):
                about = () if scope.kind == "anything" else (scope,)
                now = who_decides(community, index, matter, partner, at, about)
                if person in now.able:
                    found.append(_matter(now, who_decides(rest, index, matter, partner, at, about), scope))
    return found


def _matter(now: Answer, then: Answer, scope: Scope) -> MatterLeft:
    key = now.position.key if now.position else ""
    return MatterLeft(now.matter, scope, now.partner, key, then.status, then.sentence)


def _seats(community: Community, rest: Community, left: set[UUID], at: datetime) -> list[SeatLeft]:
    return [
        SeatLeft(council.id, council.key, community.position_key(seat.position))
        for council in community.councils.values()
        if (roster := council.roster(at)) is not None
        for seat in roster.seats
        if seat.position in left
        and (seat.since is None or seat.since <= at)
        and (seat.until is None or at < seat.until)
        and not holders(rest.positions[seat.position], at)
    ]


def _sentence(vacant: list[str], falls: tuple[str, ...], seats: tuple[SeatLeft, ...]) -> str:
    if not vacant and not falls and not seats:
        return "Nothing would fall vacant: somebody else could decide all that this person can."
    parts = [f"{', '.join(vacant)} would be vacant"] if vacant else []
    parts += [f"nobody could decide {', '.join(falls)}"] if falls else []
    parts += [f"{len(seats)} council seat{'s' * (len(seats) != 1)} would be empty"] if seats else []
    return f"Without them, {'; '.join(parts)}."
