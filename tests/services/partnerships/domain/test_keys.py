"""API keys: which scopes, how many, for how long; rotated and ended by whose they are."""

from dataclasses import replace
from datetime import timedelta

from msgspec.structs import replace as replaced

from services.partnerships.domain import community as keys
from services.partnerships.domain import rotation
from services.partnerships.domain.allowance import (
    DEFAULT_LIFE,
    LONGEST_LIFE,
    ExpiresTooEarly,
    ExpiresTooLate,
    OutlastsGrant,
    TwoLiveKeys,
)
from services.partnerships.domain.community import KEY, AlreadyRevoked, IssueKey, NoSuchKey, ScopeNotTheirs
from services.partnerships.domain.rotation import EndKey, EndsInThePast, RotateKey
from shared.authority.keys import Key
from shared.contracts.partnerships import KeyIssued, KeyRevoked, Role
from shared.security.keys import NewKey
from shared.security.scopes import ROLE_SCOPES
from tests.services.partnerships.domain.given import ADA, DANA, DAY, NOON, given, refused

HASH = "sha-256:" + "0" * 64
FIRST, SECOND, THIRD = "0" * 16, "1" * 16, "2" * 16
NEXT = NewKey(SECOND, "shown once", HASH)


def issue(intent: IssueKey, *held: Key) -> tuple[keys.KeyFact, ...]:
    return keys.issue(FIRST, HASH, intent, held, NOON)


def a_key(key: str, role: Role = "member", expires: timedelta = DAY, revoked: timedelta | None = None) -> Key:
    """A key of Dana's, its end counted from noon."""
    ended = None if revoked is None else NOON + revoked
    return Key(key, "here", DANA, role, frozenset(ROLE_SCOPES[role]), HASH, NOON + expires, ended)


ISSUED = issue(IssueKey(DANA, "member"))


def test_no_integration_has_a_key_that_signs() -> None:
    assert "decide" not in keys.scopes_for(IssueKey(DANA, "integration"))
    with refused(ScopeNotTheirs):
        issue(IssueKey(DANA, "integration", ("read", "decide")))


def test_a_person_has_at_most_two_live_keys_of_a_role() -> None:
    live = (a_key(FIRST), a_key(SECOND, revoked=DAY))
    assert issue(IssueKey(DANA, "member"), live[0])
    with refused(TwoLiveKeys) as caught:
        issue(IssueKey(DANA, "member"), *live)
    assert all(key.id in str(caught.value) for key in live)
    assert issue(IssueKey(DANA, "member"), live[0], a_key(SECOND, revoked=-DAY), a_key(THIRD, expires=-DAY))
    assert issue(IssueKey(DANA, "advisor"), *live)
    assert issue(IssueKey(ADA, "member"), *live)


def test_a_key_lasts_a_year_unless_said_otherwise_and_two_at_most() -> None:
    def expiry(*stated: timedelta) -> timedelta | None:
        (fact,) = issue(IssueKey(DANA, "member", None, *(NOON + one for one in stated)))
        assert isinstance(fact, KeyIssued)
        return None if fact.expires is None else fact.expires - NOON

    assert expiry() == DEFAULT_LIFE
    assert expiry(LONGEST_LIFE) == LONGEST_LIFE
    with refused(ExpiresTooLate):
        expiry(LONGEST_LIFE + DAY)
    with refused(ExpiresTooEarly):
        expiry(timedelta(0))


def rotate(*held: Key, intent: RotateKey | None = None) -> tuple[keys.KeyFact, ...]:
    return rotation.rotate(given(KEY, ISSUED), held[0], held, NEXT, intent or RotateKey(), NOON)


def test_the_next_key_is_like_the_one_that_asks_and_both_go_on() -> None:
    assert rotate(a_key(FIRST)) == (
        KeyIssued(SECOND, DANA, "member", ROLE_SCOPES["member"], HASH, NOON + DEFAULT_LIFE),
    )


def test_the_next_key_lasts_no_longer_than_a_coordinator_granted() -> None:
    (granted,) = issue(IssueKey(DANA, "member", None, NOON + 3 * DAY))
    assert isinstance(granted, KeyIssued)
    assert granted.granted_until == NOON + 3 * DAY
    first = replace(a_key(FIRST, expires=3 * DAY), granted_until=granted.granted_until, recorded_at=NOON)
    later = rotation.rotate(given(KEY, ISSUED), first, (first,), NEXT, RotateKey(), NOON + 2 * DAY)
    assert later == (replaced(granted, key=SECOND),)
    with refused(OutlastsGrant):
        rotate(first, intent=RotateKey(expires=NOON + 4 * DAY))


def test_the_next_key_lasts_no_longer_than_the_one_it_follows_nor_than_a_year() -> None:
    def lasts(first: timedelta) -> timedelta:
        (fact,) = rotate(replace(a_key(FIRST, expires=first - DAY), recorded_at=NOON - DAY))
        assert isinstance(fact, KeyIssued)
        assert fact.expires is not None
        return fact.expires - NOON

    assert [lasts(life) for life in (3 * DAY, DEFAULT_LIFE, LONGEST_LIFE)] == [3 * DAY, DEFAULT_LIFE, DEFAULT_LIFE]
    with refused(OutlastsGrant):
        rotate(a_key(FIRST), intent=RotateKey(expires=NOON + LONGEST_LIFE))


def test_the_one_it_follows_ends_at_the_moment_stated() -> None:
    assert rotate(a_key(FIRST), intent=RotateKey(former_ends=NOON + DAY))[1:] == (KeyRevoked(FIRST, NOON + DAY),)
    with refused(EndsInThePast):
        rotate(a_key(FIRST), intent=RotateKey(former_ends=NOON - DAY))


def test_an_end_recorded_before_is_not_put_off_by_a_rotation() -> None:
    ended = (KeyRevoked(FIRST, NOON + DAY),)
    with refused(AlreadyRevoked):
        rotation.rotate(given(KEY, ISSUED, ended), a_key(FIRST), (), NEXT, RotateKey(former_ends=NOON + 2 * DAY), NOON)


def test_a_third_key_is_not_made_by_rotation() -> None:
    with refused(TwoLiveKeys):
        rotate(a_key(FIRST), a_key(THIRD))


def test_a_person_ends_keys_of_their_own_from_now_on() -> None:
    state = given(KEY, ISSUED)
    (ended,) = rotation.end_own(state, a_key(FIRST), DANA, EndKey(NOON + DAY), NOON)
    assert ended == KeyRevoked(FIRST, NOON + DAY)
    with refused(EndsInThePast):
        rotation.end_own(state, a_key(FIRST), DANA, EndKey(NOON - DAY), NOON)
    for known in (a_key(FIRST), None):
        with refused(NoSuchKey):
            rotation.end_own(state, known, ADA, EndKey(), NOON)
