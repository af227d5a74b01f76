"""DSSE envelopes (secure-systems-lab/dsse, protocol 1.0): read strictly, verified with Ed25519, kept in one form.

What is signed is the pre-authentication encoding of type and payload, so nothing is parsed before it is verified.
"""

import binascii
import re
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.contracts.values import Envelope, EnvelopeSignature
from shared.kernel import Refused, Unacceptable
from shared.security.ed25519 import LENGTH

LONGEST_PAYLOAD = 8 * 1024
"""Bytes a payload may have, so that a fact may carry it."""
MOST_SIGNATURES = 8
_LONGEST_TEXT = 4 * (LONGEST_PAYLOAD // 3 + 1)
_STANDARD, _URL_SAFE = re.compile(r"[A-Za-z0-9+/]*={0,2}"), re.compile(r"[A-Za-z0-9_-]*={0,2}")


class NotAnEnvelope(Unacceptable, frozen=True):
    """That is no DSSE envelope

    An envelope is an object with `payload` and `payloadType`, and in `signatures` at least one object with `sig` and,
    if you like, `keyid`; payload and signature are base64, standard or URL-safe, padded. It is described at
    https://github.com/secure-systems-lab/dsse/blob/master/envelope.md.
    """

    says = "The envelope cannot be read: {what}."
    what: str


class Presented(NamedTuple):
    """A signature as it came: the key it names, unproven and maybe empty, and its bytes."""

    keyid: str
    sig: bytes


class Opened(NamedTuple):
    """An envelope as it came, decoded; nothing in it is verified yet."""

    payload_type: str
    payload: bytes
    signatures: tuple[Presented, ...]


class _Signature(msgspec.Struct):
    sig: str
    keyid: str | None = None


class _Envelope(msgspec.Struct, rename={"payload_type": "payloadType"}):
    """Fields it does not know are passed over, as the specification has it."""

    payload: str
    payload_type: str
    signatures: list[_Signature]


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: the bytes a signature of this envelope is made over."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def opened(plain: Any) -> Opened:
    """The envelope in that JSON value; `Refused(NotAnEnvelope)` for anything else, however odd."""
    try:
        found = msgspec.convert(plain, _Envelope, strict=True)
    except msgspec.ValidationError as error:
        raise Refused(NotAnEnvelope(str(error))) from None
    if not 1 <= len(found.signatures) <= MOST_SIGNATURES:
        raise Refused(NotAnEnvelope(f"it has {len(found.signatures)} signatures, not 1 to {MOST_SIGNATURES}"))
    if len(found.payload_type) > 200 or not found.payload_type.isprintable():
        raise Refused(NotAnEnvelope("its payloadType is over 200 characters long, or not printable"))
    signatures = tuple(Presented(one.keyid or "", _bytes("sig", one.sig)) for one in found.signatures)
    return Opened(found.payload_type, _bytes("payload", found.payload), signatures)


def verified(envelope: Opened, keys: Mapping[str, bytes]) -> tuple[str, Envelope] | None:
    """The first of `keys` (raw, by id) under which a signature holds, and the envelope with that signature alone.

    None where none does. A `keyid` only says which key to try; without one, each is tried.
    """
    message = pae(envelope.payload_type, envelope.payload)
    for presented in envelope.signatures:
        named = {presented.keyid: keys[presented.keyid]} if presented.keyid in keys else {}
        for key_id, public_key in (named if presented.keyid else keys).items():
            if holds(public_key, presented.sig, message):
                signature = EnvelopeSignature(key_id, b64encode(presented.sig).decode())
                payload = b64encode(envelope.payload).decode()
                return key_id, Envelope(payload, envelope.payload_type, (signature,))
    return None


def holds(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether that Ed25519 signature is of the message, by the holder of the key."""
    if len(public_key) != LENGTH:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bytes(name: str, text: str) -> bytes:
    """What the base64 says, in its only spelling: padded, one alphabet, no bits left over."""
    if len(text) > _LONGEST_TEXT:
        raise Refused(NotAnEnvelope(f"its {name} is over {LONGEST_PAYLOAD} bytes long"))
    decode = b64decode if _STANDARD.fullmatch(text) else urlsafe_b64decode if _URL_SAFE.fullmatch(text) else None
    try:
        decoded = decode(text) if decode else None
    except binascii.Error:
        decoded = None
    if decoded is None or b64encode(decoded, b"-_" if decode is urlsafe_b64decode else None).decode() != text:
        raise Refused(NotAnEnvelope(f"its {name} is not base64, standard or URL-safe, padded"))
    return decoded
