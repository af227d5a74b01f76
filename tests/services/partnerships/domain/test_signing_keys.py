"""Signing keys: a person's once proven, a few at a time, revoked from a moment on, never somebody else's."""

import pytest
from msgspec import structs

from services.partnerships.domain import signing_keys
from services.partnerships.domain.signing_keys import (
    CHALLENGE_LASTS,
    MOST_LIVE,
    SIGNING_KEYS,
    Challenge,
    ChallengeExpired,
    ChallengeOfAnother,
    NoSuchSigningKey,
    NotAChallenge,
    NotBeforeNow,
    NotProven,
    Proof,
    RevokeSigningKey,
    SigningKeyEnded,
    SigningKeyFact,
    SigningKeyTaken,
    TooManySigningKeys,
)
from shared.authority.revoking import GRACE
from shared.contracts.partnerships import SigningKeyRegistered, SigningKeyRevoked
from shared.contracts.values import Envelope
from shared.kernel import Reason
from tests.services.partnerships.domain.given import ADA, DANA, DAY, NOON, given, refused

RAW = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
SIGNED = Envelope("", "", ())


def an_id(number: int) -> str:
    return f"sha-256:{number:064x}"


def proof(number: int = 1) -> Proof:
    words = {"en": "It is mine."}
    asked = Challenge("here", DANA, an_id(number), RAW, "nonce", NOON, NOON + CHALLENGE_LASTS, words, "seal")
    return Proof(asked, SIGNED, ours=True)


def register(shown: Proof, *before: tuple[SigningKeyFact, ...]) -> tuple[SigningKeyFact, ...]:
    return signing_keys.register(given(SIGNING_KEYS, *before), shown, DANA, "here", NOON)


REGISTERED = register(proof())


def test_a_key_is_registered_to_whoever_proves_to_have_it_and_again_is_silence() -> None:
    assert (SigningKeyRegistered(an_id(1), DANA, RAW, SIGNED),) == REGISTERED
    assert register(proof(), REGISTERED) == ()


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (structs.replace(proof(), ours=False), NotAChallenge),
        (structs.replace(proof(), envelope=None), NotProven),
        (structs.replace(proof(), challenge=structs.replace(proof().challenge, person=ADA)), ChallengeOfAnother),
        (structs.replace(proof(), challenge=structs.replace(proof().challenge, community="x")), ChallengeOfAnother),
        (structs.replace(proof(), challenge=structs.replace(proof().challenge, expires=NOON)), ChallengeExpired),
    ],
)
def test_what_proves_nothing_registers_nothing(shown: Proof, reason: type[Reason]) -> None:
    with refused(reason):
        register(shown)


def test_every_reason_is_named_at_once() -> None:
    late = structs.replace(proof().challenge, expires=NOON, person=ADA)
    with refused(NotProven) as caught:
        register(Proof(late, None, ours=False))
    assert len(caught.value.reasons) == 4


def test_a_person_has_a_few_live_keys_and_a_revoked_one_makes_room() -> None:
    several = [register(proof(number)) for number in range(MOST_LIVE)]
    with refused(TooManySigningKeys):
        register(proof(MOST_LIVE), *several)
    ended = (SigningKeyRevoked(an_id(0), DANA, DANA, NOON),)
    assert register(proof(MOST_LIVE), *several, ended)


def test_a_revoked_key_is_never_registered_again() -> None:
    with refused(SigningKeyTaken):
        register(proof(), REGISTERED, (SigningKeyRevoked(an_id(1), DANA, DANA, NOON + DAY),))


def test_a_revocation_takes_effect_a_moment_later_or_as_stated_and_is_only_brought_forward() -> None:
    state = given(SIGNING_KEYS, REGISTERED)
    (ended,) = signing_keys.revoke(state, an_id(1), DANA, RevokeSigningKey(), DANA, NOON)
    assert ended == SigningKeyRevoked(an_id(1), DANA, DANA, NOON + GRACE)
    after = given(SIGNING_KEYS, REGISTERED, (ended,))
    with refused(SigningKeyEnded):
        signing_keys.revoke(after, an_id(1), DANA, RevokeSigningKey(NOON + DAY), DANA, NOON)
    assert signing_keys.revoke(after, an_id(1), DANA, RevokeSigningKey(NOON - DAY), ADA, NOON)
    with refused(NoSuchSigningKey):
        signing_keys.revoke(state, an_id(2), DANA, RevokeSigningKey(), DANA, NOON)


def test_nobody_takes_back_alone_what_they_have_signed() -> None:
    with refused(NotBeforeNow):
        signing_keys.revoke(given(SIGNING_KEYS, REGISTERED), an_id(1), DANA, RevokeSigningKey(NOON - DAY), DANA, NOON)
