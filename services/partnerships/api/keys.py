"""API keys: issued and revoked by coordinators; rotated, ended and listed by whose they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.partnerships.commands import keys
from services.partnerships.domain.community import IssueKey, RevokeKey
from services.partnerships.domain.rotation import EndKey, RotateKey
from shared.authority import Register
from shared.authority.keys import Key
from shared.eventstore.commands import Commands
from shared.eventstore.following import Following
from shared.eventstore.key_uses import KeyUses
from shared.kernel import Clock, Value
from shared.security.asker import Asker, whose
from shared.web.receipts import Receipt, receipt

USED_ELSEWHERE = ("/intake/v1/key-uses", "/credentials/v1/key-uses", "/oversight/v1/key-uses")
"""Where the other services say when they last saw a key used: none knows of the others' requests."""


class KeyView(Value, frozen=True):
    """An API key, never its secret or hash.

    `last_used` here in partnerships, to the minute; null where never here. It may be in use in other services.
    """

    key: str
    person: UUID
    role: str
    scopes: tuple[str, ...]
    issued_at: datetime | None
    expires: datetime | None
    revoked: datetime | None
    live: bool
    asking: bool
    last_used: datetime | None


@post("/v1/keys", scope="keys:issue")
async def issue_key(
    data: IssueKey, asker: Asker, commands: Commands, register: Following[Register]
) -> Response[Receipt]:
    """Issue a key; the answer's `secret` is shown once."""
    key_id, result, key = await keys.issue_key(commands, asker, register, data)
    return receipt(key_id, result, created=True, secret=key.text)


@post("/v1/keys/rotate", scope="keys:own")
async def rotate_key(
    data: RotateKey, asker: Asker, commands: Commands, register: Following[Register]
) -> Response[Receipt]:
    """A second key like the one that asks; the answer's `secret` is shown once. The first ends when you say so."""
    key_id, result, key = await keys.rotate_key(commands, asker, register, data)
    return receipt(key_id, result, created=True, secret=key.text)


@post("/v1/keys/{key:str}/end", scope="keys:own", status_code=200)
async def end_key(
    key: str, data: EndKey, asker: Asker, commands: Commands, register: Following[Register]
) -> Response[Receipt]:
    """End a key of your own."""
    return receipt(key, await keys.end_key(commands, asker, register, key, data))


@post("/v1/keys/{key:str}/revoke", scope="keys:issue", status_code=200)
async def revoke_key(key: str, data: RevokeKey, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Revoke a key from a moment on."""
    return receipt(key, await keys.revoke_key(commands, asker, key, data))


@get("/v1/keys", scope="read")
async def list_keys(
    asker: Asker, register: Following[Register], uses: KeyUses, clock: Clock, person: UUID | None = None
) -> dict[str, Any]:
    """Your own keys, oldest first, or for a coordinator those of a `person`.

    `used_elsewhere` is where the other services say when they last saw each used.
    """
    of, now = whose(asker, person), clock()
    known = (await register.current()).keys.values()
    used = await uses.of(asker.key.community, of)
    found = [key for key in known if (key.community, key.person) == (asker.key.community, of)]
    items = [_view(key, asker, used.get(key.id), now) for key in found]
    return {"items": items, "used_elsewhere": USED_ELSEWHERE}


def _view(key: Key, asker: Asker, last_used: datetime | None, now: datetime) -> KeyView:
    return KeyView(
        key.id, key.person, key.role, tuple(sorted(key.scopes)), key.issued_at, key.expires, key.revoked,
        key.opens(now), key.id == asker.key.id, last_used,
    )  # fmt: skip
