"""Voiding: a sign-off without authority never counted, and what followed from it is taken back."""

from datetime import UTC, date, datetime
from uuid import UUID

from msgspec import structs

from services.credentials.domain import review, voiding
from services.credentials.domain.review import DecideReview, SubmitReview
from services.credentials.domain.rounds import Signed
from services.credentials.domain.states import Approved, MicrocredentialState, Opened, Preparing, Validating
from services.credentials.domain.steps import Granted, Open, StepState, Waiting
from shared.authority import Revoked
from shared.contracts.credentials import (
    ApprovalVoided,
    MicrocredentialApproved,
    Paper,
    SignOffRecorded,
    SignOffVoided,
    StepReopened,
)
from tests.services.credentials.domain.given import ADVISORS, AT, Story, acting, an_id, kinds, requested, with_authority

ENDED = Revoked("holding", AT, an_id("the end of a holding"))


def step(state: MicrocredentialState, key: str) -> StepState:
    assert isinstance(state, Opened)
    return state.steps[key]


def signed(story: Story, key: str, position: str) -> UUID:
    """The sign-off of that position which stands in the step."""
    found = step(story.state, key)
    assert not isinstance(found, Waiting)
    return next(one.sign_off for one in found.signed if one.by == acting(position))


def voices(story: Story, key: str) -> tuple[Signed, ...]:
    found = step(story.state, key)
    return () if isinstance(found, Waiting) else found.signed


def void(story: Story, key: str, *positions: str) -> list[object]:
    sign_offs = {signed(story, key, position): ENDED for position in positions}
    return [*story.then(voiding.void(story.state, sign_offs, story.at))]


def test_a_void_sign_off_counts_no_more_and_says_what_had_ended_and_who_is_left() -> None:
    story = requested()
    for advisor in ADVISORS[:2]:
        story.sign("industry-validation", advisor, "endorse")
    (fact,) = void(story, "industry-validation", ADVISORS[0])
    assert isinstance(fact, SignOffVoided)
    assert (fact.of, fact.revocation, fact.revoked, fact.effective) == (
        acting(ADVISORS[0]), ENDED.fact, "holding", AT,
    )  # fmt: skip
    assert {party.position for party in fact.waits_on} == {
        acting(one).position for one in ADVISORS if one != ADVISORS[1]
    }
    assert [one.by for one in voices(story, "industry-validation")] == [acting(ADVISORS[1])]


def test_a_granted_step_that_is_not_without_it_waits_again_and_its_followers_keep_their_sign_offs() -> None:
    story = requested().endorsed()
    story.sign("academic-approval", "nscc/dean", "approve")
    first, reopened = void(story, "industry-validation", ADVISORS[0])
    assert isinstance(first, SignOffVoided)
    assert isinstance(reopened, StepReopened)
    assert len(reopened.waits_on) == 3
    assert isinstance(step(story.state, "industry-validation"), Open)
    assert [one.by for one in voices(story, "academic-approval")] == [acting("nscc/dean")]


def test_a_granted_step_that_holds_without_it_stays_granted() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[3], "request-changes")
    story.endorsed()
    facts = void(story, "industry-validation", ADVISORS[3])
    assert [type(fact) for fact in facts] == [SignOffVoided]
    assert isinstance(facts[0], SignOffVoided)
    assert facts[0].waits_on == ()
    assert isinstance(step(story.state, "industry-validation"), Granted)


def test_an_approval_that_rested_on_it_is_void_and_the_next_has_a_number_of_its_own() -> None:
    story = requested().approved()
    facts = void(story, "registrar", "nscc/registrar")
    assert kinds(tuple(facts)) == ["SignOffVoided", "ApprovalVoided", "StepReopened"]  # type: ignore[arg-type]  # facts
    assert facts[1] == ApprovalVoided(story.facts[0].microcredential, 1, ("registrar",))
    assert isinstance(state := story.state, Validating)
    assert state.approved is None
    last = story.sign("registrar", "nscc/registrar", "approve")[-1]
    assert isinstance(last, MicrocredentialApproved)
    assert last.version == 2


def test_what_was_approved_before_stands_again() -> None:
    story = requested().approved()
    reviewed(story, "revise")
    story.request_validation()
    story.approved()
    assert isinstance(second := story.state, Approved)
    assert second.approved is not None
    assert second.approved.version == 2
    void(story, "funding", "cican/programs")
    assert isinstance(state := story.state, Validating)
    assert state.approved is not None
    assert state.approved.version == 1


def test_a_review_under_way_falls_with_the_approval() -> None:
    story = requested().approved()
    submitted(story)
    void(story, "registrar", "nscc/registrar")
    assert isinstance(story.state, Validating)


def test_a_step_refused_without_authority_waits_again_once_validation_is_requested_again() -> None:
    story = requested().endorsed()
    story.sign("academic-approval", "nscc/dean", "approve")
    story.sign("academic-approval", "consortium-b/dean", "decline")
    assert isinstance(story.state, Preparing)
    facts = void(story, "academic-approval", "consortium-b/dean")
    assert kinds(tuple(facts)) == ["SignOffVoided", "StepReopened"]  # type: ignore[arg-type]  # facts
    story.request_validation()
    assert [one.by for one in voices(story, "academic-approval")] == [acting("nscc/dean")]
    story.sign("academic-approval", "consortium-b/dean", "approve")


def test_what_is_void_already_replaced_or_lapsed_is_passed_over() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "request-changes")
    earlier = signed(story, "industry-validation", ADVISORS[0])
    story.sign("industry-validation", ADVISORS[0], "endorse")
    assert voiding.void(story.state, {earlier: ENDED}, story.at) == ()
    latest = signed(story, "industry-validation", ADVISORS[0])
    assert void(story, "industry-validation", ADVISORS[0])
    assert voiding.void(story.state, {latest: ENDED}, story.at) == ()


def test_a_paper_is_judged_as_its_day_ended() -> None:
    given = next(fact for fact in requested().endorsed().facts if isinstance(fact, SignOffRecorded))
    paper = Paper("letter", date(2023, 1, 9), given.digest, 0, an_id("whoever recorded it"))
    assert voiding.judged_at(given, AT) == AT
    assert voiding.judged_at(structs.replace(given, paper=paper), AT) == datetime(2023, 1, 9, 23, 59, 59, 999_999, UTC)


def submitted(story: Story) -> UUID:
    by, one = with_authority("nscc/program-lead", "delivery"), an_id("review")
    story.then(review.submit(story.state, one, SubmitReview({}), by, None))
    return one


def reviewed(story: Story, decision: str) -> None:
    one, by = submitted(story), with_authority("nscc/quality", "review")
    given = DecideReview(decision)  # type: ignore[arg-type]  # tests state decisions as words
    story.then(review.decide(story.state, one, given, by, set(), None))
