"""Agreement: what partners agree on, in versions; one is in force when every partner concerned has signed it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from msgspec import structs

from services.partnerships.domain import terms as agreed
from services.partnerships.domain.agreement_refusals import (
    AgreementEnds,
    InThePast,
    NoSuchAgreement,
    NotAParty,
    NothingInForce,
    OtherTerms,
    TermsStandAlready,
)
from shared.contracts.partnerships import (
    AgreementInForce,
    AgreementProposed,
    AgreementRevised,
    AgreementSigned,
    AgreementTerminated,
    AgreementTerms,
    PartnerWithdrew,
)
from shared.contracts.values import Acting, Digest, Evidence, Instrument, Moment, Slug
from shared.kernel import Decider, Intent, Refused, SignedAs, Value
from shared.security.digests import digest

AgreementFact = (
    AgreementProposed | AgreementRevised | AgreementSigned | AgreementInForce | PartnerWithdrew | AgreementTerminated
)
TAKES_EFFECT = timedelta(seconds=2)
"""After which a withdrawal that states no moment takes effect: by then every service has heard of it, or decides

nothing.
"""


class ProposeAgreement(Intent, frozen=True):
    """Lay terms before their partners."""

    key: Slug
    terms: AgreementTerms


class ReviseAgreement(Intent, frozen=True):
    """Lay a later version before its partners, and before those of the version in force."""

    terms: AgreementTerms


class SignAgreement(Intent, frozen=True):
    """Sign for one's partner; `digest` names the terms as they were read."""

    digest: Digest
    signed_as: SignedAs | None = None


class LeaveAgreement(Intent, frozen=True):
    """Withdraw one's partner, or terminate the agreement, by that instrument from `effective` on.

    Where no moment is stated, it takes effect in two seconds.
    """

    instrument: Instrument
    effective: Moment | None = None


class NotProposed(Value, frozen=True, tag=True):
    """No such agreement yet."""


class Pending(Value, frozen=True):
    """A version that waits for signatures, and the partners who have signed it."""

    version: int
    terms: AgreementTerms
    digest: Digest
    signed: frozenset[UUID] = frozenset()


class Proposed(Value, frozen=True, tag=True):
    """Nothing is in force yet: it waits for the partners who have not signed."""

    agreement: UUID
    pending: Pending


class InForce(Value, frozen=True, tag=True):
    """Every partner has signed `version`; `left` says who withdrew, and from when on. `pending` may take its place."""

    agreement: UUID
    version: int
    terms: AgreementTerms
    digest: Digest
    left: dict[UUID, datetime] = {}  # noqa: RUF012 - msgspec copies an empty default
    pending: Pending | None = None


class Terminated(Value, frozen=True, tag=True):
    """What is in force is so until `effective`, and nothing after."""

    agreement: UUID
    terms: AgreementTerms
    effective: datetime


AgreementState = NotProposed | Proposed | InForce | Terminated


def propose(agreement: UUID, intent: ProposeAgreement) -> tuple[AgreementFact, ...]:
    """Lay the terms before the partners."""
    if faults := agreed.faults(intent.terms):
        raise Refused(*faults)
    return (AgreementProposed(agreement, intent.key, intent.terms, digest(intent.terms)),)


def revise(state: AgreementState, intent: ReviseAgreement) -> tuple[AgreementFact, ...]:
    """Lay a later version before its partners; it puts aside one that waits. A repeat of the latest is silence."""
    new = digest(intent.terms)
    match state:
        case NotProposed():
            raise Refused(NoSuchAgreement())
        case Terminated():
            raise Refused(AgreementEnds(state.effective.isoformat()))
        case Proposed(pending=Pending(digest=latest)) | InForce(pending=Pending(digest=latest)) if latest == new:
            return ()
        case InForce() if state.digest == new:
            if state.pending is None:
                return ()
            raise Refused(TermsStandAlready(state.version))
        case Proposed() | InForce():
            if faults := agreed.faults(intent.terms):
                raise Refused(*faults)
            latest_version = state.pending.version if state.pending else _version(state)
            return (AgreementRevised(state.agreement, latest_version + 1, intent.terms, new),)
        case _:
            assert_never(state)


def sign(
    state: AgreementState, intent: SignAgreement, by: Acting, evidence: Evidence, at: Moment
) -> tuple[AgreementFact, ...]:
    """One partner signs; the last signature puts the version in force. A repeat is silence."""
    match state:
        case NotProposed():
            raise Refused(NoSuchAgreement())
        case Terminated():
            raise Refused(AgreementEnds(state.effective.isoformat()))
        case Proposed() | InForce() if by.partner not in signers(state, at):
            raise Refused(NotAParty())
        case InForce() if intent.digest == state.digest:
            return ()
        case Proposed(pending=Pending() as pending) | InForce(pending=Pending() as pending):
            if intent.digest != pending.digest:
                raise Refused(OtherTerms(pending.digest))
            have = pending.signed | {by.partner}
            signed = AgreementSigned(state.agreement, by, pending.digest, evidence, pending.version)
            facts: tuple[AgreementFact, ...] = () if by.partner in pending.signed else (signed,)
            all_have = signers(state, at) <= have
            return (*facts, AgreementInForce(state.agreement, pending.version)) if all_have else facts
        case InForce():
            raise Refused(OtherTerms(state.digest))
        case _:
            assert_never(state)


def withdraw(
    state: AgreementState, intent: LeaveAgreement, by: Acting, evidence: Evidence, at: Moment
) -> tuple[AgreementFact, ...]:
    """One partner leaves; where too few stay, or nobody who awards, the agreement ends with it. An end is only brought

    forward: a repeat, or a later moment, is silence.
    """
    match state:
        case NotProposed():
            raise Refused(NoSuchAgreement())
        case Proposed():
            raise Refused(NothingInForce())
        case Terminated():
            raise Refused(AgreementEnds(state.effective.isoformat()))
        case InForce() if by.partner not in state.terms.partners:
            raise Refused(NotAParty())
        case InForce():
            effective = _effective(intent, at)
            if by.partner in state.left and state.left[by.partner] <= effective:
                return ()
            left = PartnerWithdrew(state.agreement, by, evidence, intent.instrument, effective)
            ends = _ends(state.terms, {**state.left, by.partner: effective})
            if ends is None:
                return (left,)
            return left, AgreementTerminated(state.agreement, by, evidence, intent.instrument, ends)
        case _:
            assert_never(state)


def terminate(
    state: AgreementState, intent: LeaveAgreement, by: Acting, evidence: Evidence, at: Moment
) -> tuple[AgreementFact, ...]:
    """A party ends it for all. An end is only brought forward: a repeat, or a later moment, is silence."""
    match state:
        case NotProposed():
            raise Refused(NoSuchAgreement())
        case Proposed():
            raise Refused(NothingInForce())
        case InForce() | Terminated() if by.partner not in state.terms.partners:
            raise Refused(NotAParty())
        case InForce() if by.partner in state.left and state.left[by.partner] <= at:
            raise Refused(NotAParty())
        case Terminated() if state.effective <= (effective := _effective(intent, at)):
            return ()
        case InForce() | Terminated():
            effective = _effective(intent, at)
            return (AgreementTerminated(state.agreement, by, evidence, intent.instrument, effective),)
        case _:
            assert_never(state)


def signers(state: Proposed | InForce, at: Moment) -> frozenset[UUID]:
    """Whose signatures the latest version needs: its partners, and those of the version in force who have not left.

    So no partner's terms are replaced without its consent.
    """
    latest = state.pending.terms.partners if state.pending else ()
    match state:
        case Proposed():
            return frozenset(latest)
        case InForce():
            staying = (one for one in state.terms.partners if one not in state.left or state.left[one] > at)
            return frozenset((*latest, *staying))
        case _:
            assert_never(state)


def missing(state: Proposed | InForce, at: Moment) -> frozenset[UUID]:
    """Whose signatures the version that waits lacks, nobody's where none waits.

    Where none is lacking since a party left, any of its partners': whoever of them signs again puts it in force.
    """
    if state.pending is None:
        return frozenset()
    return signers(state, at) - state.pending.signed or frozenset(state.pending.terms.partners)


def _version(state: Proposed | InForce) -> int:
    return state.version if isinstance(state, InForce) else state.pending.version


def _effective(intent: LeaveAgreement, at: Moment) -> datetime:
    if intent.effective is not None and intent.effective < at:
        raise Refused(InThePast(intent.effective.isoformat()))
    return intent.effective or at + TAKES_EFFECT


def _ends(terms: AgreementTerms, left: Mapping[UUID, datetime]) -> datetime | None:
    """When fewer than two partners are left, or none who awards; None while it goes on."""
    for moment in sorted(set(left.values())):
        staying = {one for one in terms.partners if one not in left or left[one] > moment}
        awards = not terms.parts or any("awards" in one.plays and one.partner in staying for one in terms.parts)
        if len(staying) < 2 or not awards:
            return moment
    return None


def evolve(state: AgreementState, fact: AgreementFact) -> AgreementState:
    match state, fact:
        case _, AgreementProposed():
            return Proposed(fact.agreement, Pending(1, fact.terms, fact.digest))
        case Proposed() | InForce(), AgreementRevised():
            return structs.replace(state, pending=Pending(fact.version, fact.terms, fact.digest))
        case Proposed(pending=Pending() as waits) | InForce(pending=Pending() as waits), AgreementSigned():
            if waits.version != fact.version:
                return state
            return structs.replace(state, pending=structs.replace(waits, signed=waits.signed | {fact.by.partner}))
        case Proposed(pending=Pending() as signed) | InForce(pending=Pending() as signed), AgreementInForce():
            return InForce(state.agreement, signed.version, signed.terms, signed.digest)
        case InForce(), PartnerWithdrew():
            return structs.replace(state, left={**state.left, fact.by.partner: fact.effective})
        case InForce() | Terminated(), AgreementTerminated():
            return Terminated(state.agreement, state.terms, fact.effective)
        case _:
            return state


AGREEMENT: Decider[AgreementState, AgreementFact] = Decider("agreement", NotProposed(), evolve, AgreementState)
