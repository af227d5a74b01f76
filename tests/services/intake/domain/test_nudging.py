"""Reminding whom a proposal waits on: who may, of what, and once a day."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake.domain import nudging
from shared.authority import Community
from shared.authority.nudging import EVERY, Asked, Nudge, Nudger
from shared.contracts.intake import ProposalNudged
from shared.contracts.values import Acting
from shared.kernel import Refused
from tests.services.intake.domain.given import (
    COLLEAGUE,
    COLLEGE,
    DRAFTED,
    FUNDER,
    HOSPITAL,
    LEAD,
    MILLER,
    NOW,
    PLANT,
    PROGRAMS,
    PROPOSAL_ID,
    SUBMITTED,
    YES,
    after,
    an_id,
    given,
    responded,
)

COORDINATOR = Nudger(an_id(99), coordinates=True)
THEIRS = Nudger(COLLEAGUE.person, COLLEAGUE.position, COLLEAGUE.partner)
RESPOND = Asked("respond", PLANT)


def nudge(
    state: Any, asked: Asked = RESPOND, by: Nudger = COORDINATOR, *before: Nudge, at: datetime = NOW,
    validates: bool = True,
) -> tuple[Any, ...]:  # fmt: skip
    return nudging.nudge(state, asked, by, before, Community("atlantic"), at, validates=validates)


def acting_as(by: Acting) -> Nudger:
    return Nudger(by.person, by.position, by.partner)


def slugs(*given_: Any, **stated: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        nudge(*given_, **stated)
    return [one.slug() for one in refused.value.reasons]


def test_a_partner_that_answers_for_it_is_reminded_to_respond() -> None:
    fact = ProposalNudged(PROPOSAL_ID, "respond", PLANT, COORDINATOR.person, matter="industry-validation")
    assert nudge(given("submitted")) == (fact,)
    assert slugs(given("submitted"), validates=False) == ["not-on-that-partner"]
    assert slugs(after(DRAFTED, SUBMITTED, responded(YES, MILLER))) == ["not-on-that-partner"]


@pytest.mark.parametrize(
    ("state", "act", "partner"),
    [
        ("draft", "submit-proposal", COLLEGE),
        ("returned", "revise-proposal", COLLEGE),
        ("submitted", "respond", HOSPITAL),
        ("concept-validation", "decide-proposal", FUNDER),
    ],
)
def test_the_proposing_partner_nudges_whatever_it_waits_for_and_no_more(state: str, act: str, partner: Any) -> None:
    (fact,) = nudge(given(state), Asked(act, partner), THEIRS)
    assert (fact.act, fact.partner, fact.by, fact.acting_as) == (act, partner, COLLEAGUE.person, COLLEAGUE.position)
    others = {"submit-proposal", "revise-proposal", "respond", "decide-proposal"} - {act}
    for other in others:
        assert slugs(given(state), Asked(other, partner), THEIRS) == ["nothing-like-that-waits"]


def test_the_partner_addressed_waits_behind_the_responses_and_others_do_not() -> None:
    assert nudge(given("submitted"), RESPOND, acting_as(PROGRAMS))
    assert slugs(given("submitted"), RESPOND, acting_as(MILLER)) == ["not-yours-to-nudge"]
    decide = Asked("decide-proposal", FUNDER)
    assert slugs(given("concept-validation"), decide, acting_as(PROGRAMS)) == ["not-yours-to-nudge"]


def test_a_draft_is_nudged_by_its_own_partner_alone() -> None:
    submit = Asked("submit-proposal", COLLEGE)
    assert slugs(given("draft"), submit, COORDINATOR) == ["not-yours-to-nudge"]
    assert nudge(given("returned"), Asked("revise-proposal", COLLEGE), COORDINATOR)
    (fact,) = nudge(given("draft"), submit, THEIRS)
    assert fact.position == LEAD.position


def test_nobody_is_reminded_twice_a_day() -> None:
    earlier = Nudge(RESPOND, NOW, None)
    assert slugs(given("submitted"), RESPOND, THEIRS, earlier, at=NOW + timedelta(hours=23)) == ["nudged-already"]
    assert nudge(given("submitted"), RESPOND, THEIRS, earlier, at=NOW + EVERY)
    assert nudge(given("submitted"), Asked("respond", HOSPITAL), THEIRS, earlier)


@pytest.mark.parametrize("state", ["accepted", "declined", "withdrawn"])
def test_what_is_over_is_not_nudged(state: str) -> None:
    assert slugs(given(state)) == ["it-is-over"]


def test_a_nudge_changes_nothing_but_that_it_is_known() -> None:
    state = given("submitted")
    assert after(DRAFTED, SUBMITTED, *nudge(state)) == state
