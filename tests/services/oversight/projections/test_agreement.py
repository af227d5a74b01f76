"""Reported figures beside counts: when they agree, when they cannot, and what is said of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.oversight.projections.agreement import Counts, compare, rounded, share_of


def test_88_percent_of_36_is_no_whole_number_of_people() -> None:
    verdict = share_of("88%", 32, 36)
    assert verdict.agrees is False
    assert verdict.sentence == "88 % of 36 is 31.68, no whole number of people; 32 of 36 is 88.9 %."


def test_72_percent_of_43_agrees_with_31_who_completed() -> None:
    verdict = share_of("72%", 31, 43)
    assert verdict.agrees is True
    assert verdict.sentence == "31 of 43 is 72.1 %, as reported: 72 %."


def test_a_percentage_that_other_counts_would_make_says_which() -> None:
    verdict = share_of("50%", 3, 8)
    assert (verdict.agrees, verdict.sentence) == (False, "50 % of 8 would be 4, not 3; 3 of 8 is 37.5 %.")
    assert "would be 990 to 1009, not 3" in share_of("50%", 3, 1999).sentence


def test_rounding_is_half_up_at_the_precision_stated() -> None:
    assert share_of("13%", 1, 8).agrees is True  # 12.5
    assert share_of("12%", 1, 8).agrees is False
    assert share_of("12.5%", 1, 8).agrees is True
    assert share_of("100.0%", 8, 8).agrees is True


def test_unknown_counts_are_unknown_and_not_zero() -> None:
    assert share_of("88%", None, None).agrees is None
    assert share_of("72%", None, 43).agrees is None
    assert share_of("88%", None, 36).agrees is False
    assert share_of("88%", 0, 0).agrees is None
    assert compare("completed", 64, [Counts(36, None), Counts(43, 31)]).agrees is None
    assert compare("completed", 30, [Counts(36, None), Counts(43, 31)]).agrees is False
    assert compare("completed", 64, []).agrees is None


def test_64_over_two_does_not_agree_with_32_and_31() -> None:
    verdict = compare("completed", 64, [Counts(36, 32), Counts(43, 31)])
    assert verdict.agrees is False
    assert verdict.sentence == "64 completed as reported does not agree with the counts, 32 + 31 = 63."
    assert compare("learners", 79, [Counts(36, 32), Counts(43, 31)]).agrees is True


def test_a_rate_over_several_is_judged_on_their_sums() -> None:
    assert compare("completion_rate", "80%", [Counts(36, 32), Counts(43, 31)]).agrees is True  # 63 of 79
    assert compare("completion-rate", "81%", [Counts(36, 32), Counts(43, 31)]).agrees is False


def test_a_figure_nobody_counts_is_only_kept() -> None:
    assert compare("satisfied", "75%", [Counts(36, 32)]).agrees is None


@pytest.mark.parametrize(
    ("counts", "rate"),
    [(Counts(36, 32), "88.9%"), (Counts(36, None), None), (Counts(0, 0), None), (Counts(None, 3), None)],
)
def test_the_completion_rate_comes_from_counts_or_not_at_all(counts: Counts, rate: str | None) -> None:
    assert counts.rate == rate


@given(st.integers(1, 10_000_000), st.data(), st.integers(0, 4))
def test_what_counts_round_to_always_agrees(whole: int, data: st.DataObject, digits: int) -> None:
    part = data.draw(st.integers(0, whole))
    assert share_of(f"{rounded(part, whole, digits)}%", part, whole).agrees is True


@given(st.integers(1, 300), st.data(), st.integers(0, 100))
def test_a_percentage_agrees_exactly_when_the_counts_round_to_it(whole: int, data: st.DataObject, percent: int) -> None:
    part = data.draw(st.integers(0, whole))
    assert share_of(f"{percent}%", part, whole).agrees is (rounded(part, whole, 0) == percent)
    anybody = any(rounded(one, whole, 0) == percent for one in range(whole + 1))
    assert ("no whole number" in share_of(f"{percent}%", part, whole).sentence) is not anybody
