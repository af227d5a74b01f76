"""Position: a role at a partner that outlives its holders, so that what was approved never hangs on a person.

Its states and how facts change them. Decisions live in `establishing`, `holders`, `delegation` and `absence`.
"""

from collections.abc import Iterable
from typing import assert_never
from uuid import UUID

from msgspec import field, structs

from services.partnerships.domain.entries import Entry
from shared.contracts.partnerships import (
    AbsenceEnded,
    AbsenceRecorded,
    DelegationConfirmed,
    DelegationEnded,
    DelegationGranted,
    HolderAppointed,
    HolderConfirmed,
    HolderEnded,
    PositionChanged,
    PositionConfirmed,
    PositionEnded,
    PositionEstablished,
)
from shared.contracts.values import Matter, Moment
from shared.kernel import Decider, Missing, Refused, Text, Value

PositionFact = (
    PositionEstablished | PositionChanged | PositionConfirmed | PositionEnded | HolderAppointed | HolderConfirmed
    | HolderEnded | AbsenceRecorded | AbsenceEnded | DelegationGranted | DelegationConfirmed | DelegationEnded
)  # fmt: skip


class Holding(Entry, frozen=True, kw_only=True):
    person: UUID


class Delegation(Entry, frozen=True, kw_only=True):
    """Matters a holder lets `to` decide; `chained_from` is the delegation it passes on."""

    holding: UUID
    by: UUID
    to: UUID
    matters: frozenset[Matter]
    chained_from: UUID | None = None


class Absence(Value, frozen=True):
    """Whoever has that holding is away from `since` until `until` (excluded)."""

    holding: UUID
    since: Moment
    until: Moment | None


class Terms(Value, frozen=True):
    """What a position is called, who stands in for it and is above it, whether its delegates may pass matters on."""

    title: Text
    alternate: UUID | None = None
    escalation: UUID | None = None
    may_subdelegate: bool = False


class Unestablished(Value, frozen=True, tag=True):
    """No such position yet."""


class Established(Value, frozen=True, tag=True):
    """A position with its holders over time, what they delegated and when they are away; abolished from `until` on."""

    position: UUID
    partner: UUID
    confirmed: bool
    since: Moment
    terms: Terms
    until: Moment | None = None
    holdings: dict[UUID, Holding] = field(default_factory=dict)
    delegations: dict[UUID, Delegation] = field(default_factory=dict)
    absences: dict[UUID, Absence] = field(default_factory=dict)


PositionState = Unestablished | Established


class NoSuchPosition(Missing, frozen=True):
    """There is no such position

    Positions are recorded by a coordinator or by the partner's authority administrator.
    """

    says = "There is no such position in this community."


def is_held_by(state: PositionState, person: UUID, at: Moment) -> bool:
    """Whether the person holds it at that moment, confirmed."""
    return any(held.person == person for held in _held(state, at))


def is_vacant(state: PositionState, at: Moment) -> bool:
    """Whether nobody holds it at that moment, or will have been confirmed to."""
    return not _held(state, at)


def held_by(position: Established, person: UUID, at: Moment) -> dict[UUID, Holding]:
    """The person's confirmed holdings then."""
    return {
        holding: held
        for holding, held in position.holdings.items()
        if held.person == person and holds(held, at) and (position.until is None or at < position.until)
    }


def _held(state: PositionState, at: Moment) -> Iterable[Holding]:
    held = state.holdings.values() if isinstance(state, Established) else ()
    return [one for one in held if holds(one, at)]


def holds(entry: Entry, at: Moment) -> bool:
    """Whether it is confirmed and in effect then."""
    return entry.confirmed and entry.since <= at and (entry.until is None or at < entry.until)


def established(state: PositionState) -> Established:
    """The position; `Refused(NoSuchPosition)` where there is none."""
    match state:
        case Unestablished():
            raise Refused(NoSuchPosition())
        case Established():
            return state
        case _:
            assert_never(state)


def evolve(state: PositionState, fact: PositionFact) -> PositionState:
    match state, fact:
        case _, PositionEstablished():
            terms = Terms(fact.title, fact.alternate, fact.escalation, fact.may_subdelegate)
            return Established(fact.position, fact.partner, False, fact.since, terms)
        case Unestablished(), _:
            return state
        case _, PositionChanged():
            terms = Terms(fact.title, fact.alternate, fact.escalation, fact.may_subdelegate)
            return structs.replace(state, terms=terms)
        case _, PositionConfirmed():
            return structs.replace(state, confirmed=True)
        case _, PositionEnded():
            return structs.replace(state, until=fact.until)
        case _, HolderAppointed() | HolderConfirmed() | HolderEnded():
            return structs.replace(state, holdings=_holdings(state.holdings, fact))
        case _, DelegationGranted() | DelegationConfirmed() | DelegationEnded():
            return structs.replace(state, delegations=_delegations(state.delegations, fact))
        case _, AbsenceRecorded() | AbsenceEnded():
            return structs.replace(state, absences=_absences(state.absences, fact))
        case _:
            assert_never(fact)


def _holdings(held: dict[UUID, Holding], fact: HolderAppointed | HolderConfirmed | HolderEnded) -> dict[UUID, Holding]:
    match fact:
        case HolderAppointed():
            return {**held, fact.holding: Holding(fact.since, fact.until, fact.instrument, person=fact.person)}
        case HolderConfirmed():
            return {**held, fact.holding: structs.replace(held[fact.holding], confirmed=True)}
        case HolderEnded():
            return {**held, fact.holding: structs.replace(held[fact.holding], until=fact.until)}
        case _:
            assert_never(fact)


def _delegations(
    granted: dict[UUID, Delegation], fact: DelegationGranted | DelegationConfirmed | DelegationEnded
) -> dict[UUID, Delegation]:
    match fact:
        case DelegationGranted():
            one = Delegation(
                fact.since, fact.until, fact.instrument, holding=fact.holding, by=fact.by, to=fact.to,
                matters=frozenset(fact.matters), chained_from=fact.chained_from,
            )  # fmt: skip
            return {**granted, fact.delegation: one}
        case DelegationConfirmed():
            return {**granted, fact.delegation: structs.replace(granted[fact.delegation], confirmed=True)}
        case DelegationEnded():
            return {**granted, fact.delegation: structs.replace(granted[fact.delegation], until=fact.until)}
        case _:
            assert_never(fact)


def _absences(away: dict[UUID, Absence], fact: AbsenceRecorded | AbsenceEnded) -> dict[UUID, Absence]:
    match fact:
        case AbsenceRecorded():
            return {**away, fact.absence: Absence(fact.holding, fact.since, fact.until)}
        case AbsenceEnded():
            return {**away, fact.absence: structs.replace(away[fact.absence], until=fact.until)}
        case _:
            assert_never(fact)


POSITION: Decider[PositionState, PositionFact] = Decider("position", Unestablished(), evolve, PositionState)
