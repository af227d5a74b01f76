"""API keys: `consortia_<id>_<secret><check>`. Only the SHA-256 of the secret is kept; the check finds typing errors."""

import hashlib
import hmac
import re
import secrets
import zlib
from typing import NamedTuple

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(r"consortia_([0-9a-f]{16})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")


class NewKey(NamedTuple):
    """A key just made: its id, the text to hand over once, and the hash to keep."""

    id: str
    text: str
    secret_hash: str


class ParsedKey(NamedTuple):
    """A key as presented: well-formed, its check right; whether it opens anything is for the register to say."""

    id: str
    secret_hash: str


def new_key() -> NewKey:
    """A fresh key: 64 bits of id, 256 bits of secret."""
    return key_of(secrets.token_hex(8), secrets.randbits(256))


def key_of(key_id: str, secret_bits: int) -> NewKey:
    """The key of that id (16 hexadecimal digits) and 256 bits of secret, which only chance may have chosen."""
    secret = _base62(secret_bits, 43)
    return NewKey(key_id, f"consortia_{key_id}_{secret}{_check(key_id, secret)}", _hash(secret))


def parse_key(text: str) -> ParsedKey | None:
    """The key in this text, or None where it is no key of ours or was mistyped."""
    if (found := _FORM.fullmatch(text)) is None:
        return None
    key_id, secret, check = found.groups()
    return ParsedKey(key_id, _hash(secret)) if hmac.compare_digest(check, _check(key_id, secret)) else None


def _hash(secret: str) -> str:
    return "sha-256:" + hashlib.sha256(secret.encode()).hexdigest()


def _check(key_id: str, secret: str) -> str:
    return _base62(zlib.crc32(f"{key_id}_{secret}".encode()), 6)


def _base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = ALPHABET[digit] + digits
    return digits.rjust(width, "0")
