"""who-decides, shown to people as "who to go to": for a matter, at a partner, in a scope, at a moment."""

from collections.abc import Iterable
from datetime import datetime
from math import isfinite
from typing import Literal
from uuid import UUID

from shared.authority.community import Community
from shared.authority.entries import Holding, Position, Responsibility
from shared.contracts.values import SCOPE_ORDER, Instrument, Matter, Scope
from shared.kernel import Text, Value


class Holder(Value, frozen=True):
    """Who holds a position, since when, and the instrument that says so."""

    person: UUID
    since: datetime
    until: datetime | None
    instrument: Instrument


class PositionView(Value, frozen=True):
    """A position as people name it (`nscc/dean`), with whoever holds it at the moment asked about."""

    position: UUID
    key: str
    title: Text
    partner: UUID
    holders: tuple[Holder, ...]


class Answer(Value, frozen=True):
    """The answer, with the rule that won and the facts and instrument behind it.

    `vacant`: the position is owned but nobody holds it; `unconfirmed`: recorded, but void until the partner's authority
    administrator confirms; `ambiguous`: two equal matches grant nothing; `unowned`: nobody was made accountable.
    """

    status: Literal["decided", "vacant", "unconfirmed", "ambiguous", "unowned"]
    sentence: str
    matter: Matter
    partner: UUID
    at: datetime
    log_index: int
    position: PositionView | None = None
    alternate: PositionView | None = None
    escalation: PositionView | None = None
    scope: Scope | None = None
    responsibility: UUID | None = None
    instrument: Instrument | None = None
    facts: tuple[UUID, ...] = ()
    candidates: tuple[PositionView, ...] = ()


def who_decides(
    community: Community, index: int, matter: Matter, partner: UUID, at: datetime, about: Iterable[Scope] = ()
) -> Answer:
    """Whom to go to. `about` names what is at hand (its sector, unit …); a narrower match wins over a wider one."""
    if partner not in community.partners:
        return Answer("unowned", "No such partner is registered.", matter, partner, at, index)
    name = community.partners[partner].key
    about = tuple(about)
    accountable = [
        entry
        for entry in community.partners[partner].responsibilities.values()
        if entry.matter == matter and entry.letter == "accountable" and _covers(entry.scope, about)
    ]
    if not (holding := [entry for entry in accountable if entry.holds(at)]):
        stated = [entry for entry in accountable if entry.stated(at)]
        if not stated:
            return Answer("unowned", f"Nobody at {name} is accountable for {matter}.", matter, partner, at, index)
        sentence = f"Recorded for {matter} at {name}, but not yet confirmed by its authority administrator."
        candidates = _views(community, stated, at)
        return Answer("unconfirmed", sentence, matter, partner, at, index, candidates=candidates)
    narrowest = min(_width(entry.scope) for entry in holding)
    best = [entry for entry in holding if _width(entry.scope) == narrowest]
    if (several := len({entry.position for entry in best})) > 1:
        sentence = f"{several} positions at {name} are equally accountable for {matter}; that grants nothing."
        return Answer("ambiguous", sentence, matter, partner, at, index, candidates=_views(community, best, at))
    return _decided(community, index, best[0], partner, at)


def _decided(community: Community, index: int, rule: Responsibility, partner: UUID, at: datetime) -> Answer:
    if (position := community.positions.get(rule.position)) is None:
        sentence = f"{rule.matter} belongs to a position that was not recorded by then."
        return Answer("vacant", sentence, rule.matter, partner, at, index, responsibility=rule.id)
    held = holders(position, at)
    status, how = _standing(position, at)
    return Answer(
        status,
        f"{rule.matter} is decided by {community.position_key(position.id)}{how}.",
        rule.matter,
        partner,
        at,
        index,
        position=view(community, position.id, at),
        alternate=view(community, position.alternate, at),
        escalation=view(community, position.escalation, at),
        scope=rule.scope,
        responsibility=rule.id,
        instrument=rule.instrument,
        facts=(*rule.facts, *position.facts, *(fact for entry in held for fact in entry.facts)),
    )


def _standing(position: Position, at: datetime) -> tuple[Literal["decided", "vacant", "unconfirmed"], str]:
    """Whether somebody holds the position then; if nobody does, whether that is only for want of a confirmation."""
    if holders(position, at):
        return "decided", ""
    if any(entry.stated(at) for entry in position.holdings.values()):
        return "unconfirmed", ", whose holder is not confirmed by its authority administrator yet"
    return "vacant", ", which is vacant"


def holders(position: Position, at: datetime) -> tuple[Holding, ...]:
    """Who holds the position then; nobody while the position itself is unconfirmed."""
    return tuple(entry for entry in position.holdings.values() if entry.holds(at)) if position.holds(at) else ()


def view(community: Community, position: UUID | None, at: datetime) -> PositionView | None:
    """That position as people name it, or None where there is none."""
    if position is None or (found := community.positions.get(position)) is None:
        return None
    held = tuple(Holder(entry.person, entry.since, entry.until, entry.instrument) for entry in holders(found, at))
    return PositionView(found.id, community.position_key(found.id), found.title, found.partner, held)


def _views(community: Community, entries: list[Responsibility], at: datetime) -> tuple[PositionView, ...]:
    return tuple(seen for entry in entries if (seen := view(community, entry.position, at)) is not None)


def _covers(scope: Scope, about: tuple[Scope, ...]) -> bool:
    if scope.kind == "anything":
        return True
    if scope.kind == "amount":
        limit = _number(scope.value)  # one that is no number covers nothing
        return isfinite(limit) and any(asked.kind == "amount" and _number(asked.value) <= limit for asked in about)
    return scope in about


def _width(scope: Scope) -> tuple[int, float]:
    return SCOPE_ORDER.index(scope.kind), _number(scope.value) if scope.kind == "amount" else 0.0


def _number(value: str | None) -> float:
    try:
        return float(value or "inf")
    except ValueError:
        return float("inf")
