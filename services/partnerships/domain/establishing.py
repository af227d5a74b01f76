"""Establishing positions: what they are called and who stands in for them, until they are abolished."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from services.partnerships.domain.entries import check_confirmed_in_time, end_of
from services.partnerships.domain.partner import End
from services.partnerships.domain.position import PositionFact, PositionState, Terms, established
from shared.contracts.partnerships import PositionChanged, PositionConfirmed, PositionEnded, PositionEstablished
from shared.contracts.values import Instrument, Moment, Slug
from shared.kernel import Conflict, Intent, Refused, Text, Unacceptable


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
