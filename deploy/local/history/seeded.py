"""Ids and keys that a seed decides, so that a history can be told twice."""

from datetime import datetime
from hashlib import shake_128, shake_256
from uuid import UUID

from asyncpg.pgproto import pgproto

from shared.security.keys import NewKey, key_of

BITS = 10
"""Bytes of chance in one UUID of version 7; six more tell the time."""


def uuid7(milliseconds: int, chance: bytes) -> UUID:
    """The UUID of version 7 with that time since 1970 and ten bytes of chance."""
    version, variant = 0x70 | chance[0] & 0x0F, 0x80 | chance[2] & 0x3F
    whole = milliseconds.to_bytes(6, "big") + bytes((version, chance[1], variant)) + chance[3:]
    made: UUID = pgproto.UUID(whole)  # a UUID like any other, but made and written out several times as fast
    return made


class Seeded:
    """A stream of chance: the same seed gives the same values in the same order."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._drawn = 0

    def id(self, at: datetime) -> UUID:
        """A UUID version 7 made at that moment."""
        return uuid7(int(at.timestamp() * 1000), self._draw(BITS))

    def key(self) -> NewKey:
        """An API key."""
        return key_of(self._draw(8).hex(), int.from_bytes(self._draw(32), "big"))

    def _draw(self, size: int) -> bytes:
        self._drawn += 1
        return shake_256(f"{self._seed}/{self._drawn}".encode()).digest(size)


def chance(seed: bytes, number: int, size: int) -> bytes:
    """So many bytes of chance for the thing of that number."""
    return shake_128(seed + number.to_bytes(8, "big")).digest(size)
