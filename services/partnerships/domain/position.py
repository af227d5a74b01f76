"""Position: a role at a partner that outlives its holders, so that what was approved never hangs on a person."""

from typing import assert_never
from uuid import UUID

from msgspec import structs

from services.partnerships.domain.entries import Entry, NoSuchEntry, check_interval, end_of
from services.partnerships.domain.partner import End
from shared.contracts.partnerships import (
    HolderAppointed,
    HolderConfirmed,
    HolderEnded,
    PositionConfirmed,
    PositionEstablished,
)
from shared.contracts.values import Instrument, Moment, Slug
from shared.kernel import Conflict, Decider, Intent, Missing, Refused, Text, Value

PositionFact = PositionEstablished | PositionConfirmed | HolderAppointed | HolderConfirmed | HolderEnded


class EstablishPosition(Intent, frozen=True):
    """A role at a partner, with whom to go to in its absence (`alternate`) and above it (`escalation`)."""

    partner: UUID
    key: Slug
    title: Text
    instrument: Instrument
    since: Moment | None = None
    alternate: UUID | None = None
    escalation: UUID | None = None


class AppointHolder(Intent, frozen=True):
    """A person holds the position from `since` (now) until `until` (open)."""

    person: UUID
    instrument: Instrument
    since: Moment | None = None
    until: Moment | None = None


class Holding(Entry, frozen=True, kw_only=True):
    person: UUID


class Unestablished(Value, frozen=True, tag=True):
    """No such position yet."""


class Established(Value, frozen=True, tag=True):
    """A position with its holders over time."""

    position: UUID
    partner: UUID
    confirmed: bool
    holdings: dict[UUID, Holding]


PositionState = Unestablished | Established


class NoSuchPosition(Missing, frozen=True):
    """There is no such position

    Positions are recorded by a coordinator or by the partner's authority administrator.
    """

    says = "There is no such position in this community."


class AlreadyHolds(Conflict, frozen=True):
    """The person holds it already

    End the holding first if its dates are to change.
    """

    says = "That person holds the position from {since} already."
    since: str


def establish(position: UUID, intent: EstablishPosition, at: Moment) -> tuple[PositionFact, ...]:
    """Record a position; it grants nothing until confirmed."""
    return (
        PositionEstablished(
            position, intent.partner, intent.key, intent.title, intent.instrument, intent.since or at,
            intent.alternate, intent.escalation,
        ),
    )  # fmt: skip


def confirm(state: PositionState, by: UUID) -> tuple[PositionFact, ...]:
    """The partner's authority administrator confirms the position; a repeat is silence."""
    position = _established(state)
    return () if position.confirmed else (PositionConfirmed(position.position, by),)


def appoint(state: PositionState, holding: UUID, intent: AppointHolder, at: Moment) -> tuple[PositionFact, ...]:
    """Record a holder; the holding is void until confirmed."""
    position = _established(state)
    since = intent.since or at
    check_interval(since, intent.until)
    for held in position.holdings.values():
        if held.person == intent.person and held.overlaps(since, intent.until):
            raise Refused(AlreadyHolds(held.since.isoformat()))
    return (HolderAppointed(holding, position.position, intent.person, since, intent.instrument, intent.until),)


def confirm_holder(state: PositionState, holding: UUID, by: UUID) -> tuple[PositionFact, ...]:
    """The partner's authority administrator confirms the holder; a repeat is silence."""
    position = _established(state)
    held = _holding(position, holding)
    return () if held.confirmed else (HolderConfirmed(holding, position.position, by),)


def end_holding(state: PositionState, holding: UUID, intent: End, at: Moment) -> tuple[PositionFact, ...]:
    """From then on the person no longer holds it; what they decided stands."""
    position = _established(state)
    until = end_of(_holding(position, holding), intent.until, at)
    return (HolderEnded(holding, position.position, until, intent.instrument),)


def is_held_by(state: PositionState, person: UUID, at: Moment) -> bool:
    """Whether the person holds it at that moment, confirmed."""
    return any(held.person == person for held in _held(state, at))


def is_vacant(state: PositionState, at: Moment) -> bool:
    """Whether nobody holds it at that moment, or will have been confirmed to."""
    return not _held(state, at)


def _held(state: PositionState, at: Moment) -> list[Holding]:
    held = state.holdings.values() if isinstance(state, Established) else ()
    return [one for one in held if one.confirmed and one.since <= at and (one.until is None or at < one.until)]


def _established(state: PositionState) -> Established:
    match state:
        case Unestablished():
            raise Refused(NoSuchPosition())
        case Established():
            return state
        case _:
            assert_never(state)


def _holding(position: Established, holding: UUID) -> Holding:
    if holding not in position.holdings:
        raise Refused(NoSuchEntry("holding", str(holding)))
    return position.holdings[holding]


def evolve(state: PositionState, fact: PositionFact) -> PositionState:
    match state, fact:
        case _, PositionEstablished():
            return Established(fact.position, fact.partner, False, {})
        case Established(), PositionConfirmed():
            return structs.replace(state, confirmed=True)
        case Established(), HolderAppointed():
            held = Holding(fact.since, fact.until, fact.instrument, person=fact.person)
            return _with(state, fact.holding, held)
        case Established(), HolderConfirmed():
            return _with(state, fact.holding, structs.replace(state.holdings[fact.holding], confirmed=True))
        case Established(), HolderEnded():
            return _with(state, fact.holding, structs.replace(state.holdings[fact.holding], until=fact.until))
        case _:
            return state


def _with(state: Established, holding: UUID, held: Holding) -> Established:
    return structs.replace(state, holdings={**state.holdings, holding: held})


POSITION: Decider[PositionState, PositionFact] = Decider("position", Unestablished(), evolve, PositionState)
