"""Whether a revocation has taken away what a decision rested on, at the moment it was taken."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from msgspec import structs

from shared.authority import Register, effect_of, revoked, revoked_key
from shared.authority.keys import Key
from shared.authority.revoking import Revoked
from shared.contracts import partnerships as said
from shared.contracts.values import Acting, Evidence, Scope
from shared.kernel import Fact
from tests.shared.authority.test_who_decides import (
    ADA,
    DANA,
    DAY,
    DEAN,
    HANA,
    HEAD,
    LETTER,
    NSCC,
    START,
    holding,
    owns,
    position,
    register,
    responsibility,
)

THEN = START + 10 * DAY
ACTING = Acting(DANA, DEAN, NSCC)
EVIDENCE = Evidence("funding", NSCC, DEAN, 1, responsibility(DEAN, Scope()))
DELEGATION, PASSED_ON = UUID(int=31), UUID(int=32)


def judged(*facts: list[Fact], by: Acting = ACTING, at: datetime = THEN) -> Revoked | None:
    return revoked(register(*facts).community("here"), by, EVIDENCE, at)


def dean() -> list[list[Fact]]:
    return [position(DEAN, "dean", DANA), owns(DEAN)]


def test_an_authority_nobody_took_away_holds() -> None:
    assert judged(*dean()) is None


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        (said.HolderEnded(holding(DEAN), DEAN, THEN, LETTER), "holding"),
        (said.PositionEnded(DEAN, THEN, LETTER), "position"),
        (said.ResponsibilityEnded(responsibility(DEAN, Scope()), NSCC, THEN, LETTER), "responsibility"),
    ],
)
def test_each_end_takes_it_away_from_its_moment_on(fact: Fact, what: str) -> None:
    ended = judged(*dean(), [fact])
    assert ended is not None
    assert (ended.what, ended.effective) == (what, THEN)
    assert judged(*dean(), [fact], at=THEN - timedelta(microseconds=1)) is None


def test_the_end_of_another_holder_of_the_position_takes_nothing_away() -> None:
    other = said.HolderAppointed(UUID(int=41), DEAN, HANA, START, LETTER)
    confirmed = said.HolderConfirmed(UUID(int=41), DEAN, ADA)
    assert judged(*dean(), [other, confirmed, said.HolderEnded(UUID(int=41), DEAN, START, LETTER)]) is None


def test_what_was_granted_later_and_makes_the_answer_ambiguous_takes_nothing_away() -> None:
    assert judged(*dean(), position(HEAD, "head", HANA), owns(HEAD)) is None


def test_an_end_makes_no_difference_where_another_entry_gave_the_same() -> None:
    ended = said.ResponsibilityEnded(responsibility(DEAN, Scope()), NSCC, START, LETTER)
    narrower = EVIDENCE.responsibility
    again = said.ResponsibilityAssigned(UUID(int=42), NSCC, DEAN, "funding", "accountable", START, LETTER)
    assert narrower is not None
    assert judged(*dean(), [again, said.ResponsibilityConfirmed(UUID(int=42), NSCC, ADA), ended]) is None


UNIT, NOVA_SCOTIA = Scope("unit", "health"), Scope("jurisdiction", "CA-NS")
NARROW = structs.replace(EVIDENCE, responsibility=responsibility(DEAN, UNIT), scope=UNIT)


def ended(of: UUID, scope: Scope) -> list[Fact]:
    return [said.ResponsibilityEnded(responsibility(of, scope), NSCC, START, LETTER)]


def test_the_end_of_the_one_that_won_makes_no_difference_where_the_position_decides_all_the_same() -> None:
    wide, narrow = ended(DEAN, Scope()), ended(DEAN, UNIT)
    facts = [*dean(), owns(DEAN, UNIT)]

    def after(*ends: list[Fact]) -> Revoked | None:
        return revoked(register(*facts, *ends).community("here"), ACTING, NARROW, THEN, (UNIT,))

    assert after(narrow) is None
    assert after(wide) is None
    one, other = after(narrow, wide), after(wide, narrow)
    assert (one is not None, other is not None) == (True, True)


def test_an_entry_of_the_same_position_that_another_is_narrower_than_does_not_save_it() -> None:
    facts = [*dean(), owns(DEAN, UNIT), position(HEAD, "head", HANA), owns(HEAD, NOVA_SCOTIA), ended(DEAN, UNIT)]
    community = register(*facts).community("here")
    assert revoked(community, ACTING, NARROW, THEN, (UNIT,)) is None
    lost = revoked(community, ACTING, NARROW, THEN, (UNIT, NOVA_SCOTIA))
    assert lost is not None
    assert lost.what == "responsibility"


def test_who_stands_in_loses_it_with_an_end_of_what_led_to_them() -> None:
    between, by = UUID(int=14), structs.replace(ACTING, person=HANA, alternate=HEAD)
    facts = [
        position(HEAD, "head", HANA), position(between, "between", None, alternate=HEAD),
        position(DEAN, "dean", None, alternate=between), owns(DEAN),
    ]  # fmt: skip
    assert judged(*facts, by=by) is None
    gone: list[Fact] = [said.PositionEnded(between, THEN, LETTER)]
    lost = judged(*facts, gone, by=by)
    assert lost is not None
    assert (lost.what, lost.effective) == ("position", THEN)
    assert judged(*facts, gone, by=by, at=THEN - DAY) is None
    again: list[Fact] = [said.PositionChanged(DEAN, ADA, {"en": "dean"}, LETTER, HEAD)]
    assert judged(*facts, gone, again, by=by) is None


def delegated(of: UUID, to: UUID, chained_from: UUID | None = None) -> list[Fact]:
    granted = said.DelegationGranted(
        of, DEAN, holding(DEAN), DANA, to, ("funding",), START, START + 99 * DAY, LETTER, None, chained_from
    )
    return [granted, said.DelegationConfirmed(of, DEAN, ADA)]


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        (said.DelegationEnded(PASSED_ON, DEAN, DANA, THEN), "delegation"),
        (said.DelegationEnded(DELEGATION, DEAN, DANA, THEN), "delegation"),
        (said.HolderEnded(holding(DEAN), DEAN, THEN, LETTER), "holding"),
    ],
    ids=["their own", "the one it passes on", "the holding it was made from"],
)
def test_a_delegate_s_authority_ends_with_any_link_of_it(fact: Fact, what: str) -> None:
    chain = [*dean(), delegated(DELEGATION, HANA), delegated(PASSED_ON, ADA, DELEGATION)]
    by = structs.replace(ACTING, person=ADA, delegation=PASSED_ON)
    assert judged(*chain, by=by) is None
    ended = judged(*chain, [fact], by=by)
    assert ended is not None
    assert ended.what == what


def test_an_alternate_s_authority_ends_with_their_own_holding() -> None:
    by = structs.replace(ACTING, person=HANA, alternate=HEAD)
    facts = [*dean(), position(HEAD, "head", HANA)]
    assert judged(*facts, by=by) is None
    ended = judged(*facts, [said.HolderEnded(holding(HEAD), HEAD, THEN, LETTER)], by=by)
    assert ended is not None
    assert ended.what == "holding"


def test_a_key_revoked_before_is_told_from_one_that_expired() -> None:
    key = Key("0" * 16, "here", DANA, "member", frozenset(), "", THEN)
    assert revoked_key(key, THEN) is None
    key.revoked, key.revoked_by = THEN, UUID(int=51)
    assert revoked_key(key, THEN - timedelta(microseconds=1)) is None
    assert revoked_key(key, THEN) == Revoked("key", THEN, UUID(int=51))


def test_a_revocation_takes_effect_when_it_says_and_else_two_seconds_after_it_is_recorded() -> None:
    assert effect_of(None, THEN) == THEN + timedelta(seconds=2)
    assert effect_of(THEN - DAY, THEN) == THEN - DAY


def test_the_register_knows_the_last_revocation_of_each_community() -> None:
    folded = register(*dean(), [said.PositionEnded(DEAN, THEN, LETTER)])
    assert folded.last_revocation == {"here": folded.index}
    assert Register().last_revocation == {}
