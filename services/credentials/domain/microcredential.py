"""Microcredential: how facts change its states. Decisions live in `outline`, `signing` and `review`."""

from msgspec import UNSET, structs

from services.credentials.domain.states import (
    Approved,
    ApprovedVersion,
    MicrocredentialState,
    NotOpened,
    Opened,
    Preparing,
    Retired,
    UnderReview,
    Validating,
)
from services.credentials.domain.step_changes import with_steps
from services.credentials.domain.steps import Steps, Waiting
from shared.contracts.credentials import (
    AgreementNamed,
    ApprovalVoided,
    ConditionMet,
    MicrocredentialApproved,
    MicrocredentialNudged,
    MicrocredentialOpened,
    MicrocredentialRetired,
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
from shared.contracts.values import Outline, OutlineChange
from shared.kernel import Decider

MicrocredentialFact = (
    MicrocredentialOpened
    | OutlineRevised
    | ValidationRequested
    | StepOpened
    | SignOffRecorded
    | SignOffConfirmed
    | SignOffDisputed
    | ConditionMet
    | SignOffLapsed
    | SignOffVoided
    | StepGranted
    | StepReopened
    | StepRefused
    | OutlineReturned
    | MicrocredentialApproved
    | ApprovalVoided
    | ReviewSubmitted
    | ReviewDecided
    | MicrocredentialRetired
    | AgreementNamed
    | MicrocredentialNudged
)


def changed_outline(outline: Outline, change: OutlineChange) -> Outline:
    """The outline with the stated fields set; null clears one."""
    stated = {name: value for name, value in structs.asdict(change).items() if value is not UNSET}
    return structs.replace(outline, **stated)


def evolve(state: MicrocredentialState, fact: MicrocredentialFact) -> MicrocredentialState:
    match state, fact:
        case NotOpened(), MicrocredentialOpened():
            return Preparing(
                microcredential=fact.microcredential,
                key=fact.key,
                proposed_by=fact.proposed_by,
                pathway=fact.pathway,
                pathway_version=fact.pathway_version,
                outline=fact.outline,
                authors=frozenset({fact.proposed_by.person, *fact.proposers}),
                steps={policy.key: Waiting(policy) for policy in fact.steps},
                about=fact.about,
            )
        case NotOpened(), _:
            return state
        case _, OutlineRevised():
            outline, authors = changed_outline(state.outline, fact.change), state.authors | {fact.by.person}
            return structs.replace(state, outline=outline, revision=fact.revision, authors=authors)
        case _, ValidationRequested():
            return _as(Validating, state)
        case _, OutlineReturned():
            return _as(Preparing, state)
        case _, MicrocredentialApproved():
            version = ApprovedVersion(fact.version, fact.revision, fact.outline, fact.digest)
            return structs.replace(
                _as(Approved, state), approved=version, superseded=state.approved, versions=fact.version
            )
        case _, ApprovalVoided():
            return structs.replace(_as(Validating, state), approved=state.superseded, superseded=None)
        case _, ReviewSubmitted():
            return _as(UnderReview, state, review=fact.review, submitted_by=fact.by)
        case _, ReviewDecided():
            return _reviewed(state, fact)
        case _, MicrocredentialRetired():
            return _as(Retired, state)
        case _, AgreementNamed():
            return structs.replace(state, agreement=fact.agreement)
        case _:
            return with_steps(state, fact)


def _as(kind: type, state: Opened, **more: object) -> Preparing | Validating | Approved | UnderReview | Retired:
    common = {name: getattr(state, name) for name in Opened.__struct_fields__}
    return kind(**common, **more)  # type: ignore[no-any-return]  # one of the five, by the callers above


def _reviewed(state: Opened, fact: ReviewDecided) -> Preparing | Approved:
    answers = {answer.condition: answer.answer for answer in fact.conditions}
    conditions = tuple(
        structs.replace(item, state=answers[item.condition]) if item.condition in answers else item
        for item in state.conditions
    )
    answered = structs.replace(state, conditions=conditions)
    if fact.decision == "revise":
        restarted: Steps = {key: Waiting(step.policy) for key, step in state.steps.items()}
        return _as(Preparing, structs.replace(answered, steps=restarted))  # type: ignore[return-value]
    return _as(Approved, answered)  # type: ignore[return-value]


MICROCREDENTIAL: Decider[MicrocredentialState, MicrocredentialFact] = Decider(
    "microcredential", NotOpened(), evolve, MicrocredentialState
)
