"""Sign-off: by a person, in a position, for a partner, on the content of a digest; every reason against it at once."""

from uuid import UUID

from msgspec import structs

from services.credentials.domain import objections, rounds, separation, statement
from services.credentials.domain.authorities import Authority
from services.credentials.domain.microcredential import MICROCREDENTIAL, MicrocredentialFact
from services.credentials.domain.refusals import NoSuchStep
from services.credentials.domain.rounds import Signed
from services.credentials.domain.settling import settle
from services.credentials.domain.sign_off import OnBehalf, SignOff
from services.credentials.domain.statement import Presented
from services.credentials.domain.states import MicrocredentialState, Opened, existing, unmet_before_grant
from services.credentials.domain.steps import Open, StepState, Waiting, digest_of
from shared.authority.due import Almanacs
from shared.contracts.credentials import Condition, SignOffConfirmed, SignOffRecorded
from shared.contracts.values import Acting, Moment, NoteRef, Party, RosterOf
from shared.kernel import Refused, fold


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
        *objections.not_open(current, key),
        *objections.not_right(step.policy, given, digest_of(step.policy, current.outline)),
        *objections.spoken(step, authority),
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


def _replaced(step: StepState, acting: Acting) -> UUID | None:
    """The same position's earlier decision, which this one replaces; both stay in the log. A recusal stands."""
    signed = () if isinstance(step, Waiting) else step.signed
    own = (one for one in signed if one.by.position == acting.position and one.decision != "recuse")
    return next((one.sign_off for one in own), None)
