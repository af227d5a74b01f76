"""Holders of a position: who holds it from when until when, confirmed by the partner's authority administrator."""

from uuid import UUID

from services.partnerships.domain.entries import NoSuchEntry, check_confirmed_in_time, check_interval, end_of
from services.partnerships.domain.establishing import PositionAbolished
from services.partnerships.domain.partner import End
from services.partnerships.domain.position import Established, Holding, PositionFact, PositionState, established
from shared.contracts.partnerships import HolderAppointed, HolderConfirmed, HolderEnded
from shared.contracts.values import Instrument, Moment
from shared.kernel import Conflict, Intent, Refused


class AppointHolder(Intent, frozen=True):
    """A person holds the position from `since` (now) until `until` (open)."""

    person: UUID
    instrument: Instrument
    since: Moment | None = None
    until: Moment | None = None


class AlreadyHolds(Conflict, frozen=True):
    """The person holds it already

    End the holding first if its dates are to change.
    """

    says = "That person holds the position from {since} already."
    since: str


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


def _holding(position: Established, holding: UUID) -> Holding:
    if holding not in position.holdings:
        raise Refused(NoSuchEntry("holding", str(holding)))
    return position.holdings[holding]
