"""Delegation: a holder lets a person decide named matters of the position; never more than the position answers for."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from services.partnerships.domain.entries import NoSuchEntry, check_confirmed_in_time, check_interval, end_of
from services.partnerships.domain.position import (
    Delegation,
    Established,
    PositionFact,
    PositionState,
    established,
    held_by,
    holds,
)
from shared.contracts.partnerships import DelegationConfirmed, DelegationEnded, DelegationGranted
from shared.contracts.values import Instrument, Matter, Moment, NoteRef
from shared.kernel import Conflict, Forbidden, Intent, Reason, Refused, Remark, Unacceptable, refuse_if

LONGEST_CHAIN = 5
"""How often a matter is passed on at most, where the position lets it be passed on at all."""


class Delegate(Intent, frozen=True):
    """Let `to` decide those matters in the position from `since` (now) until `until`, and say why.

    Whoever holds the position delegates from that; `passes_on` is the delegation that whoever has one passes on.
    """

    to: UUID
    matters: Annotated[tuple[Matter, ...], Meta(min_length=1, max_length=50)]
    until: Moment
    reason: Remark
    instrument: Instrument
    since: Moment | None = None
    passes_on: UUID | None = None


class EndDelegation(Intent, frozen=True):
    """It holds no more from `until` (now) on."""

    until: Moment | None = None


class NotTheirsToDelegate(Forbidden, frozen=True):
    """Only who holds the position delegates from it

    Its holders do, once confirmed; and whoever a matter was delegated to, where the position lets it be passed on. They
    name that delegation in `passes_on`.
    """

    says = "This key's person does not hold the position {at}."
    at: str


class NotPassedOn(Forbidden, frozen=True):
    """What was delegated there is not passed on

    Only a position that `may_subdelegate` lets those it delegated to delegate further. Its partner's authority
    administrator can change that; or ask a holder to delegate to the other person.
    """

    says = "The position does not let what is delegated be passed on."


class PassedOnTooOften(Conflict, frozen=True):
    """It was passed on too often

    Ask somebody nearer to the holder to delegate to the other person.
    """

    says = "A matter is passed on {most} times at most."
    most: int


class WiderThanHeld(Unacceptable, frozen=True):
    """That is more than there is to delegate

    A delegation names matters that are the position's own, or were delegated to whoever passes them on.
    """

    says = "There is no authority there for: {matters}. What can be delegated: {own}."
    matters: str
    own: str


class LongerThanHeld(Unacceptable, frozen=True):
    """That is longer than it is held

    A delegation begins and ends within the holding, or the delegation, it is made from.
    """

    says = "It can be delegated from {since} until {until}."
    since: str
    until: str


class ToOneself(Unacceptable, frozen=True):
    """Nobody delegates to themselves

    Name another person.
    """

    says = "The delegation is to the person it is made by."


class AlreadyDelegated(Conflict, frozen=True):
    """It is delegated to that person already

    End that delegation first if its dates are to change.
    """

    says = "{matters} is delegated to that person from {since} until {until} already."
    matters: str
    since: str
    until: str


class NotTheirsToEnd(Forbidden, frozen=True):
    """Others may end it

    A delegation is ended by who made it, who holds what it was made from, who it was made to, or the authority
    administrator of the partner.
    """

    says = "This key's person neither made that delegation nor was it made to them."


Ground = tuple[UUID, Moment, Moment | None, Collection[Matter]]
"""From what it is delegated: the holding, from when until when, and the matters."""


def grant(
    state: PositionState,
    delegation: UUID,
    intent: Delegate,
    by: UUID,
    accountable: Collection[Matter],
    at: Moment,
    reason: NoteRef,
) -> tuple[PositionFact, ...]:
    """Record a delegation, void until confirmed. `accountable` are the matters the position answers for."""
    position = established(state)
    since = intent.since or at
    check_interval(since, intent.until)
    holding, begins, ends, own = _ground(position, intent, by, accountable, at)
    refuse_if(
        ToOneself() if intent.to == by else None,
        _wider(intent.matters, own),
        _longer(since, intent.until, begins, ends),
        _repeated(position, intent, holding, since),
    )
    return (
        DelegationGranted(
            delegation, position.position, holding, by, intent.to, tuple(sorted(set(intent.matters))), since,
            intent.until, intent.instrument, reason, intent.passes_on,
        ),
    )  # fmt: skip


def confirm(state: PositionState, delegation: UUID, by: UUID, at: Moment | None = None) -> tuple[PositionFact, ...]:
    """The partner's authority administrator confirms it, unless it ended by then; a repeat is silence.

    What passes on another is confirmed only while the position lets it.
    """
    position = established(state)
    granted = _delegation(position, delegation)
    if granted.confirmed:
        return ()
    check_confirmed_in_time(granted, at)
    if granted.chained_from is not None and not position.terms.may_subdelegate:
        raise Refused(NotPassedOn())
    return (DelegationConfirmed(delegation, position.position, by),)


def end(
    state: PositionState, delegation: UUID, intent: EndDelegation, by: UUID, administers: bool, at: Moment
) -> tuple[PositionFact, ...]:
    """Revoked or given back: it, and whatever passes it on, holds no more from then on."""
    position = established(state)
    granted = _delegation(position, delegation)
    if not administers and by not in (granted.by, granted.to, position.holdings[granted.holding].person):
        raise Refused(NotTheirsToEnd())
    return (DelegationEnded(delegation, position.position, by, end_of(granted, intent.until, at)),)


def _ground(position: Established, intent: Delegate, by: UUID, accountable: Collection[Matter], at: Moment) -> Ground:
    """What is delegated from: the holding of whoever asks, or the delegation to them that they name."""
    if intent.passes_on is None:
        held = held_by(position, by, at)
        if not held:
            raise Refused(NotTheirsToDelegate(at.isoformat()))
        longest = max(held, key=lambda one: (held[one].until is None, held[one].until or at))
        return longest, held[longest].since, held[longest].until, accountable
    own = _delegation(position, intent.passes_on)
    if own.to != by or not _stands(position, own, at):
        raise Refused(NotTheirsToDelegate(at.isoformat()))
    refuse_if(
        None if position.terms.may_subdelegate else NotPassedOn(),
        PassedOnTooOften(LONGEST_CHAIN) if _length(position, own) > LONGEST_CHAIN else None,
    )
    return own.holding, own.since, own.until, own.matters


def _stands(position: Established, delegation: Delegation, at: Moment) -> bool:
    """Whether it holds then, with the holding it is made from and every delegation it passes on."""
    one: Delegation | None = delegation
    while one is not None:
        if not holds(one, at) or one.holding not in held_by(position, position.holdings[one.holding].person, at):
            return False
        one = position.delegations[one.chained_from] if one.chained_from else None
    return True


def _length(position: Established, delegation: Delegation) -> int:
    """How many delegations lead to it, itself included; an earlier one never passes on a later one."""
    length, before = 1, delegation.chained_from
    while before is not None:
        length, before = length + 1, position.delegations[before].chained_from
    return length


def _wider(asked: Collection[Matter], own: Collection[Matter]) -> Reason | None:
    missing = [matter for matter in dict.fromkeys(asked) if matter not in own]
    return WiderThanHeld(", ".join(missing), ", ".join(sorted(own)) or "nothing") if missing else None


def _longer(since: Moment, until: Moment, begins: Moment, ends: Moment | None) -> Reason | None:
    if since >= begins and (ends is None or until <= ends):
        return None
    return LongerThanHeld(begins.isoformat(), ends.isoformat() if ends else "further notice")


def _repeated(position: Established, intent: Delegate, holding: UUID, since: Moment) -> Reason | None:
    for one in position.delegations.values():
        again = sorted(one.matters & set(intent.matters))
        same = (one.holding, one.to, one.chained_from) == (holding, intent.to, intent.passes_on)
        if same and again and one.overlaps(since, intent.until):
            ends = one.until.isoformat() if one.until else "further notice"
            return AlreadyDelegated(", ".join(again), one.since.isoformat(), ends)
    return None


def _delegation(position: Established, delegation: UUID) -> Delegation:
    if delegation not in position.delegations:
        raise Refused(NoSuchEntry("delegation", str(delegation)))
    return position.delegations[delegation]
