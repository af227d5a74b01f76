"""Mandate: from when until when a person may read as an auditor, and the instrument that says so."""

from datetime import timedelta
from typing import assert_never
from uuid import UUID

from msgspec import structs

from shared.contracts.partnerships import AuditorMandated, MandateEnded
from shared.contracts.values import Instrument, Moment
from shared.kernel import Conflict, Decider, Intent, Missing, Refused, Unacceptable, Value, refuse_if

AuditorFact = AuditorMandated | MandateEnded
LONGEST = timedelta(days=366 * 5)
TAKES_EFFECT = timedelta(seconds=2)
"""After it is recorded, an end without a stated moment holds: by then every service has heard of it."""


class MandateAuditor(Intent, frozen=True):
    """Let a person read as an auditor from `since` (now) until `until`, excluded."""

    person: UUID
    until: Moment
    instrument: Instrument
    since: Moment | None = None


class EndMandate(Intent, frozen=True):
    """The mandate holds no more from `until` (now) on."""

    until: Moment | None = None


class NotMandated(Value, frozen=True, tag=True):
    """No such mandate."""


class Mandated(Value, frozen=True, tag=True):
    """A mandate, with the moment it ends."""

    mandate: UUID
    person: UUID
    until: Moment


MandateState = NotMandated | Mandated


class NoSuchMandate(Missing, frozen=True):
    """There is no such mandate

    `GET /partnerships/v1/mandates` lists those of the community.
    """

    says = "There is no such mandate in this community."


class MandateNeverHolds(Unacceptable, frozen=True):
    """The mandate would not hold

    It ends after it begins, not before now, and within five years.
    """

    says = "A mandate from {since} until {until} is none."
    since: str
    until: str


class EndedAlready(Conflict, frozen=True):
    """The mandate ends before that

    An end can only be brought forward.
    """

    says = "The mandate ends at {until} already."
    until: str


def give(mandate: UUID, intent: MandateAuditor, at: Moment) -> tuple[AuditorFact, ...]:
    """The person may read as an auditor between those moments."""
    since = intent.since or at
    never = intent.until <= since or intent.until <= at or intent.until - since > LONGEST
    refuse_if(MandateNeverHolds(since.isoformat(), intent.until.isoformat()) if never else None)
    return (AuditorMandated(mandate, intent.person, since, intent.until, intent.instrument),)


def end(state: MandateState, intent: EndMandate, at: Moment) -> tuple[AuditorFact, ...]:
    """From then on it holds no more. What ends so already is silence."""
    match state:
        case NotMandated():
            raise Refused(NoSuchMandate())
        case Mandated():
            until = intent.until or at + TAKES_EFFECT
            if state.until == until or (intent.until is None and state.until <= until):
                return ()
            if state.until < until:
                raise Refused(EndedAlready(state.until.isoformat()))
            return (MandateEnded(state.mandate, state.person, until),)
        case _:
            assert_never(state)


def evolve(state: MandateState, fact: AuditorFact) -> MandateState:
    match state, fact:
        case _, AuditorMandated():
            return Mandated(fact.mandate, fact.person, fact.until)
        case Mandated(), MandateEnded():
            return structs.replace(state, until=min(state.until, fact.until))
        case _:
            return state


MANDATE: Decider[MandateState, AuditorFact] = Decider("mandate", NotMandated(), evolve, MandateState)
