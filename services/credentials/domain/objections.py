"""Why a sign-off cannot be recorded: its step is not open, it is not right for it, or somebody has spoken already."""

from typing import assert_never

from services.credentials.domain.authorities import Authority
from services.credentials.domain.refusals import (
    AlreadySpoke,
    AnswerBothQuestions,
    ConditionIncomplete,
    ContentChanged,
    EndorsementSaysNo,
    NotOpenYet,
    NotTheStepsVerb,
    RecusalStands,
    SayWhy,
    StepIsSettled,
    TheirOwnWordStands,
)
from services.credentials.domain.rounds import AFFIRMATIVE, WITH_CONDITIONS
from services.credentials.domain.sign_off import SignOff
from services.credentials.domain.states import Approved, Preparing, Retired, UnderReview, Validating, unmet_before_grant
from services.credentials.domain.steps import Granted, Open, RefusedStep, StepState, Waiting, unmet_before
from shared.contracts.values import PathwayStep
from shared.kernel import Reason


def not_open(state: Preparing | Validating | Approved | UnderReview | Retired, key: str) -> list[Reason]:
    """What keeps that step from being signed: it is settled, was not asked for yet, or waits for another."""
    step = state.steps[key]
    match state, step:
        case _, Granted():
            return [StepIsSettled(key, "granted")]
        case _, RefusedStep():
            return [StepIsSettled(key, "refused")]
        case Preparing(), _:
            return [NotOpenYet(key, "the outline is being prepared and validation was not requested")]
        case _, Waiting() | Open():
            missing = unmet_before(state.steps, key, unmet_before_grant(state))
            return [NotOpenYet(key, "; ".join(missing))] if missing else []
        case _:
            assert_never(step)


def not_right(policy: PathwayStep, given: SignOff, digest: str) -> list[Reason]:
    """What is wrong with the decision for a step of that policy, whose content now has that digest."""
    reasons: list[Reason] = []
    verb = given.decision.removesuffix(WITH_CONDITIONS)
    affirms = verb in AFFIRMATIVE
    if affirms and verb != policy.verb:
        reasons.append(NotTheStepsVerb(policy.key, policy.verb, given.decision))
    if affirms and verb == "endorse":
        answers = (given.in_demand, given.assessment_reflects_job)
        if None in answers:
            reasons.append(AnswerBothQuestions())
        if False in answers:
            reasons.append(EndorsementSaysNo())
    if given.decision in ("request-changes", "decline") and given.comment is None:
        reasons.append(SayWhy(given.decision))
    conditional = given.decision.endswith(WITH_CONDITIONS)
    if conditional != (given.condition_due is not None) or (conditional and given.comment is None):
        reasons.append(ConditionIncomplete())
    if given.digest != digest:
        reasons.append(ContentChanged(policy.key, digest))
    return reasons


def spoken(step: StepState, authority: Authority) -> list[Reason]:
    """Who has spoken on it already, so that this person may not now: somebody they decide for, or they themselves.

    A delegate's word is that of whoever delegated it to them, too: no person is heard in two positions.
    """
    signed, acting = () if isinstance(step, Waiting) else step.signed, authority.acting
    concerned = [one for one in signed if one.by.person in authority.persons]
    lent = [one for one in signed if one.decision != "recuse" and not authority.persons.isdisjoint(one.lenders)]
    own = [one for one in concerned if one.by.person == acting.person]
    if any(one.decision == "recuse" for one in concerned):
        return [RecusalStands(step.policy.key)]
    if any(one.by.position != acting.position for one in (*own, *lent)):
        return [AlreadySpoke(step.policy.key)]
    return [] if concerned == own else [TheirOwnWordStands(step.policy.key)]
