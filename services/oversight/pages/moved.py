"""Whether the board has moved since a browser drew it, told without reading the board."""

import hashlib
from datetime import datetime

import asyncpg
import msgspec

from services.oversight.projections import board as table
from shared.kernel import Value
from shared.security.asker import Asker


class Seen(Value, frozen=True):
    """The last fact of each log that is the community's, the hour (terms end by themselves), and a digest of the board.

    A browser hands it back as it got it: `12-7-31-467213.ab12…`.
    """

    marks: tuple[int, ...]
    hour: int
    digest: str = ""

    @classmethod
    async def now(cls, pool: asyncpg.Pool, asker: Asker, now: datetime) -> "Seen":
        """As it stands now."""
        return cls(await table.marks(pool, asker.key.community), int(now.timestamp()) // 3600)

    def is_of(self, seen: str) -> bool:
        """Whether nothing has happened since."""
        return seen.partition(".")[0] == self._place

    def with_digest(self, digest: str) -> str:
        """As a browser keeps it."""
        return f"{self._place}.{digest}"

    @property
    def _place(self) -> str:
        return "-".join(map(str, (*self.marks, self.hour)))


def digest(drawn: Value) -> str:
    """Of everything that a reader sees of the board."""
    return hashlib.sha256(msgspec.json.encode(drawn)).hexdigest()[:16]
