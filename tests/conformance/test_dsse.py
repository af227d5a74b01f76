"""The example of the DSSE specification: read and encoded as it says, and its signature (ECDSA P-256) verifies."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from shared.security import dsse
from tests.support.servers import CHECKOUT

FOLDER = Path(os.environ.get("CONFORMANCE") or CHECKOUT.parent / "shared" / "conformance")


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    path = FOLDER / "dsse" / "example.json"
    if not path.is_file():
        pytest.skip(f"{path} is not there; name the folder of conformance data in CONFORMANCE")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_the_example_is_read_as_its_body_and_type(example: dict[str, Any]) -> None:
    found = dsse.opened(example["envelope"])
    assert found.payload == example["body"].encode()
    assert found.payload_type == example["payloadType"]


def test_the_example_is_encoded_for_signing_as_published(example: dict[str, Any]) -> None:
    assert dsse.pae(example["payloadType"], example["body"].encode()) == example["pae"].encode()


def test_the_signature_of_the_example_is_over_that_encoding(example: dict[str, Any]) -> None:
    found = dsse.opened(example["envelope"])
    (signature,) = found.signatures
    r, s = (int.from_bytes(half) for half in (signature.sig[:32], signature.sig[32:]))
    numbers = ec.EllipticCurvePublicNumbers(int(example["x"]), int(example["y"]), ec.SECP256R1())
    encoded = dsse.pae(found.payload_type, found.payload)
    numbers.public_key().verify(encode_dss_signature(r, s), encoded, ec.ECDSA(SHA256()))
