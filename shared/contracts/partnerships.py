"""What `partnerships` says: who takes part, who holds which position, who may decide what, and whose key is whose."""

from typing import Literal
from uuid import UUID

from shared.contracts.values import (
    Acting,
    Digest,
    Evidence,
    Instrument,
    Jurisdiction,
    Matter,
    Moment,
    Quorum,
    Scope,
    Seat,
    Slug,
)
from shared.kernel import Fact, Text, Value

PartnerKind = Literal[
    "post-secondary", "industry-association", "employer", "bridging-organization", "government", "union",
    "indigenous-organization", "community-organization",
]  # fmt: skip
Raci = Literal["responsible", "accountable", "consulted", "informed"]
Role = Literal[
    "operator", "coordinator", "authority-administrator", "member", "advisor", "auditor", "integration"
]  # fmt: skip


class CommunityOpened(Fact, frozen=True, tag="partnerships.community-opened.v1"):
    """A community of practice was opened, with its first coordinator. Stream `community-`."""

    key: Slug
    name: Text
    coordinator: UUID


class PersonRegistered(Fact, frozen=True, tag="partnerships.person-registered.v1"):
    """A person exists, known by this id only. Stream `person-`."""

    person: UUID


class KeyIssued(Fact, frozen=True, tag="partnerships.key-issued.v1"):
    """A person's API key: the SHA-256 of its secret, its role and scopes. Stream `key-`."""

    key: str
    person: UUID
    role: Role
    scopes: tuple[str, ...]
    secret_hash: Digest
    expires: Moment | None = None


class KeyRevoked(Fact, frozen=True, tag="partnerships.key-revoked.v1"):
    """The key opens nothing from `effective` on. Stream `key-`."""

    key: str
    effective: Moment


class PartnerRegistered(Fact, frozen=True, tag="partnerships.partner-registered.v1"):
    """An organisation takes part; `administrator` is the position that administers its authority. Stream `partner-`."""

    partner: UUID
    key: Slug
    name: Text
    kind: PartnerKind
    jurisdiction: Jurisdiction
    administrator: UUID
    instrument: Instrument
    sectors: tuple[Slug, ...] = ()


class PositionEstablished(Fact, frozen=True, tag="partnerships.position-established.v1"):
    """A position at a partner, which outlives its holders. Stream `position-`."""

    position: UUID
    partner: UUID
    key: Slug
    title: Text
    instrument: Instrument
    since: Moment
    alternate: UUID | None = None
    escalation: UUID | None = None


class PositionConfirmed(Fact, frozen=True, tag="partnerships.position-confirmed.v1"):
    """The partner's authority administrator confirmed the position. Stream `position-`."""

    position: UUID
    by: UUID


class HolderAppointed(Fact, frozen=True, tag="partnerships.holder-appointed.v1"):
    """A person holds the position from `since` until `until` (excluded); void until confirmed. Stream `position-`."""

    holding: UUID
    position: UUID
    person: UUID
    since: Moment
    instrument: Instrument
    until: Moment | None = None


class HolderConfirmed(Fact, frozen=True, tag="partnerships.holder-confirmed.v1"):
    """The partner's authority administrator confirmed the holder. Stream `position-`."""

    holding: UUID
    position: UUID
    by: UUID


class HolderEnded(Fact, frozen=True, tag="partnerships.holder-ended.v1"):
    """The person no longer holds the position from `until` on. Stream `position-`."""

    holding: UUID
    position: UUID
    until: Moment
    instrument: Instrument


class ResponsibilityAssigned(Fact, frozen=True, tag="partnerships.responsibility-assigned.v1"):
    """A matter, within a scope, was given to a position; void until confirmed. Stream `partner-`."""

    responsibility: UUID
    partner: UUID
    position: UUID
    matter: Matter
    letter: Raci
    since: Moment
    instrument: Instrument
    scope: Scope = Scope()
    until: Moment | None = None


class ResponsibilityConfirmed(Fact, frozen=True, tag="partnerships.responsibility-confirmed.v1"):
    """The partner's authority administrator confirmed the responsibility. Stream `partner-`."""

    responsibility: UUID
    partner: UUID
    by: UUID


class ResponsibilityEnded(Fact, frozen=True, tag="partnerships.responsibility-ended.v1"):
    """The responsibility no longer holds from `until` on. Stream `partner-`."""

    responsibility: UUID
    partner: UUID
    until: Moment
    instrument: Instrument


class CouncilConvened(Fact, frozen=True, tag="partnerships.council-convened.v1"):
    """A council: seats filled by positions of several partners, and its quorum. Stream `council-`."""

    council: UUID
    key: Slug
    name: Text
    seats: tuple[Seat, ...]
    quorum: Quorum


class CouncilChanged(Fact, frozen=True, tag="partnerships.council-changed.v1"):
    """The council's seats and quorum from now on; rounds already open keep theirs. Stream `council-`."""

    council: UUID
    seats: tuple[Seat, ...]
    quorum: Quorum


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


PartnershipsFact = (
    CommunityOpened | PersonRegistered | KeyIssued | KeyRevoked | PartnerRegistered | PositionEstablished
    | PositionConfirmed | HolderAppointed | HolderConfirmed | HolderEnded | ResponsibilityAssigned
    | ResponsibilityConfirmed | ResponsibilityEnded | CouncilConvened | CouncilChanged | AgreementProposed
    | AgreementSigned | AgreementInForce
)  # fmt: skip
"""Every fact of this service."""
