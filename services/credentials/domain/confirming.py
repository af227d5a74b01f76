"""What was recorded on somebody's behalf: they confirm it, or dispute it, and then what rested on it is taken back."""

from uuid import UUID

from services.credentials.domain import rounds, voiding
from services.credentials.domain.microcredential import MICROCREDENTIAL, MicrocredentialFact
from services.credentials.domain.paper_refusals import ConfirmedAlready, NoSuchPaper, NotTheirsToConfirm
from services.credentials.domain.rounds import Signed
from services.credentials.domain.states import MicrocredentialState, Opened, existing
from services.credentials.domain.steps import Granted, Open, RefusedStep, Waiting
from shared.authority.due import Almanacs
from shared.contracts.credentials import SignOffConfirmed, SignOffDisputed
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
    """They did not: it counts no longer, and a step granted or refused on it waits again. A repeat is silence.

    An approval that rested on it is void with it.
    """
    current = existing(state)
    if sign_off in current.withdrawn:
        return ()
    step, signed = _theirs(current, sign_off, person)
    if signed.confirmed:
        raise Refused(ConfirmedAlready())
    key, party = step.policy.key, rounds.party_of(step.round, step.policy.matter, signed.by)
    disputed = SignOffDisputed(current.microcredential, key, sign_off, signed.by, signed.decision, party, reason)
    left = existing(fold(MICROCREDENTIAL, (disputed,), state))
    return (disputed, *voiding.taken_back(left, (key,), at, almanacs))


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
