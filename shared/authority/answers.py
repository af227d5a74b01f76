"""who-decides, shown to people as "who to go to": for a matter, at a partner, in a scope, at a moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import structs

from shared.authority.community import Community
from shared.authority.entries import Partner, Position, Responsibility
from shared.authority.going_on import coordinator_if_nobody, keeper, narrower_only
from shared.authority.occupants import (
    Delegate,
    Holder,
    PositionView,
    absence_of,
    delegates,
    delegations,
    holders,
    present,
    view,
)
from shared.authority.scopes import covers, in_words, width
from shared.authority.standing_in import Passed, StandIn, stand_in
from shared.contracts.values import Instrument, Matter, Scope
from shared.kernel import Value

__all__ = ["Answer", "Beaten", "Delegate", "Holder", "Passed", "PositionView", "holders", "view", "who_decides"]

Status = Literal["decided", "vacant", "unconfirmed", "ambiguous", "unowned"]


class Beaten(Value, frozen=True):
    """A responsibility that also covers what is at hand, but in a wider scope."""

    responsibility: UUID
    position: str
    scope: Scope


class Answer(Value, frozen=True):
    """The answer, with the rule that won, what it beat, and the facts and instruments behind it.

    `decided`: somebody may decide, in `position`: its holders, the `delegates` to whom a holder left the matter, and
    where nobody is there, the holders of `stands_in`. `passed` are the positions it was looked for in, each with the
    reason why nobody there decides, the owner first. `vacant`: the position is owned but nobody holds it or stands in;
    `unconfirmed`: recorded, but void until the partner's authority administrator confirms; `ambiguous`: two equal
    matches grant nothing; `unowned`: nobody was made accountable for what is at hand, though `candidates` may be for
    something narrower. Unless it is `decided`, `next` is who can put that right: the partner's authority administrator
    or who stands in for it, and where nobody is there, the community's `coordinator`.
    """

    status: Status
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
    delegates: tuple[Delegate, ...] = ()
    stands_in: PositionView | None = None
    passed: tuple[Passed, ...] = ()
    rule: str | None = None
    beaten: tuple[Beaten, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    next: PositionView | None = None
    coordinator: UUID | None = None

    @property
    def able(self) -> tuple[UUID, ...]:
        """The persons who may decide, whoever is to be gone to first ahead; nobody unless it is `decided`."""
        if self.status != "decided" or self.position is None:
            return ()
        held = sorted(self.position.holders, key=lambda holder: holder.absent)
        there = [holder.person for holder in held if not holder.absent]
        away = [holder.person for holder in held if holder.absent]
        standing = [holder.person for holder in self.stands_in.holders if not holder.absent] if self.stands_in else []
        return tuple(dict.fromkeys((*there, *(one.person for one in self.delegates), *standing, *away)))


def who_decides(
    community: Community, index: int, matter: Matter, partner: UUID, at: datetime, about: Iterable[Scope] = ()
) -> Answer:
    """Whom to go to. `about` names what is at hand (its sector, unit …); a narrower match wins over a wider one."""
    if (known := community.partners.get(partner)) is None:
        answer = Answer("unowned", "No such partner is registered.", matter, partner, at, index)
        return structs.replace(answer, coordinator=community.coordinator)
    answer = _judged(community, index, matter, known, at, tuple(about))
    if answer.status == "decided":
        return answer
    seen = keeper(community, known, at)
    return structs.replace(answer, next=seen, coordinator=coordinator_if_nobody(community, seen))


def _judged(
    community: Community, index: int, matter: Matter, known: Partner, at: datetime, about: tuple[Scope, ...]
) -> Answer:
    partner, everything = known.id, [one for one in known.by_matter.get(matter, ()) if one.letter == "accountable"]
    accountable = [entry for entry in everything if covers(entry.scope, about)]
    if not (holding := [entry for entry in accountable if entry.holds(at)]):
        stated = [entry for entry in accountable if entry.stated(at)]
        if not stated:
            narrower = [entry for entry in everything if entry.holds(at)]
            sentence = narrower_only(community, known, matter, narrower)
            candidates = _views(community, narrower, at)
            return Answer("unowned", sentence, matter, partner, at, index, candidates=candidates)
        sentence = f"Recorded for {matter} at {known.key}, but not yet confirmed by its authority administrator."
        candidates = _views(community, stated, at)
        return Answer("unconfirmed", sentence, matter, partner, at, index, candidates=candidates)
    narrowest = min(width(entry.scope) for entry in holding)
    best = [entry for entry in holding if width(entry.scope) == narrowest]
    if (several := len({entry.position for entry in best})) > 1:
        sentence = f"{several} positions at {known.key} are equally accountable for {matter}; that grants nothing."
        return Answer("ambiguous", sentence, matter, partner, at, index, candidates=_views(community, best, at))
    wider = [entry for entry in holding if width(entry.scope) > narrowest]
    wider.sort(key=lambda entry: width(entry.scope))
    return _decided(community, index, best[0], wider, partner, at)


def _decided(
    community: Community, index: int, won: Responsibility, wider: list[Responsibility], partner: UUID, at: datetime
) -> Answer:
    if (position := community.positions.get(won.position)) is None:
        sentence = f"{won.matter} belongs to a position that was not recorded by then."
        return Answer("vacant", sentence, won.matter, partner, at, index, responsibility=won.id)
    stands = stand_in(community, position, at)
    terms = position.terms_at(at)
    return Answer(
        _status(position, stands, at),
        f"{won.matter} is decided by {community.position_key(position.id)}{_how(community, position, stands, at)}.",
        won.matter,
        partner,
        at,
        index,
        position=view(community, position.id, at),
        alternate=view(community, terms.alternate, at),
        escalation=view(community, terms.escalation, at),
        scope=won.scope,
        responsibility=won.id,
        instrument=won.instrument,
        facts=(*facts_behind(won, position, at), *_facts_of_others(community, position, stands, won.matter, at)),
        delegates=delegates(position, at, won.matter),
        stands_in=view(community, stands.position, at),
        passed=stands.passed,
        rule=_rule(community, won, wider),
        beaten=tuple(Beaten(entry.id, community.position_key(entry.position), entry.scope) for entry in wider),
        instruments=_instruments(community, won, position, stands, at),
    )


def _status(position: Position, stands: StandIn, at: datetime) -> Status:
    """Whether anybody may decide then; if nobody may, whether that is only for want of a confirmation."""
    if stands.position is not None or holders(position, at):
        return "decided"
    if not position.stated(at):
        return "vacant"
    return "unconfirmed" if any(entry.stated(at) for entry in position.holdings.values()) else "vacant"


def _how(community: Community, position: Position, stands: StandIn, at: datetime) -> str:
    """What is to be said of who is in the position; nothing where a holder is there."""
    if present(position, at):
        return ""
    if holders(position, at):
        what = ", whose every holder is away" if len(holders(position, at)) > 1 else ", whose holder is away"
    elif position.until is not None and position.until <= at:
        what = ", which was abolished"
    elif not position.stated(at):
        what = f", which begins on {position.since.date()}"
    elif not position.holds(at):
        what = ", which is not confirmed by its authority administrator yet"
    elif any(entry.stated(at) for entry in position.holdings.values()):
        what = ", whose holder is not confirmed by its authority administrator yet"
    else:
        what = ", which is vacant"
    if stands.position is not None:
        return f"{what}; {community.position_key(stands.position)} stands in for it"
    return f"{what}, and nobody stands in for it" if position.holds(at) and len(stands.passed) > 1 else what


def _rule(community: Community, won: Responsibility, wider: list[Responsibility]) -> str:
    """Which responsibility won, and over which, as a sentence."""
    said = f"{community.position_key(won.position)} is accountable for {won.matter} within {in_words(won.scope)}"
    beaten = (f"{in_words(entry.scope)} ({community.position_key(entry.position)})" for entry in wider)
    over = ", ".join(beaten)
    return f"{said}, which is narrower than {over}." if over else f"{said}; nothing narrower covers what is at hand."


def facts_behind(won: Responsibility, position: Position, at: datetime) -> tuple[UUID, ...]:
    """The facts that say a position owns a matter, and who holds it then."""
    return (*won.facts, *position.facts, *(fact for held in holders(position, at) for fact in held.facts))


def _facts_of_others(
    community: Community, position: Position, stands: StandIn, matter: Matter, at: datetime
) -> tuple[UUID, ...]:
    """The facts behind whoever else decides in the position: delegations, absences, whoever stands in."""
    granted = (fact for one in delegations(position, at) if matter in one.matters for fact in one.facts)
    away = (absence_of(position, held, at) for held in holders(position, at))
    absences = (fact for absence in away if absence is not None for fact in absence.facts)
    return (*granted, *absences, *facts_of_stand_in(community, stands.position, at))


def facts_of_stand_in(community: Community, position: UUID | None, at: datetime) -> tuple[UUID, ...]:
    """The facts that say who holds the position that stands in; none where none does."""
    if position is None or (found := community.positions.get(position)) is None:
        return ()
    return (*found.facts, *(fact for held in present(found, at) for fact in held.facts))


def _instruments(
    community: Community, won: Responsibility, position: Position, stands: StandIn, at: datetime
) -> tuple[Instrument, ...]:
    """Every instrument the answer rests on, the responsibility's own first, each once."""
    cited = [won.instrument, position.instrument, *(held.instrument for held in holders(position, at))]
    cited += [one.instrument for one in delegations(position, at) if won.matter in one.matters]
    if stands.position is not None and (standing := community.positions.get(stands.position)) is not None:
        cited += [standing.instrument, *(held.instrument for held in present(standing, at))]
    return tuple(dict.fromkeys(cited))


def _views(community: Community, entries: list[Responsibility], at: datetime) -> tuple[PositionView, ...]:
    named = dict.fromkeys(entry.position for entry in entries)
    return tuple(seen for position in named if (seen := view(community, position, at)) is not None)
