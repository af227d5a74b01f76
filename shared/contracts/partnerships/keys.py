"""Keys: what opens a door, and for whom."""

from typing import Literal
from uuid import UUID

from shared.contracts.values import Digest, Envelope, Moment, PublicKey
from shared.kernel import Fact

Role = Literal[
    "operator", "coordinator", "authority-administrator", "member", "advisor", "auditor", "integration"
]  # fmt: skip


class KeyIssued(Fact, frozen=True, tag="partnerships.key-issued.v1"):
    """A person's API key: the SHA-256 of its secret, its role and scopes. Stream `key-`.

    `granted_until` is an end that a coordinator stated, past which no key that follows this one lasts; None where none
    is known.
    """

    key: str
    person: UUID
    role: Role
    scopes: tuple[str, ...]
    secret_hash: Digest
    expires: Moment | None = None
    granted_until: Moment | None = None


class KeyRevoked(Fact, frozen=True, tag="partnerships.key-revoked.v1"):
    """The key opens nothing from `effective` on. Stream `key-`."""

    key: str
    effective: Moment


class SigningKeyRegistered(Fact, frozen=True, tag="partnerships.signing-key-registered.v1"):
    """An Ed25519 key is the person's: `proof` is a statement of ours, signed with it. Stream `signing-keys-`.

    `signing_key` is SHA-256 over the SubjectPublicKeyInfo (RFC 8410), `public_key` its 32 bytes in base64.
    """

    signing_key: Digest
    person: UUID
    public_key: PublicKey
    proof: Envelope


class SigningKeyRevoked(Fact, frozen=True, tag="partnerships.signing-key-revoked.v1"):
    """What the key signs from `effective` on is nobody's. Stream `signing-keys-`."""

    signing_key: Digest
    person: UUID
    by: UUID
    effective: Moment


KeyFact = KeyIssued | KeyRevoked | SigningKeyRegistered | SigningKeyRevoked
