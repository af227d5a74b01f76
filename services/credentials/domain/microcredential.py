"""Microcredential: its states and how facts change them. Decisions live in `outline`, `signing` and `review`."""

from typing import Literal, assert_never
from uuid import UUID

from msgspec import UNSET, structs

from services.credentials.domain.rounds import Signed
from services.credentials.domain.steps import Granted, Open, RefusedStep, Steps, StepState, Waiting, standing_recusals
from shared.contracts.credentials import (
    AgreementNamed,
    ApprovalVoided,
    ConditionDue,
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
from shared.contracts.values import Acting, Outline, OutlineChange, Scope
from shared.kernel import Decider, Missing, Refused, Value

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


class OpenItem(Value, frozen=True):
    """A condition somebody set: due before its step is granted or by the review, and how it was answered."""

    condition: UUID
    step: str
    sign_off: UUID
    by: Acting
    due: ConditionDue
    state: Literal["open", "met", "carried", "unmet"] = "open"

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "carried")


class ApprovedVersion(Value, frozen=True):
    """An outline that stands, until a later one is approved or the microcredential is retired."""

    version: int
    revision: int
    outline: Outline
    digest: str


class NotOpened(Value, frozen=True, tag=True):
    """No such microcredential."""


class Opened(Value, frozen=True, tag=True, kw_only=True):
    """What every state after the opening has. `revision` counts changes of the outline, from 0;

    `authors` are the persons who proposed it or changed its outline, `agreement` the one it runs under, `about` within
    what it lies.
    `versions` counts those approved, the void ones among them; `superseded` is the one that stood before `approved`,
    and stands again should that approval be void.
    `disputed` says who disputed a paper on which step, `withdrawn` which sign-offs those were.
    """

    microcredential: UUID
    key: str
    proposed_by: Acting
    pathway: UUID
    pathway_version: int
    outline: Outline
    steps: Steps
    revision: int = 0
    conditions: tuple[OpenItem, ...] = ()
    authors: frozenset[UUID] = frozenset()
    approved: ApprovedVersion | None = None
    agreement: UUID | None = None
    superseded: ApprovedVersion | None = None
    versions: int = 0
    disputed: frozenset[tuple[str, UUID]] = frozenset()
    withdrawn: frozenset[UUID] = frozenset()
    about: tuple[Scope, ...] = ()


class Preparing(Opened, frozen=True):
    """The outline is being prepared; no step may be signed until validation is requested."""


class Validating(Opened, frozen=True):
    """Steps are open."""


class Approved(Opened, frozen=True):
    """Every step is granted; offerings run."""


class UnderReview(Opened, frozen=True):
    """A review was submitted and waits to be decided by somebody else."""

    review: UUID
    submitted_by: Acting


class Retired(Opened, frozen=True):
    """Nothing more is offered under it."""


MicrocredentialState = NotOpened | Preparing | Validating | Approved | UnderReview | Retired


class NoSuchMicrocredential(Missing, frozen=True):
    """There is no such microcredential

    It opens by itself, under its proposal's id, a moment after the proposal is accepted.
    """

    says = "There is no such microcredential in this community."


def existing(state: MicrocredentialState) -> Preparing | Validating | Approved | UnderReview | Retired:
    """The state of one that is there."""
    if isinstance(state, NotOpened):
        raise Refused(NoSuchMicrocredential())
    return state


def unmet_before_grant(state: Opened) -> frozenset[UUID]:
    """The conditions due before their step is granted that are not met."""
    return frozenset(item.condition for item in state.conditions if item.due == "grant" and item.is_open)


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
            return _evolve_steps(state, fact)


def _as(kind: type, state: Opened, **more: object) -> "Preparing | Validating | Approved | UnderReview | Retired":
    common = {name: getattr(state, name) for name in Opened.__struct_fields__}
    return kind(**common, **more)  # type: ignore[no-any-return]  # one of the five, by the callers above


def _reviewed(state: Opened, fact: ReviewDecided) -> "Preparing | Approved":
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


def _evolve_steps(
    state: "Preparing | Validating | Approved | UnderReview | Retired", fact: MicrocredentialFact
) -> MicrocredentialState:
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


def _opened(state: Opened, fact: StepOpened) -> "MicrocredentialState":
    """A new round: of an earlier one only recusals stand, and what others asked for then is open no more."""
    step = state.steps[fact.step]
    kept = standing_recusals(step)
    items = tuple(item for item in state.conditions if not (item.step == fact.step and item.state == "open"))
    again = Open(step.policy, fact.round, fact.digest, fact.due, kept)
    return _with(structs.replace(state, conditions=items), fact.step, again)


def _signed(state: Opened, fact: SignOffRecorded) -> "MicrocredentialState":
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
    )
    stays = tuple(signed for signed in step.signed if signed.sign_off != fact.replaces)
    items = tuple(item for item in state.conditions if item.sign_off != fact.replaces) + tuple(
        OpenItem(condition.condition, fact.step, fact.sign_off, fact.by, condition.due) for condition in fact.conditions
    )
    changed = structs.replace(state, conditions=items)
    return _with(changed, fact.step, structs.replace(step, signed=(*stays, one)))


def _confirmed(state: Opened, fact: SignOffConfirmed) -> "MicrocredentialState":
    step = state.steps[fact.step]
    if isinstance(step, Waiting):
        return state  # type: ignore[return-value]  # one of the five
    signed = tuple(
        structs.replace(one, confirmed=True) if one.sign_off == fact.sign_off else one for one in step.signed
    )
    return _with(state, fact.step, structs.replace(step, signed=signed))


def _without(state: Opened, key: str, sign_off: UUID) -> "MicrocredentialState":
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


MICROCREDENTIAL: Decider[MicrocredentialState, MicrocredentialFact] = Decider(
    "microcredential", NotOpened(), evolve, MicrocredentialState
)
