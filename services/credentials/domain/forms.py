"""Sign-offs on a letter, in an e-mail or in minutes: what a paper must be, and who may record it. Pure.

A paper is judged as of its own date and takes effect when it is recorded. The rules of a sign-off hold for whoever
decided; those here are about the paper, and about whoever records it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from services.credentials.domain.microcredential import changed_outline
from services.credentials.domain.paper_refusals import (
    DatedInTheFuture,
    DatedTooEarly,
    DecidedInSystem,
    DisputedBefore,
    LetterGrantsNoValidation,
    NotTheirsToRecord,
    OwnDecision,
    PaperCannotBeSigned,
    RevisionIsAnother,
    WhoProposedMayNotRecord,
)
from services.credentials.domain.sign_off import OnBehalf, SignOff
from services.credentials.domain.states import Opened
from services.credentials.domain.steps import StepState, Waiting, digest_of
from shared.contracts.credentials import MicrocredentialOpened, OutlineRevised, Paper, PaperForm, StepOpened
from shared.contracts.partnerships import Role
from shared.contracts.values import Acting, Digest, Moment, PathwayStep, RosterOf
from shared.kernel import Fact, Intent, Reason, Recorded, Refused, Value

VALIDATION = "industry-validation"


class OnPaper(Intent, frozen=True):
    """Who decided, in which position (id or `partner/position`), on which paper.

    `dated` is the paper's own date; `file` the SHA-256 of it; `revision` that of the outline it speaks of.
    """

    form: PaperForm
    decided_by: UUID
    position: Annotated[str, Meta(min_length=1, max_length=200)]
    dated: date
    file: Digest
    revision: Annotated[int, Meta(ge=0, le=2**31)]


class RecordOnBehalf(SignOff, frozen=True, kw_only=True):
    """Record what somebody decided on paper: their decision, and the paper it stands on."""

    paper: OnPaper


class Recorder(Value, frozen=True):
    """Whoever records: a person with a key of that role; `acting` is None for coordinators, who need no position."""

    person: UUID
    role: Role
    acting: Acting | None


class Told(Value, frozen=True):
    """What the log says that a paper is held against: when the step's round opened, and each revision's content.

    `revisions` are the digests of what the step covers, each with the day from which the revision was there.
    """

    opened: date | None
    revisions: dict[int, tuple[Digest, date]]


def judged_at(dated: date, now: Moment) -> Moment:
    """The moment a paper of that date is judged as of: the end of the day in UTC, but never later than now."""
    end_of_day = datetime.combine(dated + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
    return min(end_of_day, now)


def told(history: Sequence[Recorded[Fact]], policy: PathwayStep) -> Told:
    """What that microcredential's log says of one of its steps."""
    opened: date | None = None
    outline, revisions = None, dict[int, tuple[Digest, date]]()
    for recorded in history:
        day = recorded.occurred_at.astimezone(UTC).date()
        match recorded.fact:
            case MicrocredentialOpened() as fact:
                outline = fact.outline
                revisions[0] = (digest_of(policy, outline), day)
            case OutlineRevised() as fact if outline is not None:
                outline = changed_outline(outline, fact.change)
                revisions[fact.revision] = (digest_of(policy, outline), day)
            case StepOpened(step=step) if step == policy.key:
                opened = day
            case _:
                pass
    return Told(opened, revisions)


def on_behalf(
    state: Opened, key: str, given: RecordOnBehalf, decider: Acting, recorder: Recorder, log: Told, at: Moment
) -> OnBehalf:
    """The paper as the fact keeps it, and every reason against recording it.

    Refused at once for whoever may not record it: they learn nothing of the step, not even that it was recorded.
    """
    step, stated = state.steps[key], given.paper
    paper = Paper(
        stated.form, stated.dated, stated.file, stated.revision, recorder.person,
        recorder.acting.position if recorder.acting else None,
    )  # fmt: skip
    if not_theirs := _recorder(state, step, decider, recorder):
        raise Refused(*not_theirs)
    reasons = (
        *_form(step.policy, given),
        *_dated(key, given, log, at.astimezone(UTC).date()),
        *_said_before(state, step, decider.person),
    )
    return OnBehalf(paper, reasons)


def _recorder(state: Opened, step: StepState, decider: Acting, recorder: Recorder) -> list[Reason]:
    """A coordinator, somebody of the decider's own partner, or whoever chairs the council that is asked."""
    reasons: list[Reason] = []
    acting = recorder.acting
    own = acting is not None and acting.partner == decider.partner
    round_ = None if isinstance(step, Waiting) else step.round
    chairs = acting is not None and isinstance(round_, RosterOf) and acting.position == round_.chair
    if not (own or chairs or recorder.role == "coordinator"):
        reasons.append(NotTheirsToRecord())
    if recorder.person == decider.person:
        reasons.append(OwnDecision())
    if recorder.person in state.authors:
        reasons.append(WhoProposedMayNotRecord())
    return reasons


def _form(policy: PathwayStep, given: RecordOnBehalf) -> list[Reason]:
    reasons: list[Reason] = []
    if given.paper.form == "letter" and (policy.verb == "endorse" or policy.matter == VALIDATION):
        reasons.append(LetterGrantsNoValidation(policy.key))
    if policy.requires_signature or given.envelope is not None:
        reasons.append(PaperCannotBeSigned(policy.key))
    return reasons


def _dated(key: str, given: RecordOnBehalf, log: Told, today: date) -> list[Reason]:
    """The paper's date, and the revision it speaks of, against what the log says."""
    reasons: list[Reason] = []
    dated, revision = given.paper.dated, log.revisions.get(given.paper.revision)
    if dated > today:
        reasons.append(DatedInTheFuture(dated.isoformat()))
    if log.opened is not None and dated < log.opened:
        reasons.append(DatedTooEarly(dated.isoformat(), f"{key} opened", log.opened.isoformat()))
    if revision is None or revision[0] != given.digest:
        reasons.append(RevisionIsAnother(given.paper.revision, key))
    elif dated < revision[1]:
        there = f"revision {given.paper.revision} was there"
        reasons.append(DatedTooEarly(dated.isoformat(), there, revision[1].isoformat()))
    return reasons


def _said_before(state: Opened, step: StepState, person: UUID) -> list[Reason]:
    """Their own word stands: what they decided or confirmed here themselves, and that they disputed a paper."""
    signed = () if isinstance(step, Waiting) else step.signed
    reasons: list[Reason] = []
    if any(one.by.person == person and (not one.on_paper or one.confirmed) for one in signed):
        reasons.append(DecidedInSystem(step.policy.key))
    if (step.policy.key, person) in state.disputed:
        reasons.append(DisputedBefore(step.policy.key))
    return reasons
