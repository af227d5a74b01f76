"""Whatever comes as a signature, signed or not, is read or gives reasons: it never raises."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import json, structs

from services.credentials.commands import signatures
from services.credentials.commands.signatures import PAYLOAD_TYPE
from services.credentials.domain.sign_off import SignOff
from services.credentials.domain.statement import NotAStatement, Presented
from services.credentials.domain.states import existing
from shared.authority import Community
from shared.authority.keys import Key
from shared.authority.signing_keys import SigningKey
from shared.security.asker import Asker
from shared.security.digests import canonical
from tests.services.credentials.domain.given import ADVISORS, acting, requested
from tests.support.signing import Signer

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BY, STEP = acting(ADVISORS[0]), "industry-validation"
SIGNER = Signer()
KEY = SigningKey(SIGNER.id, BY.person, SIGNER.public_key, NOW)
ASKER = Asker(
    Key("00ff", "here", BY.person, "advisor", frozenset({"decide"}), "", None),
    Community("here", signing_keys={KEY.id: KEY}),
    heard=1,
)
STORY = requested()
STATE, GIVEN = existing(STORY.state), STORY.given(STEP, "endorse")
RIGHT = signatures.to_sign(ASKER, STATE, STEP, GIVEN, BY, None, NOW)
FIELDS = json.decode(canonical(RIGHT))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def presented(envelope: Any) -> Presented:
    given = structs.replace(GIVEN, envelope=envelope)
    assert isinstance(given, SignOff)
    found = signatures.presented(ASKER, STATE, STEP, given, BY, None, NOW)
    assert found is not None
    return found


def test_the_statement_handed_out_is_read_as_it_was_signed() -> None:
    found = presented(SIGNER.signed(canonical(RIGHT), PAYLOAD_TYPE))
    assert (found.statement, found.why_not, found.signing_key) == (RIGHT, (), SIGNER.id)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a machine under load draws slowly
@given(st.sampled_from(sorted(FIELDS)), JSON)
def test_a_signed_statement_with_any_field_changed_is_read_or_gives_a_reason(name: str, value: Any) -> None:
    found = presented(SIGNER.signed(json.encode(FIELDS | {name: value}, order="sorted"), PAYLOAD_TYPE))
    assert found.statement is not None or any(isinstance(reason, NotAStatement) for reason in found.why_not)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200) | st.just(b"[" * 6000))
def test_any_signed_bytes_give_a_reason(payload: bytes) -> None:
    assert presented(SIGNER.signed(payload, PAYLOAD_TYPE)).why_not


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(JSON, JSON, st.text(max_size=100))
def test_any_envelope_gives_a_reason(payload: Any, sig: Any, keyid: str) -> None:
    words = b64encode(canonical(RIGHT)).decode()
    for odd in (payload, words):
        envelope = {"payload": odd, "payloadType": PAYLOAD_TYPE, "signatures": [{"keyid": keyid, "sig": sig}]}
        assert presented(envelope).why_not


def test_a_revoked_key_is_named_with_its_end() -> None:
    ended = revoked_from(KEY, NOW)
    asker = structs.replace(ASKER, community=Community("here", signing_keys={KEY.id: ended}))
    given = structs.replace(GIVEN, envelope=SIGNER.signed(canonical(RIGHT), PAYLOAD_TYPE))
    found = signatures.presented(asker, STATE, STEP, given, BY, None, NOW)
    assert found is not None
    assert [type(reason).__name__ for reason in found.why_not] == ["SigningKeyNotLive"]


def revoked_from(key: SigningKey, revoked: datetime) -> SigningKey:
    return SigningKey(key.id, key.person, key.public_key, key.registered_at, revoked, UUID(int=1))
