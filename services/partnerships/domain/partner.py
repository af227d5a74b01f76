"""Partner: an organisation that takes part, with its register of responsibilities."""

from typing import Any, assert_never
from uuid import UUID

from msgspec import structs

from services.partnerships.domain.entries import Entry, NoSuchEntry, check_confirmed_in_time, check_interval, end_of
from shared.authority.reconfirming import a_year_after
from shared.authority.scopes import as_written, fault_of, same
from shared.contracts.partnerships import (
    PartnerKind,
    PartnerRegistered,
    Raci,
    RegisterReconfirmed,
    ResponsibilityAssigned,
    ResponsibilityConfirmed,
    ResponsibilityEnded,
)
from shared.contracts.values import Instrument, Jurisdiction, Matter, Moment, Scope, Slug
from shared.kernel import Conflict, Decider, Intent, Missing, Refused, Text, Unacceptable, Value

PartnerFact = (
    PartnerRegistered | ResponsibilityAssigned | ResponsibilityConfirmed | ResponsibilityEnded | RegisterReconfirmed
)  # fmt: skip


class RegisterPartner(Intent, frozen=True):
    """Take an organisation in, with the person who is its first authority administrator and the instrument for it."""

    key: Slug
    name: Text
    kind: PartnerKind
    jurisdiction: Jurisdiction
    administrator: UUID
    instrument: Instrument
    sectors: tuple[Slug, ...] = ()


class AssignResponsibility(Intent, frozen=True):
    """Give a matter, within a scope, to a position; from `since` (now) until `until` (open)."""

    matter: Matter
    position: UUID
    instrument: Instrument
    letter: Raci = "accountable"
    scope: Scope = Scope()
    since: Moment | None = None
    until: Moment | None = None


class Reconfirm(Intent, frozen=True):
    """The register was gone through and stands; the instrument is the review that says so."""

    instrument: Instrument


class End(Intent, frozen=True):
    """End an entry of the register, with the instrument that ends it; in two seconds where no moment is stated.

    A moment that has passed voids what was signed off since then on the authority of that entry.
    """

    instrument: Instrument
    until: Moment | None = None


class Responsibility(Entry, frozen=True, kw_only=True):
    matter: Matter
    position: UUID
    letter: Raci
    scope: Scope


class Unregistered(Value, frozen=True, tag=True):
    """No such partner yet."""


class Registered(Value, frozen=True, tag=True):
    """A partner, with what its positions answer for."""

    partner: UUID
    key: str
    administrator: UUID
    responsibilities: dict[UUID, Responsibility]
    reconfirmed: Moment | None = None


PartnerState = Unregistered | Registered


class NoSuchPartner(Missing, frozen=True):
    """There is no such partner

    Partners are registered by a coordinator of the community.
    """

    says = "There is no such partner in this community."


class ScopeNotRight(Unacceptable, frozen=True):
    """The scope is not right

    Write it as a kind and its value, such as `{"kind": "sector", "value": "health"}`; leave it out for anything.
    """

    says = "That is no scope: {fault}."
    fault: str


class AlreadyAccountable(Conflict, frozen=True):
    """Somebody is accountable for that already

    One position per partner, matter and scope is accountable at any time. End the other first, or narrow the scope.
    """

    says = "Another position is accountable for {matter} in that scope from {since} until {until}."
    matter: str
    since: str
    until: str


class AlreadyTheirs(Conflict, frozen=True):
    """It is that position's already

    One entry says so at any time. There is nothing to record, unless it is to begin or end otherwise: end it first.
    """

    says = "That position itself is accountable for {matter} in that scope from {since} until {until}."
    matter: str
    since: str
    until: str


def assign(
    state: PartnerState, responsibility: UUID, intent: AssignResponsibility, at: Moment
) -> tuple[PartnerFact, ...]:
    """Record a responsibility; it grants nothing until confirmed."""
    partner = _registered(state)
    since = intent.since or at
    check_interval(since, intent.until)
    if (fault := fault_of(intent.scope)) is not None:
        raise Refused(ScopeNotRight(fault))
    scope = as_written(intent.scope)
    _check_one_accountable(partner, intent.position, intent.matter, intent.letter, scope, since, intent.until)
    return (
        ResponsibilityAssigned(
            responsibility, partner.partner, intent.position, intent.matter, intent.letter, since, intent.instrument,
            scope, intent.until,
        ),
    )  # fmt: skip


def confirm(state: PartnerState, responsibility: UUID, by: UUID, at: Moment | None = None) -> tuple[PartnerFact, ...]:
    """The partner's authority administrator confirms it, unless it ended by then; a repeat is silence."""
    partner = _registered(state)
    entry = _entry(partner, responsibility)
    if entry.confirmed:
        return ()
    check_confirmed_in_time(entry, at)
    _check_one_accountable(partner, entry.position, entry.matter, entry.letter, entry.scope, entry.since, entry.until)
    return (ResponsibilityConfirmed(responsibility, partner.partner, by),)


def end(state: PartnerState, responsibility: UUID, intent: End, at: Moment) -> tuple[PartnerFact, ...]:
    """From then on it grants nothing."""
    partner = _registered(state)
    until = end_of(_entry(partner, responsibility), intent.until, at)
    return (ResponsibilityEnded(responsibility, partner.partner, until, intent.instrument),)


def reconfirm(state: PartnerState, by: UUID, intent: Reconfirm, at: Moment) -> tuple[PartnerFact, ...]:
    """The whole register is confirmed anew; the next time falls due a year later. The same day again is silence."""
    partner = _registered(state)
    if partner.reconfirmed is not None and partner.reconfirmed.date() == at.date():
        return ()
    return (RegisterReconfirmed(partner.partner, by, intent.instrument, at, a_year_after(at)),)


def _registered(state: PartnerState) -> Registered:
    match state:
        case Unregistered():
            raise Refused(NoSuchPartner())
        case Registered():
            return state
        case _:
            assert_never(state)


def _entry(partner: Registered, responsibility: UUID) -> Responsibility:
    if responsibility not in partner.responsibilities:
        raise Refused(NoSuchEntry("responsibility", str(responsibility)))
    return partner.responsibilities[responsibility]


def _check_one_accountable(
    partner: Registered, position: UUID, matter: str, letter: Raci, scope: Scope, since: Any, until: Any
) -> None:
    if letter != "accountable":
        return
    for other in partner.responsibilities.values():
        equal = (
            other.confirmed and other.letter == "accountable" and other.matter == matter and same(other.scope, scope)
        )
        if equal and other.overlaps(since, until):
            ends = other.until.isoformat() if other.until else "further notice"
            kind = AlreadyTheirs if other.position == position else AlreadyAccountable
            raise Refused(kind(matter, other.since.isoformat(), ends))


def evolve(state: PartnerState, fact: PartnerFact) -> PartnerState:
    match state, fact:
        case _, PartnerRegistered():
            return Registered(fact.partner, fact.key, fact.administrator, {})
        case Registered(), ResponsibilityAssigned():
            entry = Responsibility(
                fact.since, fact.until, fact.instrument, matter=fact.matter, position=fact.position,
                letter=fact.letter, scope=fact.scope,
            )  # fmt: skip
            return _with(state, fact.responsibility, entry)
        case Registered(), ResponsibilityConfirmed():
            return _with(
                state, fact.responsibility, structs.replace(state.responsibilities[fact.responsibility], confirmed=True)
            )
        case Registered(), ResponsibilityEnded():
            return _with(
                state,
                fact.responsibility,
                structs.replace(state.responsibilities[fact.responsibility], until=fact.until),
            )
        case Registered(), RegisterReconfirmed():
            return structs.replace(state, reconfirmed=fact.confirmed_at)
        case _:
            return state


def _with(state: Registered, responsibility: UUID, entry: Responsibility) -> Registered:
    return structs.replace(state, responsibilities={**state.responsibilities, responsibility: entry})


PARTNER: Decider[PartnerState, PartnerFact] = Decider("partner", Unregistered(), evolve, PartnerState)
