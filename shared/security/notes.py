"""Notes: free text beside the log, each encrypted under a key of its own that is kept outside the database cluster.

AES-256-GCM (NIST SP 800-38D); the fact keeps SHA-256 over a random 32-byte salt and the words, and the salt is sealed
with the words, so a digest tells nothing once the key is destroyed.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.values import NoteRef
from shared.eventstore.vocabulary import SealedNote
from shared.eventstore.work import Sealing
from shared.kernel import new_id

SALT, NONCE = 32, 12


class NoteKeys(Protocol):
    """Where the keys of notes live: never in the database cluster, whose WAL keeps deleted rows."""

    def keep(self, note: UUID, key: bytes) -> None:
        """Keep the key durably before its note is written."""

    def key(self, note: UUID) -> bytes | None:
        """The key, or None once it was destroyed."""

    def server_key(self) -> bytes:
        """The key of keyed digests: made once, never leaves this place."""


class FileNoteKeys:
    """Keys as files of mode 0600 under a folder of mode 0700, one per note."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def keep(self, note: UUID, key: bytes) -> None:
        _write_once(self._path(note), key)

    def key(self, note: UUID) -> bytes | None:
        try:
            return self._path(note).read_bytes()
        except FileNotFoundError:
            return None

    def server_key(self) -> bytes:
        path = self._folder / "digest.key"
        if not path.exists():
            with suppress(FileExistsError):  # another process made it a moment ago
                _write_once(path, secrets.token_bytes(32))
        return path.read_bytes()

    def _path(self, note: UUID) -> Path:
        return self._folder / note.hex[-2:] / f"{note.hex}.key"


def _write_once(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Vault:
    """Seals and opens notes, and makes keyed digests."""

    def __init__(self, keys: NoteKeys) -> None:
        self._keys = keys

    def seal(self, words: str, language: str, confidentiality: Any, author: UUID | None) -> Sealing:
        """A reference for the fact, the sealed note to append with it, and the key, which is kept nowhere yet."""
        note, key, salt, nonce = (
            new_id(),
            AESGCM.generate_key(256),
            secrets.token_bytes(SALT),
            secrets.token_bytes(NONCE),
        )
        digest = "sha-256:" + hashlib.sha256(salt + words.encode()).hexdigest()
        sealed = nonce + AESGCM(key).encrypt(nonce, salt + words.encode(), note.bytes)
        ref = NoteRef(note, digest, language, confidentiality)
        return Sealing(ref, SealedNote(note, author, language, confidentiality, digest, sealed), key)

    def keep(self, sealing: Sealing) -> None:
        """Keep the key durably. One that is kept already stays: a command decided again keeps its notes."""
        with suppress(FileExistsError):
            self._keys.keep(sealing.note.id, sealing.key)

    def open(self, sealed: SealedNote) -> str | None:
        """The words, or None once the note's key was destroyed. Altered bytes raise ValueError."""
        if (key := self._keys.key(sealed.id)) is None:
            return None
        nonce, body = sealed.sealed[:NONCE], sealed.sealed[NONCE:]
        try:
            plain = AESGCM(key).decrypt(nonce, body, sealed.id.bytes)
        except InvalidTag:
            raise ValueError(f"note {sealed.id} was altered") from None
        if "sha-256:" + hashlib.sha256(plain).hexdigest() != sealed.digest:
            raise ValueError(f"note {sealed.id} is not the one its digest names")
        return plain[SALT:].decode()

    def keyed_digest(self, content: bytes) -> str:
        """HMAC-SHA-256 under this place's own key: tells repeats apart without telling what was asked."""
        return "hmac-sha-256:" + hmac.new(self._keys.server_key(), content, hashlib.sha256).hexdigest()
