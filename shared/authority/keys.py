"""API keys in the register."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts import partnerships as said
from shared.kernel import Recorded


@dataclass(slots=True)
class Key:
    id: str
    community: str
    person: UUID
    role: said.Role
    scopes: frozenset[str]
    secret_hash: str
    expires: datetime | None
    revoked: datetime | None = None
    issued_at: datetime | None = None
    recorded_at: datetime | None = None
    revoked_by: UUID | None = None
    granted_until: datetime | None = None

    @property
    def ends(self) -> datetime | None:
        """When it opens nothing any more: it expires, or its revocation takes effect."""
        return min((moment for moment in (self.expires, self.revoked) if moment is not None), default=None)

    def opens(self, now: datetime) -> bool:
        """Whether the key is valid now."""
        return (ends := self.ends) is None or now < ends


def take(keys: dict[str, Key], recorded: Recorded[said.PartnershipsFact]) -> None:
    """What the fact says of keys."""
    match recorded.fact:
        case said.KeyIssued() as fact:
            keys[fact.key] = Key(
                fact.key, recorded.community, fact.person, fact.role, frozenset(fact.scopes), fact.secret_hash,
                fact.expires, issued_at=recorded.occurred_at, recorded_at=recorded.recorded_at,
                granted_until=fact.granted_until,
            )  # fmt: skip
        case said.KeyRevoked(key=key, effective=effective) if key in keys:
            keys[key].revoked, keys[key].revoked_by = effective, recorded.id
        case _:
            pass  # nothing about keys
