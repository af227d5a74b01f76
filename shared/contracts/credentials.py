"""What `credentials` says: pathways, sign-offs and their lapses, approval, offerings and review."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from shared.contracts.values import (
    Acting,
    Count,
    Digest,
    Evidence,
    Figures,
    Jurisdiction,
    Matter,
    Moment,
    NoteRef,
    Outline,
    OutlineChange,
    OutlineField,
    Party,
    PathwayStep,
    Percent,
    ReportedFigure,
    RevokedWhat,
    Round,
    Scope,
    Signature,
    Slug,
)
from shared.kernel import Fact, Text, Value

Decision = Literal[
    "endorse", "recommend", "approve", "endorse-with-conditions", "recommend-with-conditions",
    "approve-with-conditions", "request-changes", "decline", "abstain", "recuse",
]  # fmt: skip
PaperForm = Literal["letter", "e-mail", "minutes"]
ConditionDue = Literal["grant", "review"]
"""When a condition must be met: before its step is granted, or by the review."""
MicrocredentialAct = Literal[
    "request-validation", "revise-outline", "sign-off", "confirm-sign-off", "meet-condition", "close-offering",
    "submit-review", "decide-review",
]  # fmt: skip
"""What a microcredential can wait for."""


class PathwayPublished(Fact, frozen=True, tag="credentials.pathway-published.v1"):
    """A version of a pathway was published; proposals accepted from now on run on it. Stream `pathway-`."""

    pathway: UUID
    key: Slug
    version: int
    title: Text
    steps: tuple[PathwayStep, ...]


class MicrocredentialOpened(Fact, frozen=True, tag="credentials.microcredential-opened.v1"):
    """Opened by itself when its proposal was accepted, under the proposal's id. Stream `microcredential-`.

    The pathway's steps travel here, so that later policy never rewrites history. `proposers` are the persons who
    drafted, revised or submitted the proposal; `about` is within what it lies, beside its own id.
    """

    microcredential: UUID
    key: Slug
    proposed_by: Acting
    accepted_by: Acting
    pathway: UUID
    pathway_version: int
    steps: tuple[PathwayStep, ...]
    outline: Outline
    proposers: tuple[UUID, ...] = ()
    about: tuple[Scope, ...] = ()


class OutlineRevised(Fact, frozen=True, tag="credentials.outline-revised.v1"):
    """The outline under approval was changed; `changed` names the fields whose value is now another."""

    microcredential: UUID
    revision: int
    by: Acting
    change: OutlineChange
    changed: tuple[OutlineField, ...]
    digest: Digest
    reason: NoteRef | None = None


class ValidationRequested(Fact, frozen=True, tag="credentials.validation-requested.v1"):
    """The outline was laid before its first steps."""

    microcredential: UUID
    by: Acting
    revision: int
    digest: Digest


class StepOpened(Fact, frozen=True, tag="credentials.step-opened.v1"):
    """The step may be signed off: its round, the digest of what it covers, when it is due and whom it waits on."""

    microcredential: UUID
    step: Slug
    round: Round
    digest: Digest
    due: Moment
    waits_on: tuple[Party, ...]


class Condition(Value, frozen=True):
    """An open item a sign-off depends on; what it asks is the sign-off's comment."""

    condition: UUID
    due: ConditionDue


class Paper(Value, frozen=True, omit_defaults=True):
    """What a sign-off recorded on behalf rests on: the form, its own date, the digest of the file, the revision of the

    outline it speaks of, and who recorded it, in which position; a coordinator acts in none.
    """

    form: PaperForm
    dated: date
    file: Digest
    revision: int
    recorded_by: UUID
    recorded_as: UUID | None = None


class SignOffRecorded(Fact, frozen=True, tag="credentials.sign-off-recorded.v1"):
    """A person decided on a step, for a partner, on the content of that digest; `waits_on` is who is left.

    Where there is a `paper`, `by` decided on it, judged as of its date, and somebody else recorded it on their behalf.
    """

    microcredential: UUID
    step: Slug
    sign_off: UUID
    by: Acting
    decision: Decision
    digest: Digest
    revision: int
    evidence: Evidence
    in_demand: bool | None = None
    assessment_reflects_job: bool | None = None
    comment: NoteRef | None = None
    conditions: tuple[Condition, ...] = ()
    replaces: UUID | None = None
    waits_on: tuple[Party, ...] | None = None
    signature: Signature | None = None
    paper: Paper | None = None
    signed_as: NoteRef | None = None


class SignOffConfirmed(Fact, frozen=True, tag="credentials.sign-off-confirmed.v1"):
    """Whoever is said to have decided on paper confirmed that they did."""

    microcredential: UUID
    step: Slug
    sign_off: UUID
    by: UUID


class SignOffDisputed(Fact, frozen=True, tag="credentials.sign-off-disputed.v1"):
    """Whoever is said to have decided on paper says that they did not: it counts no longer, its party is waited on."""

    microcredential: UUID
    step: Slug
    sign_off: UUID
    of: Acting
    decision: Decision
    waits_on: Party
    reason: NoteRef | None = None


class ConditionMet(Fact, frozen=True, tag="credentials.condition-met.v1"):
    """Whoever set the condition recorded that it is met."""

    microcredential: UUID
    step: Slug
    condition: UUID
    by: Acting
    comment: NoteRef | None = None


class SignOffLapsed(Fact, frozen=True, tag="credentials.sign-off-lapsed.v1"):
    """What the sign-off covered has changed: which fields, by whom, and why; it no longer counts."""

    microcredential: UUID
    step: Slug
    sign_off: UUID
    of: Acting
    decision: Decision
    fields: tuple[OutlineField, ...]
    changed_by: Acting
    revision: int
    waits_on: Party
    reason: NoteRef | None = None


class SignOffVoided(Fact, frozen=True, tag="credentials.sign-off-voided.v1"):
    """A revocation was heard that had taken effect before the sign-off: it was without authority, and never counted.

    `revocation` is the fact of `partnerships` that says so, `revoked` what it took away, from `effective` on;
    `waits_on` is who is left in the step.
    """

    microcredential: UUID
    step: Slug
    sign_off: UUID
    of: Acting
    decision: Decision
    revocation: UUID
    revoked: RevokedWhat
    effective: Moment
    waits_on: tuple[Party, ...]


class ApprovalVoided(Fact, frozen=True, tag="credentials.approval-voided.v1"):
    """Without the sign-offs just voided or disputed a step of what stood is not granted: it was never approved.

    What was approved before it stands again, if anything was; offerings that ran it keep naming it.
    """

    microcredential: UUID
    version: int
    steps: tuple[Slug, ...]


class StepGranted(Fact, frozen=True, tag="credentials.step-granted.v1"):
    """The step's rule holds; the sign-offs that made it so."""

    microcredential: UUID
    step: Slug
    sign_offs: tuple[UUID, ...]


class StepReopened(Fact, frozen=True, tag="credentials.step-reopened.v1"):
    """A granted step's rule no longer holds, or what an open one covers changed: it waits again, on the new content."""

    microcredential: UUID
    step: Slug
    digest: Digest
    due: Moment
    waits_on: tuple[Party, ...]


class StepRefused(Fact, frozen=True, tag="credentials.step-refused.v1"):
    """The rule can no longer be met; the sign-offs that put it out of reach."""

    microcredential: UUID
    step: Slug
    sign_offs: tuple[UUID, ...]


class OutlineReturned(Fact, frozen=True, tag="credentials.outline-returned.v1"):
    """A step was refused: the outline goes back to be revised, and validation is requested again."""

    microcredential: UUID
    step: Slug


class MicrocredentialApproved(Fact, frozen=True, tag="credentials.microcredential-approved.v1"):
    """Every step is granted: this version of the outline stands until a later one is approved, or it is retired."""

    microcredential: UUID
    version: int
    revision: int
    outline: Outline
    digest: Digest


class ReviewSubmitted(Fact, frozen=True, tag="credentials.review-submitted.v1"):
    """What learners and employers said, as reported; who submits does not decide."""

    microcredential: UUID
    review: UUID
    by: Acting
    evidence: Evidence
    feedback: Figures
    reported: tuple[ReportedFigure, ...] = ()
    comment: NoteRef | None = None


class ConditionAnswer(Value, frozen=True):
    """How the review found a condition: met, carried to the next review, or unmet."""

    condition: UUID
    answer: Literal["met", "carried", "unmet"]


class ReviewDecided(Fact, frozen=True, tag="credentials.review-decided.v1"):
    """Renewed, to be revised (a new version restarts the pathway), or retired; each open condition answered."""

    microcredential: UUID
    review: UUID
    by: Acting
    evidence: Evidence
    decision: Literal["renew", "revise", "retire"]
    conditions: tuple[ConditionAnswer, ...] = ()
    comment: NoteRef | None = None
    signed_as: NoteRef | None = None


class MicrocredentialRetired(Fact, frozen=True, tag="credentials.microcredential-retired.v1"):
    """Nothing more is offered under it; this ends it."""

    microcredential: UUID
    review: UUID


class AgreementNamed(Fact, frozen=True, tag="credentials.agreement-named.v1"):
    """The microcredential runs under this agreement from now on; `version` was in force then."""

    microcredential: UUID
    agreement: UUID
    version: int
    by: Acting


class UnderAgreement(Value, frozen=True):
    """The agreement something was judged on, in the version in force at its moment."""

    agreement: UUID
    version: int


class OfferingOpened(Fact, frozen=True, tag="credentials.offering-opened.v1"):
    """One run of an approved version; a count left out is unknown, not zero. Stream `offering-`.

    `delivered_by` is the partner who runs it; left out, the proposing one. `jurisdiction` is where it is run; left out,
    in that of the partner who runs it. `agreement` is what it was judged on, if one was named.
    """

    offering: UUID
    microcredential: UUID
    version: int
    by: Acting
    evidence: Evidence
    starts: date
    ends: date
    platform: Annotated[str, Meta(max_length=100)] | None = None
    learners: Count | None = None
    pass_grade: Percent | None = None
    jurisdiction: Jurisdiction | None = None
    delivered_by: UUID | None = None
    agreement: UnderAgreement | None = None


class OfferingClosed(Fact, frozen=True, tag="credentials.offering-closed.v1"):
    """The run ended; how many completed, and what the report says, side by side. Stream `offering-`.

    `delivered_by` is the partner who ran it, where that is another than the proposing one; facts recorded before it was
    kept here leave it out as well.
    """

    offering: UUID
    microcredential: UUID
    by: Acting
    evidence: Evidence
    learners: Count | None = None
    completed: Count | None = None
    reported: Figures = {}  # noqa: RUF012 - msgspec copies an empty default
    delivered_by: UUID | None = None


class MicrocredentialNudged(Fact, frozen=True, tag="credentials.microcredential-nudged.v1"):
    """Whoever the microcredential waits on was reminded of it; the microcredential is as it was.

    `act` is waited for at `partner`, on `step` if it is one's: of `position` where that is fixed, else of whoever owns
    `matter` there. `refers` is the sign-off, condition, offering or review at hand. `by` is the person who nudged,
    acting in the position `acting_as`; a coordinator acts in none.
    """

    microcredential: UUID
    act: MicrocredentialAct
    partner: UUID
    by: UUID
    acting_as: UUID | None = None
    position: UUID | None = None
    matter: Matter | None = None
    step: Slug | None = None
    refers: UUID | None = None


CredentialsFact = (
    PathwayPublished | MicrocredentialOpened | OutlineRevised | ValidationRequested | StepOpened | SignOffRecorded
    | SignOffConfirmed | SignOffDisputed | ConditionMet | SignOffLapsed | StepGranted | StepReopened | StepRefused
    | OutlineReturned | MicrocredentialApproved | ReviewSubmitted | ReviewDecided | MicrocredentialRetired
    | OfferingOpened | OfferingClosed | AgreementNamed | SignOffVoided | ApprovalVoided | MicrocredentialNudged
)  # fmt: skip
"""Every fact of this service."""
