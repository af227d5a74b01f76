"""Signing as people do it: with an Ed25519 key of their own, over what the services hand out."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.security import dsse
from shared.security.ed25519 import key_id
from tests.support.community import Caller

SIGNING_KEYS = "/partnerships/v1/signing-keys"


@dataclass(frozen=True)
class Signer:
    """A private key, with what others know it by."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public_key(self) -> str:
        return b64encode(self.private.public_key().public_bytes_raw()).decode()

    @property
    def id(self) -> str:
        return key_id(self.private.public_key().public_bytes_raw())

    def signed(self, payload: bytes, payload_type: str, keyid: str | None = None) -> dict[str, Any]:
        """A DSSE envelope of that payload."""
        sig = b64encode(self.private.sign(dsse.pae(payload_type, payload))).decode()
        return {
            "payload": b64encode(payload).decode(),
            "payloadType": payload_type,
            "signatures": [{"keyid": self.id if keyid is None else keyid, "sig": sig}],
        }

    def answer(self, handed_out: dict[str, Any]) -> dict[str, Any]:
        """What was handed out, signed as it is."""
        return self.signed(b64decode(handed_out["payload"]), handed_out["payload_type"])

    async def register(self, caller: Caller) -> dict[str, Any]:
        """Registered as that caller's: the receipt."""
        challenge = await caller.post(f"{SIGNING_KEYS}/challenges", {"public_key": self.public_key})
        return await caller.post(SIGNING_KEYS, {"envelope": self.answer(challenge)})
