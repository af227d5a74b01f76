"""Agreements: what partners agree on, and who of them has signed."""

from uuid import UUID

from shared.contracts.values import Acting, Digest, Evidence, Jurisdiction, Slug
from shared.kernel import Fact, Text, Value


class AgreementTerms(Value, frozen=True, omit_defaults=True):
    """What the partners agree on; the digest of this is what each of them signs."""

    partners: tuple[UUID, ...]
    content_ownership: Text
    delivery_method: Text
    sustainability: Text | None = None
    reuse: tuple[Jurisdiction, ...] = ()


class AgreementProposed(Fact, frozen=True, tag="partnerships.agreement-proposed.v1"):
    """An agreement was laid before its partners. Stream `agreement-`."""

    agreement: UUID
    key: Slug
    terms: AgreementTerms
    digest: Digest


class AgreementSigned(Fact, frozen=True, tag="partnerships.agreement-signed.v1"):
    """One partner signed, by its owner of `agreement-signing`. Stream `agreement-`."""

    agreement: UUID
    by: Acting
    digest: Digest
    evidence: Evidence


class AgreementInForce(Fact, frozen=True, tag="partnerships.agreement-in-force.v1"):
    """Every partner has signed. Stream `agreement-`."""

    agreement: UUID


AgreementFact = AgreementProposed | AgreementSigned | AgreementInForce
