"""API keys: well made, told from typing errors, and opening only what they should."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.authority import Register
from shared.authority.keys import Key
from shared.kernel import Refused, new_id
from shared.security.asker import KeyNeeded, ScopeMissing, authenticate, presented_key, require_scope
from shared.security.keys import ALPHABET, NewKey, new_key, parse_key
from shared.security.scopes import ROLE_SCOPES, SCOPES

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MADE = new_key()


def register_with(key: NewKey, expires: datetime | None = None, revoked: datetime | None = None) -> Register:
    register = Register()
    scopes = frozenset({"read"})
    register.keys[key.id] = Key(key.id, "here", new_id(), "member", scopes, key.secret_hash, expires, revoked)
    return register


def test_a_key_is_read_as_it_was_made() -> None:
    for _ in range(50):
        made = new_key()
        parsed = parse_key(made.text)
        assert parsed == (made.id, made.secret_hash)
        assert made.text.partition("_")[0] == "consortia"


def test_no_two_keys_are_alike_and_the_hash_hides_the_secret() -> None:
    assert len({new_key().text for _ in range(100)}) == 100
    assert MADE.text.split("_")[2] not in MADE.secret_hash


@given(st.integers(len("consortia_"), len(MADE.text) - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(place: int, other: str) -> None:
    mistyped = MADE.text[:place] + other + MADE.text[place + 1 :]
    assert (parse_key(mistyped) is None) == (mistyped != MADE.text)


@given(st.integers(len("consortia_") + 17, len(MADE.text) - 2))
def test_two_swapped_characters_are_always_found(place: int) -> None:
    text = MADE.text
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert (parse_key(swapped) is None) == (swapped != text)


@settings(max_examples=30)
@given(st.text(max_size=120))
def test_any_other_text_is_no_key(text: str) -> None:
    assert parse_key(text) is None


@pytest.mark.parametrize(
    "wrong",
    [MADE.text[:-1], MADE.text + "0", MADE.text + "\n", " " + MADE.text, MADE.text.upper()],
    ids=["cut short", "run on", "a line break after", "a space before", "in capitals"],
)
def test_a_key_cut_short_or_run_on_is_no_key(wrong: str) -> None:
    assert parse_key(wrong) is None


def test_a_registered_key_opens() -> None:
    found = authenticate(register_with(MADE), f"Bearer {MADE.text}", NOW)
    assert found.id == MADE.id


@pytest.mark.parametrize(
    "register",
    [
        Register(),
        register_with(MADE, expires=NOW),
        register_with(MADE, revoked=NOW),
        register_with(NewKey(MADE.id, "", "sha-256:" + "0" * 64)),
    ],
    ids=["unknown", "expired", "revoked", "another secret"],
)
def test_a_key_unknown_expired_revoked_or_of_another_secret_opens_nothing(register: Register) -> None:
    with pytest.raises(Refused) as refused:
        authenticate(register, f"Bearer {MADE.text}", NOW)
    assert refused.value.names(KeyNeeded)


def test_a_key_opens_until_the_moment_it_ends() -> None:
    register = register_with(MADE, expires=NOW + timedelta(seconds=1), revoked=NOW + timedelta(seconds=2))
    assert authenticate(register, f"Bearer {MADE.text}", NOW).id == MADE.id
    with pytest.raises(Refused):
        authenticate(register, f"Bearer {MADE.text}", NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Bearer x", "x"),
        ("bearer  x ", "x"),
        ("Basic YTpi", "b"),
        ("Basic YTpiOmM=", "b:c"),
        ("Basic !", None),
        ("Basic //8=", None),
        ("Digest x", None),
        ("", None),
        (None, None),
    ],
)
def test_a_key_is_presented_as_bearer_token_or_basic_password(header: str | None, key: str | None) -> None:
    assert presented_key(header) == key


def test_a_scope_the_key_has_not_is_named() -> None:
    key = register_with(MADE).keys[MADE.id]
    require_scope(key, "read")
    with pytest.raises(Refused, match="'decide'") as refused:
        require_scope(key, "decide")
    assert refused.value.reasons == (ScopeMissing("decide", "member", "read"),)


def test_every_scope_of_a_role_is_in_the_vocabulary_and_backdate_is_nobody_s_by_default() -> None:
    assert {scope for scopes in ROLE_SCOPES.values() for scope in scopes} <= SCOPES.keys()
    assert not any("backdate" in scopes for scopes in ROLE_SCOPES.values())
