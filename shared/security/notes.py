"""Notes: free text beside the log, each encrypted under a key of its own that is kept outside the database cluster.

AES-256-GCM (NIST SP 800-38D); the fact keeps SHA-256 over a random 32-byte salt and the words, and the salt is sealed
with the words, so a digest tells nothing once the key is destroyed.
"""

import base64
import hashlib
import hmac
import secrets
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.values import NoteRef, Retention
from shared.eventstore.sealing import Sealing
from shared.eventstore.vocabulary import SealedNote
from shared.kernel import new_id
from shared.security.keyfiles import FileKeys, Keys, write_once

SALT, NONCE = 32, 12


class NoteKeys(Keys, Protocol):
    """Where the keys of notes live, with one that digests are keyed with."""

    def server_key(self) -> bytes:
        """The key of keyed digests: made once, never leaves this place."""


class FileNoteKeys(FileKeys):
    """One file per note, and one for digests."""

    def server_key(self) -> bytes:
        path = self.folder / "digest.key"
        if not path.exists():
            with suppress(FileExistsError):  # another process made it a moment ago
                write_once(path, secrets.token_bytes(32))
        return path.read_bytes()


class Vault:
    """Seals and opens notes, and makes keyed digests."""

    def __init__(self, keys: NoteKeys) -> None:
        self._keys = keys

    def seal(
        self, words: str, language: str, confidentiality: Any, author: UUID | None, retention: Retention = "remark",
        salt: str | None = None,
    ) -> Sealing:  # fmt: skip
        """A reference for the fact, the sealed note to append with it, and the key, which is kept nowhere yet.

        `salt` is one the author chose, 32 bytes in base64, so as to sign the digest before the words are sent.
        """
        note, key, nonce = new_id(), AESGCM.generate_key(256), secrets.token_bytes(NONCE)
        chosen = secrets.token_bytes(SALT) if salt is None else base64.b64decode(salt)
        digest = "sha-256:" + hashlib.sha256(chosen + words.encode()).hexdigest()
        sealed = nonce + AESGCM(key).encrypt(nonce, chosen + words.encode(), note.bytes)
        ref = NoteRef(note, digest, language, confidentiality)
        return Sealing(ref, SealedNote(note, author, language, confidentiality, digest, sealed, retention), key)

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
