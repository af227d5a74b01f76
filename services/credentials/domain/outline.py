"""The outline under approval: opened from its proposal, revised with lapses, laid before its steps."""

from typing import assert_never
from uuid import UUID

import msgspec

from services.credentials.domain import rounds
from services.credentials.domain.microcredential import MICROCREDENTIAL, MicrocredentialFact, changed_outline
from services.credentials.domain.rounds import Signed
from services.credentials.domain.settling import settle
from services.credentials.domain.states import (
    Approved,
    MicrocredentialState,
    NotOpened,
    Opened,
    Preparing,
    Retired,
    UnderReview,
    Validating,
    existing,
)
from services.credentials.domain.steps import (
    Granted,
    Open,
    RefusedStep,
    StepState,
    Waiting,
    digest_of,
    due_from,
    open_ready,
    standing_recusals,
)
from shared.authority.due import Almanacs
from shared.contracts.credentials import (
    MicrocredentialOpened,
    OutlineRevised,
    SignOffLapsed,
    StepOpened,
    StepReopened,
    ValidationRequested,
)
from shared.contracts.intake import ProposalAccepted
from shared.contracts.values import (
    LONGEST_OUTLINE,
    OUTLINE_FIELDS,
    Acting,
    Digest,
    Moment,
    NoteRef,
    Outline,
    OutlineChange,
    OutlineField,
    PathwayStep,
    RosterOf,
)
from shared.kernel import Conflict, Forbidden, Intent, Reason, Refused, Remark, Unacceptable, fold, refuse_if
from shared.security.digests import changed_since, outline_digest

NEEDED: tuple[OutlineField, ...] = ("title", "outcomes", "assessment")
"""What an outline must state before anybody is asked to sign it."""


class ReviseOutline(Intent, frozen=True):
    """Set fields of the outline; a field left out stays, null clears it.

    With the `digest` of the whole outline as it was read, it is refused where that is another by now.
    """

    change: OutlineChange
    reason: Remark | None = None
    digest: Digest | None = None


class NotTheProposingPartner(Forbidden, frozen=True):
    """Only the proposing partner may do this

    Any position of the partner that proposed it may revise the outline and request validation.
    """

    says = "Only a position of the proposing partner may do this."


class OutlineStands(Conflict, frozen=True):
    """The outline is approved and stands

    It is changed by a review that decides `revise`, which opens a new version and restarts the pathway.
    """

    says = "The outline is {state}; it changes only after a review decides to revise it."
    state: str


class OutlineTooLong(Unacceptable, frozen=True):
    """The outline is too long

    An outline travels in one fact. Shorten it, and keep what it cites elsewhere.
    """

    says = "The outline is {size} bytes long; {most} is the most."
    size: int
    most: int


class RoundOutOfReach(Conflict, frozen=True):
    """The step's quorum cannot be met

    Recusals stand. Have a coordinator give the council other seats, then request validation again.
    """

    says = "{step} could never be granted: it {stands}."
    step: str
    stands: str


class OutlineIncomplete(Unacceptable, frozen=True):
    """The outline does not say enough

    State the missing fields with a revision, then request validation.
    """

    says = "The outline must state {missing} before validation is requested."
    missing: str


def open_on(
    state: MicrocredentialState, accepted: ProposalAccepted, steps: tuple[PathwayStep, ...]
) -> tuple[MicrocredentialFact, ...]:
    """A microcredential opens under the id of its accepted proposal; a repeat is silence."""
    if not isinstance(state, NotOpened):
        return ()
    opened = MicrocredentialOpened(
        accepted.proposal,
        accepted.key,
        accepted.proposing,
        accepted.by,
        accepted.pathway,
        accepted.pathway_version,
        steps,
        accepted.outline,
        accepted.proposers,
        accepted.about,
    )
    return (opened,)


def revise(
    state: MicrocredentialState,
    change: OutlineChange,
    acting: Acting,
    at: Moment,
    reason: NoteRef | None = None,
    almanacs: Almanacs | None = None,
    read: Digest | None = None,
) -> tuple[MicrocredentialFact, ...]:
    """Change the outline: what covered a changed field lapses, each by a fact; steps that no longer hold reopen.

    Refused where the whole outline has another digest than what was `read`.
    """
    match existing(state):
        case Approved() | UnderReview() as standing:
            raise Refused(OutlineStands("approved" if isinstance(standing, Approved) else "under review"))
        case Retired():
            raise Refused(OutlineStands("retired"))
        case Preparing() | Validating() as under_way:
            after = changed_outline(under_way.outline, change)
            refuse_if(_not_theirs(under_way, acting), _too_long(after))
            changed = _changed(under_way.outline, after)
            if not changed:
                return ()
            refuse_if(changed_since(under_way.outline, read))
            revision = under_way.revision + 1
            digest = outline_digest(after)
            revised = OutlineRevised(under_way.microcredential, revision, acting, change, changed, digest, reason)
            lapses = tuple(lapse for step in under_way.steps.values() for lapse in _lapses(under_way, step, revised))
            facts: tuple[MicrocredentialFact, ...] = (revised, *lapses)
            changed_state = fold(MICROCREDENTIAL, facts, state)
            return (revised, *lapses, *_reopened(existing(changed_state), changed, at, almanacs))
        case other:
            assert_never(other)


def request_validation(
    state: MicrocredentialState,
    acting: Acting,
    at: Moment,
    rosters: dict[UUID, RosterOf],
    almanacs: Almanacs | None = None,
) -> tuple[MicrocredentialFact, ...]:
    """Lay the outline before its first steps, or again after it was returned; a repeat is silence."""
    match existing(state):
        case Validating() as validating:
            refuse_if(_not_theirs(validating, acting))
            return ()
        case Approved():
            raise Refused(OutlineStands("approved"))
        case UnderReview():
            raise Refused(OutlineStands("under review"))
        case Retired():
            raise Refused(OutlineStands("retired"))
        case Preparing() as preparing:
            missing = ", ".join(name for name in NEEDED if not getattr(preparing.outline, name))
            refuse_if(_not_theirs(preparing, acting), OutlineIncomplete(missing) if missing else None)
            digest = outline_digest(preparing.outline)
            requested = ValidationRequested(preparing.microcredential, acting, preparing.revision, digest)
            opened = open_ready(preparing.microcredential, preparing.steps, preparing.outline, at, rosters, almanacs)
            refuse_if(*(_out_of_reach(preparing, one, at) for one in opened))
            facts: tuple[MicrocredentialFact, ...] = (requested, *opened)
            for key, step in preparing.steps.items():
                if isinstance(step, Open):  # left from before the outline was returned; a condition may be met by now
                    facts += settle(fold(MICROCREDENTIAL, facts, state), key, at, rosters, almanacs)
            return facts
        case other:
            assert_never(other)


def _changed(before: Outline, after: Outline) -> tuple[OutlineField, ...]:
    """The fields whose value is now another; absent equals null."""
    return tuple(name for name in OUTLINE_FIELDS if getattr(before, name) != getattr(after, name))


def _too_long(outline: Outline) -> Reason | None:
    size = len(msgspec.json.encode(outline))
    return OutlineTooLong(size, LONGEST_OUTLINE) if size > LONGEST_OUTLINE else None


def _not_theirs(state: Opened, acting: Acting) -> Reason | None:
    return None if acting.partner == state.proposed_by.partner else NotTheProposingPartner()


def _out_of_reach(state: Opened, opened: StepOpened, at: Moment) -> Reason | None:
    """A council too many of whose members stand recused, or whose terms have ended, would only refuse the step."""
    recused = standing_recusals(state.steps[opened.step])
    if not rounds.is_out_of_reach(opened.round, recused, at):
        return None
    return RoundOutOfReach(opened.step, rounds.explain(opened.round, recused))


def _lapses(state: Opened, step: StepState, revised: OutlineRevised) -> tuple[SignOffLapsed, ...]:
    """A fact for every sign-off bound to what changed; a recusal is about the person and stands."""
    fields = tuple(name for name in revised.changed if name in step.policy.covers)
    if isinstance(step, Waiting) or not fields:
        return ()
    round_, matter = step.round, step.policy.matter

    def lapse(signed: Signed) -> SignOffLapsed:
        return SignOffLapsed(
            state.microcredential,
            step.policy.key,
            signed.sign_off,
            signed.by,
            signed.decision,
            fields,
            revised.by,
            revised.revision,
            rounds.party_of(round_, matter, signed.by),
            revised.reason,
        )

    return tuple(lapse(signed) for signed in step.signed if signed.decision != "recuse")


def _reopened(
    state: Opened, changed: tuple[OutlineField, ...], at: Moment, almanacs: Almanacs | None
) -> tuple[StepReopened, ...]:
    """Steps whose content changed wait again: a granted one with a new due moment, an open one with the old."""
    facts = []
    for key, step in state.steps.items():
        if not set(changed) & set(step.policy.covers):
            continue
        match step:
            case Waiting() | RefusedStep():
                continue
            case Open() | Granted():
                waits = rounds.waits_on(step.round, step.policy.matter, step.signed, at)
                due = step.due if isinstance(step, Open) else due_from(step.policy, at, waits, almanacs)
                digest = digest_of(step.policy, state.outline)
                facts.append(StepReopened(state.microcredential, key, digest, due, waits))
            case _:
                assert_never(step)
    return tuple(facts)
