"""Contact data: opened with its person's key and no other, and by nobody once that is destroyed, whatever happens."""

import threading
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import structs

from shared.eventstore.vocabulary import VersionConflict
from shared.security.keyfiles import FileKeys
from shared.security.persons import KeyDestroyed, PersonVault, SealedContact

ONE, TWO = UUID(int=1), UUID(int=2)
CONTENT = '{"name":"La doyenne par intérim"}'.encode()


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys(tmp_path / "persons")


@pytest.fixture
def vault(keys: FileKeys) -> PersonVault:
    return PersonVault(keys)


def sealed(vault: PersonVault, person: UUID = ONE) -> SealedContact:
    contact = vault.seal(person, CONTENT)
    vault.keep(contact)
    return contact


def test_what_is_sealed_for_a_person_opens_with_their_one_key(vault: PersonVault, keys: FileKeys) -> None:
    first, second = sealed(vault), sealed(vault)
    assert first.key == second.key
    assert [vault.open(ONE, one.note) for one in (first, second)] == [CONTENT, CONTENT]
    assert first.note.digest != second.note.digest
    assert [path.stat().st_mode & 0o777 for path in keys.folder.rglob("*.key")] == [0o600]


def test_no_key_is_kept_for_what_is_not_appended(vault: PersonVault, keys: FileKeys) -> None:
    vault.seal(ONE, CONTENT)
    assert list(keys.folder.rglob("*")) == []


def test_what_is_one_person_s_opens_as_nobody_else_s(vault: PersonVault) -> None:
    own, other = sealed(vault), sealed(vault, TWO)
    for person, note in ((TWO, own.note), (ONE, other.note), (ONE, structs.replace(own.note, id=UUID(int=9)))):
        with pytest.raises(ValueError, match="altered"):
            vault.open(person, note)


def test_once_the_key_is_destroyed_nothing_opens_and_nothing_is_sealed_again(
    vault: PersonVault, keys: FileKeys
) -> None:
    contact, other = sealed(vault), sealed(vault, TWO)
    vault.destroy(ONE)
    vault.destroy(ONE)
    assert vault.open(ONE, contact.note) is None
    assert vault.open(TWO, other.note) == CONTENT
    with pytest.raises(KeyDestroyed):
        vault.seal(ONE, CONTENT)
    with pytest.raises(FileExistsError):
        keys.keep(ONE, contact.key)
    assert not [path for path in keys.folder.rglob("*") if path.is_file() and contact.key in path.read_bytes()]


def test_who_never_had_a_key_gets_none_once_erased(vault: PersonVault) -> None:
    vault.destroy(ONE)
    with pytest.raises(KeyDestroyed):
        vault.seal(ONE, CONTENT)


def test_of_two_that_seal_for_a_new_person_at_once_one_is_told_to_seal_anew(vault: PersonVault) -> None:
    first, second = vault.seal(ONE, CONTENT), vault.seal(ONE, CONTENT)
    vault.keep(first)
    with pytest.raises(VersionConflict):
        vault.keep(second)
    assert vault.open(ONE, first.note) == CONTENT


def test_what_was_sealed_before_the_key_was_destroyed_is_not_kept_after(vault: PersonVault) -> None:
    contact = vault.seal(ONE, CONTENT)
    vault.destroy(ONE)
    with pytest.raises(VersionConflict):
        vault.keep(contact)


def test_a_key_whose_destruction_was_cut_short_is_gone_after_the_next(vault: PersonVault, keys: FileKeys) -> None:
    contact = sealed(vault)
    (path,) = keys.folder.rglob("*.key")
    dying = path.with_suffix(".dying")
    dying.hardlink_to(path)  # as after a power cut between taking the key's place and writing over its bytes
    vault.destroy(ONE)
    assert vault.open(ONE, contact.note) is None
    assert [one.name for one in keys.folder.rglob("*") if one.is_file()] == [path.name]
    assert path.read_bytes() == b""


def test_a_key_that_came_back_with_a_backup_is_destroyed_again(vault: PersonVault, keys: FileKeys) -> None:
    contact = sealed(vault)
    (path,) = keys.folder.rglob("*.key")
    vault.destroy(ONE)
    path.write_bytes(contact.key)
    vault.destroy(ONE)
    assert vault.open(ONE, contact.note) is None


def test_who_reads_while_the_key_is_destroyed_sees_the_content_or_nothing(vault: PersonVault) -> None:
    for number in range(20):
        person = UUID(int=100 + number)
        contact = sealed(vault, person)
        destroying = threading.Thread(target=vault.destroy, args=(person,))
        destroying.start()
        seen = {vault.open(person, contact.note) for _ in range(20)}
        destroying.join()
        assert seen <= {CONTENT, None}
        assert vault.open(person, contact.note) is None
