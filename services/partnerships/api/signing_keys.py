"""Signing keys: a challenge, its answer, revocation, and whose each key is."""

from base64 import b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.partnerships.commands import signing_keys
from services.partnerships.commands.signing_keys import PAYLOAD_TYPE
from services.partnerships.domain.signing_keys import AskChallenge, Challenge, RegisterSigningKey, RevokeSigningKey
from shared.authority.signing_keys import of_person
from shared.eventstore.commands import Commands
from shared.kernel import Clock, Value
from shared.security import dsse
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.web.receipts import Receipt, receipt


class ChallengeToSign(Value, frozen=True):
    """The challenge, its bytes (`payload`) and what a signature is made over (`pae`), both in base64."""

    challenge: Challenge
    payload: str
    payload_type: str
    pae: str


class SigningKeyView(Value, frozen=True):
    """Whose key that is; `live` now. `public_key` are 32 bytes in base64, which verify what it has signed."""

    signing_key: str
    person: UUID
    public_key: str
    registered_at: datetime
    revoked: datetime | None
    live: bool


@post("/v1/signing-keys/challenges", scope="decide", status_code=200)
async def ask_challenge(data: AskChallenge, asker: Asker, vault: Vault, clock: Clock) -> ChallengeToSign:
    """What to sign to register a key; good for a quarter of an hour, for you and that key. Nothing is recorded."""
    challenge, payload = signing_keys.challenge(asker, data, vault, clock())
    pae = b64encode(dsse.pae(PAYLOAD_TYPE, payload)).decode()
    return ChallengeToSign(challenge, b64encode(payload).decode(), PAYLOAD_TYPE, pae)


@post("/v1/signing-keys", scope="decide")
async def register_signing_key(
    data: RegisterSigningKey, asker: Asker, commands: Commands, vault: Vault
) -> Response[Receipt]:
    """Register the key of a signed challenge as yours; the answer's `id` is the key's."""
    key, result = await signing_keys.register(commands, asker, vault, data)
    return receipt(key, result, created=True)


@post("/v1/signing-keys/{key:str}/revoke", scope="keys:own", status_code=200)
async def revoke_signing_key(key: str, data: RevokeSigningKey, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Revoke a signing key of your own; a coordinator, anybody's."""
    return receipt(key, await signing_keys.revoke(commands, asker, key, data))


@get("/v1/signing-keys", scope="read")
async def list_signing_keys(asker: Asker, clock: Clock, person: UUID | None = None) -> dict[str, Any]:
    """Your own signing keys, or those of a `person`: whoever reads a signature may see whose it is."""
    found, now = of_person(asker.community.signing_keys.values(), person or asker.key.person), clock()
    return {
        "items": [
            SigningKeyView(key.id, key.person, key.public_key, key.registered_at, key.revoked, key.signs(now))
            for key in found
        ]
    }
