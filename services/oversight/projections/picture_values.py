"""What a picture of one microcredential is made of: steps, sign-offs, conditions, offerings, reviews. Values only."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from services.oversight.projections import approval, concept
from services.oversight.projections.approval import Approval
from services.oversight.projections.concept import Concept
from services.oversight.projections.waits import Card, Stage, Wait
from shared.contracts.credentials import ConditionDue, Decision, Paper, UnderAgreement
from shared.contracts.values import (
    Acting,
    Evidence,
    NoteRef,
    Outline,
    OutlineField,
    PathwayStep,
    RevokedWhat,
    Round,
    Scope,
)
from shared.kernel import Text, Value
from shared.security.digests import outline_digest

StepState = Literal["waiting", "open", "reopened", "granted", "waived", "refused"]
"""Where a step stands. Nothing leads to `waived` yet: no fact records a waiver."""
FateKind = Literal["standing", "replaced", "lapsed", "void", "disputed", "over"]
"""What became of a sign-off. `over`: its round was closed by another, or by a new version."""


class Happened(Value, frozen=True):
    """When something happened, and the place of the fact that says so: `credentials@57`."""

    at: datetime
    index: str


class Response(Value, frozen=True):
    """What one partner said of the concept. `counts`: not since the proposal was returned and submitted again."""

    response: UUID
    by: Acting
    happened: Happened
    in_demand: bool
    intended_assessment_reflects_job: bool
    evidence: Evidence
    comment: NoteRef | None
    contribution: NoteRef | None
    counts: bool = True


class ConceptDecision(Value, frozen=True):
    """How the proposal's round ended, each time it did."""

    what: Literal["accepted", "returned", "declined", "withdrawn"]
    by: Acting
    happened: Happened
    reason: NoteRef | None = None


class Fate(Value, frozen=True):
    """What became of a sign-off, and why.

    It lapsed because `changed_by` changed `fields`; it is void because what was `revoked` had ended by `effective`, as
    the fact `revocation` says.
    """

    kind: FateKind = "standing"
    happened: Happened | None = None
    fields: tuple[OutlineField, ...] = ()
    changed_by: Acting | None = None
    revoked: RevokedWhat | None = None
    effective: datetime | None = None
    revocation: UUID | None = None


class SignOff(Value, frozen=True):
    """A decision on a step as it was given, with its authority and form, and what became of it.

    `paper` is what it rests on where somebody else recorded it; `confirmed` whether its decider has said so, None where
    that is not asked. `signing_key` is that of its signature.
    """

    sign_off: UUID
    step: str
    by: Acting
    decision: Decision
    happened: Happened
    digest: str
    revision: int
    evidence: Evidence
    in_demand: bool | None
    assessment_reflects_job: bool | None
    comment: NoteRef | None
    replaces: UUID | None
    signing_key: str | None
    paper: Paper | None
    confirmed: bool | None
    fate: Fate = Fate()

    @property
    def stands(self) -> bool:
        return self.fate.kind == "standing"


class PicturedStep(Value, frozen=True):
    """A step as planned and as it stands; `round` is the one opened last, `since` when its state was last another.

    `waiting_for` are the steps it follows that are not granted.
    """

    policy: PathwayStep
    state: StepState = "waiting"
    since: Happened | None = None
    round: Round | None = None
    digest: str | None = None
    due: datetime | None = None
    waiting_for: tuple[str, ...] = ()

    @property
    def shown(self) -> StepState:
        """As people are told: an open step waits again while what it follows is not granted."""
        return "waiting" if self.waiting_for and self.state in ("open", "reopened") else self.state


class PicturedCondition(Value, frozen=True):
    """What a sign-off depends on; its text is the sign-off's comment. `gone`: with the sign-off that set it."""

    condition: UUID
    step: str
    sign_off: UUID
    by: Acting
    due: ConditionDue
    set: Happened
    state: Literal["open", "met", "carried", "unmet", "gone"] = "open"
    answered: Happened | None = None
    answered_by: Acting | None = None


class PicturedOffering(Value, frozen=True):
    """One run. `delivered_by` runs it; a count is None where nobody said."""

    offering: UUID
    version: int
    by: Acting
    opened: Happened
    starts: date
    ends: date
    delivered_by: UUID
    platform: str | None
    learners: int | None
    pass_grade: str | None
    jurisdiction: str | None
    agreement: UnderAgreement | None
    closed: Happened | None = None
    completed: int | None = None


class PicturedReview(Value, frozen=True):
    """One review, as submitted and as decided."""

    review: UUID
    by: Acting
    submitted: Happened
    feedback: dict[str, Any]
    decision: Literal["renew", "revise", "retire"] | None = None
    decided: Happened | None = None
    decided_by: Acting | None = None


class PicturedVersion(Value, frozen=True):
    """An approval of one version of the outline; `voided` where it turned out never to have been."""

    version: int
    revision: int
    digest: str
    outline: Outline
    approved: Happened
    voided: Happened | None = None


class Picture(Value, frozen=True):
    """All of it as of `last`, the last fact it rests on; `revision` counts changes of the outline under approval.

    `unreadable` are places of facts that this build cannot read, and whose meaning is missing here.
    """

    subject: UUID
    key: str
    proposed_by: Acting
    outline: Outline
    last: Happened
    concept: Concept | None = None
    approval: Approval | None = None
    to: UUID | None = None
    pathway: UUID | None = None
    pathway_version: int | None = None
    revision: int = 0
    about: tuple[Scope, ...] = ()
    agreement: UUID | None = None
    responses: tuple[Response, ...] = ()
    decisions: tuple[ConceptDecision, ...] = ()
    steps: dict[str, PicturedStep] = {}  # noqa: RUF012 - msgspec copies an empty default
    sign_offs: tuple[SignOff, ...] = ()
    conditions: tuple[PicturedCondition, ...] = ()
    offerings: tuple[PicturedOffering, ...] = ()
    reviews: tuple[PicturedReview, ...] = ()
    versions: tuple[PicturedVersion, ...] = ()
    retired: Happened | None = None
    unreadable: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The digest of the whole outline."""
        return outline_digest(self.outline)

    @property
    def card(self) -> Card | None:
        """What the board shows of it; None where neither log has told of it."""
        if self.approval is not None:
            return approval.card(self.approval)
        return None if self.concept is None else concept.card(self.concept)

    @property
    def stage(self) -> Stage:
        """Its column; an accepted proposal is in preparation until its microcredential is heard of."""
        if self.approval is not None:
            return self.approval.stage
        stage = self.concept.stage if self.concept else "draft"
        return "preparation" if stage == "accepted" else stage

    @property
    def since(self) -> datetime:
        """Since when it is in that stage."""
        shown = self.card
        return shown.since if shown else self.last.at

    @property
    def waits(self) -> tuple[Wait, ...]:
        """Whom it waits on."""
        shown = self.card
        return shown.waits if shown else ()

    @property
    def title(self) -> Text | None:
        return self.outline.title
