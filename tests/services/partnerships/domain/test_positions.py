"""Positions and their holders."""

from datetime import timedelta
from uuid import UUID

from services.partnerships.domain import establishing, holders
from services.partnerships.domain.entries import AlreadyEnded, EndsBeforeItBegins, NoSuchEntry
from services.partnerships.domain.establishing import (
    ChangePosition,
    EstablishPosition,
    PositionAbolished,
    StandsInForItself,
    TheAdministration,
)
from services.partnerships.domain.holders import AlreadyHolds, AppointHolder
from services.partnerships.domain.partner import End
from services.partnerships.domain.position import POSITION, NoSuchPosition
from shared.contracts.partnerships import (
    HolderAppointed,
    HolderConfirmed,
    HolderEnded,
    PositionChanged,
    PositionConfirmed,
    PositionEnded,
    PositionEstablished,
)
from tests.services.partnerships.domain.given import (
    ADA,
    DANA,
    DAY,
    DEAN,
    HANA,
    HEAD,
    LETTER,
    NOON,
    NSCC,
    given,
    refused,
)

HOLDING, NEXT = UUID(int=31), UUID(int=32)
ESTABLISHED = establishing.establish(DEAN, EstablishPosition(NSCC, "dean", {"en": "Dean"}, LETTER), NOON)
EMPTY = given(POSITION, ESTABLISHED)
APPOINTED = holders.appoint(EMPTY, HOLDING, AppointHolder(DANA, LETTER, until=NOON + 10 * DAY), NOON)
HELD = given(POSITION, ESTABLISHED, APPOINTED)


def test_a_position_is_established_from_now_unless_said_otherwise() -> None:
    assert (PositionEstablished(DEAN, NSCC, "dean", {"en": "Dean"}, LETTER, NOON),) == ESTABLISHED
    stated = EstablishPosition(NSCC, "dean", {"en": "Dean"}, LETTER, NOON - DAY, alternate=HEAD, escalation=HEAD)
    assert establishing.establish(DEAN, stated, NOON) == (
        PositionEstablished(DEAN, NSCC, "dean", {"en": "Dean"}, LETTER, NOON - DAY, HEAD, HEAD),
    )


def test_what_was_ended_before_it_was_confirmed_is_not_confirmed_any_more() -> None:
    gone = given(POSITION, ESTABLISHED, establishing.abolish(EMPTY, End(LETTER, NOON + DAY), NOON, False))
    assert establishing.confirm(gone, ADA, NOON) == (PositionConfirmed(DEAN, ADA),)
    with refused(AlreadyEnded):
        establishing.confirm(gone, ADA, NOON + DAY)
    left = given(POSITION, ESTABLISHED, APPOINTED, holders.end_holding(HELD, HOLDING, End(LETTER, NOON + DAY), NOON))
    assert holders.confirm_holder(left, HOLDING, ADA, NOON) == (HolderConfirmed(HOLDING, DEAN, ADA),)
    with refused(AlreadyEnded):
        holders.confirm_holder(left, HOLDING, ADA, NOON + DAY)


def test_what_was_taken_back_before_it_began_is_not_confirmed_any_more() -> None:
    later = holders.appoint(EMPTY, HOLDING, AppointHolder(DANA, LETTER, NOON + 5 * DAY), NOON)
    state = given(POSITION, ESTABLISHED, later)
    back = given(POSITION, ESTABLISHED, later, holders.end_holding(state, HOLDING, End(LETTER), NOON))
    with refused(AlreadyEnded):
        holders.confirm_holder(back, HOLDING, ADA, NOON + DAY)


def test_a_position_is_confirmed_once() -> None:
    confirmed = establishing.confirm(EMPTY, ADA)
    assert confirmed == (PositionConfirmed(DEAN, ADA),)
    assert establishing.confirm(given(POSITION, ESTABLISHED, confirmed), HANA) == ()


def test_what_was_never_established_is_refused() -> None:
    with refused(NoSuchPosition):
        establishing.confirm(POSITION.initial, ADA)
    with refused(NoSuchPosition):
        holders.appoint(POSITION.initial, HOLDING, AppointHolder(DANA, LETTER), NOON)


def test_a_holder_is_appointed_from_until() -> None:
    assert (HolderAppointed(HOLDING, DEAN, DANA, NOON, LETTER, NOON + 10 * DAY),) == APPOINTED


def test_an_appointment_that_never_holds_is_refused() -> None:
    with refused(EndsBeforeItBegins):
        holders.appoint(EMPTY, HOLDING, AppointHolder(DANA, LETTER, until=NOON), NOON)


def test_a_person_holds_a_position_once_at_a_time_but_may_return() -> None:
    with refused(AlreadyHolds):
        holders.appoint(HELD, NEXT, AppointHolder(DANA, LETTER, since=NOON + 9 * DAY), NOON)
    assert holders.appoint(HELD, NEXT, AppointHolder(DANA, LETTER, since=NOON + 10 * DAY), NOON)


def test_another_person_may_hold_it_at_the_same_time() -> None:
    assert holders.appoint(HELD, NEXT, AppointHolder(HANA, LETTER), NOON)


def test_a_holding_taken_back_before_it_began_keeps_nobody_from_the_position() -> None:
    later = holders.appoint(EMPTY, HOLDING, AppointHolder(DANA, LETTER, NOON + 5 * DAY), NOON)
    waiting = given(POSITION, ESTABLISHED, later)
    back = given(POSITION, ESTABLISHED, later, holders.end_holding(waiting, HOLDING, End(LETTER), NOON))
    assert holders.appoint(back, NEXT, AppointHolder(DANA, LETTER), NOON)


def test_a_holder_is_confirmed_once() -> None:
    confirmed = holders.confirm_holder(HELD, HOLDING, ADA)
    assert confirmed == (HolderConfirmed(HOLDING, DEAN, ADA),)
    assert holders.confirm_holder(given(POSITION, ESTABLISHED, APPOINTED, confirmed), HOLDING, ADA) == ()
    with refused(NoSuchEntry):
        holders.confirm_holder(HELD, NEXT, ADA)


def test_a_holding_ends_and_its_end_can_only_be_brought_forward() -> None:
    ended = holders.end_holding(HELD, HOLDING, End(LETTER, NOON + 5 * DAY), NOON)
    assert ended == (HolderEnded(HOLDING, DEAN, NOON + 5 * DAY, LETTER),)
    after = given(POSITION, ESTABLISHED, APPOINTED, ended)
    with refused(AlreadyEnded):
        holders.end_holding(after, HOLDING, End(LETTER, NOON + 5 * DAY), NOON)
    assert holders.end_holding(after, HOLDING, End(LETTER), NOON + 4 * DAY)
    with refused(EndsBeforeItBegins):
        holders.end_holding(HELD, HOLDING, End(LETTER, NOON - DAY), NOON)


def test_an_end_that_states_no_moment_takes_effect_two_seconds_after_it_is_recorded() -> None:
    (ended,) = holders.end_holding(HELD, HOLDING, End(LETTER), NOON + DAY)
    assert ended == HolderEnded(HOLDING, DEAN, NOON + DAY + timedelta(seconds=2), LETTER)


def test_a_holding_that_has_not_begun_is_taken_back() -> None:
    taken_back = holders.end_holding(HELD, HOLDING, End(LETTER), NOON - DAY)
    assert taken_back == (HolderEnded(HOLDING, DEAN, NOON, LETTER),)


def test_a_position_changes_in_what_is_stated_and_a_change_to_what_is_so_is_silence() -> None:
    change = ChangePosition(LETTER, title={"en": "Dean of health"}, alternate=HEAD, may_subdelegate=True)
    changed = establishing.change(EMPTY, change, ADA)
    assert changed == (PositionChanged(DEAN, ADA, {"en": "Dean of health"}, LETTER, HEAD, None, True),)
    after = given(POSITION, ESTABLISHED, changed)
    assert establishing.change(after, change, ADA) == ()
    cleared = establishing.change(after, ChangePosition(LETTER, alternate=None), ADA)
    assert cleared == (PositionChanged(DEAN, ADA, {"en": "Dean of health"}, LETTER, None, None, True),)


def test_no_position_stands_in_for_itself() -> None:
    for change in (ChangePosition(LETTER, alternate=DEAN), ChangePosition(LETTER, escalation=DEAN)):
        with refused(StandsInForItself):
            establishing.change(EMPTY, change, ADA)


def test_an_abolished_position_is_neither_held_nor_changed_any_more() -> None:
    abolished = establishing.abolish(EMPTY, End(LETTER, NOON + DAY), NOON, administers=False)
    assert abolished == (PositionEnded(DEAN, NOON + DAY, LETTER),)
    after = given(POSITION, ESTABLISHED, abolished)
    with refused(PositionAbolished):
        holders.appoint(after, HOLDING, AppointHolder(DANA, LETTER, since=NOON + DAY), NOON)
    with refused(PositionAbolished):
        establishing.change(after, ChangePosition(LETTER, title={"en": "Head"}), ADA)
    with refused(AlreadyEnded):
        establishing.abolish(after, End(LETTER, NOON + 2 * DAY), NOON, administers=False)
    assert holders.appoint(after, HOLDING, AppointHolder(DANA, LETTER), NOON)


def test_the_position_that_administers_a_partner_stays() -> None:
    with refused(TheAdministration):
        establishing.abolish(EMPTY, End(LETTER), NOON, administers=True)
