"""Signing: every rule, every decision, every reason a sign-off is refused."""

import pytest
from msgspec import structs

from services.credentials.domain import conditions
from services.credentials.domain.authorities import Authority
from services.credentials.domain.refusals import (
    AlreadySpoke,
    AnswerBothQuestions,
    ConditionIncomplete,
    ContentChanged,
    EndorsementSaysNo,
    NoSuchStep,
    NotOpenYet,
    NotTheStepsVerb,
    RecusalStands,
    SayWhy,
    StepIsSettled,
    TheirOwnWordStands,
)
from services.credentials.domain.separation import WhoProposedMayNotApprove
from services.credentials.domain.states import Approved, Preparing, Validating
from services.credentials.domain.steps import Granted, Open
from shared.contracts.credentials import MicrocredentialApproved, SignOffRecorded, StepGranted, StepOpened, StepRefused
from shared.contracts.values import Acting
from shared.kernel import Forbidden, Refused
from tests.services.credentials.domain.given import (
    ADVISORS,
    AT,
    COLLEGES,
    PROPOSER,
    ROSTERS,
    Story,
    acting,
    an_id,
    kinds,
    requested,
    with_authority,
)


class NotYours(Forbidden, frozen=True):
    """Not yours

    Ask somebody else.
    """

    says = "Not yours."


def test_requesting_validation_opens_the_steps_that_follow_nothing() -> None:
    story = Story()
    facts = story.request_validation()
    assert kinds(facts) == ["ValidationRequested", "StepOpened"]
    opened = facts[1]
    assert isinstance(opened, StepOpened)
    assert (opened.step, len(opened.waits_on), (opened.due - AT).days) == ("industry-validation", 5, 21)


def test_a_quorum_grants_at_the_third_partner_and_opens_what_follows() -> None:
    story = requested()
    assert kinds(story.sign("industry-validation", ADVISORS[0], "endorse")) == ["SignOffRecorded"]
    assert kinds(story.sign("industry-validation", ADVISORS[1], "endorse")) == ["SignOffRecorded"]
    facts = story.sign("industry-validation", ADVISORS[2], "endorse")
    assert kinds(facts) == ["SignOffRecorded", "StepGranted", "StepOpened", "StepOpened"]
    granted = facts[1]
    assert isinstance(granted, StepGranted)
    assert granted.sign_offs == (an_id("sign-off 1"), an_id("sign-off 2"), an_id("sign-off 3"))
    assert [fact.step for fact in facts if isinstance(fact, StepOpened)] == ["academic-approval", "funding"]


def test_each_of_these_partners_grants_only_when_all_have_approved() -> None:
    story = requested().endorsed()
    for college in COLLEGES[:2]:
        assert kinds(story.sign("academic-approval", f"{college}/dean", "approve")) == ["SignOffRecorded"]
    last = story.sign("academic-approval", "consortium-c/dean", "approve")
    assert kinds(last) == ["SignOffRecorded", "StepGranted", "StepOpened"]


def test_the_last_grant_approves_the_version() -> None:
    story = requested().approved()
    approved = story.facts[-1]
    assert isinstance(approved, MicrocredentialApproved)
    assert approved.version == 1
    assert isinstance(story.state, Approved)


def test_the_same_decision_on_the_same_content_again_is_silence() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse")
    assert story.sign("industry-validation", ADVISORS[0], "endorse") == ()


def test_the_same_decision_again_is_silence_even_after_the_step_was_granted() -> None:
    story = requested().endorsed()
    assert story.sign("industry-validation", ADVISORS[0], "endorse") == ()


def test_another_decision_replaces_the_first_while_the_step_is_open_and_both_are_kept() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse")
    (replaced,) = story.sign("industry-validation", ADVISORS[0], "abstain")
    assert isinstance(replaced, SignOffRecorded)
    assert replaced.replaces == an_id("sign-off 1")
    assert sum(isinstance(fact, SignOffRecorded) for fact in story.facts) == 2


def test_a_recusal_stands() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[3], "recuse")
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", ADVISORS[3], "endorse")
    assert refused.value.names(RecusalStands)


def delegated(position: str, matter: str, holder: str | None = None) -> Authority:
    """A delegate decides in that position, in the stead of its holder, or of the holder of another."""
    held = with_authority(position, matter)
    assert held.evidence is not None
    by = structs.replace(held.acting, person=an_id("delegate"), delegation=an_id("delegation"))
    return Authority(by, structs.replace(held.evidence, on_behalf_of=acting(holder or position).person))


def test_a_delegate_does_not_decide_for_an_author_nor_for_whoever_recused() -> None:
    story = requested()
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", "", "endorse", authority=delegated(ADVISORS[0], "", PROPOSER))
    assert refused.value.names(WhoProposedMayNotApprove)
    story.sign("industry-validation", ADVISORS[0], "recuse")
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", "", "endorse", authority=delegated(ADVISORS[0], ""))
    assert refused.value.names(RecusalStands)


@pytest.mark.parametrize("decision", ["decline", "abstain", "endorse"])
def test_a_delegate_does_not_replace_the_word_of_the_holder_who_replaces_the_delegate_s(decision: str) -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], decision)
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", "", "request-changes", authority=delegated(ADVISORS[0], ""))
    assert refused.value.names(TheirOwnWordStands)
    (first,) = story.sign("industry-validation", "", "endorse", authority=delegated(ADVISORS[1], ""))
    (second,) = story.sign("industry-validation", ADVISORS[1], "decline")
    assert isinstance(first, SignOffRecorded)
    assert isinstance(second, SignOffRecorded)
    assert second.replaces == first.sign_off


def test_nobody_is_heard_in_two_positions_once_by_a_delegate_and_once_themselves_or_by_another() -> None:
    story = requested()
    story.sign("industry-validation", "", "endorse", authority=delegated(ADVISORS[0], "", ADVISORS[1]))
    for authority in (with_authority(ADVISORS[1], ""), another_delegate(ADVISORS[2], ADVISORS[1])):
        with pytest.raises(Refused) as refused:
            story.sign("industry-validation", "", "endorse", authority=authority)
        assert refused.value.names(AlreadySpoke)
    assert story.sign("industry-validation", ADVISORS[0], "endorse"), "the holder of the very seat replaces it"


def another_delegate(position: str, holder: str) -> Authority:
    lent = delegated(position, "", holder)
    return structs.replace(lent, acting=structs.replace(lent.acting, person=an_id("another delegate")))


def test_the_recusal_of_a_delegate_is_their_own() -> None:
    story = requested()
    story.sign("industry-validation", "", "recuse", authority=delegated(ADVISORS[0], "", ADVISORS[1]))
    assert story.sign("industry-validation", ADVISORS[1], "endorse")


def test_who_proposed_does_not_pass_a_delegation_on_to_have_it_signed() -> None:
    story = requested()
    lent = delegated(ADVISORS[0], "")
    assert lent.evidence is not None
    passed_on = structs.replace(lent.evidence, passed_on_by=(acting(PROPOSER).person,))
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", "", "endorse", authority=structs.replace(lent, evidence=passed_on))
    assert refused.value.names(WhoProposedMayNotApprove)


def test_whoever_stands_in_for_an_author_signs_off() -> None:
    story = requested()
    lent = delegated(ADVISORS[0], "", PROPOSER)
    standing = structs.replace(lent.acting, delegation=None, alternate=an_id("deputy"))
    assert story.sign("industry-validation", "", "endorse", authority=structs.replace(lent, acting=standing))


def test_recusals_and_declines_that_put_a_quorum_out_of_reach_refuse_the_step_and_return_the_outline() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "recuse")
    story.sign("industry-validation", ADVISORS[1], "decline")
    facts = story.sign("industry-validation", ADVISORS[2], "decline")
    assert kinds(facts) == ["SignOffRecorded", "StepRefused", "OutlineReturned"]
    assert isinstance(story.state, Preparing)


def test_a_decline_where_every_voice_is_needed_refuses_the_step() -> None:
    story = requested().endorsed()
    facts = story.sign("academic-approval", "consortium-b/dean", "decline")
    assert [fact.step for fact in facts if isinstance(fact, StepRefused)] == ["academic-approval"]


def test_a_refused_step_opens_again_when_validation_is_requested_again() -> None:
    story = requested().endorsed()
    story.sign("academic-approval", "consortium-b/dean", "decline")
    facts = story.request_validation()
    assert [fact.step for fact in facts if isinstance(fact, StepOpened)] == ["academic-approval"]
    state = story.state
    assert isinstance(state, Validating)
    assert isinstance(state.steps["industry-validation"], Granted)
    assert isinstance(step := state.steps["academic-approval"], Open)
    assert step.signed == ()


def test_request_changes_leaves_the_step_open() -> None:
    story = requested().endorsed()
    assert kinds(story.sign("academic-approval", "consortium-b/dean", "request-changes")) == ["SignOffRecorded"]


def test_an_endorsement_with_a_condition_by_the_review_counts() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse")
    story.sign("industry-validation", ADVISORS[1], "endorse")
    facts = story.sign("industry-validation", ADVISORS[4], "endorse-with-conditions")
    assert "StepGranted" in kinds(facts)


def test_an_endorsement_with_a_condition_before_the_grant_counts_once_it_is_met() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse")
    story.sign("industry-validation", ADVISORS[1], "endorse")
    given = story.given("industry-validation", "endorse-with-conditions", condition_due="grant")
    facts = story.sign("industry-validation", ADVISORS[4], "endorse-with-conditions", given)
    assert kinds(facts) == ["SignOffRecorded"]
    met = conditions.meet(story.state, an_id("sign-off 3"), acting(ADVISORS[4]), None, story.at, ROSTERS)
    assert kinds(story.then(met))[:2] == ["ConditionMet", "StepGranted"]


def test_a_refusal_names_every_reason_at_once() -> None:
    story = requested()
    nobody = Authority(acting(PROPOSER), None, (NotYours(),), ("whom to go to",))
    given = story.given("industry-validation", "approve", digest="sha-256:" + "1" * 64)
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", PROPOSER, "approve", given, nobody)
    for reason in (NotYours, WhoProposedMayNotApprove, NotTheStepsVerb, ContentChanged):
        assert refused.value.names(reason)
    assert refused.value.allowed_actions == ("whom to go to",)


def test_a_step_that_follows_an_ungranted_one_says_what_is_missing() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse")
    story.sign("industry-validation", ADVISORS[1], "endorse")
    with pytest.raises(Refused, match="industry-validation has 2 of 3") as refused:
        story.sign("academic-approval", "nscc/dean", "approve")
    assert refused.value.names(NotOpenYet)


def test_nothing_is_signed_before_validation_is_requested() -> None:
    with pytest.raises(Refused) as refused:
        Story().sign("industry-validation", ADVISORS[0], "endorse")
    assert refused.value.names(NotOpenYet)


@pytest.mark.parametrize("question", ["in_demand", "assessment_reflects_job"])
def test_an_endorsement_with_a_no_is_refused(question: str) -> None:
    story = requested()
    given = story.given("industry-validation", "endorse", **{question: False})
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", ADVISORS[0], "endorse", given)
    assert refused.value.names(EndorsementSaysNo)


def test_an_endorsement_that_leaves_a_question_open_is_refused() -> None:
    story = requested()
    given = story.given("industry-validation", "endorse", in_demand=None)
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", ADVISORS[0], "endorse", given)
    assert refused.value.names(AnswerBothQuestions)


@pytest.mark.parametrize("decision", ["request-changes", "decline"])
def test_dissent_says_why(decision: str) -> None:
    story = requested()
    given = story.given("industry-validation", decision, comment=None)
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", ADVISORS[0], decision, given)
    assert refused.value.names(SayWhy)


@pytest.mark.parametrize("missing", ["comment", "condition_due"])
def test_a_condition_needs_its_words_and_its_time(missing: str) -> None:
    story = requested()
    given = story.given("industry-validation", "endorse-with-conditions", **{missing: None})
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", ADVISORS[0], "endorse-with-conditions", given)
    assert refused.value.names(ConditionIncomplete)


def test_a_granted_step_is_settled() -> None:
    story = requested().endorsed()
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", ADVISORS[3], "endorse")
    assert refused.value.names(StepIsSettled)


def test_a_person_decides_once_per_step_whatever_the_position() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse")
    other_seat = with_authority(ADVISORS[1], "industry-validation")
    same_person = Authority(
        type(other_seat.acting)(acting(ADVISORS[0]).person, other_seat.acting.position, other_seat.acting.partner),
        other_seat.evidence,
    )
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", ADVISORS[1], "endorse", authority=same_person)
    assert refused.value.names(AlreadySpoke)


def test_an_unknown_step_is_missing() -> None:
    with pytest.raises(Refused) as refused:
        requested().sign(
            "no-such-step",
            ADVISORS[0],
            "endorse",
            requested().given("industry-validation", "endorse"),
        )
    assert refused.value.names(NoSuchStep)


def test_other_words_are_a_decision_anew_while_the_step_is_open() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[4], "endorse-with-conditions")
    before = story.given(
        "industry-validation", "endorse-with-conditions", condition_due="grant", comment="fix it first"
    )
    (recorded,) = story.sign("industry-validation", ADVISORS[4], "endorse-with-conditions", before)
    assert isinstance(recorded, SignOffRecorded)
    assert recorded.replaces == an_id("sign-off 1")
    story.sign("industry-validation", ADVISORS[0], "endorse")
    assert kinds(story.sign("industry-validation", ADVISORS[1], "endorse")) == ["SignOffRecorded"]


def test_a_recusal_stands_beside_the_decision_of_another_holder_of_the_seat() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[3], "recuse")
    own = with_authority(ADVISORS[3], "industry-validation")
    other = Authority(Acting(an_id("a co-holder"), own.acting.position, own.acting.partner), own.evidence)
    (recorded,) = story.sign("industry-validation", ADVISORS[3], "abstain", authority=other)
    assert isinstance(recorded, SignOffRecorded)
    assert recorded.replaces is None
    with pytest.raises(Refused) as refused:
        story.sign("industry-validation", ADVISORS[3], "endorse")
    assert refused.value.names(RecusalStands)
