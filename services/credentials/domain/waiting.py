"""What a microcredential waits for, of whom, and whose steps that holds up: the same as the board shows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.credentials.domain import rounds
from services.credentials.domain.rounds import Signed
from services.credentials.domain.states import (
    Opened,
    OpenItem,
    Preparing,
    Retired,
    UnderReview,
    Validating,
    unmet_before_grant,
)
from services.credentials.domain.steps import Open, RefusedStep, StepState, Waiting
from shared.authority.nudging import Awaited
from shared.contracts.credentials import (
    OfferingClosed,
    OfferingOpened,
    OutlineReturned,
    OutlineRevised,
    ReviewDecided,
    ValidationRequested,
)
from shared.contracts.values import EachOf, OwnerAt, QuorumOf, RosterOf
from shared.kernel import Fact, Recorded, Value


class Course(Value, frozen=True):
    """What the state does not say: whether a revision is due before validation is requested, which runs are open, and

    whether one was closed since a review was last decided.
    """

    to_revise: bool = False
    running: tuple[UUID, ...] = ()
    closed: bool = False


def course(history: Iterable[Recorded[Fact]], runs: Iterable[Sequence[Recorded[Fact]]]) -> Course:
    """The course of a microcredential with that history, and with the histories of its offerings."""
    to_revise, closed = False, False
    running = list[UUID]()
    for recorded in sorted((*history, *(one for run in runs for one in run)), key=lambda one: one.index):
        match recorded.fact:
            case OutlineReturned():
                to_revise = True
            case OutlineRevised() | ValidationRequested():
                to_revise = False
            case ReviewDecided(decision=decision):
                to_revise, closed = decision == "revise", False
            case OfferingOpened(offering=offering):
                running.append(offering)
            case OfferingClosed(offering=offering):
                running, closed = [one for one in running if one != offering], True
            case _:
                pass
    return Course(to_revise, tuple(running), closed)


def waits(state: Opened, course: Course, rosters: dict[UUID, RosterOf], at: datetime) -> tuple[Awaited, ...]:
    """Everything it waits for at that moment; nothing once it is retired."""
    if isinstance(state, Retired):
        return ()
    confirmations = (one for step in state.steps.values() for one in _confirmations(step))
    return (*_approval(state, course, rosters, at), *confirmations, *_delivery(state, course))


def _approval(state: Opened, course: Course, rosters: dict[UUID, RosterOf], at: datetime) -> tuple[Awaited, ...]:
    by = state.proposed_by
    if isinstance(state, Preparing):
        act = "revise-outline" if course.to_revise else "request-validation"
        return (Awaited(act, by.partner, by.position, behind=_partners(state.steps.values(), rosters)),)
    if not isinstance(state, Validating):
        return ()
    return tuple(
        one
        for step in state.steps.values()
        if isinstance(step, Open)
        if not any(isinstance(state.steps[before], Open | RefusedStep) for before in step.policy.after)
        for one in _step(state, step, rosters, at)
    )


def _step(state: Opened, step: Open, rosters: dict[UUID, RosterOf], at: datetime) -> tuple[Awaited, ...]:
    key, matter = step.policy.key, step.policy.matter
    behind, by = _partners(_followers(state, key), rosters), state.proposed_by
    unmet = unmet_before_grant(state)
    items = tuple(item for item in state.conditions if item.condition in unmet and item.step == key)
    parties = tuple(
        Awaited("sign-off", party.partner, party.position, party.matter, key, behind=behind)
        for party in rounds.waits_on(step.round, matter, step.signed, at, unmet)
        if not _sets_a_condition(step, party.partner, party.position, items)
        if not _adds_nothing(step, party.partner, party.position)
    )
    asking = {signed.by.partner for signed in step.signed if signed.decision == "request-changes"}
    revision = Awaited("revise-outline", by.partner, by.position, step=key, behind=behind | asking)
    conditions = (
        Awaited("meet-condition", item.by.partner, item.by.position, matter, key, item.condition, behind=behind)
        for item in items
    )
    return (*parties, *((revision,) if asking else ()), *conditions)


def _sets_a_condition(step: Open, partner: UUID, position: UUID | None, items: Iterable[OpenItem]) -> bool:
    """Whether that party has spoken, and is asked to say that its condition is met."""
    setters = {item.sign_off for item in items}
    own = (one.by for one in step.signed if one.sign_off in setters)
    return any(by.partner == partner and position in (None, by.position) for by in own)


def _adds_nothing(step: Open, partner: UUID, position: UUID | None) -> bool:
    """Whether another seat of that partner has affirmed, where different partners are counted."""
    match step.round:
        case RosterOf(seats=seats, quorum=quorum) if quorum.distinct_partners and position not in quorum.seats:
            personal = {seat.position for seat in seats if seat.capacity == "personal"}
            return any(_counts_for(one, partner, personal) for one in step.signed)
        case _:
            return False


def _counts_for(one: Signed, partner: UUID, personal: set[UUID]) -> bool:
    return one.affirms and one.by.partner == partner and one.by.position not in personal


def _confirmations(step: StepState) -> tuple[Awaited, ...]:
    if isinstance(step, Waiting):
        return ()
    return tuple(
        Awaited(
            "confirm-sign-off", one.by.partner, one.by.position, step.policy.matter, step.policy.key, one.sign_off
        )
        for one in step.signed
        if one.is_unconfirmed
    )  # fmt: skip


def _delivery(state: Opened, course: Course) -> tuple[Awaited, ...]:
    partner = state.proposed_by.partner
    closes = tuple(Awaited("close-offering", partner, matter="delivery", refers=one) for one in course.running)
    if isinstance(state, UnderReview):
        return (*closes, Awaited("decide-review", partner, matter="review", refers=state.review))
    if course.closed and not course.running:
        return (Awaited("submit-review", partner, matter="delivery"),)
    return closes


def _followers(state: Opened, key: str) -> list[StepState]:
    """The steps that follow that one, directly or through others."""
    behind = {key}
    while more := {one for one, step in state.steps.items() if one not in behind and behind & set(step.policy.after)}:
        behind |= more
    return [step for one, step in state.steps.items() if one in behind - {key}]


def _partners(steps: Iterable[StepState], rosters: dict[UUID, RosterOf]) -> frozenset[UUID]:
    """The partners asked on these steps; of a council, those of its seats now."""
    found = set[UUID]()
    for step in steps:
        rule = step.policy.rule if isinstance(step, Waiting) else step.round
        match rule:
            case OwnerAt(partner=partner):
                found.add(partner)
            case EachOf(partners=partners):
                found.update(partners)
            case RosterOf(seats=seats):
                found.update(seat.partner for seat in seats)
            case QuorumOf(council=council) if council in rosters:
                found.update(seat.partner for seat in rosters[council].seats)
            case _:
                pass
    return frozenset(found)
