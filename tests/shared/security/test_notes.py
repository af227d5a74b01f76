"""Notes: sealed so that only a key kept elsewhere opens them, and nothing altered passes."""

import hashlib
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import structs

from shared.eventstore.sealing import Sealing
from shared.kernel import new_id
from shared.security.notes import FileNoteKeys, Vault

WORDS = "Très bien : l'évaluation reflète le métier."


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(FileNoteKeys(tmp_path / "keys"))


def sealed(vault: Vault, words: str = WORDS) -> Sealing:
    sealing = vault.seal(words, "fr", "in-confidence", UUID(int=7))
    vault.keep(sealing)
    return sealing


def test_what_was_sealed_is_opened_again(vault: Vault) -> None:
    sealing = sealed(vault)
    assert vault.open(sealing.note) == WORDS
    assert (sealing.ref.id, sealing.ref.digest) == (sealing.note.id, sealing.note.digest)
    assert (sealing.ref.language, sealing.ref.confidentiality) == ("fr", "in-confidence")


def test_neither_the_note_nor_its_digest_tells_the_words(vault: Vault) -> None:
    one, two = sealed(vault), sealed(vault)
    assert WORDS.encode() not in one.note.sealed
    assert one.ref.digest != two.ref.digest
    assert one.ref.digest != "sha-256:" + hashlib.sha256(WORDS.encode()).hexdigest()
    assert one.note.sealed != two.note.sealed


def test_any_flipped_bit_is_found(vault: Vault) -> None:
    note = sealed(vault).note
    for place in range(len(note.sealed)):
        altered = bytearray(note.sealed)
        altered[place] ^= 1
        with pytest.raises(ValueError, match="altered"):
            vault.open(structs.replace(note, sealed=bytes(altered)))


@pytest.mark.parametrize("sealed_bytes", [b"", b"short", b"\0" * 12])
def test_a_note_cut_short_is_found(vault: Vault, sealed_bytes: bytes) -> None:
    note = sealed(vault).note
    with pytest.raises(ValueError):  # noqa: PT011 - the cipher's own words, where there is not even a whole nonce
        vault.open(structs.replace(note, sealed=sealed_bytes))


def test_one_note_does_not_open_as_another(vault: Vault) -> None:
    one, two = sealed(vault).note, sealed(vault).note
    with pytest.raises(ValueError, match="altered"):
        vault.open(structs.replace(one, sealed=two.sealed))
    with pytest.raises(ValueError, match="digest"):
        vault.open(structs.replace(one, digest=two.digest))


def test_once_its_key_is_destroyed_a_note_is_gone_and_the_others_stay(vault: Vault, tmp_path: Path) -> None:
    gone, stays = sealed(vault).note, sealed(vault).note
    (found,) = (tmp_path / "keys").rglob(f"{gone.id.hex}.key")
    found.unlink()
    assert vault.open(gone) is None
    assert vault.open(stays) == WORDS


def test_a_note_whose_key_was_never_kept_does_not_open(vault: Vault) -> None:
    assert vault.open(vault.seal(WORDS, "fr", "community", None).note) is None


def test_keeping_a_key_twice_keeps_the_first(vault: Vault) -> None:
    sealing = sealed(vault)
    vault.keep(sealing)
    assert vault.open(sealing.note) == WORDS


def test_keys_are_private_files_and_leave_no_drafts(vault: Vault, tmp_path: Path) -> None:
    sealed(vault)
    vault.keyed_digest(b"x")
    files = [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert len(files) == 2
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files)
    folders = [tmp_path / "keys", *(path for path in (tmp_path / "keys").rglob("*") if path.is_dir())]
    assert all(path.stat().st_mode & 0o777 == 0o700 for path in folders)


def test_a_keyed_digest_is_the_same_here_and_another_elsewhere(vault: Vault, tmp_path: Path) -> None:
    again = Vault(FileNoteKeys(tmp_path / "keys"))
    elsewhere = Vault(FileNoteKeys(tmp_path / "elsewhere"))
    assert vault.keyed_digest(b"x") == again.keyed_digest(b"x") != vault.keyed_digest(b"y")
    assert vault.keyed_digest(b"x") != elsewhere.keyed_digest(b"x")


def test_an_unknown_note_has_no_key(tmp_path: Path) -> None:
    assert FileNoteKeys(tmp_path / "keys").key(new_id()) is None
