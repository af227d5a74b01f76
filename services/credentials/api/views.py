"""One microcredential as people read it: outline, steps, sign-offs, conditions, offerings, reviews."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, assert_never
from uuid import UUID

from services.credentials.commands.authorities import PartyView, named
from services.credentials.domain import rounds
from services.credentials.domain.microcredential import (
    Approved,
    ApprovedVersion,
    MicrocredentialState,
    NotOpened,
    Opened,
    OpenItem,
    Preparing,
    Retired,
    UnderReview,
    Validating,
    existing,
    unmet_before_grant,
)
from services.credentials.domain.steps import (
    Granted,
    Open,
    RefusedStep,
    Steps,
    Waiting,
    digest_of,
    unmet_before,
)
from shared.authority import Community, suppressing
from shared.authority.reading import Reader
from shared.authority.suppressing import Shown
from shared.contracts.credentials import (
    OfferingClosed,
    OfferingOpened,
    Paper,
    ReviewDecided,
    ReviewSubmitted,
    SignOffConfirmed,
    SignOffRecorded,
    SignOffVoided,
    UnderAgreement,
)
from shared.contracts.values import Acting, Figures, NoteRef, Outline, Party, RevokedWhat, Scope
from shared.kernel import Fact, Recorded, Value
from shared.security.digests import outline_digest
from shared.security.signed_as import SignedName


class Void(Value, frozen=True):
    """What had been taken away when the sign-off was given, from when on, by which fact of `partnerships`."""

    revoked: RevokedWhat
    effective: datetime
    revocation: UUID
    index: str


class SignOffView(Value, frozen=True):
    """A sign-off with its dated receipt; `standing`: whether it still counts for the step, `void`: why it never did.

    `recorded_on_behalf` is the paper, where somebody else recorded it; `confirmed` whether its decider has confirmed.
    `signing_key` is the key of its signature, null where it carries none.
    """

    sign_off: UUID
    step: str
    by: Acting
    position: str
    decision: str
    standing: bool
    digest: str
    revision: int
    occurred_at: datetime
    index: str
    in_demand: bool | None
    assessment_reflects_job: bool | None
    comment: UUID | None
    evidence: Any
    void: Void | None = None
    signed_as: SignedName | None = None
    signing_key: str | None = None
    form: str = "in-system"
    recorded_on_behalf: Paper | None = None
    confirmed: bool | None = None


class StepView(Value, frozen=True):
    """A step and where it stands; `digest` is what to sign, of the content as it is."""

    key: str
    state: str
    verb: str
    matter: str
    rule: Any
    covers: tuple[str, ...]
    after: tuple[str, ...]
    digest: str
    explanation: str
    due: datetime | None
    waiting_for: tuple[str, ...]
    waits_on: tuple[PartyView, ...]
    sign_offs: tuple[SignOffView, ...]
    requires_signature: bool


class OfferingView(Value, frozen=True):
    """One run; counts left out are unknown, or where it says `suppressed`, too small to be shown to you."""

    offering: UUID
    state: str
    version: int
    starts: date
    ends: date
    platform: str | None
    learners: int | None
    completed: int | None
    pass_grade: str | None
    reported: dict[str, Any]
    jurisdiction: str | None
    delivered_by: str
    agreement: UnderAgreement | None
    suppressed: bool = False


class MicrocredentialView(Value, frozen=True):
    """All of it, as of the moment asked about; `version` is the stream's, `as_of` the last fact it rests on.

    `about` says within what it lies, by which a narrower responsibility decides it.
    """

    microcredential: UUID
    key: str
    state: str
    version: int
    as_of: str
    proposed_by: str
    agreement: UUID | None
    pathway: UUID
    pathway_version: int
    outline: Outline
    revision: int
    digest: str
    approved: ApprovedVersion | None
    steps: tuple[StepView, ...]
    conditions: tuple[dict[str, Any], ...]
    offerings: tuple[OfferingView, ...]
    reviews: tuple[dict[str, Any], ...]
    about: tuple[Scope, ...]


def view_of(
    state: MicrocredentialState,
    history: list[Recorded[Fact]],
    offerings: list[list[Recorded[Fact]]],
    community: Community,
    at: datetime,
    names: Mapping[UUID, SignedName],
    reader: Reader,
) -> MicrocredentialView:
    """The view of that state as that reader may see it, with its history and the names decisions were signed with."""
    current = existing(state)
    last = history[-1]
    sign_offs = tuple(_sign_offs(history, current.steps, community, names))
    runs = tuple(_offering(past, current, community, reader) for past in offerings)
    reviews = _reviews(history, community, names)
    if not reader.delivers(current.proposed_by.partner):
        reviews = _suppressed(reviews, beside_small=any(run.suppressed for run in runs))
    return MicrocredentialView(
        microcredential=current.microcredential,
        key=current.key,
        state=_name(state),
        version=last.version,
        as_of=f"{last.log}@{last.index}",
        proposed_by=community.position_key(current.proposed_by.position),
        agreement=current.agreement,
        pathway=current.pathway,
        pathway_version=current.pathway_version,
        outline=current.outline,
        revision=current.revision,
        digest=outline_digest(current.outline),
        approved=current.approved,
        steps=tuple(_step(key, current, sign_offs, community, at) for key in current.steps),
        conditions=tuple(_condition(item, community) for item in current.conditions),
        offerings=runs,
        reviews=reviews,
        about=current.about,
    )


def _name(state: MicrocredentialState) -> str:
    match state:
        case NotOpened():
            return "not-opened"
        case Preparing():
            return "preparing"
        case Validating():
            return "validating"
        case Approved():
            return "approved"
        case UnderReview():
            return "under-review"
        case Retired():
            return "retired"
        case _:
            assert_never(state)


def _step(
    key: str, current: Opened, sign_offs: tuple[SignOffView, ...], community: Community, at: datetime
) -> StepView:
    steps, outline, unmet = current.steps, current.outline, unmet_before_grant(current)
    step = steps[key]
    policy, blocked = step.policy, unmet_before(steps, key)
    due: datetime | None = None
    rule: Any = policy.rule
    waits: tuple[Party, ...] = ()
    explanation = ""
    match step:
        case Waiting():
            name = "waiting"
        case Open():
            name = "waiting" if blocked else "reopened" if step.reopened else "open"
            waits = () if blocked else rounds.waits_on(step.round, policy.matter, step.signed, at, unmet)
        case Granted():
            name, unmet = "granted", frozenset()
        case RefusedStep():
            name, unmet = "refused", frozenset()
        case _:
            assert_never(step)
    if not isinstance(step, Waiting):
        rule, due = step.round, step.due
        still = at if isinstance(step, Open) else None
        explanation = rounds.explain(step.round, step.signed, unmet, community.position_key, still)
    own = tuple(one for one in sign_offs if one.step == key)
    parties = tuple(named(party, community) for party in waits)
    return StepView(
        key, name, policy.verb, policy.matter, rule, policy.covers, policy.after, digest_of(policy, outline),
        explanation, due, blocked, parties, own, policy.requires_signature,
    )  # fmt: skip


def _sign_offs(
    history: list[Recorded[Fact]], steps: Steps, community: Community, names: Mapping[UUID, SignedName]
) -> list[SignOffView]:
    standing = {one.sign_off for step in steps.values() if not isinstance(step, Waiting) for one in step.signed}
    void = {
        fact.sign_off: Void(fact.revoked, fact.effective, fact.revocation, f"{recorded.log}@{recorded.index}")
        for recorded in history
        if isinstance(fact := recorded.fact, SignOffVoided)
    }
    confirmed = {one.fact.sign_off for one in history if isinstance(one.fact, SignOffConfirmed)}
    return [
        SignOffView(
            fact.sign_off,
            fact.step,
            fact.by,
            community.position_key(fact.by.position),
            fact.decision,
            fact.sign_off in standing,
            fact.digest,
            fact.revision,
            recorded.occurred_at,
            f"{recorded.log}@{recorded.index}",
            fact.in_demand,
            fact.assessment_reflects_job,
            fact.comment.id if fact.comment else None,
            fact.evidence,
            void.get(fact.sign_off),
            _signed_as(fact.signed_as, names),
            fact.signature.signing_key if fact.signature else None,
            fact.paper.form if fact.paper else "in-system",
            fact.paper,
            fact.sign_off in confirmed if fact.paper else None,
        )
        for recorded in history
        if isinstance(fact := recorded.fact, SignOffRecorded)
    ]


def _signed_as(ref: NoteRef | None, names: Mapping[UUID, SignedName]) -> SignedName | None:
    return names.get(ref.id) if ref else None


def _condition(item: OpenItem, community: Community) -> dict[str, Any]:
    return {
        "condition": item.condition,
        "step": item.step,
        "sign_off": item.sign_off,
        "from": community.position_key(item.by.position),
        "due": item.due,
        "state": item.state,
    }


def _offering(past: list[Recorded[Fact]], current: Opened, community: Community, reader: Reader) -> OfferingView:
    opened = next(recorded.fact for recorded in past if isinstance(recorded.fact, OfferingOpened))
    closed = next((recorded.fact for recorded in past if isinstance(recorded.fact, OfferingClosed)), None)
    delivering = opened.delivered_by or current.proposed_by.partner
    partner = community.partners.get(delivering)
    learners, completed = opened.learners, None
    reported: Figures = {}
    if closed is not None:
        learners = opened.learners if closed.learners is None else closed.learners
        completed, reported = closed.completed, closed.reported
    shown = Shown(learners, completed, suppressed=False)
    if not reader.delivers(delivering):
        shown = suppressing.counts(learners, completed)
        reported = suppressing.figures(reported, learners, suppressed=shown.suppressed)
    return OfferingView(
        opened.offering,
        "closed" if closed else "open",
        opened.version,
        opened.starts,
        opened.ends,
        opened.platform,
        shown.learners,
        shown.completed,
        opened.pass_grade,
        dict(reported),
        opened.jurisdiction or (partner.jurisdiction if partner else None),
        partner.key if partner else str(delivering),
        opened.agreement,
        shown.suppressed,
    )


def _reviews(
    history: list[Recorded[Fact]], community: Community, names: Mapping[UUID, SignedName]
) -> tuple[dict[str, Any], ...]:
    decisions: dict[UUID, dict[str, Any]] = {
        fact.review: {
            "decision": fact.decision,
            "decided_by": community.position_key(fact.by.position),
            "decided_at": recorded.occurred_at,
            "conditions": fact.conditions,
            "signed_as": _signed_as(fact.signed_as, names),
        }
        for recorded in history
        if isinstance(fact := recorded.fact, ReviewDecided)
    }
    undecided = {"decision": None, "decided_by": None, "decided_at": None, "conditions": (), "signed_as": None}
    return tuple(
        {
            "review": fact.review,
            "submitted_by": community.position_key(fact.by.position),
            "submitted_at": recorded.occurred_at,
            "feedback": fact.feedback,
            "reported": fact.reported,
            **decisions.get(fact.review, undecided),
        }
        for recorded in history
        if isinstance(fact := recorded.fact, ReviewSubmitted)
    )


def _suppressed(reviews: tuple[dict[str, Any], ...], *, beside_small: bool) -> tuple[dict[str, Any], ...]:
    """Reviews as those see them who do not deliver: nothing by which a count that is not shown could be told."""
    return tuple(
        {
            **review,
            "feedback": suppressing.figures(review["feedback"]),
            "reported": tuple(
                one for one in review["reported"] if not beside_small and not suppressing.gives_away(one.value, None)
            ),
        }
        for review in reviews
    )
