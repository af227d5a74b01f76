"""What stands and what does not when a step opens again, waits, or is met while it waits."""

import pytest

from services.credentials.domain import conditions, rounds
from services.credentials.domain.conditions import NotTheirCondition
from services.credentials.domain.outline import RoundOutOfReach
from services.credentials.domain.refusals import RecusalStands
from services.credentials.domain.separation import WhoProposedMayNotApprove
from services.credentials.domain.states import Preparing, Validating
from services.credentials.domain.steps import Granted, Open
from shared.contracts.credentials import StepOpened
from shared.contracts.values import OutlineChange
from shared.kernel import Refused
from tests.services.credentials.domain.given import ADVISORS, ROSTERS, Story, acting, an_id, kinds, requested


def meet(story: Story, sign_off: str, by: str) -> list[str]:
    facts = conditions.meet(story.state, an_id(sign_off), acting(by), None, story.at, ROSTERS)
    return kinds(story.then(facts))


def with_a_condition_before_the_grant() -> Story:
    """Two have endorsed; the third did on a condition due before the grant."""
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse")
    story.sign("industry-validation", ADVISORS[1], "endorse")
    given = story.given("industry-validation", "endorse-with-conditions", condition_due="grant")
    story.sign("industry-validation", ADVISORS[4], "endorse-with-conditions", given)
    return story


def test_only_the_position_that_set_a_condition_says_that_it_is_met() -> None:
    story = with_a_condition_before_the_grant()
    with pytest.raises(Refused) as refused:
        meet(story, "sign-off 3", ADVISORS[0])
    assert refused.value.names(NotTheirCondition)


def test_a_condition_that_is_met_is_met_once() -> None:
    story = with_a_condition_before_the_grant()
    meet(story, "sign-off 3", ADVISORS[4])
    assert meet(story, "sign-off 3", ADVISORS[4]) == []


def test_a_condition_met_while_the_outline_is_being_prepared_opens_nothing() -> None:
    story = requested()
    given = story.given("industry-validation", "endorse-with-conditions", condition_due="grant")
    story.sign("industry-validation", ADVISORS[4], "endorse-with-conditions", given)
    for advisor in ADVISORS[1:4]:
        story.sign("industry-validation", advisor, "decline")
    assert isinstance(story.state, Preparing)
    assert meet(story, "sign-off 1", ADVISORS[4]) == ["ConditionMet"]
    assert isinstance(story.state, Preparing)


def test_a_condition_met_while_its_step_waits_is_settled_when_the_step_before_is_granted_again() -> None:
    story = requested().endorsed()
    given = story.given("funding", "approve-with-conditions", condition_due="grant")
    story.sign("funding", "cican/programs", "approve-with-conditions", given)
    story.revise(OutlineChange(job_functions=({"en": "plant operator"},)))
    assert meet(story, "sign-off 4", "cican/programs") == ["ConditionMet"]
    story.sign("industry-validation", ADVISORS[0], "endorse")
    story.sign("industry-validation", ADVISORS[1], "endorse")
    last = story.sign("industry-validation", ADVISORS[2], "endorse")
    assert kinds(last) == ["SignOffRecorded", "StepGranted", "StepGranted"]
    assert isinstance(story.state, Validating)
    assert isinstance(story.state.steps["funding"], Granted)


def refused_by_its_council() -> Story:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "recuse")
    story.sign("industry-validation", ADVISORS[4], "endorse-with-conditions")
    for advisor in ADVISORS[1:3]:
        story.sign("industry-validation", advisor, "decline")
    return story


def test_a_recusal_stands_when_the_refused_step_opens_again() -> None:
    story = refused_by_its_council()
    (_, opened) = story.request_validation()
    assert isinstance(opened, StepOpened)
    assert len(opened.waits_on) == 4
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", ADVISORS[0], "endorse")
    assert refused.value.names(RecusalStands)


def test_validation_is_not_requested_again_where_recusals_put_the_quorum_out_of_reach() -> None:
    story = requested()
    for advisor in ADVISORS[:3]:
        story.sign("industry-validation", advisor, "recuse")
    with pytest.raises(Refused, match="has 0 of 3; three recused") as refused:
        story.request_validation()
    assert refused.value.names(RoundOutOfReach)


def test_what_others_asked_for_in_a_refused_round_is_open_no_more() -> None:
    story = refused_by_its_council()
    story.request_validation()
    assert isinstance(story.state, Validating)
    assert story.state.conditions == ()


def test_an_open_step_always_waits_on_somebody() -> None:
    story = requested()
    for advisor in ADVISORS:
        story.sign("industry-validation", advisor, "abstain")
    state = story.state
    assert isinstance(state, Validating)
    assert isinstance(step := state.steps["industry-validation"], Open)
    assert len(rounds.waits_on(step.round, step.policy.matter, step.signed, story.at)) == 5


@pytest.mark.parametrize("decision", ["abstain", "recuse"])
def test_a_partner_whose_owner_abstains_or_recuses_is_still_waited_on(decision: str) -> None:
    story = requested().endorsed()
    story.sign("funding", "cican/programs", decision)
    state = story.state
    assert isinstance(state, Validating)
    assert isinstance(step := state.steps["funding"], Open)
    assert [party.partner for party in rounds.waits_on(step.round, "funding", step.signed, story.at)] == [
        an_id("cican")
    ]


def test_whoever_changed_the_outline_may_not_approve_it_either() -> None:
    story = Story()
    story.revise(OutlineChange(hours=45), by="nscc/dean")
    story.request_validation()
    story.endorsed()
    with pytest.raises(Refused) as refused:
        story.sign("academic-approval", "nscc/dean", "approve")
    assert refused.value.names(WhoProposedMayNotApprove)
