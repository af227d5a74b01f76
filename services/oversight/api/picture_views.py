"""A microcredential's picture as people read it: positions and partners by key, small counts suppressed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.oversight.api.figures import Figure
from services.oversight.api.whom import WaitsOn
from services.oversight.projections.picture_values import Fate
from services.oversight.projections.standings import Standing
from services.oversight.projections.waits import Stage
from shared.contracts.credentials import Paper, UnderAgreement
from shared.contracts.values import Instrument, Outline, Scope
from shared.kernel import Text, Value


class WhoView(Value, frozen=True):
    """Who acted: a person by id, in a position, at a partner; by a `delegation`, or standing in from `alternate`."""

    person: UUID
    position: str
    partner: str
    delegation: UUID | None = None
    alternate: str | None = None


class AuthorityView(Value, frozen=True):
    """With what authority, as it was judged then: the matter, the scope that won, the instrument; or a council's seat.

    `on_behalf_of` is the person whose authority a delegate or an alternate exercised.
    """

    matter: str
    instrument: Instrument | None
    responsibility: UUID | None
    scope: Scope | None
    council: str | None
    on_behalf_of: UUID | None
    facts: tuple[UUID, ...]
    index: str


class HappenedView(Value, frozen=True):
    """When, and the index of the fact that says so."""

    at: datetime
    index: str


class ResponseView(Value, frozen=True):
    """What a partner said of the concept; `counts`: since the proposal was last submitted."""

    by: WhoView
    occurred_at: datetime
    index: str
    in_demand: bool
    intended_assessment_reflects_job: bool
    counts: bool
    authority: AuthorityView
    comment: UUID | None
    contribution: UUID | None


class DecisionView(Value, frozen=True):
    """How the concept round ended: accepted, returned, declined or withdrawn."""

    what: str
    by: WhoView
    occurred_at: datetime
    index: str
    reason: UUID | None


class FateView(Value, frozen=True):
    """What became of a sign-off: `standing`, `replaced`, `lapsed`, `void`, `disputed`, or `over` with its round."""

    kind: str
    at: datetime | None = None
    index: str | None = None
    fields: tuple[str, ...] = ()
    changed_by: str | None = None
    revoked: str | None = None
    effective: datetime | None = None
    revocation: UUID | None = None


class SignedView(Value, frozen=True):
    """A sign-off with its authority and form; `standing`: whether it still counts for the step, `fate` why it does not.

    `recorded_on_behalf` is the paper, where somebody else recorded it; `confirmed` whether its decider has confirmed.
    """

    sign_off: UUID
    step: str
    by: WhoView
    decision: str
    standing: bool
    fate: FateView
    digest: str
    revision: int
    occurred_at: datetime
    index: str
    in_demand: bool | None
    assessment_reflects_job: bool | None
    comment: UUID | None
    authority: AuthorityView
    form: str
    recorded_on_behalf: Paper | None
    recorded_by: str | None
    confirmed: bool | None
    signing_key: str | None


class DeciderView(Value, frozen=True):
    """Who is to decide a step: the `owner` of its matter at a partner, `each` of several, or a council's `quorum`."""

    kind: str
    partners: tuple[str, ...] = ()
    council: str | None = None
    size: int | None = None
    distinct_partners: bool | None = None
    seats: tuple[str, ...] = ()
    required_seats: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()


class StepPicture(Value, frozen=True):
    """A step and where it stands: waiting, open, reopened, granted, waived or refused; `since` when.

    `explanation` says what its round has and lacks, `stands` the same in numbers.
    """

    key: str
    state: str
    since: HappenedView | None
    verb: str
    matter: str
    covers: tuple[str, ...]
    after: tuple[str, ...]
    waiting_for: tuple[str, ...]
    rule: DeciderView
    stands: Standing | None
    explanation: str
    digest: str | None
    due: datetime | None
    overdue: bool
    requires_signature: bool
    waits_on: tuple[WaitsOn, ...]
    sign_offs: tuple[SignedView, ...]


class ConditionView(Value, frozen=True):
    """What a sign-off depends on: due before its step is granted, or by the review. Its text is that note."""

    condition: UUID
    step: str
    sign_off: UUID
    by: WhoView
    due: str
    state: str
    set_at: datetime
    index: str
    comment: UUID | None
    answered_at: datetime | None
    answered_by: WhoView | None


class RunView(Value, frozen=True):
    """One run; counts left out are unknown, or where it says `suppressed`, too small to be shown to you."""

    offering: UUID
    state: str
    version: int
    starts: date
    ends: date
    delivered_by: str
    platform: str | None
    jurisdiction: str | None
    learners: int | None
    completed: int | None
    completion_rate: str | None
    pass_grade: str | None
    suppressed: bool
    agreement: UnderAgreement | None
    opened: HappenedView
    closed: HappenedView | None
    reported: tuple[Figure, ...]


class ReviewView(Value, frozen=True):
    """One review: what was said, and how it was decided."""

    review: UUID
    by: WhoView
    submitted: HappenedView
    feedback: dict[str, Any]
    decision: str | None
    decided: HappenedView | None
    decided_by: WhoView | None
    reported: tuple[Figure, ...]


class VersionView(Value, frozen=True):
    """An approval; void where it says when it turned out never to have been."""

    version: int
    revision: int
    digest: str
    approved: HappenedView
    voided: HappenedView | None


class PictureView(Value, frozen=True):
    """All of it as of the moment `at`, resting on facts up to `as_of`; `is_past` where that is not now.

    `unreadable` are facts this build cannot read: what they say is missing here.
    """

    id: UUID
    key: str
    title: Text | None
    stage: Stage
    since: datetime
    at: datetime
    as_of: str
    is_past: bool
    proposed_by: WhoView
    addressed_to: str | None
    pathway: UUID | None
    pathway_version: int | None
    agreement: UUID | None
    about: tuple[Scope, ...]
    outline: Outline
    revision: int
    digest: str
    responses: tuple[ResponseView, ...]
    decisions: tuple[DecisionView, ...]
    steps: tuple[StepPicture, ...]
    conditions: tuple[ConditionView, ...]
    offerings: tuple[RunView, ...]
    reviews: tuple[ReviewView, ...]
    versions: tuple[VersionView, ...]
    retired: HappenedView | None
    waits_on: tuple[WaitsOn, ...]
    unreadable: tuple[str, ...]


def fate(of: Fate, changed_by: str | None) -> FateView:
    """The fate with whoever changed the outline by their key."""
    happened = of.happened
    return FateView(
        of.kind,
        happened.at if happened else None,
        happened.index if happened else None,
        of.fields,
        changed_by,
        of.revoked,
        of.effective,
        of.revocation,
    )
