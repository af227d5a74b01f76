"""What follows once a step's rule holds or is out of reach: grant, refusal, the next steps, approval."""

from uuid import UUID

from services.credentials.domain import rounds
from services.credentials.domain.microcredential import MICROCREDENTIAL, MicrocredentialFact
from services.credentials.domain.states import MicrocredentialState, Validating, existing, unmet_before_grant
from services.credentials.domain.steps import Granted, Open, open_ready, unmet_before
from shared.authority.due import Almanacs
from shared.contracts.credentials import MicrocredentialApproved, OutlineReturned, StepGranted, StepRefused
from shared.contracts.values import Moment, RosterOf
from shared.kernel import fold
from shared.security.digests import outline_digest


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
