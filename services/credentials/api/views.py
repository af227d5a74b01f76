"""One microcredential as people read it: outline, steps, sign-offs, conditions, offerings, reviews."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from services.credentials.api.delivery_views import offering_view, review_views, signed_as, suppressed
from services.credentials.api.view_values import MicrocredentialView, SignOffView, StepView, Void
from services.credentials.commands.authorities import named
from services.credentials.domain import rounds
from services.credentials.domain.states import (
    Approved,
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
from shared.authority import Community
from shared.authority.reading import Reader
from shared.contracts.credentials import (
    SignOffConfirmed,
    SignOffRecorded,
    SignOffVoided,
)
from shared.contracts.values import Party
from shared.kernel import Fact, Recorded
from shared.security.digests import outline_digest
from shared.security.signed_as import SignedName


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
    runs = tuple(offering_view(past, current, community, reader) for past in offerings)
    reviews = review_views(history, community, names)
    if not reader.delivers(current.proposed_by.partner):
        reviews = suppressed(reviews, beside_small=any(run.suppressed for run in runs))
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
            signed_as(fact.signed_as, names),
            fact.signature.signing_key if fact.signature else None,
            fact.paper.form if fact.paper else "in-system",
            fact.paper,
            fact.sign_off in confirmed if fact.paper else None,
        )
        for recorded in history
        if isinstance(fact := recorded.fact, SignOffRecorded)
    ]


def _condition(item: OpenItem, community: Community) -> dict[str, Any]:
    return {
        "condition": item.condition,
        "step": item.step,
        "sign_off": item.sign_off,
        "from": community.position_key(item.by.position),
        "due": item.due,
        "state": item.state,
    }
