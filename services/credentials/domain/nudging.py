"""Reminding whom a microcredential waits on: recorded, and nothing else changes."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from services.credentials.domain import authorities, waiting
from services.credentials.domain.authorities import Known
from services.credentials.domain.microcredential import MicrocredentialFact
from services.credentials.domain.states import MicrocredentialState, Retired, existing
from services.credentials.domain.waiting import Course
from shared.authority import nudging
from shared.authority.nudging import Asked, Awaited, Case, Nudge, Nudger
from shared.contracts.credentials import MicrocredentialAct, MicrocredentialNudged
from shared.contracts.values import Slug
from shared.kernel import Conflict, Fact, Intent, Recorded, Refused


class NudgeMicrocredential(Intent, frozen=True):
    """Remind a partner, by key or id, of what is waited for there.

    `act`, `step` and `refers` are as the board's `waits_on` says them.
    """

    act: MicrocredentialAct
    partner: Annotated[str, Meta(min_length=1, max_length=80)]
    step: Slug | None = None
    refers: UUID | None = None


class NothingWaitsAnyMore(Conflict, frozen=True):
    """It is retired

    A retired microcredential waits for nothing, so nobody is reminded of it.
    """

    says = "The microcredential is retired, and waits for nothing."


def nudge(
    state: MicrocredentialState,
    course: Course,
    intent: NudgeMicrocredential,
    partner: UUID,
    by: Nudger,
    before: tuple[Nudge, ...],
    known: Known,
) -> tuple[MicrocredentialFact, ...]:
    """Remind whoever it waits on at that partner; the approval stays as it is."""
    current = existing(state)
    if isinstance(current, Retired):
        raise Refused(NothingWaitsAnyMore())
    waits = waiting.waits(current, course, authorities.rosters(known), known.at)
    case, asked = Case(waits, current.proposed_by.partner, before), _asked(intent, partner)
    if reasons := nudging.why_not(case, asked, by, known.community, known.at, _answers):
        raise Refused(*reasons, waiting_on=nudging.named(waits, known.community))
    found = nudging.found(case, asked, _answers)
    return (
        MicrocredentialNudged(
            current.microcredential, intent.act, partner, by.person, by.position, found.position, found.matter,
            intent.step, intent.refers,
        ),
    )  # fmt: skip


def nudges(history: Iterable[Recorded[Fact]]) -> tuple[Nudge, ...]:
    """Who was reminded so far: the history says, for a state keeps none of it."""
    return tuple(
        Nudge(Asked(fact.act, fact.partner, fact.step, fact.refers), recorded.occurred_at, fact.acting_as)
        for recorded in history
        if isinstance(fact := recorded.fact, MicrocredentialNudged)
    )


def _asked(intent: NudgeMicrocredential, partner: UUID) -> Asked:
    return Asked(intent.act, partner, intent.step, intent.refers)


def _answers(_: Awaited) -> bool:
    """Everything a microcredential waits for is somebody's at one partner."""
    return False
