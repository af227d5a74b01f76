"""Review and offerings: delivered by some, decided by others; counts as they are known."""

from datetime import date

import pytest
from msgspec import structs

from services.credentials.domain import offering, review
from services.credentials.domain.authorities import Authority, Known
from services.credentials.domain.conditions import ConditionUnanswered, ConditionUnknown
from services.credentials.domain.offering import (
    OFFERING,
    CloseOffering,
    EndsBeforeItStarts,
    MoreCompletedThanLearned,
    NothingApproved,
    OfferingIsClosed,
    OpenOffering,
)
from services.credentials.domain.review import DecideReview, NoSuchReview, NothingToReview, SubmitReview
from services.credentials.domain.separation import WhoDeliversDoesNotDecide
from services.credentials.domain.states import Approved, Preparing, Retired
from services.credentials.domain.steps import Waiting
from shared.authority import Community
from shared.contracts.credentials import ConditionAnswer, OfferingClosed
from shared.kernel import Refused, fold
from tests.services.credentials.domain.given import (
    ADVISORS,
    AT,
    PROPOSER,
    Story,
    acting,
    an_id,
    kinds,
    requested,
    with_authority,
)

REVIEW = an_id("review")
KNOWN = Known(Community("atlantic"), 1, AT)
RUN = OpenOffering(date(2023, 5, 15), date(2023, 7, 14), learners=36)


def submitted(story: Story) -> Story:
    given = SubmitReview({"employers": 5, "wish_to_continue": 4})
    story.then(review.submit(story.state, REVIEW, given, with_authority(PROPOSER, "delivery"), None))
    return story


def decide(story: Story, by: str, decision: str, *answers: ConditionAnswer) -> list[str]:
    given = DecideReview(decision, answers)  # type: ignore[arg-type]  # tests state decisions as words
    facts = review.decide(story.state, REVIEW, given, with_authority(by, "review"), {acting(PROPOSER).person}, None)
    return kinds(story.then(facts))


def test_a_renewal_leaves_the_approved_version_standing() -> None:
    story = submitted(requested().approved())
    assert decide(story, "nscc/dean", "renew") == ["ReviewDecided"]
    assert isinstance(story.state, Approved)


def test_revise_restarts_the_pathway_while_the_approved_version_stands() -> None:
    story = submitted(requested().approved())
    decide(story, "nscc/dean", "revise")
    state = story.state
    assert isinstance(state, Preparing)
    assert all(isinstance(step, Waiting) for step in state.steps.values())
    assert state.approved is not None
    assert state.approved.version == 1


def test_the_next_approval_after_revise_is_the_second_version() -> None:
    story = submitted(requested().approved())
    decide(story, "nscc/dean", "revise")
    story.request_validation()
    story.approved()
    assert isinstance(story.state, Approved)
    assert story.state.approved is not None
    assert story.state.approved.version == 2


def test_retire_ends_it() -> None:
    story = submitted(requested().approved())
    assert decide(story, "nscc/dean", "retire") == ["ReviewDecided", "MicrocredentialRetired"]
    assert isinstance(story.state, Retired)
    with pytest.raises(Refused) as refused:
        offering.start(story.state, an_id("offering"), RUN, with_authority(PROPOSER, "delivery"), KNOWN)
    assert refused.value.names(NothingApproved)


@pytest.mark.parametrize("who", ["the submitter", "whoever delivered"])
def test_who_delivers_or_submits_does_not_decide(who: str) -> None:
    story = submitted(requested().approved())
    by = PROPOSER if who == "the submitter" else "nscc/dean"
    delivered = set() if who == "the submitter" else {acting("nscc/dean").person}
    with pytest.raises(Refused) as refused:
        review.decide(story.state, REVIEW, DecideReview("renew"), with_authority(by, "review"), delivered, None)
    assert refused.value.names(WhoDeliversDoesNotDecide)


def test_a_delegate_of_who_delivers_does_not_decide() -> None:
    story = submitted(requested().approved())
    own = with_authority("nscc/dean", "review")
    assert own.evidence is not None
    evidence = structs.replace(own.evidence, on_behalf_of=acting(PROPOSER).person)
    lent = Authority(structs.replace(own.acting, delegation=an_id("delegation")), evidence)
    with pytest.raises(Refused) as refused:
        review.decide(story.state, REVIEW, DecideReview("renew"), lent, set(), None)
    assert refused.value.names(WhoDeliversDoesNotDecide)


def with_a_condition() -> Story:
    story = requested()
    story.sign("industry-validation", ADVISORS[4], "endorse-with-conditions")
    for advisor in ADVISORS[:2]:
        story.sign("industry-validation", advisor, "endorse")
    for college in ("nscc", "consortium-b", "consortium-c"):
        story.sign("academic-approval", f"{college}/dean", "approve")
    story.sign("registrar", "nscc/registrar", "approve")
    story.sign("funding", "cican/programs", "approve")
    return submitted(story)


def test_the_review_answers_every_open_condition() -> None:
    story = with_a_condition()
    with pytest.raises(Refused) as refused:
        decide(story, "nscc/dean", "renew")
    assert refused.value.names(ConditionUnanswered)
    decide(story, "nscc/dean", "renew", ConditionAnswer(an_id("sign-off 1"), "carried"))
    assert isinstance(story.state, Approved)
    assert [item.state for item in story.state.conditions] == ["carried"]


def test_the_review_answers_open_conditions_only() -> None:
    story = submitted(requested().approved())
    with pytest.raises(Refused) as refused:
        decide(story, "nscc/dean", "renew", ConditionAnswer(an_id("nothing"), "met"))
    assert refused.value.names(ConditionUnknown)


def test_there_is_nothing_to_review_before_approval_nor_twice() -> None:
    with pytest.raises(Refused) as early:
        submitted(requested())
    assert early.value.names(NothingToReview)
    with pytest.raises(Refused) as twice:
        submitted(submitted(requested().approved()))
    assert twice.value.names(NothingToReview)


def test_a_review_that_was_not_submitted_cannot_be_decided() -> None:
    with pytest.raises(Refused) as refused:
        decide(requested().approved(), "nscc/dean", "renew")
    assert refused.value.names(NoSuchReview)


def test_an_offering_runs_the_approved_version_and_is_closed_once() -> None:
    state = requested().approved().state
    opened = offering.start(state, an_id("offering"), RUN, with_authority(PROPOSER, "delivery"), KNOWN)
    running = fold(OFFERING, opened)
    closed = offering.close(running, CloseOffering(completed=32), with_authority(PROPOSER, "delivery"))
    (fact,) = closed
    assert isinstance(fact, OfferingClosed)
    assert (fact.learners, fact.completed) == (36, 32)
    with pytest.raises(Refused) as refused:
        offering.close(fold(OFFERING, closed, running), CloseOffering(), with_authority(PROPOSER, "delivery"))
    assert refused.value.names(OfferingIsClosed)


def test_counts_left_out_are_unknown() -> None:
    state = requested().approved().state
    run = OpenOffering(date(2023, 5, 15), date(2023, 7, 14))
    running = fold(OFFERING, offering.start(state, an_id("offering"), run, with_authority(PROPOSER, "delivery"), KNOWN))
    (fact,) = offering.close(running, CloseOffering(), with_authority(PROPOSER, "delivery"))
    assert isinstance(fact, OfferingClosed)
    assert (fact.learners, fact.completed) == (None, None)


def test_more_cannot_complete_than_took_part() -> None:
    state = requested().approved().state
    running = fold(OFFERING, offering.start(state, an_id("offering"), RUN, with_authority(PROPOSER, "delivery"), KNOWN))
    with pytest.raises(Refused) as refused:
        offering.close(running, CloseOffering(completed=37), with_authority(PROPOSER, "delivery"))
    assert refused.value.names(MoreCompletedThanLearned)


def test_nothing_is_offered_before_approval_and_no_run_ends_before_it_starts() -> None:
    backwards = OpenOffering(date(2023, 7, 14), date(2023, 5, 15))
    with pytest.raises(Refused) as refused:
        offering.start(requested().state, an_id("offering"), backwards, with_authority(PROPOSER, "delivery"), KNOWN)
    assert refused.value.names(NothingApproved)
    assert refused.value.names(EndsBeforeItStarts)
