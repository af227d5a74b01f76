"""Notes sealed on their way into the log: what a vault has to be able to do."""

from typing import Any, Protocol
from uuid import UUID

from shared.contracts.values import NoteRef, Retention
from shared.eventstore.vocabulary import (
    SealedNote,
)
from shared.kernel import (
    Comment,
    Value,
)


class Sealing(Value, frozen=True):
    """A note just sealed: the reference for the fact, the note to append, and the key that opens it."""

    ref: NoteRef
    note: SealedNote
    key: bytes


class NoteVault(Protocol):
    """Seals free text so that only a key kept elsewhere opens it."""

    def seal(
        self, words: str, language: str, confidentiality: Any, author: UUID | None, retention: Retention,
        salt: str | None = None,
    ) -> Sealing:  # fmt: skip
        """Encrypt under a key of its own, which is kept nowhere yet. `salt` is the author's own, in base64."""

    def keep(self, sealing: Sealing) -> None:
        """Keep the key durably: before its note is written, and only if it will be. Blocks on the disk."""


Notes = dict[tuple[Comment, Retention], Sealing]
"""What one command has sealed, so that deciding it again seals nothing twice."""
