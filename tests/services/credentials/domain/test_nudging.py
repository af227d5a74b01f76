"""Reminding whom a microcredential waits on: who may, of what, and once a day."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.credentials.domain import nudging
from services.credentials.domain.authorities import Known
from services.credentials.domain.nudging import NothingWaitsAnyMore, NudgeMicrocredential
from services.credentials.domain.waiting import Course
from shared.authority import Community
from shared.authority.nudging import (
    EVERY,
    Asked,
    NothingLikeThatWaits,
    NotOnThatPartner,
    NotYoursToNudge,
    Nudge,
    NudgedAlready,
    Nudger,
)
from shared.contracts.credentials import MicrocredentialNudged
from shared.contracts.values import OutlineChange
from shared.kernel import Reason, Refused
from tests.services.credentials.domain.given import ADVISORS, AT, MC, PROPOSER, Story, acting, an_id, requested
from tests.services.test_states import reviewed

COORDINATOR = Nudger(an_id("coordinator"), coordinates=True)
FIRST = ADVISORS[0].partition("/")[0]
NOTHING_ELSE = Course()
SIGN = NudgeMicrocredential("sign-off", FIRST, "industry-validation")


def nudger(position: str) -> Nudger:
    by = acting(position)
    return Nudger(by.person, by.position, by.partner)


def nudge(
    story: Story,
    asked: NudgeMicrocredential = SIGN,
    by: Nudger = COORDINATOR,
    *before: Nudge,
    at: datetime = AT,
    course: Course = NOTHING_ELSE,
) -> tuple[Any, ...]:
    known = Known(Community("atlantic"), 1, at)
    return nudging.nudge(story.state, course, asked, an_id(asked.partner), by, before, known)


def why_not(*given: Any, **stated: Any) -> tuple[Reason, ...]:
    with pytest.raises(Refused) as refused:
        nudge(*given, **stated)
    return refused.value.reasons


def test_a_coordinator_reminds_a_seat_of_its_sign_off() -> None:
    position = acting(ADVISORS[0]).position
    assert nudge(requested()) == (
        MicrocredentialNudged(
            MC, "sign-off", an_id(FIRST), COORDINATOR.person, None, position, "industry-validation",
            "industry-validation",
        ),
    )  # fmt: skip


@pytest.mark.parametrize("by", [PROPOSER, "nscc/registrar", "consortium-b/dean", "cican/programs"])
def test_the_proposing_partner_reminds_and_so_does_whoever_has_a_step_behind_it(by: str) -> None:
    (fact,) = nudge(requested(), SIGN, nudger(by))
    assert (fact.by, fact.acting_as) == (acting(by).person, acting(by).position)


def test_a_coordinator_who_states_a_position_nudges_in_it() -> None:
    by = acting("elsewhere/dean")
    (fact,) = nudge(requested(), SIGN, Nudger(by.person, by.position, by.partner, coordinates=True))
    assert fact.acting_as == by.position


@pytest.mark.parametrize("by", [ADVISORS[1], "elsewhere/dean"])
def test_whom_it_does_not_hold_up_does_not_nudge(by: str) -> None:
    (reason,) = why_not(requested(), SIGN, nudger(by))
    assert isinstance(reason, NotYoursToNudge)
    assert str(an_id("nscc")) in reason.partners


def test_whoever_is_behind_nothing_any_more_does_not_nudge() -> None:
    story = requested().endorsed()
    asked = NudgeMicrocredential("sign-off", "consortium-b", "academic-approval")
    assert nudge(story, asked, nudger("nscc/registrar"))
    (reason,) = why_not(story, asked, nudger("cican/programs"))
    assert isinstance(reason, NotYoursToNudge)


def test_what_does_not_wait_is_not_nudged_and_what_does_is_named() -> None:
    with pytest.raises(Refused) as refused:
        nudge(requested(), NudgeMicrocredential("sign-off", "nscc", "registrar"))
    (reason,) = refused.value.reasons
    assert isinstance(reason, NothingLikeThatWaits)
    assert "sign-off industry-validation" in reason.sentence
    assert {(one.act, one.step) for one in refused.value.waiting_on} == {("sign-off", "industry-validation")}


def test_who_has_spoken_is_not_nudged() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse")
    (reason,) = why_not(story)
    assert isinstance(reason, NotOnThatPartner)
    assert str(an_id(ADVISORS[1].partition("/")[0])) in reason.others


def test_nobody_is_reminded_of_the_same_thing_twice_a_day_by_whomever() -> None:
    asked, dean = Asked("sign-off", an_id(FIRST), "industry-validation"), acting("nscc/dean").position
    earlier = Nudge(asked, AT, dean)
    (reason,) = why_not(requested(), SIGN, COORDINATOR, earlier, at=AT + EVERY - timedelta(seconds=1))
    assert isinstance(reason, NudgedAlready)
    assert reason.by == str(dean)
    assert reason.again == (AT + EVERY).isoformat()
    assert nudge(requested(), SIGN, COORDINATOR, earlier, at=AT + EVERY)
    other = Nudge(Asked("sign-off", an_id("industry-2"), "industry-validation"), AT, None)
    assert nudge(requested(), SIGN, COORDINATOR, other, at=AT)


def test_every_reason_is_given_at_once() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse")
    earlier = Nudge(Asked("sign-off", an_id(FIRST), "industry-validation"), AT, None)
    reasons = why_not(story, SIGN, nudger("elsewhere/dean"), earlier)
    assert [one.slug() for one in reasons] == ["not-yours-to-nudge", "not-on-that-partner", "nudged-already"]


def test_a_retired_one_waits_for_nothing() -> None:
    (reason,) = why_not(reviewed(requested().approved(), "retire"))
    assert isinstance(reason, NothingWaitsAnyMore)


def test_before_validation_is_requested_it_waits_on_whoever_proposed_it_and_every_step_is_behind() -> None:
    asked = NudgeMicrocredential("request-validation", "nscc")
    (fact,) = nudge(Story(), asked, nudger("cican/programs"))
    assert fact.position == acting(PROPOSER).position
    back = NudgeMicrocredential("revise-outline", "nscc")
    assert nudge(Story(), back, course=Course(to_revise=True))


def test_a_request_for_changes_holds_up_whoever_asked_for_them() -> None:
    story = requested().endorsed()
    story.sign("academic-approval", "consortium-b/dean", "request-changes")
    asked = NudgeMicrocredential("revise-outline", "nscc", "academic-approval")
    assert nudge(story, asked, nudger("consortium-b/dean"))
    assert why_not(story, asked, nudger("consortium-c/dean"))


def test_offerings_and_reviews_are_nudged_at_the_proposing_partner() -> None:
    story, run = requested().approved(), an_id("run")
    close = NudgeMicrocredential("close-offering", "nscc", refers=run)
    (fact,) = nudge(story, close, course=Course(running=(run,)))
    assert (fact.refers, fact.matter, fact.position) == (run, "delivery", None)
    assert why_not(story, NudgeMicrocredential("close-offering", "nscc", refers=UUID(int=9)), course=Course())
    assert nudge(story, NudgeMicrocredential("submit-review", "nscc"), course=Course(closed=True))


def test_a_nudge_changes_nothing_but_that_it_is_known() -> None:
    story = requested()
    before = story.state
    story.then(nudge(story))
    assert story.state == before
    story.revise(OutlineChange(hours=41))
    assert story.state != before
