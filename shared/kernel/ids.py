"""Ids: time-ordered UUIDs (RFC 9562, version 7), and the names of streams made from them."""

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """A new UUID version 7."""
    return compat.uuid7()


def stream_id(category: str, key: UUID) -> str:
    """`("microcredential", 0198…)` → `microcredential-0198…`."""
    return f"{category}-{key}"


def stream_key(stream: str) -> UUID:
    """The id inside a stream's name: the last 36 characters, a UUID."""
    return UUID(stream[-36:])
