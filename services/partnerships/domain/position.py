"""Position: a role at a partner that outlives its holders, so that what was approved never hangs on a person."""

from collections.abc import Iterable
from typing import assert_never
from uuid import UUID

from msgspec import UNSET, UnsetType, field, structs

from services.partnerships.domain.entries import Entry, NoSuchEntry, check_confirmed_in_time, check_interval, end_of
from services.partnerships.domain.partner import End
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
from shared.contracts.values import Instrument, Matter, Moment, Slug
from shared.kernel import Conflict, Decider, Intent, Missing, Refused, Text, Unacceptable, Value

PositionFact = (
    PositionEstablished | PositionChanged | PositionConfirmed | PositionEnded | HolderAppointed | HolderConfirmed
    | HolderEnded | AbsenceRecorded | AbsenceEnded | DelegationGranted | DelegationConfirmed | DelegationEnded
)  # fmt: skip


class EstablishPosition(Intent, frozen=True):
    """A role at a partner, with whom to go to in its absence (`alternate`) and above it (`escalation`).

    Both are positions of the same partner. With `may_subdelegate`, whoever a matter is delegated to may pass it on.
    """

    partner: UUID
    key: Slug
    title: Text
    instrument: Instrument
    since: Moment | None = None
    alternate: UUID | None = None
    escalation: UUID | None = None
    may_subdelegate: bool = False


class ChangePosition(Intent, frozen=True):
    """Another title, alternate or escalation from now on; a field left out stays, null clears it."""

    instrument: Instrument
    title: Text | UnsetType = UNSET
    alternate: UUID | UnsetType | None = UNSET
    escalation: UUID | UnsetType | None = UNSET
    may_subdelegate: bool | UnsetType = UNSET


class AppointHolder(Intent, frozen=True):
    """A person holds the position from `since` (now) until `until` (open)."""

    person: UUID
    instrument: Instrument
    since: Moment | None = None
    until: Moment | None = None


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


class AlreadyHolds(Conflict, frozen=True):
    """The person holds it already

    End the holding first if its dates are to change.
    """

    says = "That person holds the position from {since} already."
    since: str


class PositionAbolished(Conflict, frozen=True):
    """The position was abolished

    Nobody holds it from then on, and it is not changed any more. Establish another, or state an earlier end.
    """

    says = "The position was abolished from {until} on."
    until: str


class TheAdministration(Conflict, frozen=True):
    """The authority administrator's position stays

    Without it, nobody could confirm anything at the partner. Appoint another holder of it instead.
    """

    says = "This position administers the authority of its partner and cannot be abolished."


class StandsInForItself(Unacceptable, frozen=True):
    """A position cannot stand in for itself

    Name another position of the same partner as its alternate or escalation.
    """

    says = "A position is named as its own alternate or escalation."


def establish(position: UUID, intent: EstablishPosition, at: Moment) -> tuple[PositionFact, ...]:
    """Record a position; it grants nothing until confirmed."""
    return (
        PositionEstablished(
            position, intent.partner, intent.key, intent.title, intent.instrument, intent.since or at,
            intent.alternate, intent.escalation, intent.may_subdelegate,
        ),
    )  # fmt: skip


def change(state: PositionState, intent: ChangePosition, by: UUID) -> tuple[PositionFact, ...]:
    """Title, alternate and escalation are others from now on; what is so already is silence."""
    position = established(state)
    if position.until is not None:
        raise Refused(PositionAbolished(position.until.isoformat()))
    former = position.terms
    terms = Terms(
        former.title if intent.title is UNSET else intent.title,
        former.alternate if intent.alternate is UNSET else intent.alternate,
        former.escalation if intent.escalation is UNSET else intent.escalation,
        former.may_subdelegate if intent.may_subdelegate is UNSET else intent.may_subdelegate,
    )
    if position.position in (terms.alternate, terms.escalation):
        raise Refused(StandsInForItself())
    if terms == former:
        return ()
    return (
        PositionChanged(
            position.position, by, terms.title, intent.instrument, terms.alternate, terms.escalation,
            terms.may_subdelegate,
        ),
    )  # fmt: skip


def abolish(state: PositionState, intent: End, at: Moment, administers: bool) -> tuple[PositionFact, ...]:
    """Nobody holds it from then on; what was decided in it stands. Not the one that administers its partner."""
    position = established(state)
    if administers:
        raise Refused(TheAdministration())
    return (PositionEnded(position.position, end_of(position, intent.until, at), intent.instrument),)


def confirm(state: PositionState, by: UUID, at: Moment | None = None) -> tuple[PositionFact, ...]:
    """The partner's authority administrator confirms the position, unless it ended by then; a repeat is silence."""
    position = established(state)
    if position.confirmed:
        return ()
    check_confirmed_in_time(position, at)
    return (PositionConfirmed(position.position, by),)


def appoint(state: PositionState, holding: UUID, intent: AppointHolder, at: Moment) -> tuple[PositionFact, ...]:
    """Record a holder; the holding is void until confirmed."""
    position = established(state)
    since = intent.since or at
    check_interval(since, intent.until)
    if position.until is not None and position.until <= since:
        raise Refused(PositionAbolished(position.until.isoformat()))
    for held in position.holdings.values():
        if held.person == intent.person and held.overlaps(since, intent.until):
            raise Refused(AlreadyHolds(held.since.isoformat()))
    return (HolderAppointed(holding, position.position, intent.person, since, intent.instrument, intent.until),)


def confirm_holder(state: PositionState, holding: UUID, by: UUID, at: Moment | None = None) -> tuple[PositionFact, ...]:
    """The partner's authority administrator confirms the holder, unless that ended by then; a repeat is silence."""
    position = established(state)
    held = _holding(position, holding)
    if held.confirmed:
        return ()
    check_confirmed_in_time(held, at)
    return (HolderConfirmed(holding, position.position, by),)


def end_holding(state: PositionState, holding: UUID, intent: End, at: Moment) -> tuple[PositionFact, ...]:
    """From then on the person no longer holds it; what they decided stands."""
    position = established(state)
    until = end_of(_holding(position, holding), intent.until, at)
    return (HolderEnded(holding, position.position, until, intent.instrument),)


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


def _holding(position: Established, holding: UUID) -> Holding:
    if holding not in position.holdings:
        raise Refused(NoSuchEntry("holding", str(holding)))
    return position.holdings[holding]


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
