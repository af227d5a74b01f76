"""Keys: what opens a door, and for whom."""

from typing import Literal
from uuid import UUID

from shared.contracts.values import Digest, Moment
from shared.kernel import Fact

Role = Literal[
    "operator", "coordinator", "authority-administrator", "member", "advisor", "auditor", "integration"
]  # fmt: skip


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


KeyFact = KeyIssued | KeyRevoked
