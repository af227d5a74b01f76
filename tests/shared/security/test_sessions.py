"""Sessions as sealed statements: what opens one, and what does not."""

from datetime import timedelta

import pytest
from itsdangerous import TimestampSigner

from shared.security.sessions import LASTS, Sessions


def test_with_an_https_address_cookies_are_sent_over_tls_only_and_bound_to_the_host() -> None:
    secure = Sessions("s" * 32, secure=True)
    assert secure.cookie.startswith("__Host-")
    assert secure.form_cookie.startswith("__Host-")


def test_a_session_is_over_after_half_a_day_and_none_is_made_without_the_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, others = Sessions("s" * 32, secure=False), Sessions("t" * 32, secure=False)
    sealed = ours.sealed("k1")
    assert ours.key_of(sealed) == "k1"
    assert ours.key_of(others.sealed("k1")) is None
    now = TimestampSigner("x").get_timestamp()
    later = now + int(LASTS / timedelta(seconds=1)) + 1
    monkeypatch.setattr("itsdangerous.TimestampSigner.get_timestamp", lambda _: later)
    assert ours.key_of(sealed) is None


def test_what_is_carried_to_the_next_page_opens_no_session() -> None:
    ours = Sessions("s" * 32, secure=False)
    assert ours.key_of(ours.carry("k1")) is None
    assert ours.carried(ours.sealed("k1")) is None


def test_two_sessions_of_a_key_are_two_and_so_are_the_tokens_of_their_forms() -> None:
    ours = Sessions("s" * 32, secure=False)
    one, other = ours.sealed("k1"), ours.sealed("k1")
    assert one != other
    assert ours.form_token(one) != ours.form_token(other)
    assert ours.form_token(one) != Sessions("t" * 32, secure=False).form_token(one)
