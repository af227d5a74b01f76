"""Agreement: what partners agree on; in force when every one of them has signed the same terms."""

from typing import assert_never
from uuid import UUID

from msgspec import structs

from shared.contracts.partnerships import AgreementInForce, AgreementProposed, AgreementSigned, AgreementTerms
from shared.contracts.values import Acting, Digest, Evidence, Slug
from shared.kernel import Conflict, Decider, Forbidden, Intent, Missing, Refused, Unacceptable, Value
from shared.security.digests import digest

AgreementFact = AgreementProposed | AgreementSigned | AgreementInForce


class ProposeAgreement(Intent, frozen=True):
    """Lay terms before their partners."""

    key: Slug
    terms: AgreementTerms


class SignAgreement(Intent, frozen=True):
    """Sign for one's partner; `digest` names the terms as they were read."""

    digest: Digest


class NotProposed(Value, frozen=True, tag=True):
    """No such agreement yet."""


class Proposed(Value, frozen=True, tag=True):
    """Waiting for the partners who have not signed."""

    agreement: UUID
    terms: AgreementTerms
    digest: Digest
    signed: frozenset[UUID]


class InForce(Value, frozen=True, tag=True):
    """Every partner has signed."""

    agreement: UUID
    terms: AgreementTerms
    digest: Digest


AgreementState = NotProposed | Proposed | InForce


class NoSuchAgreement(Missing, frozen=True):
    """There is no such agreement

    Agreements are laid before their partners by a coordinator of the community.
    """

    says = "There is no such agreement in this community."


class NotAParty(Forbidden, frozen=True):
    """Your partner is no party to it

    Only the partners an agreement names sign it.
    """

    says = "Your partner is no party to this agreement."


class OtherTerms(Conflict, frozen=True):
    """These are not the terms

    What you signed is not what stands. Read the agreement again and sign its digest.
    """

    says = "The digest signed is not that of the terms, {digest}."
    digest: str


class TooFewParties(Unacceptable, frozen=True):
    """An agreement needs two partners

    Name every partner once, and two at least.
    """

    says = "An agreement names at least two different partners, each once."


def propose(agreement: UUID, intent: ProposeAgreement) -> tuple[AgreementFact, ...]:
    """Lay the terms before the partners."""
    if len(set(intent.terms.partners)) < max(2, len(intent.terms.partners)):
        raise Refused(TooFewParties())
    return (AgreementProposed(agreement, intent.key, intent.terms, digest(intent.terms)),)


def sign(state: AgreementState, intent: SignAgreement, by: Acting, evidence: Evidence) -> tuple[AgreementFact, ...]:
    """One partner signs; the last signature puts it in force. A repeat is silence."""
    match state:
        case NotProposed():
            raise Refused(NoSuchAgreement())
        case Proposed() | InForce() if by.partner not in state.terms.partners:
            raise Refused(NotAParty())
        case Proposed() | InForce() if intent.digest != state.digest:
            raise Refused(OtherTerms(state.digest))
        case InForce():
            return ()
        case Proposed() if by.partner in state.signed:
            return ()
        case Proposed():
            signed = AgreementSigned(state.agreement, by, state.digest, evidence)
            all_have = state.signed | {by.partner} == set(state.terms.partners)
            return (signed, AgreementInForce(state.agreement)) if all_have else (signed,)
        case _:
            assert_never(state)


def evolve(state: AgreementState, fact: AgreementFact) -> AgreementState:
    match state, fact:
        case _, AgreementProposed():
            return Proposed(fact.agreement, fact.terms, fact.digest, frozenset())
        case Proposed(), AgreementSigned():
            return structs.replace(state, signed=state.signed | {fact.by.partner})
        case Proposed(), AgreementInForce():
            return InForce(state.agreement, state.terms, state.digest)
        case _:
            return state


AGREEMENT: Decider[AgreementState, AgreementFact] = Decider("agreement", NotProposed(), evolve, AgreementState)
