"""Agreements: what partners agree on, in which version, who of them has signed, and who left."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from shared.contracts.values import Acting, Digest, Evidence, Instrument, Jurisdiction, Moment, NoteRef, Slug
from shared.kernel import Fact, Text, Value

Part = Literal["lead", "awards", "delivers", "owns", "funds", "convenes"]
"""What a partner does under an agreement; `owns` is who owns the content."""
Share = Annotated[str, Meta(pattern=r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)(?!\n)$", max_length=8)]
"""A share of the cost in per cent, an exact decimal: `33.3333`."""
Sum = Annotated[str, Meta(pattern=r"^[0-9]{1,12}(\.[0-9]{1,2})?(?!\n)$", max_length=15)]
"""An exact sum of money: `12500.00`."""
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}(?!\n)$")]
"""ISO 4217: `CAD`."""
SpdxId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}(?!\n)$", max_length=64)]
"""A licence by its SPDX identifier: `CC-BY-4.0`."""


class PartsOf(Value, frozen=True):
    """The parts one partner plays."""

    partner: UUID
    plays: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=6)]


class Money(Value, frozen=True):
    """A sum in a currency."""

    sum: Sum
    currency: Currency


class CostShare(Value, frozen=True, omit_defaults=True):
    """What one partner bears of the cost: a share in per cent, or an amount."""

    partner: UUID
    percent: Share | None = None
    amount: Money | None = None


class AgreementTerms(Value, frozen=True, omit_defaults=True):
    """What the partners agree on; the digest of this is what each of them signs.

    `reuse` are the jurisdictions in which the content may be used besides those of the partners who deliver. Where no
    `parts` are stated, nothing was agreed about them.
    """

    partners: tuple[UUID, ...]
    content_ownership: Text
    delivery_method: Text
    sustainability: Text | None = None
    reuse: tuple[Jurisdiction, ...] = ()
    parts: Annotated[tuple[PartsOf, ...], Meta(max_length=100)] = ()
    cost_shares: Annotated[tuple[CostShare, ...], Meta(max_length=100)] = ()
    licence: SpdxId | Text | None = None


class AgreementProposed(Fact, frozen=True, tag="partnerships.agreement-proposed.v1"):
    """An agreement was laid before its partners, its first version. Stream `agreement-`."""

    agreement: UUID
    key: Slug
    terms: AgreementTerms
    digest: Digest


class AgreementRevised(Fact, frozen=True, tag="partnerships.agreement-revised.v1"):
    """A later version was laid before its partners and those of the version in force. Stream `agreement-`.

    The former stays in force until all of them have signed this one. A version not signed by all is put aside by it.
    """

    agreement: UUID
    version: int
    terms: AgreementTerms
    digest: Digest


class AgreementSigned(Fact, frozen=True, tag="partnerships.agreement-signed.v1"):
    """One partner signed, by its owner of `agreement-signing`. Stream `agreement-`."""

    agreement: UUID
    by: Acting
    digest: Digest
    evidence: Evidence
    version: int = 1
    signed_as: NoteRef | None = None


class AgreementInForce(Fact, frozen=True, tag="partnerships.agreement-in-force.v1"):
    """Every partner has signed this version, which supersedes the one before. Stream `agreement-`."""

    agreement: UUID
    version: int = 1


class PartnerWithdrew(Fact, frozen=True, tag="partnerships.partner-withdrew.v1"):
    """A partner is no party any more from `effective` on, by its owner of `agreement-signing`. Stream `agreement-`."""

    agreement: UUID
    by: Acting
    evidence: Evidence
    instrument: Instrument
    effective: Moment


class AgreementTerminated(Fact, frozen=True, tag="partnerships.agreement-terminated.v1"):
    """Nothing is in force from `effective` on: a partner terminated it, or too few were left. Stream `agreement-`."""

    agreement: UUID
    by: Acting
    evidence: Evidence
    instrument: Instrument
    effective: Moment


AgreementFact = (
    AgreementProposed | AgreementRevised | AgreementSigned | AgreementInForce | PartnerWithdrew | AgreementTerminated
)
