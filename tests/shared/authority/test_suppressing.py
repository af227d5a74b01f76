"""Small counts: what is not shown outside the partner that delivers, and what would give it away."""

from datetime import date
from uuid import UUID

import pytest

from shared.authority import suppressing
from shared.authority.suppressing import Shown
from shared.contracts.credentials import OfferingClosed, OfferingOpened, ReviewSubmitted
from shared.contracts.values import Acting, Evidence, Figures, ReportedFigure

ID, OTHER = UUID(int=1), UUID(int=2)
BY, EVIDENCE, DAY = Acting(ID, ID, ID), Evidence("delivery", ID, ID, 1), date(2026, 1, 5)


@pytest.mark.parametrize(
    ("learners", "completed", "shown"),
    [
        (30, 20, Shown(30, 20, False)),
        (4, 4, Shown(None, None, True)),
        (0, 0, Shown(None, None, True)),
        (30, 3, Shown(30, None, True)),
        (30, 27, Shown(30, None, True)),
        (12, 12, Shown(12, 12, False)),
        (None, 3, Shown(None, None, True)),
        (None, None, Shown(None, None, False)),
        (30, None, Shown(30, None, False)),
    ],
)
def test_a_count_under_five_is_not_shown_nor_one_that_leaves_so_few(
    learners: int | None, completed: int | None, shown: Shown
) -> None:
    assert suppressing.counts(learners, completed) == shown


def test_reported_figures_that_tell_of_few_are_left_out_and_all_beside_a_suppressed_count() -> None:
    reported: Figures = {"satisfied": "75%", "completion_rate": "90%", "withdrew": 3, "learners": 30}
    assert suppressing.figures(reported, 30) == {"satisfied": "75%", "learners": 30}
    assert suppressing.figures(reported, 30, suppressed=True) == {}
    assert suppressing.figures(reported) == {"satisfied": "75%", "completion_rate": "90%", "learners": 30}


def test_facts_say_no_small_counts() -> None:
    opened = OfferingOpened(ID, ID, 1, BY, EVIDENCE, DAY, DAY, learners=3)
    assert suppressing.of_fact(opened, nobody) == OfferingOpened(ID, ID, 1, BY, EVIDENCE, DAY, DAY)
    closed = OfferingClosed(ID, ID, BY, EVIDENCE, 30, 27, {"completion_rate": "90%"})
    assert suppressing.of_fact(closed, nobody) == OfferingClosed(ID, ID, BY, EVIDENCE, 30)
    unknown = OfferingClosed(ID, ID, BY, EVIDENCE, None, 27)
    assert suppressing.of_fact(unknown, nobody) == OfferingClosed(ID, ID, BY, EVIDENCE)
    review = ReviewSubmitted(ID, ID, BY, EVIDENCE, {"answers": 3}, (ReportedFigure("completed", 3),))
    assert suppressing.of_fact(review, nobody) == ReviewSubmitted(ID, ID, BY, EVIDENCE, {})


def test_whoever_delivers_a_run_is_told_its_small_counts_and_who_proposed_it_is_not_where_another_delivers() -> None:
    own = OfferingClosed(ID, ID, BY, EVIDENCE, 3, 2)
    assert suppressing.of_fact(own, {BY.partner}.__contains__) == own
    lent = OfferingClosed(ID, ID, BY, EVIDENCE, 3, 2, delivered_by=OTHER)
    assert suppressing.of_fact(lent, {OTHER}.__contains__) == lent
    assert suppressing.of_fact(lent, {BY.partner}.__contains__) == OfferingClosed(
        ID, ID, BY, EVIDENCE, delivered_by=OTHER
    )


def test_a_review_is_the_proposing_partners_whoever_delivers() -> None:
    review = ReviewSubmitted(ID, ID, BY, EVIDENCE, {"answers": 3})
    assert suppressing.of_fact(review, {BY.partner}.__contains__) == review
    assert suppressing.of_fact(review, {OTHER}.__contains__) != review


def nobody(_: UUID) -> bool:
    return False
