"""Signing keys in the register: whose each is, and from when until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.values import Digest


@dataclass(slots=True)
class SigningKey:
    """An Ed25519 key of a person; `public_key` are its 32 bytes in base64, `facts` the ids behind it.

    `revoked_by` is the fact by which it signs nothing from `revoked` on.
    """

    id: Digest
    person: UUID
    public_key: str
    registered_at: datetime
    revoked: datetime | None = None
    revoked_by: UUID | None = None
    facts: tuple[UUID, ...] = ()

    def signs(self, at: datetime) -> bool:
        """Whether what it signs at that moment, once it is registered, is its person's."""
        return self.revoked is None or at < self.revoked


def of_person(keys: Iterable[SigningKey], person: UUID) -> tuple[SigningKey, ...]:
    """That person's keys, the ones revoked too, in the order they were registered in."""
    return tuple(key for key in keys if key.person == person)
