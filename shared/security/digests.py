"""Digests of content: SHA-256 over canonical JSON (RFC 8785), so that the same content has the same digest anywhere."""

import hashlib
from collections.abc import Iterable

import msgspec
import rfc8785

from shared.contracts.values import OUTLINE_FIELDS, Outline
from shared.kernel import Conflict, Reason, Value


class OutlineChangedSince(Conflict, frozen=True):
    """The outline has changed since

    Somebody changed it after you had read it. Read it again, and make your change on what stands now.
    """

    says = "The outline was changed since you read it: it is now {digest}."
    digest: str


def digest(content: Value) -> str:
    """`sha-256:…` of a value's canonical JSON; absent equals null, so nulls are left out."""
    return _digest(msgspec.to_builtins(content))


def outline_digest(outline: Outline, fields: Iterable[str] = OUTLINE_FIELDS) -> str:
    """The digest of those fields of an outline: what a step that covers them is signed on."""
    plain = msgspec.to_builtins(outline)
    return _digest({name: plain.get(name) for name in fields})


def changed_since(outline: Outline, read: str | None) -> Reason | None:
    """Why a change is not made that was written on the outline with the digest `read`, where one is stated."""
    stands = outline_digest(outline)
    return None if read in (None, stands) else OutlineChangedSince(stands)


def canonical(content: Value) -> bytes:
    """A value's JSON as RFC 8785 writes it, nulls included: the bytes of it, the same anywhere."""
    return rfc8785.dumps(msgspec.to_builtins(content))


def _digest(plain: dict[str, object]) -> str:
    stated = {name: value for name, value in plain.items() if value is not None}
    return "sha-256:" + hashlib.sha256(rfc8785.dumps(stated)).hexdigest()  # type: ignore[arg-type]  # builtins only
