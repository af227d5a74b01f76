"""Voiding: a sign-off given without authority never counted; what followed from it is taken back."""

from collections.abc import Iterable, Mapping
from typing import assert_never
from uuid import UUID

from msgspec import structs

from services.credentials.domain import forms, rounds
from services.credentials.domain.microcredential import MICROCREDENTIAL, MicrocredentialFact
from services.credentials.domain.rounds import Signed
from services.credentials.domain.states import (
    Approved,
    MicrocredentialState,
    NotOpened,
    Opened,
    Retired,
    UnderReview,
    existing,
    unmet_before_grant,
)
from services.credentials.domain.steps import Granted, Open, RefusedStep, StepState, Waiting, digest_of, due_from
from shared.authority import Revoked
from shared.authority.due import Almanacs
from shared.contracts.credentials import ApprovalVoided, SignOffRecorded, SignOffVoided, StepReopened
from shared.contracts.values import Moment, Party
from shared.kernel import fold


def void(
    state: MicrocredentialState, revoked: Mapping[UUID, Revoked], at: Moment, almanacs: Almanacs | None = None
) -> tuple[MicrocredentialFact, ...]:
    """Void those of the sign-offs that stand, by their ids; what is void already, replaced or lapsed stays as it is.

    A step whose grant or refusal rested on them waits again; an approval that did is void with them.
    """
    if isinstance(state, NotOpened):
        return ()
    alone = tuple(
        _voided(state, key, signed, revoked[signed.sign_off])
        for key, step in state.steps.items()
        for signed in ([] if isinstance(step, Waiting) else step.signed)
        if signed.sign_off in revoked
    )
    if not alone:
        return ()
    left = existing(fold(MICROCREDENTIAL, alone, state))
    facts = tuple(structs.replace(one, waits_on=_left_in(left, one.step, at)) for one in alone)
    return (*facts, *taken_back(left, (one.step for one in alone), at, almanacs))


def taken_back(
    left: Opened, keys: Iterable[str], at: Moment, almanacs: Almanacs | None = None
) -> tuple[MicrocredentialFact, ...]:
    """What those steps were granted or refused on counts no longer: they wait again, and an approval is void with them.

    `left` is the microcredential without those sign-offs. Nothing follows where a step is settled all the same, nor
    once it is retired.
    """
    if isinstance(left, Retired):
        return ()
    unsettled = tuple(key for key in dict.fromkeys(keys) if _is_unsettled(left, left.steps[key], at))
    granted = tuple(key for key in unsettled if isinstance(left.steps[key], Granted))
    approval: tuple[MicrocredentialFact, ...] = ()
    if granted and isinstance(left, Approved | UnderReview) and left.approved is not None:
        approval = (ApprovalVoided(left.microcredential, left.approved.version, granted),)
    return (*approval, *(_reopened(left, key, at, almanacs) for key in unsettled))


def judged_at(given: SignOffRecorded, occurred_at: Moment) -> Moment:
    """As of which moment its authority was judged: when it was given, a paper as its day ended."""
    return forms.judged_at(given.paper.dated, occurred_at) if given.paper else occurred_at


def _voided(state: Opened, key: str, signed: Signed, why: Revoked) -> SignOffVoided:
    return SignOffVoided(
        state.microcredential, key, signed.sign_off, signed.by, signed.decision, why.fact, why.what, why.effective, ()
    )


def _is_unsettled(state: Opened, step: StepState, at: Moment) -> bool:
    """Whether it was settled by what does not count any more."""
    match step:
        case Granted():
            return not rounds.is_met(step.round, step.signed, unmet_before_grant(state))
        case RefusedStep():
            return not rounds.is_out_of_reach(step.round, step.signed, at)
        case Waiting() | Open():
            return False
        case _:
            assert_never(step)


def _left_in(state: Opened, key: str, at: Moment) -> tuple[Party, ...]:
    """Whom the step waits on without them; nobody where it is settled all the same, or the microcredential retired."""
    step = state.steps[key]
    if isinstance(step, Waiting) or isinstance(state, Retired):
        return ()
    if not isinstance(step, Open) and not _is_unsettled(state, step, at):
        return ()
    return rounds.waits_on(step.round, step.policy.matter, step.signed, at, unmet_before_grant(state))


def _reopened(state: Opened, key: str, at: Moment, almanacs: Almanacs | None) -> StepReopened:
    policy, waits = state.steps[key].policy, _left_in(state, key, at)
    digest = digest_of(policy, state.outline)  # of a refused one it may have changed since
    return StepReopened(state.microcredential, key, digest, due_from(policy, at, waits, almanacs), waits)
