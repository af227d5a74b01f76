"""How facts about its steps, their sign-offs and conditions change a microcredential."""

from typing import assert_never
from uuid import UUID

from msgspec import structs

from services.credentials.domain.rounds import Signed
from services.credentials.domain.states import (
    Approved,
    MicrocredentialState,
    Opened,
    OpenItem,
    Preparing,
    Retired,
    UnderReview,
    Validating,
)
from services.credentials.domain.steps import Granted, Open, RefusedStep, StepState, Waiting, standing_recusals
from shared.authority import lent_by
from shared.contracts.credentials import (
    ConditionMet,
    SignOffConfirmed,
    SignOffDisputed,
    SignOffLapsed,
    SignOffRecorded,
    SignOffVoided,
    StepGranted,
    StepOpened,
    StepRefused,
    StepReopened,
)


def with_steps(state: Preparing | Validating | Approved | UnderReview | Retired, fact: object) -> MicrocredentialState:
    """The state after a fact about a step; as it is after any other."""
    match fact:
        case StepOpened():
            return _opened(state, fact)
        case SignOffRecorded():
            return _signed(state, fact)
        case SignOffLapsed() | SignOffVoided():
            return _without(state, fact.step, fact.sign_off)
        case SignOffConfirmed():
            return _confirmed(state, fact)
        case SignOffDisputed():
            disputed = state.disputed | {(fact.step, fact.of.person)}
            changed = structs.replace(state, disputed=disputed, withdrawn=state.withdrawn | {fact.sign_off})
            return _without(changed, fact.step, fact.sign_off)
        case ConditionMet():
            met = tuple(
                structs.replace(item, state="met") if item.condition == fact.condition else item
                for item in state.conditions
            )
            return structs.replace(state, conditions=met)
        case StepGranted():
            return _with(state, fact.step, _turned(Granted, state.steps[fact.step]))
        case StepRefused():
            return _with(state, fact.step, _turned(RefusedStep, state.steps[fact.step]))
        case StepReopened():
            was = state.steps[fact.step]
            if isinstance(was, Waiting):
                return state
            again = Open(was.policy, was.round, fact.digest, fact.due, was.signed, reopened=True)
            return _with(state, fact.step, again)
        case _:
            return state


def _opened(state: Opened, fact: StepOpened) -> MicrocredentialState:
    """A new round: of an earlier one only recusals stand, and what others asked for then is open no more."""
    step = state.steps[fact.step]
    kept = standing_recusals(step)
    items = tuple(item for item in state.conditions if not (item.step == fact.step and item.state == "open"))
    again = Open(step.policy, fact.round, fact.digest, fact.due, kept)
    return _with(structs.replace(state, conditions=items), fact.step, again)


def _signed(state: Opened, fact: SignOffRecorded) -> MicrocredentialState:
    step = state.steps[fact.step]
    if isinstance(step, Waiting):
        return state  # type: ignore[return-value]  # one of the five
    one = Signed(
        fact.sign_off,
        fact.by,
        fact.decision,
        fact.digest,
        fact.revision,
        fact.conditions,
        signature=fact.signature,
        on_paper=fact.paper is not None,
        lenders=lent_by(fact.by, fact.evidence),
    )
    stays = tuple(signed for signed in step.signed if signed.sign_off != fact.replaces)
    items = tuple(item for item in state.conditions if item.sign_off != fact.replaces) + tuple(
        OpenItem(condition.condition, fact.step, fact.sign_off, fact.by, condition.due) for condition in fact.conditions
    )
    changed = structs.replace(state, conditions=items)
    return _with(changed, fact.step, structs.replace(step, signed=(*stays, one)))


def _confirmed(state: Opened, fact: SignOffConfirmed) -> MicrocredentialState:
    step = state.steps[fact.step]
    if isinstance(step, Waiting):
        return state  # type: ignore[return-value]  # one of the five
    signed = tuple(
        structs.replace(one, confirmed=True) if one.sign_off == fact.sign_off else one for one in step.signed
    )
    return _with(state, fact.step, structs.replace(step, signed=signed))


def _without(state: Opened, key: str, sign_off: UUID) -> MicrocredentialState:
    """A sign-off counts no longer, and what it asked for is open no more."""
    step = state.steps[key]
    if isinstance(step, Waiting):
        return state  # type: ignore[return-value]  # one of the five
    stays = tuple(signed for signed in step.signed if signed.sign_off != sign_off)
    items = tuple(item for item in state.conditions if item.sign_off != sign_off)
    return _with(structs.replace(state, conditions=items), key, structs.replace(step, signed=stays))


def _turned(kind: type[Granted] | type[RefusedStep], step: StepState) -> StepState:
    match step:
        case Waiting():
            return step
        case Open() | Granted() | RefusedStep():
            return kind(step.policy, step.round, step.digest, step.due, step.signed)
        case _:
            assert_never(step)


def _with(state: Opened, key: str, step: StepState) -> MicrocredentialState:
    return structs.replace(state, steps={**state.steps, key: step})  # type: ignore[return-value]  # its own kind again
