"""Public keys: each has one id, and none is registered that is weak, malformed or spelled a second way."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.security.ed25519 import P, is_sound, key_id

SMALL_ORDER = {
    "neutral": "0100000000000000000000000000000000000000000000000000000000000000",
    "of order 2": "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "of order 4": "0000000000000000000000000000000000000000000000000000000000000000",
    "of order 4, the other": "0000000000000000000000000000000000000000000000000000000000000080",
    "of order 8": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "of order 8, the other": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "of order 8, the third": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "of order 8, the fourth": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
}


def made(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(number.to_bytes(32))


@settings(max_examples=20)
@given(st.integers(0, 2**256 - 1))
def test_a_key_that_was_made_is_sound_and_its_id_is_that_of_its_info(number: int) -> None:
    public = made(number).public_key()
    info = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert is_sound(public.public_bytes_raw())
    assert key_id(public.public_bytes_raw()) == "sha-256:" + hashlib.sha256(info).hexdigest()


@pytest.mark.parametrize("name", SMALL_ORDER)
def test_a_key_of_small_order_is_not_sound(name: str) -> None:
    assert not is_sound(bytes.fromhex(SMALL_ORDER[name]))


def test_a_key_in_a_second_spelling_is_not_sound() -> None:
    assert not any(is_sound((P + low).to_bytes(32, "little")) for low in range(19))
    assert not is_sound((1 | 1 << 255).to_bytes(32, "little"))


def test_a_key_of_mixed_order_is_not_sound() -> None:
    """A sound key to which a point of order 2 was added: (x, y) becomes (-x, -y)."""
    number = int.from_bytes(made(7).public_key().public_bytes_raw(), "little")
    sign, y = number >> 255, number & (2**255 - 1)
    assert not is_sound((P - y | (1 - sign) << 255).to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_not_sound(length: int) -> None:
    assert not is_sound(bytes(length))


@given(st.binary(min_size=32, max_size=32))
def test_any_bytes_are_judged(raw: bytes) -> None:
    assert is_sound(raw) in (True, False)
