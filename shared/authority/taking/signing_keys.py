"""Signing keys: registered once, revoked from a moment on, which can only be brought forward.

When one was registered is when that was recorded: keys are judged now, and never sign for the past.
"""

from shared.authority.community import Community, Takes
from shared.authority.signing_keys import SigningKey
from shared.contracts.partnerships import SigningKeyRegistered, SigningKeyRevoked
from shared.kernel import Recorded


def _registered(community: Community, recorded: Recorded[SigningKeyRegistered]) -> None:
    fact = recorded.fact
    community.signing_keys[fact.signing_key] = SigningKey(
        fact.signing_key, fact.person, fact.public_key, recorded.recorded_at, facts=(recorded.id,)
    )


def _revoked(community: Community, recorded: Recorded[SigningKeyRevoked]) -> None:
    if (key := community.signing_keys.get(recorded.fact.signing_key)) is None:
        return
    if key.revoked is None or recorded.fact.effective < key.revoked:
        key.revoked, key.revoked_by = recorded.fact.effective, recorded.id
    key.facts = (*key.facts, recorded.id)


TAKES: Takes = {SigningKeyRegistered: _registered, SigningKeyRevoked: _revoked}
