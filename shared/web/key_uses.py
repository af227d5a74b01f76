"""A route every service has: when it last saw each of a person's API keys used."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get

from shared.eventstore.key_uses import KeyUses
from shared.kernel import Value
from shared.security.asker import Asker, whose


class KeyUse(Value, frozen=True):
    """The moment is that of a use within the minute before the last one."""

    key: str
    last_used: datetime


@get("/v1/key-uses", scope="read")
async def list_key_uses(asker: Asker, uses: KeyUses, person: UUID | None = None) -> dict[str, Any]:
    """Your own keys as used in this service, or for a coordinator those of a `person`; the latest first."""
    found = await uses.of(asker.key.community, whose(asker, person))
    latest = sorted(found.items(), key=lambda use: use[1], reverse=True)
    return {"items": [KeyUse(key, at) for key, at in latest]}
