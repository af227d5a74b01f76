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
    effective = recorded.fact.effective
    key.revoked = effective if key.revoked is None else min(effective, key.revoked)
    key.facts = (*key.facts, recorded.id)


TAKES: Takes = {SigningKeyRegistered: _registered, SigningKeyRevoked: _revoked}
