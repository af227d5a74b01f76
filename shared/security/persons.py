"""Contact data beside the log: encrypted with a key of its person, and gone for good once that key is destroyed.

AES-256-GCM; the fact keeps SHA-256 over a random 32-byte salt and the data, and the salt is sealed with the data.
Person and id are bound into the seal: what is sealed for one opens as nobody else's.
"""

import hashlib
import secrets
from contextlib import suppress
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.eventstore.vocabulary import SealedNote, VersionConflict
from shared.kernel import Value, new_id
from shared.security.keyfiles import Keys
from shared.security.notes import NONCE, SALT

NOT_SAID = "zxx"
"""BCP 47 for "no linguistic content": in which language a person is written to is contact data itself."""


class KeyDestroyed(Exception):
    """The person's key was destroyed: nothing can be sealed for them any more."""


class SealedContact(Value, frozen=True):
    """What to append beside the fact, and the key to keep before."""

    person: UUID
    note: SealedNote
    key: bytes


class PersonVault:
    """Seals and opens what belongs to one person."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, person: UUID, content: bytes) -> SealedContact:
        """Encrypted with the person's key, or with a new one that is kept nowhere yet. Raises `KeyDestroyed`."""
        if self._keys.is_destroyed(person):
            raise KeyDestroyed(str(person))
        key = self._keys.key(person) or AESGCM.generate_key(256)
        of, salt, nonce = new_id(), secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
        digest = "sha-256:" + hashlib.sha256(salt + content).hexdigest()
        sealed = nonce + AESGCM(key).encrypt(nonce, salt + content, _bound(person, of))
        note = SealedNote(of, None, NOT_SAID, "in-confidence", digest, sealed, "contact")
        return SealedContact(person, note, key)

    def keep(self, contact: SealedContact) -> None:
        """Keep the key durably. `VersionConflict` where another one was kept, or it was destroyed, since it was sealed:

        the row would never open again, so it is to be sealed anew.
        """
        with suppress(FileExistsError):
            self._keys.keep(contact.person, contact.key)
        if self._keys.key(contact.person) != contact.key:
            raise VersionConflict(f"another key of {contact.person} was kept meanwhile, or it was destroyed")

    def open(self, person: UUID, sealed: SealedNote) -> bytes | None:
        """The content, or None once the person's key was destroyed. Altered bytes raise ValueError."""
        if (key := self._keys.key(person)) is None:
            return None
        nonce, body = sealed.sealed[:NONCE], sealed.sealed[NONCE:]
        try:
            plain = AESGCM(key).decrypt(nonce, body, _bound(person, sealed.id))
        except InvalidTag:
            if self._keys.key(person) is None:
                return None  # destroyed while it was read
            raise ValueError(f"contact {sealed.id} was altered") from None
        if "sha-256:" + hashlib.sha256(plain).hexdigest() != sealed.digest:
            raise ValueError(f"contact {sealed.id} is not the one its digest names")
        return plain[SALT:]

    def destroy(self, person: UUID) -> None:
        """Destroy the person's key durably; whatever it sealed stays closed. Blocks on the disk."""
        self._keys.destroy(person)


def _bound(person: UUID, of: UUID) -> bytes:
    return person.bytes + of.bytes
