"""What was recorded on somebody's behalf: they confirm it, or dispute it, and then its step waits on them again."""

from uuid import UUID

from services.credentials.domain import rounds
from services.credentials.domain.microcredential import (
    MICROCREDENTIAL,
    MicrocredentialFact,
    MicrocredentialState,
    Opened,
    Preparing,
    Validating,
    existing,
    unmet_before_grant,
)
from services.credentials.domain.paper_refusals import ConfirmedAlready, NoSuchPaper, NotTheirsToConfirm
from services.credentials.domain.rounds import Signed
from services.credentials.domain.steps import Granted, Open, RefusedStep, Waiting, digest_of, due_from
from shared.authority.due import Almanacs
from shared.contracts.credentials import SignOffConfirmed, SignOffDisputed, StepReopened
from shared.contracts.values import Moment, NoteRef
from shared.kernel import Intent, Refused, Remark, fold


class Dispute(Intent, frozen=True):
    """Say that you did not decide what was recorded on your behalf."""

    reason: Remark | None = None


def confirm(state: MicrocredentialState, sign_off: UUID, person: UUID) -> tuple[MicrocredentialFact, ...]:
    """They did decide it. A repeat is silence."""
    current = existing(state)
    step, signed = _theirs(current, sign_off, person)
    if signed.confirmed:
        return ()
    return (SignOffConfirmed(current.microcredential, step.policy.key, sign_off, person),)


def dispute(
    state: MicrocredentialState,
    sign_off: UUID,
    person: UUID,
    reason: NoteRef | None,
    at: Moment,
    almanacs: Almanacs | None = None,
) -> tuple[MicrocredentialFact, ...]:
    """They did not: it counts no longer, and a step granted on it waits again. A repeat is silence.

    An approved version stands, as it does when its outline is changed; a step that was refused stays so.
    """
    current = existing(state)
    if sign_off in current.withdrawn:
        return ()
    step, signed = _theirs(current, sign_off, person)
    if signed.confirmed:
        raise Refused(ConfirmedAlready())
    key, party = step.policy.key, rounds.party_of(step.round, step.policy.matter, signed.by)
    disputed = SignOffDisputed(current.microcredential, key, sign_off, signed.by, signed.decision, party, reason)
    return (disputed, *_reopened(existing(fold(MICROCREDENTIAL, (disputed,), state)), key, at, almanacs))


def _reopened(state: Opened, key: str, at: Moment, almanacs: Almanacs | None) -> tuple[StepReopened, ...]:
    step, unmet = state.steps[key], unmet_before_grant(state)
    if not isinstance(state, Preparing | Validating) or not isinstance(step, Granted):
        return ()
    if rounds.is_met(step.round, step.signed, unmet):
        return ()
    waits = rounds.waits_on(step.round, step.policy.matter, step.signed, at, unmet)
    due = due_from(step.policy, at, waits, almanacs)
    return (StepReopened(state.microcredential, key, digest_of(step.policy, state.outline), due, waits),)


def _theirs(state: Opened, sign_off: UUID, person: UUID) -> tuple[Open | Granted | RefusedStep, Signed]:
    for step in state.steps.values():
        if isinstance(step, Waiting):
            continue
        for signed in step.signed:
            if signed.sign_off == sign_off and signed.on_paper:
                if signed.by.person != person:
                    raise Refused(NotTheirsToConfirm())
                return step, signed
    raise Refused(NoSuchPaper(str(sign_off)))
