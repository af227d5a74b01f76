"""What holders delegate, and when they are away."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.partnerships.domain import absence as absences
from services.partnerships.domain import delegation as delegations
from services.partnerships.domain import establishing, holders
from services.partnerships.domain.absence import (
    AlreadyAway,
    AwayBefore,
    EndAbsence,
    NotTheirAbsence,
    RecordAbsence,
    WasAway,
    WhoseAbsence,
)
from services.partnerships.domain.delegation import (
    LONGEST_CHAIN,
    AlreadyDelegated,
    Delegate,
    EndDelegation,
    LongerThanHeld,
    NotPassedOn,
    NotTheirsToDelegate,
    NotTheirsToEnd,
    PassedOnTooOften,
    ToOneself,
    WiderThanHeld,
)
from services.partnerships.domain.entries import AlreadyEnded, EndsBeforeItBegins, NoSuchEntry
from services.partnerships.domain.establishing import ChangePosition, EstablishPosition
from services.partnerships.domain.holders import AppointHolder
from services.partnerships.domain.partner import End
from services.partnerships.domain.position import POSITION, PositionFact, PositionState
from shared.authority import GRACE
from shared.contracts.partnerships import AbsenceEnded, AbsenceRecorded, DelegationConfirmed, DelegationEnded
from shared.contracts.values import NoteRef
from tests.services.partnerships.domain.given import ADA, DANA, DAY, DEAN, HANA, LETTER, NOON, NSCC, given, refused

HOLDING, ONE, TWO = UUID(int=31), UUID(int=41), UUID(int=42)
LATER = UUID(int=24)
REASON = NoteRef(UUID(int=51), "sha-256:" + "0" * 64, "en")
OWN = frozenset({"funding", "fees"})


def held(until: datetime | None = NOON + 100 * DAY, *more: tuple[PositionFact, ...], **terms: Any) -> PositionState:
    """The dean's position, confirmed and held by DANA."""
    established = establishing.establish(DEAN, EstablishPosition(NSCC, "dean", {"en": "Dean"}, LETTER, **terms), NOON)
    state = given(POSITION, established)
    appointed = holders.appoint(state, HOLDING, AppointHolder(DANA, LETTER, until=until), NOON)
    state = given(POSITION, established, establishing.confirm(state, ADA), appointed)
    return given(POSITION, established, appointed, holders.confirm_holder(state, HOLDING, ADA), *more)


def asked(to: UUID = HANA, days: int = 10, **others: Any) -> Delegate:
    return Delegate(to, others.pop("matters", ("funding",)), NOON + days * DAY, "A voyage.", LETTER, **others)


def grant(state: PositionState, intent: Delegate, by: UUID = DANA, delegation: UUID = ONE) -> tuple[Any, ...]:
    return delegations.grant(state, delegation, intent, by, OWN, NOON, REASON)


def confirmed(state: PositionState, intent: Delegate, by: UUID = DANA, delegation: UUID = ONE) -> PositionState:
    granted = given_on(state, grant(state, intent, by, delegation))
    return given_on(granted, delegations.confirm(granted, delegation, ADA))


def given_on(state: PositionState, facts: tuple[PositionFact, ...]) -> PositionState:
    for fact in facts:
        state = POSITION.evolve(state, fact)
    return state


def test_a_holder_delegates_named_matters_from_until_with_a_reason() -> None:
    (fact,) = grant(held(), asked(matters=("funding", "fees", "funding")))
    assert (fact.holding, fact.by, fact.to) == (HOLDING, DANA, HANA)
    assert (fact.matters, fact.since, fact.until) == (("fees", "funding"), NOON, NOON + 10 * DAY)
    assert (fact.reason, fact.chained_from) == (REASON, None)


def test_only_who_holds_the_position_delegates_from_it() -> None:
    with refused(NotTheirsToDelegate):
        grant(held(), asked(to=ADA), by=HANA)
    with refused(NotTheirsToDelegate):
        delegations.grant(held(until=NOON + DAY), ONE, asked(), DANA, OWN, NOON + 2 * DAY, REASON)


def test_nothing_is_delegated_that_the_position_does_not_answer_for() -> None:
    with refused(WiderThanHeld) as error:
        grant(held(), asked(matters=("funding", "branding")))
    assert "branding" in str(error.value)
    assert "fees, funding" in str(error.value)


def test_a_delegation_lies_within_the_holding_it_is_made_from() -> None:
    with refused(LongerThanHeld):
        grant(held(), asked(days=101))
    with refused(LongerThanHeld):
        grant(held(), asked(since=NOON - DAY))
    with refused(EndsBeforeItBegins):
        grant(held(), asked(since=NOON + 20 * DAY))
    assert grant(held(until=None), asked(days=5000))


def test_every_reason_against_a_delegation_is_named() -> None:
    with refused(ToOneself) as error:
        grant(held(), asked(to=DANA, matters=("branding",), days=500))
    assert {type(reason) for reason in error.value.reasons} == {ToOneself, WiderThanHeld, LongerThanHeld}


def test_the_same_is_not_delegated_twice_at_a_time() -> None:
    state = given_on(held(), grant(held(), asked()))
    with refused(AlreadyDelegated):
        grant(state, asked(days=5, matters=("fees", "funding")), delegation=TWO)
    assert grant(state, asked(matters=("fees",)), delegation=TWO)
    assert grant(state, asked(since=NOON + 10 * DAY, days=20), delegation=TWO)


def test_a_delegation_is_confirmed_once() -> None:
    state = given_on(held(), grant(held(), asked()))
    assert delegations.confirm(state, ONE, ADA) == (DelegationConfirmed(ONE, DEAN, ADA),)
    assert delegations.confirm(confirmed(held(), asked()), ONE, ADA) == ()
    with refused(NoSuchEntry):
        delegations.confirm(held(), ONE, ADA)


def test_a_delegation_that_was_ended_is_not_confirmed_any_more() -> None:
    granted = given_on(held(), grant(held(), asked()))
    ended = given_on(granted, delegations.end(granted, ONE, EndDelegation(NOON + DAY), DANA, False, NOON))
    assert delegations.confirm(ended, ONE, ADA, NOON)
    with refused(AlreadyEnded):
        delegations.confirm(ended, ONE, ADA, NOON + DAY)


def test_what_is_passed_on_is_not_confirmed_once_the_position_does_not_allow_it_any_more() -> None:
    first = confirmed(held(may_subdelegate=True), asked())
    passed_on = given_on(first, grant(first, asked(to=LATER, days=9, passes_on=ONE), by=HANA, delegation=TWO))
    assert delegations.confirm(passed_on, TWO, ADA, NOON)
    change = ChangePosition(LETTER, may_subdelegate=False)
    changed = given_on(passed_on, establishing.change(passed_on, change, ADA))
    with refused(NotPassedOn):
        delegations.confirm(changed, TWO, ADA, NOON)


def test_nothing_is_passed_on_once_the_holding_it_was_made_from_has_ended() -> None:
    state = confirmed(held(may_subdelegate=True), asked())
    state = given_on(state, holders.end_holding(state, HOLDING, End(LETTER, NOON), NOON))
    with refused(NotTheirsToDelegate):
        grant(state, asked(to=LATER, days=9, passes_on=ONE), by=HANA, delegation=TWO)


def test_what_was_delegated_is_not_passed_on_unless_the_position_allows_it() -> None:
    with refused(NotPassedOn):
        grant(confirmed(held(), asked()), asked(to=LATER, passes_on=ONE), by=HANA, delegation=TWO)
    state = confirmed(held(may_subdelegate=True), asked())
    (fact,) = grant(state, asked(to=LATER, days=9, passes_on=ONE), by=HANA, delegation=TWO)
    assert (fact.holding, fact.by, fact.chained_from) == (HOLDING, HANA, ONE)


def test_what_is_passed_on_is_neither_wider_nor_longer_than_what_was_delegated() -> None:
    state = confirmed(held(may_subdelegate=True), asked())
    with refused(WiderThanHeld):
        grant(state, asked(to=LATER, matters=("fees",), passes_on=ONE), by=HANA, delegation=TWO)
    with refused(LongerThanHeld):
        grant(state, asked(to=LATER, days=11, passes_on=ONE), by=HANA, delegation=TWO)


def test_only_a_confirmed_delegation_to_oneself_is_passed_on() -> None:
    unconfirmed = given_on(held(may_subdelegate=True), grant(held(), asked()))
    with refused(NotTheirsToDelegate):
        grant(unconfirmed, asked(to=LATER, passes_on=ONE), by=HANA, delegation=TWO)
    with refused(NotTheirsToDelegate):
        grant(confirmed(held(may_subdelegate=True), asked()), asked(passes_on=ONE), by=ADA, delegation=TWO)


def test_a_matter_is_passed_on_so_often_and_no_more() -> None:
    state, people = held(may_subdelegate=True), [UUID(int=100 + place) for place in range(LONGEST_CHAIN + 3)]
    state = confirmed(state, asked(to=people[0]), delegation=UUID(int=200))
    for place in range(1, LONGEST_CHAIN + 1):
        intent = asked(to=people[place], passes_on=UUID(int=199 + place))
        state = confirmed(state, intent, by=people[place - 1], delegation=UUID(int=200 + place))
    last = asked(to=people[LONGEST_CHAIN + 1], passes_on=UUID(int=200 + LONGEST_CHAIN))
    with refused(PassedOnTooOften):
        grant(state, last, by=people[LONGEST_CHAIN], delegation=TWO)


@pytest.mark.parametrize(("by", "administers"), [(DANA, False), (HANA, False), (ADA, True)])
def test_the_holder_the_delegate_and_the_administrator_end_a_delegation(by: UUID, administers: bool) -> None:
    state = confirmed(held(), asked())
    ended = delegations.end(state, ONE, EndDelegation(), by, administers, NOON + DAY)
    assert ended == (DelegationEnded(ONE, DEAN, by, NOON + DAY + GRACE),)
    with refused(AlreadyEnded):
        delegations.end(given_on(state, ended), ONE, EndDelegation(), by, administers, NOON + 2 * DAY)


def test_nobody_else_ends_a_delegation() -> None:
    with refused(NotTheirsToEnd):
        delegations.end(confirmed(held(), asked()), ONE, EndDelegation(), ADA, False, NOON)


def test_a_holder_says_when_they_are_away_and_that_they_are_back() -> None:
    away = absences.record(held(), ONE, RecordAbsence(until=NOON + 3 * DAY), DANA, False, NOON)
    assert away == (AbsenceRecorded(ONE, DEAN, HOLDING, DANA, NOON, NOON + 3 * DAY),)
    state = given_on(held(), away)
    assert absences.end(state, ONE, EndAbsence(), DANA, False, NOON + DAY) == (
        AbsenceEnded(ONE, DEAN, DANA, NOON + DAY + GRACE),
    )
    with refused(AlreadyEnded):
        absences.end(state, ONE, EndAbsence(), DANA, False, NOON + 3 * DAY)
    with refused(NoSuchEntry):
        absences.end(state, TWO, EndAbsence(), DANA, False, NOON)


def test_an_absence_taken_back_before_it_began_keeps_nobody_from_being_away() -> None:
    later = absences.record(held(), ONE, RecordAbsence(since=NOON + 5 * DAY), DANA, False, NOON)
    back = absences.end(given_on(held(), later), ONE, EndAbsence(), DANA, False, NOON)
    assert absences.record(given_on(given_on(held(), later), back), TWO, RecordAbsence(), DANA, False, NOON)


def test_the_administrator_records_another_s_absence_by_the_holding_and_nobody_else_does() -> None:
    assert absences.record(held(), ONE, RecordAbsence(holding=HOLDING), ADA, True, NOON)
    with refused(WhoseAbsence):
        absences.record(held(), ONE, RecordAbsence(), ADA, True, NOON)
    for stated in (None, HOLDING):
        with refused(NotTheirAbsence):
            absences.record(held(), ONE, RecordAbsence(holding=stated), HANA, False, NOON)
    away = given_on(held(), absences.record(held(), ONE, RecordAbsence(), DANA, False, NOON))
    with refused(NotTheirAbsence):
        absences.end(away, ONE, EndAbsence(), HANA, False, NOON)


def test_an_absence_is_recorded_once_at_a_time() -> None:
    away = given_on(held(), absences.record(held(), ONE, RecordAbsence(), DANA, False, NOON))
    with refused(AlreadyAway):
        absences.record(away, TWO, RecordAbsence(until=NOON + DAY), DANA, False, NOON)
    with refused(EndsBeforeItBegins):
        absences.record(held(), ONE, RecordAbsence(until=NOON), DANA, False, NOON)


def test_an_absence_never_begins_in_the_past_so_that_nobody_stands_in_before_it_is_known() -> None:
    with refused(AwayBefore):
        absences.record(held(), ONE, RecordAbsence(NOON - DAY), DANA, False, NOON)
    assert absences.record(held(), ONE, RecordAbsence(NOON), DANA, False, NOON)


def test_an_absence_never_ends_in_the_past_so_that_what_was_decided_meanwhile_stands() -> None:
    away = given_on(held(), absences.record(held(), ONE, RecordAbsence(), DANA, False, NOON))
    with refused(WasAway):
        absences.end(away, ONE, EndAbsence(NOON + DAY), DANA, False, NOON + 2 * DAY)
    planned = given_on(held(), absences.record(held(), ONE, RecordAbsence(NOON + 5 * DAY), DANA, False, NOON))
    assert absences.end(planned, ONE, EndAbsence(), DANA, False, NOON) == (
        AbsenceEnded(ONE, DEAN, DANA, NOON + 5 * DAY),
    )
