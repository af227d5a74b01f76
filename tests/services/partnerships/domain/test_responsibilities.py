"""A partner's register of responsibilities."""

from uuid import UUID

import pytest

from services.partnerships.domain import partner as partners
from services.partnerships.domain.entries import AlreadyEnded, EndsBeforeItBegins, NoSuchEntry
from services.partnerships.domain.partner import (
    PARTNER,
    AlreadyAccountable,
    AlreadyTheirs,
    AssignResponsibility,
    End,
    NoSuchPartner,
    ScopeNotRight,
)
from shared.authority.scopes import at_hand, covers
from shared.contracts.partnerships import (
    PartnerRegistered,
    ResponsibilityAssigned,
    ResponsibilityConfirmed,
    ResponsibilityEnded,
)
from shared.contracts.values import Scope
from tests.services.partnerships.domain.given import ADA, DAY, DEAN, HEAD, LETTER, NOON, NSCC, given, refused

ONE, TWO = UUID(int=41), UUID(int=42)
REGISTERED = (PartnerRegistered(NSCC, "nscc", {"en": "NSCC"}, "post-secondary", "CA-NS", UUID(int=10), LETTER),)
FUNDING = AssignResponsibility("funding", DEAN, LETTER)
ASSIGNED = partners.assign(given(PARTNER, REGISTERED), ONE, FUNDING, NOON)
CONFIRMED = partners.confirm(given(PARTNER, REGISTERED, ASSIGNED), ONE, ADA)
OWNED = given(PARTNER, REGISTERED, ASSIGNED, CONFIRMED)


def test_a_matter_is_given_to_a_position_and_confirmed_once() -> None:
    assert (ResponsibilityAssigned(ONE, NSCC, DEAN, "funding", "accountable", NOON, LETTER),) == ASSIGNED
    assert (ResponsibilityConfirmed(ONE, NSCC, ADA),) == CONFIRMED
    assert partners.confirm(OWNED, ONE, ADA) == ()


def test_a_responsibility_that_was_ended_is_not_confirmed_any_more() -> None:
    claimed = given(PARTNER, REGISTERED, ASSIGNED)
    ended = given(PARTNER, REGISTERED, ASSIGNED, partners.end(claimed, ONE, End(LETTER, NOON + DAY), NOON))
    assert partners.confirm(ended, ONE, ADA, NOON)
    with refused(AlreadyEnded):
        partners.confirm(ended, ONE, ADA, NOON + DAY)


def test_what_nobody_recorded_is_refused() -> None:
    with refused(NoSuchPartner):
        partners.assign(PARTNER.initial, ONE, FUNDING, NOON)
    with refused(NoSuchEntry):
        partners.confirm(OWNED, TWO, ADA)


def test_at_most_one_position_is_accountable_for_a_matter_in_a_scope_at_any_time() -> None:
    with refused(AlreadyAccountable):
        partners.assign(OWNED, TWO, AssignResponsibility("funding", HEAD, LETTER, since=NOON + 100 * DAY), NOON)


def test_another_letter_matter_scope_or_time_stands_beside_it() -> None:
    ended = given(PARTNER, REGISTERED, ASSIGNED, CONFIRMED, partners.end(OWNED, ONE, End(LETTER, NOON + DAY), NOON))
    assert partners.assign(OWNED, TWO, AssignResponsibility("funding", HEAD, LETTER, "consulted"), NOON)
    assert partners.assign(OWNED, TWO, AssignResponsibility("fees", HEAD, LETTER), NOON)
    assert partners.assign(OWNED, TWO, AssignResponsibility("funding", HEAD, LETTER, scope=Scope("sector", "x")), NOON)
    assert partners.assign(ended, TWO, AssignResponsibility("funding", HEAD, LETTER, since=NOON + DAY), NOON)


def test_what_was_taken_back_before_it_began_keeps_nobody_from_the_place() -> None:
    intent = AssignResponsibility("funding", DEAN, LETTER, since=NOON + 10 * DAY)
    later = partners.assign(given(PARTNER, REGISTERED), ONE, intent, NOON)
    claimed = given(PARTNER, REGISTERED, later, partners.confirm(given(PARTNER, REGISTERED, later), ONE, ADA))
    (ended,) = partners.end(claimed, ONE, End(LETTER), NOON)
    after = PARTNER.evolve(claimed, ended)
    assert partners.assign(after, TWO, AssignResponsibility("funding", HEAD, LETTER), NOON)


def test_two_unconfirmed_claims_may_stand_but_only_one_is_confirmed() -> None:
    claimed = given(PARTNER, REGISTERED, ASSIGNED)
    rival = partners.assign(claimed, TWO, AssignResponsibility("funding", HEAD, LETTER), NOON)
    with refused(AlreadyAccountable):
        partners.confirm(given(PARTNER, REGISTERED, ASSIGNED, rival, CONFIRMED), TWO, ADA)


def test_a_responsibility_ends_and_its_end_can_only_be_brought_forward() -> None:
    ended = partners.end(OWNED, ONE, End(LETTER, NOON + 5 * DAY), NOON)
    assert ended == (ResponsibilityEnded(ONE, NSCC, NOON + 5 * DAY, LETTER),)
    after = given(PARTNER, REGISTERED, ASSIGNED, CONFIRMED, ended)
    with refused(AlreadyEnded):
        partners.end(after, ONE, End(LETTER, NOON + 6 * DAY), NOON)
    with refused(EndsBeforeItBegins):
        partners.end(OWNED, ONE, End(LETTER, NOON - DAY), NOON)


def test_a_responsibility_that_never_holds_is_refused() -> None:
    with refused(EndsBeforeItBegins):
        partners.assign(OWNED, TWO, AssignResponsibility("fees", HEAD, LETTER, until=NOON - DAY), NOON)


def test_the_same_position_given_the_same_again_is_told_that_it_has_it_already() -> None:
    with refused(AlreadyTheirs):
        partners.assign(OWNED, TWO, FUNDING, NOON)


def test_the_id_of_a_microcredential_is_kept_in_lower_case_so_that_it_covers_that_very_one() -> None:
    shouted = Scope("microcredential", str(UUID(int=0xABC)).upper())
    intent = AssignResponsibility("fees", HEAD, LETTER, scope=shouted)
    (assigned,) = partners.assign(given(PARTNER, REGISTERED), TWO, intent, NOON)
    assert isinstance(assigned, ResponsibilityAssigned)
    assert covers(assigned.scope, at_hand(UUID(int=0xABC)))


def test_a_scope_recorded_before_it_was_refused_is_confirmed_all_the_same() -> None:
    before = ResponsibilityAssigned(TWO, NSCC, HEAD, "fees", "accountable", NOON, LETTER, Scope("sector", "Health "))
    assert partners.confirm(given(PARTNER, REGISTERED, (before,)), TWO, ADA)


@pytest.mark.parametrize(
    "scope",
    [
        Scope("anything", "x"), Scope("sector"), Scope("amount", "a lot"), Scope("amount", "-5"), Scope("sector", " "),
        Scope("sector", "Health "), Scope("sector", "a,b"), Scope("microcredential", "plant-safety"),
        Scope("credit", "maybe"), Scope("jurisdiction", "nova scotia"), Scope("unit", "health\n"),
    ],
)  # fmt: skip
def test_a_scope_that_is_none_is_refused(scope: Scope) -> None:
    with refused(ScopeNotRight):
        partners.assign(given(PARTNER, REGISTERED), TWO, AssignResponsibility("fees", HEAD, LETTER, scope=scope), NOON)
