"""A microcredential as the board sees it, folded from credentials: from its opening until it is retired. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from msgspec import UNSET, structs

from services.oversight.projections import signing
from services.oversight.projections.signing import Step
from services.oversight.projections.waits import Act, Card, Dot, Stage, Wait
from shared.contracts.credentials import (
    ApprovalVoided,
    ConditionMet,
    MicrocredentialApproved,
    MicrocredentialOpened,
    MicrocredentialRetired,
    OfferingClosed,
    OfferingOpened,
    OutlineReturned,
    OutlineRevised,
    ReviewDecided,
    ReviewSubmitted,
    SignOffConfirmed,
    SignOffDisputed,
    SignOffLapsed,
    SignOffRecorded,
    SignOffVoided,
    StepGranted,
    StepOpened,
    StepRefused,
    StepReopened,
    ValidationRequested,
)
from shared.contracts.values import Acting, Scope
from shared.kernel import Fact, Recorded, Text, Value


class Run(Value, frozen=True):
    """An offering that is open."""

    offering: UUID
    opened_at: datetime
    ends: date


class Item(Value, frozen=True):
    """A condition not answered for good: met takes it away, and so does a review, unless it carries it on."""

    condition: UUID
    sign_off: UUID
    step: str
    carried: bool = False


class Submitted(Value, frozen=True):
    """A review nobody has decided yet."""

    review: UUID
    at: datetime


class Approval(Value, frozen=True):
    """`phase` is how far the version under approval is; offerings and reviews go on beside it.

    `to_revise`: what comes next is a revision, not yet the request for validation. `closed_at`: when an offering last
    closed, until a review is decided.
    """

    microcredential: UUID
    key: str
    title: Text | None
    by: Acting
    phase: Literal["preparation", "sign-off", "approved", "ended"]
    phase_since: datetime
    stage: Stage
    since: datetime
    steps: dict[str, Step]
    to_revise: bool = False
    runs: tuple[Run, ...] = ()
    closed_at: datetime | None = None
    review: Submitted | None = None
    conditions: tuple[Item, ...] = ()
    authors: tuple[UUID, ...] = ()
    about: tuple[Scope, ...] = ()


def evolve(state: Approval | None, recorded: Recorded[Fact]) -> Approval | None:
    """The microcredential after one more fact about it; `since` moves when the stage does."""
    at = recorded.occurred_at
    match state, recorded.fact:
        case None, MicrocredentialOpened() as fact:
            steps = {policy.key: signing.planned(policy) for policy in fact.steps}
            return Approval(
                fact.microcredential, fact.key, fact.outline.title, fact.proposed_by, "preparation", at, "preparation",
                at, steps, authors=tuple(sorted({fact.proposed_by.person, *fact.proposers})), about=fact.about,
            )  # fmt: skip
        case None, _:
            return None
        case Approval(), fact:
            changed = _evolve(state, fact, at)
            stage = stage_of(changed)
            return changed if stage == changed.stage else structs.replace(changed, stage=stage, since=at)


def stage_of(state: Approval) -> Stage:
    """Its column. A version under approval comes before what an approved one still does; a run before a review."""
    if state.phase != "approved":
        return state.phase
    if state.runs:
        return "running"
    return "review" if state.review or state.closed_at else "approved"


def _evolve(state: Approval, fact: Fact, at: datetime) -> Approval:
    match fact:
        case OutlineRevised(change=change, by=by):
            title = state.title if change.title is UNSET else change.title
            authors = tuple(sorted({*state.authors, by.person}))
            return structs.replace(state, title=title, to_revise=False, authors=authors)
        case ValidationRequested():
            return structs.replace(state, phase="sign-off", phase_since=at, to_revise=False)
        case OutlineReturned():
            return structs.replace(state, phase="preparation", phase_since=at, to_revise=True)
        case MicrocredentialApproved(outline=outline):
            return structs.replace(state, phase="approved", phase_since=at, title=outline.title)
        case ApprovalVoided():  # a review of it falls with it
            return structs.replace(state, phase="sign-off", phase_since=at, review=None)
        case MicrocredentialRetired():
            return structs.replace(state, phase="ended", phase_since=at)
        case SignOffConfirmed(step=step, sign_off=sign_off) if step in state.steps:
            return _with(state, signing.confirmed(state.steps[step], sign_off))
        case (
            StepOpened() | SignOffRecorded() | SignOffLapsed() | SignOffDisputed() | SignOffVoided() | StepGranted()
            | StepReopened()
            | StepRefused()
        ):  # fmt: skip
            return _evolve_step(state, fact, at) if fact.step in state.steps else state
        case ConditionMet(step=step, condition=condition) if step in state.steps:
            items = tuple(item for item in state.conditions if item.condition != condition)
            return _with(structs.replace(state, conditions=items), signing.met(state.steps[step], condition))
        case _:
            return _evolve_delivery(state, fact, at)


def _evolve_step(
    state: Approval,
    fact: StepOpened
    | SignOffRecorded
    | SignOffLapsed
    | SignOffDisputed
    | SignOffVoided
    | StepGranted
    | StepReopened
    | StepRefused,
    at: datetime,
) -> Approval:
    step = state.steps[fact.step]
    match fact:
        case StepOpened():
            items = tuple(item for item in state.conditions if item.step != fact.step or item.carried)
            return _with(structs.replace(state, conditions=items), signing.opened(step, fact, at))
        case StepReopened():
            return _with(state, signing.reopened(step, fact, at))
        case SignOffRecorded():
            kept = tuple(item for item in state.conditions if item.sign_off != fact.replaces)
            items = (*kept, *(Item(one.condition, fact.sign_off, fact.step) for one in fact.conditions))
            return _with(structs.replace(state, conditions=items), signing.signed(step, fact, at))
        case SignOffLapsed() | SignOffDisputed():
            items = tuple(item for item in state.conditions if item.sign_off != fact.sign_off)
            return _with(structs.replace(state, conditions=items), signing.lapsed(step, fact, at))
        case SignOffVoided():
            items = tuple(item for item in state.conditions if item.sign_off != fact.sign_off)
            return _with(structs.replace(state, conditions=items), signing.voided(step, fact, at))
        case StepGranted():
            return _with(state, structs.replace(step, state="granted", awaited=()))
        case StepRefused():
            return _with(state, structs.replace(step, state="refused", awaited=()))


def _evolve_delivery(state: Approval, fact: Fact, at: datetime) -> Approval:
    match fact:
        case OfferingOpened(offering=offering, ends=ends):
            return structs.replace(state, runs=(*state.runs, Run(offering, at, ends)))
        case OfferingClosed(offering=offering):
            runs = tuple(run for run in state.runs if run.offering != offering)
            return structs.replace(state, runs=runs, closed_at=at)
        case ReviewSubmitted(review=review):
            return structs.replace(state, review=Submitted(review, at))
        case ReviewDecided():
            return _reviewed(state, fact, at)
        case _:
            return state


def _reviewed(state: Approval, fact: ReviewDecided, at: datetime) -> Approval:
    settled = {one.condition for one in fact.conditions if one.answer != "carried"}
    carried = {one.condition for one in fact.conditions} - settled
    items = tuple(
        structs.replace(item, carried=item.carried or item.condition in carried)
        for item in state.conditions
        if item.condition not in settled
    )
    decided = structs.replace(state, review=None, closed_at=None, conditions=items)
    match fact.decision:
        case "renew" | "retire":  # the retirement is a fact of its own
            return decided
        case "revise":
            steps = {key: signing.restarted(step) for key, step in state.steps.items()}
            return structs.replace(decided, phase="preparation", phase_since=at, to_revise=True, steps=steps)


def card(state: Approval) -> Card:
    """Its card."""
    waits = () if state.phase == "ended" else (*_approval_waits(state), *_confirmations(state), *_delivery_waits(state))
    within = tuple(structs.replace(wait, about=state.about) for wait in waits)
    return Card(
        state.microcredential, state.key, state.title, state.by.partner, state.stage, state.since, within,
        dots=tuple(Dot(step.key, signing.dot(step)) for step in state.steps.values()),
    )  # fmt: skip


def _approval_waits(state: Approval) -> tuple[Wait, ...]:
    match state.phase:
        case "preparation":
            act: Act = "revise-outline" if state.to_revise else "request-validation"
            return (Wait(act, state.phase_since, partner=state.by.partner, position=state.by.position),)
        case "sign-off":
            return tuple(
                structs.replace(wait, holds_up=_holds_up(state, step.key))
                for step in state.steps.values()
                if not any(state.steps[before].state in ("open", "refused") for before in step.after)
                for wait in signing.waits(step, state.by, state.authors)
            )
        case _:
            return ()


def _holds_up(state: Approval, key: str) -> tuple[str, ...]:
    """The steps that follow that one, directly or through others, in the pathway's order."""
    behind = {key}
    while more := {step.key for step in state.steps.values() if step.key not in behind and behind & set(step.after)}:
        behind |= more
    return tuple(step.key for step in state.steps.values() if step.key in behind - {key})


def _confirmations(state: Approval) -> tuple[Wait, ...]:
    return tuple(wait for step in state.steps.values() for wait in signing.confirmations(step))


def _delivery_waits(state: Approval) -> tuple[Wait, ...]:
    """Open offerings to close, a review to submit once the last has closed, a submitted one to decide."""
    partner = state.by.partner
    closes = tuple(
        Wait("close-offering", run.opened_at, "delivery", partner, due=_after(run.ends), refers=run.offering)
        for run in state.runs
    )
    if state.review is not None:
        open_items = tuple(item.condition for item in state.conditions)
        review = Wait(
            "decide-review", state.review.at, "review", partner, refers=state.review.review, conditions=open_items
        )
        return (*closes, review)
    if state.closed_at is not None and not state.runs:
        return (Wait("submit-review", state.closed_at, "delivery", partner),)
    return closes


def _after(day: date) -> datetime:
    """The end of that day, in UTC until partners keep a time zone."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _with(state: Approval, step: Step) -> Approval:
    return structs.replace(state, steps={**state.steps, step.key: step})
