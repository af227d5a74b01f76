"""Sign-off: by a person, in a position, for a partner, on the content of a digest; every reason against it at once."""

from typing import Any, assert_never
from uuid import UUID

from msgspec import structs

from services.credentials.domain import rounds, separation, statement
from services.credentials.domain.authorities import Authority
from services.credentials.domain.microcredential import (
    MICROCREDENTIAL,
    Approved,
    MicrocredentialFact,
    MicrocredentialState,
    Opened,
    Preparing,
    Retired,
    UnderReview,
    Validating,
    existing,
    unmet_before_grant,
)
from services.credentials.domain.refusals import (
    AlreadySpoke,
    AnswerBothQuestions,
    ConditionIncomplete,
    ContentChanged,
    EndorsementSaysNo,
    NoSuchStep,
    NotOpenYet,
    NotTheStepsVerb,
    RecusalStands,
    SayWhy,
    StepIsSettled,
    TheirOwnWordStands,
)
from services.credentials.domain.rounds import AFFIRMATIVE, WITH_CONDITIONS, Signed
from services.credentials.domain.statement import Presented
from services.credentials.domain.steps import (
    Granted,
    Open,
    RefusedStep,
    StepState,
    Waiting,
    digest_of,
    open_ready,
    unmet_before,
)
from shared.authority.due import Almanacs
from shared.contracts.credentials import (
    Condition,
    ConditionDue,
    Decision,
    MicrocredentialApproved,
    OutlineReturned,
    Paper,
    SignOffConfirmed,
    SignOffRecorded,
    StepGranted,
    StepRefused,
)
from shared.contracts.values import Acting, Digest, Moment, NoteRef, Party, PathwayStep, RosterOf
from shared.kernel import Intent, Reason, Refused, Remark, SignedAs, Value, fold
from shared.security.digests import outline_digest


class SignOff(Intent, frozen=True):
    """Decide on a step. `digest` names the content as it was read; `condition_due` goes with `…-with-conditions`.

    `envelope` is the statement of the decision, signed: DSSE, by a signing key of the decider.
    """

    decision: Decision
    digest: Digest
    in_demand: bool | None = None
    assessment_reflects_job: bool | None = None
    comment: Remark | None = None
    condition_due: ConditionDue | None = None
    signed_as: SignedAs | None = None
    envelope: dict[str, Any] | None = None


class OnBehalf(Value, frozen=True):
    """The paper a sign-off is recorded from, and every reason against it (`services.credentials.domain.forms`)."""

    paper: Paper
    why_not: tuple[Reason, ...] = ()


def sign_off(
    state: MicrocredentialState,
    key: str,
    given: SignOff,
    authority: Authority,
    sign_off_id: UUID,
    comment: NoteRef | None,
    at: Moment,
    rosters: dict[UUID, RosterOf],
    almanacs: Almanacs | None = None,
    presented: Presented | None = None,
    on_behalf: OnBehalf | None = None,
) -> tuple[MicrocredentialFact, ...]:
    """Record the decision and what follows from it: grant, refusal, the next steps, approval. A repeat is silence.

    Where nobody may decide anew, whoever says themselves what a paper says they decided confirms it.
    """
    current = existing(state)
    if key not in current.steps:
        raise Refused(NoSuchStep(key))
    step = current.steps[key]
    if (said := repeat_of(step, given, authority.acting, presented, on_behalf is not None)) is not None:
        confirms = on_behalf is None and said.is_unconfirmed
        return (SignOffConfirmed(current.microcredential, key, said.sign_off, said.by.person),) if confirms else ()
    reasons = [
        *authority.why_not,
        *separation.of_proposing(current, authority),
        *_not_open(current, key),
        *_not_right(step.policy, given, digest_of(step.policy, current.outline)),
        *_spoken(step, authority),
        *statement.why_not(presented, key, step.policy.requires_signature),
        *(on_behalf.why_not if on_behalf else ()),
    ]
    if reasons or authority.evidence is None:
        raise Refused(*reasons, waiting_on=_missing(current, key, at), allowed_actions=authority.who_can)
    alone = SignOffRecorded(
        microcredential=current.microcredential,
        step=key,
        sign_off=sign_off_id,
        by=authority.acting,
        decision=given.decision,
        digest=given.digest,
        revision=on_behalf.paper.revision if on_behalf else current.revision,
        evidence=authority.evidence,
        in_demand=given.in_demand,
        assessment_reflects_job=given.assessment_reflects_job,
        comment=comment,
        conditions=(Condition(sign_off_id, given.condition_due),) if given.condition_due else (),
        replaces=_replaced(step, authority.acting),
        signature=presented.signature if presented else None,
        paper=on_behalf.paper if on_behalf else None,
    )
    recorded = structs.replace(alone, waits_on=_still_waits_on(fold(MICROCREDENTIAL, (alone,), state), key, at))
    return (recorded, *settle(fold(MICROCREDENTIAL, (recorded,), state), key, at, rosters, almanacs))


def _missing(state: Opened, key: str, at: Moment) -> tuple[Party, ...]:
    """Whom the steps it follows still wait on."""
    unmet = unmet_before_grant(state)
    return tuple(
        party
        for before in state.steps[key].policy.after
        if isinstance(step := state.steps[before], Open)
        for party in rounds.waits_on(step.round, step.policy.matter, step.signed, at, unmet)
    )


def _still_waits_on(state: MicrocredentialState, key: str, at: Moment) -> tuple[Party, ...]:
    current = existing(state)
    step = current.steps[key]
    if isinstance(step, Waiting):
        return ()
    return rounds.waits_on(step.round, step.policy.matter, step.signed, at, unmet_before_grant(current))


def repeat_of(
    step: StepState, given: SignOff, acting: Acting, presented: Presented | None = None, from_paper: bool = False
) -> Signed | None:
    """The sign-off that says the same already: same person, same decision, same content.

    While the step is open, other words may say something else: with a comment it is a decision anew. A recusal is one.
    So is one's own word after a paper that one has not confirmed, where it may still be given or brings words.
    With a signature it says the same only if that is the very signature: another, or the first one, is a decision anew.
    """
    if presented is not None:
        return _signed_so(step, presented, acting)
    if isinstance(step, Open) and given.comment is not None and given.decision != "recuse":
        return None
    signed = () if isinstance(step, Waiting) else step.signed
    said = (given.decision, given.digest, acting.person, acting.position)
    for one in signed:
        if (one.decision, one.digest, one.by.person, one.by.position) == said:
            anew = one.is_unconfirmed and not from_paper and _says_more(step, given)
            return None if anew else one
    return None


def _says_more(step: StepState, given: SignOff) -> bool:
    """Whether it would be more than the confirmation of a paper that says the same."""
    return given.comment is not None or (isinstance(step, Open) and given.decision != "recuse")


def _signed_so(step: StepState, presented: Presented, acting: Acting) -> Signed | None:
    """The sign-off of that person that carries that very signature, sent with what was signed and nothing else."""
    if isinstance(step, Waiting) or presented.signature is None:
        return None
    if statement.unlike(presented, "decision") or statement.unlike(presented, "content"):
        return None
    signed = step.signed
    return next((one for one in signed if one.by == acting and one.signature == presented.signature), None)


def settle(
    state: MicrocredentialState,
    key: str,
    at: Moment,
    rosters: dict[UUID, RosterOf],
    almanacs: Almanacs | None = None,
) -> tuple[MicrocredentialFact, ...]:
    """What follows once the step's rule holds or is out of reach; nothing while it is neither, or the step waits."""
    current = existing(state)
    step = current.steps[key]
    if not isinstance(current, Validating) or not isinstance(step, Open) or unmet_before(current.steps, key):
        return ()
    if rounds.is_met(step.round, step.signed, unmet_before_grant(current)):
        affirming = tuple(one.sign_off for one in step.signed if one.affirms)
        granted = StepGranted(current.microcredential, key, affirming)
        return (granted, *_after_grant(fold(MICROCREDENTIAL, (granted,), state), key, at, rosters, almanacs))
    if rounds.is_out_of_reach(step.round, step.signed, at):
        against = tuple(one.sign_off for one in step.signed if one.decision in ("decline", "recuse"))
        return (
            StepRefused(current.microcredential, key, against),
            OutlineReturned(current.microcredential, key),
        )
    return ()


def _after_grant(
    state: MicrocredentialState,
    key: str,
    at: Moment,
    rosters: dict[UUID, RosterOf],
    almanacs: Almanacs | None = None,
) -> tuple[MicrocredentialFact, ...]:
    """Approval, when all is granted; else the steps that may open now, and those that waited and need nothing more."""
    current = existing(state)
    if all(isinstance(step, Granted) for step in current.steps.values()):
        digest, version = outline_digest(current.outline), current.versions + 1
        return (MicrocredentialApproved(current.microcredential, version, current.revision, current.outline, digest),)
    facts: tuple[MicrocredentialFact, ...] = open_ready(
        current.microcredential, current.steps, current.outline, at, rosters, almanacs
    )
    for follower, step in current.steps.items():
        if key in step.policy.after:  # just opened, maybe on recusals that stand; or open, and met while it waited
            facts += settle(fold(MICROCREDENTIAL, facts, state), follower, at, rosters, almanacs)
    return facts


def _not_open(state: Preparing | Validating | Approved | UnderReview | Retired, key: str) -> list[Reason]:
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


def _not_right(policy: PathwayStep, given: SignOff, digest: str) -> list[Reason]:
    reasons: list[Reason] = []
    verb, affirms = (
        given.decision.removesuffix(WITH_CONDITIONS),
        given.decision.removesuffix(WITH_CONDITIONS) in AFFIRMATIVE,
    )
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


def _spoken(step: StepState, authority: Authority) -> list[Reason]:
    signed, acting = () if isinstance(step, Waiting) else step.signed, authority.acting
    concerned = [one for one in signed if one.by.person in authority.persons]
    own = [one for one in concerned if one.by.person == acting.person]
    if any(one.decision == "recuse" for one in concerned):
        return [RecusalStands(step.policy.key)]
    if any(one.by.position != acting.position for one in own):
        return [AlreadySpoke(step.policy.key)]
    return [] if concerned == own else [TheirOwnWordStands(step.policy.key)]


def _replaced(step: StepState, acting: Acting) -> UUID | None:
    """The same position's earlier decision, which this one replaces; both stay in the log. A recusal stands."""
    signed = () if isinstance(step, Waiting) else step.signed
    own = (one for one in signed if one.by.position == acting.position and one.decision != "recuse")
    return next((one.sign_off for one in own), None)
