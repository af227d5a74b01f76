"""Signing keys: a challenge handed out, its signed answer registered, a key revoked."""

import hmac
import secrets
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

import msgspec
from msgspec import structs

from services.partnerships.domain import signing_keys
from services.partnerships.domain.signing_keys import (
    CHALLENGE_LASTS,
    SIGNING_KEYS,
    AskChallenge,
    Challenge,
    NoSuchSigningKey,
    NotAChallenge,
    Proof,
    RegisterSigningKey,
    RevokeSigningKey,
    SigningKeyTaken,
    WeakPublicKey,
)
from shared.contracts.partnerships import SigningKeyRegistered
from shared.eventstore.commands import Commands, Result
from shared.eventstore.refusals import KeyTaken
from shared.eventstore.work import Work
from shared.kernel import Refused
from shared.security import dsse
from shared.security.asker import Asker
from shared.security.digests import canonical
from shared.security.ed25519 import is_sound, key_id
from shared.security.notes import Vault

PAYLOAD_TYPE = "application/vnd.consortia.signing-key+json"
TAKEN = "signing-key"
"""The kind of claim by which a public key is one person's, for ever."""
_CHALLENGE = msgspec.json.Decoder(Challenge)


def challenge(asker: Asker, intent: AskChallenge, vault: Vault, now: datetime) -> tuple[Challenge, bytes]:
    """A challenge for that key, and its bytes. Nothing is kept: what comes back is known by its seal."""
    raw = _sound(intent.public_key)
    asked = Challenge(
        community=asker.key.community, person=asker.key.person, signing_key=key_id(raw), public_key=intent.public_key,
        nonce=secrets.token_hex(16), issued=now, expires=now + CHALLENGE_LASTS, wording=_wording(key_id(raw)), seal="",
    )  # fmt: skip
    sealed = structs.replace(asked, seal=_seal(asked, vault))
    return sealed, canonical(sealed)


async def register(commands: Commands, asker: Asker, vault: Vault, intent: RegisterSigningKey) -> tuple[str, Result]:
    """The key of the signed challenge is the asker's; what is so already is silence."""
    proof, person = _proof(intent.envelope, vault), asker.key.person
    key = proof.challenge.signing_key

    async def attempt(work: Work) -> None:
        state = await work.current(SIGNING_KEYS, person)
        facts = signing_keys.register(state, proof, person, asker.key.community, commands.clock())
        work.record(SIGNING_KEYS, person, *facts)
        if facts:
            work.claim(TAKEN, key, person)

    try:
        result = await commands.execute(asker.context(commands.clock()), attempt)
    except Refused as refused:
        if refused.names(KeyTaken):
            raise Refused(SigningKeyTaken()) from None
        raise
    return _registered(result, key), result


async def revoke(commands: Commands, asker: Asker, key: str, intent: RevokeSigningKey) -> Result:
    """One's own signing key, or for coordinators anybody's, signs nothing any more."""
    known, asking = asker.community.signing_keys.get(key), asker.key
    if known is None or (known.person != asking.person and "keys:issue" not in asking.scopes):
        raise Refused(NoSuchSigningKey())
    person = known.person

    async def attempt(work: Work) -> None:
        state = await work.load(SIGNING_KEYS, person)
        work.record(
            SIGNING_KEYS, person, *signing_keys.revoke(state, key, person, intent, asking.person, commands.clock())
        )

    return await commands.execute(asker.context(commands.clock()), attempt)


def _proof(plain: dict[str, Any], vault: Vault) -> Proof:
    """What came back: refused where it is no envelope, or holds nothing that could be a challenge."""
    envelope = dsse.opened(plain)
    try:
        found = _CHALLENGE.decode(envelope.payload)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Refused(NotAChallenge()) from None
    raw = _sound(found.public_key)
    if envelope.payload_type != PAYLOAD_TYPE or key_id(raw) != found.signing_key:
        raise Refused(NotAChallenge())
    signed = dsse.verified(envelope, {found.signing_key: raw})
    ours = canonical(found) == envelope.payload and hmac.compare_digest(
        found.seal.encode(), _seal(found, vault).encode()
    )
    return Proof(found, signed[1] if signed else None, ours)


def _sound(public_key: str) -> bytes:
    raw = b64decode(public_key)
    if not is_sound(raw) or b64encode(raw).decode() != public_key:
        raise Refused(WeakPublicKey())
    return raw


def _seal(asked: Challenge, vault: Vault) -> str:
    """Keyed digest of everything else in it: only this service can have written it."""
    return vault.keyed_digest(b"challenge for a signing key\n" + canonical(structs.replace(asked, seal="")))


def _wording(key: str) -> dict[str, str]:
    return {
        "en": f"I hold the private key of {key}. What it signs here, I have signed.",
        "fr": f"Je détiens la clé privée de {key}. Ce qu'elle signe ici, je l'ai signé.",
    }


def _registered(result: Result, key: str) -> str:
    """The key's id; on a repeat of the command, that of the one registered then."""
    facts = (recorded.fact for recorded in result.recorded)
    return next((fact.signing_key for fact in facts if isinstance(fact, SigningKeyRegistered)), key)
