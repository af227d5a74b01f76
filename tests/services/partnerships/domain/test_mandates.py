"""Mandates: given, ended, and what an auditor's key opens by them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.partnerships.domain.mandate import (
    MANDATE,
    EndedAlready,
    EndMandate,
    MandateAuditor,
    MandateNeverHolds,
    end,
    give,
)
from shared.authority.keys import Key
from shared.authority.mandates import Mandate, no_mandate
from shared.contracts.partnerships import MandateEnded
from shared.contracts.values import Instrument
from shared.kernel import Refused, fold

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
PERSON, ID = UUID(int=1), UUID(int=2)
LETTER = Instrument("letter", "AG-7", AT.date())
KEY = Key("k", "c", PERSON, "auditor", frozenset(), "h", None, recorded_at=AT - timedelta(days=10))


def days(number: int) -> datetime:
    return AT + timedelta(days=number)


def test_a_mandate_begins_now_unless_said_otherwise() -> None:
    [fact] = give(ID, MandateAuditor(PERSON, days(30), LETTER), AT)
    assert (fact.person, fact.until) == (PERSON, days(30))


@pytest.mark.parametrize(
    ("since", "until"), [(days(5), days(5)), (days(-9), days(-1)), (AT, days(3000))], ids=["empty", "past", "too long"]
)
def test_a_mandate_that_would_never_or_always_hold_is_refused(since: datetime, until: datetime) -> None:
    with pytest.raises(Refused) as refused:
        give(ID, MandateAuditor(PERSON, until, LETTER, since), AT)
    assert refused.value.names(MandateNeverHolds)


def test_a_mandate_ends_two_seconds_from_now_and_its_end_is_only_brought_forward() -> None:
    given = give(ID, MandateAuditor(PERSON, days(30), LETTER), AT)
    [ended] = end(fold(MANDATE, given), EndMandate(), AT)
    assert isinstance(ended, MandateEnded)
    assert ended.until == AT + timedelta(seconds=2)
    over = fold(MANDATE, (*given, ended))
    assert end(over, EndMandate(), days(1)) == ()
    with pytest.raises(Refused) as refused:
        end(over, EndMandate(days(9)), AT)
    assert refused.value.names(EndedAlready)


@pytest.mark.parametrize(
    ("mandates", "reads"),
    [
        ([], True),
        ([(days(-5), days(5))], True),
        ([(days(1), days(5))], False),
        ([(days(-5), days(-1))], False),
        ([(days(-5), days(-1)), (days(-1), days(1))], True),
    ],
    ids=["none recorded", "now", "not begun", "over", "the next one"],
)
def test_an_auditor_reads_while_a_mandate_holds(mandates: list[tuple[datetime, datetime]], reads: bool) -> None:
    own = [Mandate(UUID(int=place), PERSON, *one, LETTER) for place, one in enumerate(mandates)]
    assert (no_mandate(KEY, own, (KEY,), AT) is None) is reads


def test_a_key_without_a_mandate_reads_for_a_year_from_its_issue() -> None:
    assert no_mandate(KEY, [], (KEY,), days(354)) is None
    assert no_mandate(KEY, [], (KEY,), days(356)) is not None


def test_the_key_that_follows_the_first_begins_no_further_year() -> None:
    later = replace(KEY, id="l", recorded_at=days(350))
    others = replace(KEY, id="o", person=ID, recorded_at=days(-400))
    member = replace(KEY, id="m", role="member", recorded_at=days(-400))
    held = (member, others, KEY, later)
    assert no_mandate(later, [], held, days(354)) is None
    assert no_mandate(later, [], held, days(356)) is not None
