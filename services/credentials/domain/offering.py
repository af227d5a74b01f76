"""Offering: one run of an approved version, its learners as counts. A count left out is unknown, not zero."""

from datetime import date
from typing import Annotated, assert_never
from uuid import UUID

from msgspec import Meta

from services.credentials.domain import agreements
from services.credentials.domain.authorities import Authority, Known
from services.credentials.domain.states import MicrocredentialState, Retired, existing
from shared.contracts.credentials import OfferingClosed, OfferingOpened
from shared.contracts.values import Count, Figures, Jurisdiction, Percent
from shared.kernel import Conflict, Decider, Intent, Missing, Reason, Refused, Unacceptable, Value

OfferingFact = OfferingOpened | OfferingClosed


class OpenOffering(Intent, frozen=True):
    """Run the approved version from `starts` to `ends`; counts may be left out, and stated at the closing.

    `delivered_by` is the proposing partner where it is left out, `jurisdiction` that of the partner who delivers.
    """

    starts: date
    ends: date
    platform: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    learners: Count | None = None
    pass_grade: Percent | None = None
    jurisdiction: Jurisdiction | None = None
    delivered_by: UUID | None = None


class CloseOffering(Intent, frozen=True):
    """How many completed, and what the report says (`{"completion_rate": "88%"}`), side by side."""

    learners: Count | None = None
    completed: Count | None = None
    reported: Figures = {}  # noqa: RUF012 - msgspec copies an empty default


class NotOffered(Value, frozen=True, tag=True):
    """No such offering."""


class Running(Value, frozen=True, tag=True):
    """Open: learners take part. `delivered_by` where that is another partner than the proposing one."""

    offering: UUID
    microcredential: UUID
    learners: int | None
    delivered_by: UUID | None = None


class Closed(Value, frozen=True, tag=True):
    """The run has ended."""

    offering: UUID
    microcredential: UUID


OfferingState = NotOffered | Running | Closed


class NothingApproved(Conflict, frozen=True):
    """No approved version to offer

    An offering runs an approved version of a microcredential that is not retired.
    """

    says = "There is no approved version to offer."


class NoSuchOffering(Missing, frozen=True):
    """There is no such offering

    The microcredential's page lists its offerings.
    """

    says = "There is no such offering in this community."


class OfferingIsClosed(Conflict, frozen=True):
    """The offering is closed

    A run is closed once; counts are stated then.
    """

    says = "The offering is closed already."


class EndsBeforeItStarts(Unacceptable, frozen=True):
    """It ends before it starts

    `ends` is the last day, on or after `starts`.
    """

    says = "It cannot run from {starts} to {ends}."
    starts: str
    ends: str


class MoreCompletedThanLearned(Unacceptable, frozen=True):
    """More completed than took part

    State the counts as they are; a figure of a report goes into `reported`, even when it does not add up.
    """

    says = "{completed} cannot have completed out of {learners}."
    completed: int
    learners: int


def start(
    state: MicrocredentialState, offering: UUID, given: OpenOffering, authority: Authority, known: Known
) -> tuple[OfferingFact, ...]:
    """Open a run of the version that stands, as the agreement allows it that the microcredential runs under."""
    current = existing(state)
    proposing = current.proposed_by.partner
    agreement, outside = agreements.under(
        current.agreement, proposing, given.delivered_by or proposing, given.jurisdiction, known
    )
    reasons: list[Reason] = [*authority.why_not, *outside]
    if current.approved is None or isinstance(current, Retired):
        reasons.append(NothingApproved())
    if given.ends < given.starts:
        reasons.append(EndsBeforeItStarts(given.starts.isoformat(), given.ends.isoformat()))
    if reasons or authority.evidence is None or current.approved is None:
        raise Refused(*reasons, allowed_actions=authority.who_can)
    return (
        OfferingOpened(
            offering,
            current.microcredential,
            current.approved.version,
            authority.acting,
            authority.evidence,
            given.starts,
            given.ends,
            given.platform,
            given.learners,
            given.pass_grade,
            given.jurisdiction,
            given.delivered_by,
            agreement,
        ),
    )


def close(state: OfferingState, given: CloseOffering, authority: Authority) -> tuple[OfferingFact, ...]:
    """Close the run with its counts, as far as they are known."""
    match state:
        case NotOffered():
            raise Refused(NoSuchOffering())
        case Closed():
            raise Refused(*authority.why_not, OfferingIsClosed(), allowed_actions=authority.who_can)
        case Running():
            learners = state.learners if given.learners is None else given.learners
            reasons: list[Reason] = [*authority.why_not]
            if learners is not None and given.completed is not None and given.completed > learners:
                reasons.append(MoreCompletedThanLearned(given.completed, learners))
            if reasons or authority.evidence is None:
                raise Refused(*reasons, allowed_actions=authority.who_can)
            closed = OfferingClosed(
                state.offering,
                state.microcredential,
                authority.acting,
                authority.evidence,
                learners,
                given.completed,
                given.reported,
                state.delivered_by,
            )
            return (closed,)
        case _:
            assert_never(state)


def evolve(_: OfferingState, fact: OfferingFact) -> OfferingState:
    match fact:
        case OfferingOpened():
            return Running(fact.offering, fact.microcredential, fact.learners, fact.delivered_by)
        case OfferingClosed():
            return Closed(fact.offering, fact.microcredential)
        case _:
            assert_never(fact)


OFFERING: Decider[OfferingState, OfferingFact] = Decider("offering", NotOffered(), evolve, OfferingState)
