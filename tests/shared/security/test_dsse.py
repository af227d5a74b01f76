"""DSSE: signed over the pre-authentication encoding, read strictly, verified by key, never a fault of ours."""

from base64 import b64encode, urlsafe_b64encode
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel import Refused
from shared.security import dsse
from shared.security.dsse import NotAnEnvelope
from shared.security.ed25519 import key_id

KIND, WORDS = "application/vnd.example+json", b'{"said":"\xc3\xa9"}'
SIGNER, OTHER = Ed25519PrivateKey.from_private_bytes(b"s" * 32), Ed25519PrivateKey.from_private_bytes(b"o" * 32)
RAW, RAW_OF_OTHER = (one.public_key().public_bytes_raw() for one in (SIGNER, OTHER))
KEYS = {key_id(RAW): RAW}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ALMOST = st.fixed_dictionaries(
    {
        "payload": JSON | st.binary(max_size=60).map(lambda raw: b64encode(raw).decode()),
        "payloadType": JSON | st.just(KIND),
        "signatures": JSON
        | st.lists(st.fixed_dictionaries({"sig": JSON | st.just("")}, optional={"keyid": JSON}), max_size=10),
    }
)


def envelope(*signers: Ed25519PrivateKey, keyid: str | None = None, **changed: Any) -> dict[str, Any]:
    signed = [b64encode(one.sign(dsse.pae(KIND, WORDS))).decode() for one in signers]
    signatures = [{"sig": sig} | ({} if keyid is None else {"keyid": keyid}) for sig in signed]
    return {"payload": b64encode(WORDS).decode(), "payloadType": KIND, "signatures": signatures} | changed


def test_the_encoding_that_is_signed_states_the_lengths_in_bytes() -> None:
    assert dsse.pae("é", b"\x00 1 ") == b"DSSEv1 2 \xc3\xa9 4 \x00 1 "
    assert dsse.pae("", b"") == b"DSSEv1 0  0 "


@pytest.mark.parametrize("keyid", [None, "", key_id(RAW)])
def test_a_signature_holds_under_its_key_named_or_not(keyid: str | None) -> None:
    found = dsse.verified(dsse.opened(envelope(SIGNER, keyid=keyid)), KEYS)
    assert found is not None
    assert found[0] == key_id(RAW)


def test_one_of_several_signatures_is_enough_and_it_alone_is_kept() -> None:
    found = dsse.verified(dsse.opened(envelope(OTHER, SIGNER)), KEYS)
    assert found is not None
    kept = found[1]
    assert [one.keyid for one in kept.signatures] == [key_id(RAW)]
    assert kept.signatures[0].sig == envelope(SIGNER)["signatures"][0]["sig"]


@pytest.mark.parametrize(
    "wrong",
    [
        envelope(OTHER),
        envelope(SIGNER, keyid=key_id(RAW_OF_OTHER)),
        envelope(SIGNER, payload=b64encode(WORDS + b" ").decode()),
        envelope(SIGNER, payloadType="application/vnd.other+json"),
        envelope(SIGNER, signatures=[{"sig": ""}]),
    ],
    ids=["another key", "another key named", "another payload", "another type", "no signature"],
)
def test_what_was_not_signed_so_does_not_hold(wrong: dict[str, Any]) -> None:
    assert dsse.verified(dsse.opened(wrong), KEYS) is None


def test_both_alphabets_of_base64_are_read_and_kept_in_one() -> None:
    payload = b"\xfb\xff\xfe"
    sig = SIGNER.sign(dsse.pae(KIND, payload))
    plain = [
        {"payload": code(payload).decode(), "payloadType": KIND, "signatures": [{"sig": code(sig).decode()}]}
        for code in (b64encode, urlsafe_b64encode)
    ]
    standard, url_safe = (dsse.verified(dsse.opened(one), KEYS) for one in plain)
    assert standard == url_safe
    assert standard is not None


def test_fields_the_specification_does_not_know_are_passed_over() -> None:
    assert dsse.verified(dsse.opened(envelope(SIGNER, log="x") | {"extra": [1]}), KEYS) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], "envelope", {}, envelope(), envelope(*[SIGNER] * 9), envelope(SIGNER, payload=7),
        envelope(SIGNER, payload="e30"), envelope(SIGNER, payload="e31="), envelope(SIGNER, payload="+_8="),
        envelope(SIGNER, payload="e30=\n"), envelope(SIGNER, payload="====") , envelope(SIGNER, payload="A" * 20_000),
        envelope(SIGNER, signatures=[{}]), envelope(SIGNER, signatures=[{"sig": "é"}]),
        envelope(SIGNER, payloadType="a\nb"), envelope(SIGNER, payloadType="x" * 201),
    ],
)  # fmt: skip
def test_what_is_no_envelope_is_refused(wrong: Any) -> None:
    with pytest.raises(Refused) as refused:
        dsse.opened(wrong)
    assert refused.value.names(NotAnEnvelope)


@given(JSON | ALMOST)
def test_no_input_raises_anything_but_a_refusal(plain: Any) -> None:
    with suppress(Refused):
        assert dsse.verified(dsse.opened(plain), KEYS) is None
