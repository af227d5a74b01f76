"""What is amiss in a partner's register at a moment: nobody there, nobody accountable, or all on one person."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.authority.answers import Answer, who_decides
from shared.authority.community import Community
from shared.authority.endings import endings
from shared.authority.entries import Entry, Partner, Position, Responsibility
from shared.authority.occupants import delegations, holders, present
from shared.authority.scopes import covers, in_words, width
from shared.authority.standing_in import LONGEST
from shared.contracts.values import Matter, Scope
from shared.kernel import Text, Value

Kind = Literal[
    "unowned-matter", "ambiguous-matter", "vacant-matter", "vacant-position", "single-point-of-failure", "unconfirmed",
    "erased-person", "absent-matter", "ends-soon",
]  # fmt: skip


class Finding(Value, frozen=True):
    """One thing amiss at a partner, as a sentence, with what it is about and what to do next."""

    kind: Kind
    partner: UUID
    sentence: str
    next: str
    matter: Matter | None = None
    scope: Scope | None = None
    position: str | None = None
    person: UUID | None = None
    entry: UUID | None = None


def findings(
    community: Community, index: int, partner: UUID, matters: Mapping[Matter, Text], at: datetime
) -> tuple[Finding, ...]:
    """Everything amiss at that partner then; `KeyError` where it is not known."""
    known = community.partners[partner]
    own = [community.positions[one] for one in community.positions_of.get(partner, ())]
    return (
        *_matters(community, index, known, matters, at),
        *_positions(community, own, at),
        *_unconfirmed(community, known, own, at),
        *_erased(community, own, at),
        *_ending(community, known, own, at),
    )


def unowned(community: Community, partner: UUID, matters: Iterable[Matter], at: datetime) -> list[Matter]:
    """The matters nobody at that partner is accountable for then, in any scope."""
    known = community.partners[partner]
    return [
        matter
        for matter in matters
        if not any(entry.letter == "accountable" and entry.stated(at) for entry in known.by_matter.get(matter, ()))
    ]


def _matters(
    community: Community, index: int, partner: Partner, matters: Mapping[Matter, Text], at: datetime
) -> Iterator[Finding]:
    for matter in unowned(community, partner.id, matters, at):
        said = f"Nobody at {partner.key} is accountable for {matter}."
        yield Finding("unowned-matter", partner.id, said, "Assign it to a position.", matter)
    persons: dict[UUID, set[UUID]] = {}
    for matter in matters:
        entries = partner.by_matter.get(matter, ())
        owned = [entry for entry in entries if entry.letter == "accountable" and entry.holds(at)]
        for scope in dict.fromkeys(entry.scope for entry in owned):
            about = () if scope.kind == "anything" else (scope,)
            if _is_well(community, owned, about, at, persons):
                continue
            yield from _owned(community, partner, who_decides(community, index, matter, partner.id, at, about), scope)


def _is_well(
    community: Community,
    owned: list[Responsibility],
    about: tuple[Scope, ...],
    at: datetime,
    persons: dict[UUID, set[UUID]],
) -> bool:
    """Whether of what is `owned` just one position answers for what is at hand, a holder is there, and another person.

    It says no more than that nothing is to be found; `persons` keeps who is reached in a position, asked once.
    """
    if not (covering := [entry for entry in owned if covers(entry.scope, about)]):
        return False
    narrowest = min(width(entry.scope) for entry in covering)
    best = {entry.position for entry in covering if width(entry.scope) == narrowest}
    position = community.positions.get(next(iter(best)))
    if len(best) > 1 or position is None:
        return False
    if position.id not in persons:
        persons[position.id] = _holding(community, position, at) if present(position, at) else set()
    if not (reached := persons[position.id]):
        return False
    return len(reached) > 1 or len(reached | _lent(position, owned[0].matter, at)) > 1


def _owned(community: Community, partner: Partner, answer: Answer, scope: Scope) -> Iterator[Finding]:
    within = f"{answer.matter} within {in_words(scope)} at {partner.key}"
    key = answer.position.key if answer.position else None
    if answer.status == "ambiguous":
        mend = "End one of the responsibilities, or narrow its scope."
        yield Finding("ambiguous-matter", partner.id, answer.sentence, mend, answer.matter, scope)
    elif answer.status != "decided":
        said = f"Nobody can decide {within}: {answer.sentence}"
        mend = "Appoint a holder, name an alternate who is there, or confirm what waits."
        yield Finding("vacant-matter", partner.id, said, mend, answer.matter, scope, key)
    elif answer.position is not None:
        if answer.stands_in is None and not answer.delegates and all(one.absent for one in answer.position.holders):
            said = f"Whoever could decide {within} is away: {answer.sentence}"
            mend = "Name an alternate who is there, or have a holder delegate the matter or come back."
            yield Finding("absent-matter", partner.id, said, mend, answer.matter, scope, key)
        persons = _reached(community, community.positions[answer.position.position], answer.matter, answer.at)
        if len(persons) == 1:
            (person,) = persons
            said = f"All of {within} hangs on one person, who is in {key}."
            mend = "Name an alternate whom another person holds, or have the holder delegate the matter."
            yield Finding("single-point-of-failure", partner.id, said, mend, answer.matter, scope, key, person)


def _reached(community: Community, position: Position, matter: Matter, at: datetime) -> set[UUID]:
    """Every person who may decide the matter in that position then, or would if those before them were away."""
    return _holding(community, position, at) | _lent(position, matter, at)


def _lent(position: Position, matter: Matter, at: datetime) -> set[UUID]:
    return {one.to for one in delegations(position, at) if matter in one.matters}


def _holding(community: Community, position: Position, at: datetime) -> set[UUID]:
    """Every person who holds that position then, or one that would stand in for it."""
    persons, waiting, seen = set[UUID](), [position.id], set[UUID]()
    while waiting and len(seen) <= LONGEST:
        named = waiting.pop()
        found = community.positions.get(named)
        if named in seen or found is None or found.partner != position.partner or not found.holds(at):
            continue
        seen.add(named)
        persons |= {held.person for held in holders(found, at)}
        terms = found.terms_at(at)
        waiting += [one for one in (terms.alternate, terms.escalation) if one is not None]
    return persons


def _positions(community: Community, own: list[Position], at: datetime) -> Iterator[Finding]:
    for position in own:
        if position.holds(at) and not holders(position, at):
            key = community.position_key(position.id)
            until = [held.until for held in position.holdings.values() if held.until is not None and held.until <= at]
            since = f" since {max(until).date()}" if until else ""
            said, mend = f"{key} is vacant{since}.", "Appoint a holder, or end the position."
            yield Finding("vacant-position", position.partner, said, mend, position=key, entry=position.id)


def _ending(community: Community, partner: Partner, own: list[Position], at: datetime) -> Iterator[Finding]:
    for one in endings(community, partner, own, at):
        yield Finding("ends-soon", partner.id, one.sentence, one.next, one.matter, one.scope, one.position,
                      one.person, one.entry)  # fmt: skip


def _erased(community: Community, own: list[Position], at: datetime) -> Iterator[Finding]:
    """Whoever was erased and still holds, or is delegated, something: nobody is told how to reach them."""
    gone = {person for person, when in community.erased.items() if when <= at}
    for position in own if gone else ():
        key = community.position_key(position.id)
        for held in holders(position, at):
            if held.person in gone:
                said, mend = (
                    f"{key} is held by a person who was erased.",
                    "End the holding, and appoint whoever follows.",
                )
                yield Finding("erased-person", position.partner, said, mend, None, None, key, held.person, held.id)
        for granted in delegations(position, at):
            if granted.to in gone:
                said, mend = f"A delegation in {key} is to a person who was erased.", "End it, or delegate to another."
                yield Finding("erased-person", position.partner, said, mend, None, None, key, granted.to, granted.id)


def _unconfirmed(community: Community, partner: Partner, own: list[Position], at: datetime) -> Iterator[Finding]:
    mend = f"It grants nothing until {community.position_key(partner.administrator)} confirms it."
    for entry, of, position, says in _entries(partner, own):
        if entry.stated(at) and not entry.holds(at):
            key = community.position_key(position)
            said = says.format(key=key, letter=getattr(entry, "letter", ""), matter=getattr(entry, "matter", ""))
            yield Finding("unconfirmed", partner.id, said, mend, position=key, entry=of)


def _entries(partner: Partner, own: list[Position]) -> Iterator[tuple[Entry, UUID, UUID, str]]:
    """Every entry of the register with its id, its position and what it is, as a sentence with names to fill in."""
    for one in own:
        yield one, one.id, one.id, "The position {key} is recorded."
        for held in one.holdings.values():
            yield held, held.id, one.id, "A holder of {key} is recorded."
        for granted in one.delegations.values():
            yield granted, granted.id, one.id, "A delegation in {key} is recorded."
    for entry in partner.responsibilities.values():
        yield entry, entry.id, entry.position, "{key} is recorded as {letter} for {matter}."
