"""Lapse: what covered a changed field no longer counts, each by a fact; everything else stands."""

import pytest

from services.credentials.domain import outline
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.outline import NotTheProposingPartner, OutlineIncomplete, OutlineStands
from services.credentials.domain.states import Preparing, Validating
from services.credentials.domain.steps import Granted, Open
from shared.contracts.credentials import OutlineRevised, SignOffLapsed, StepReopened
from shared.contracts.intake import ProposalAccepted
from shared.contracts.values import Evidence, OutlineChange
from shared.kernel import Refused, fold
from shared.security.digests import OutlineChangedSince, outline_digest
from tests.services.credentials.domain.given import (
    ADVISORS,
    MC,
    OUTLINE,
    PROPOSER,
    STEPS,
    Story,
    acting,
    an_id,
    kinds,
    requested,
)

PREREQUISITES = OutlineChange(prerequisites={"en": "none; prior learning is recognised"})


def test_only_the_sign_offs_that_cover_the_changed_field_lapse() -> None:
    story = requested().endorsed()
    story.sign("academic-approval", "nscc/dean", "approve")
    story.sign("academic-approval", "consortium-b/dean", "request-changes")
    facts = story.revise(PREREQUISITES)
    lapsed = [fact for fact in facts if isinstance(fact, SignOffLapsed)]
    assert [(fact.step, fact.of) for fact in lapsed] == [
        ("academic-approval", acting("nscc/dean")),
        ("academic-approval", acting("consortium-b/dean")),
    ]
    assert all(fact.fields == ("prerequisites",) for fact in lapsed)
    state = story.state
    assert isinstance(state, Validating)
    assert isinstance(state.steps["industry-validation"], Granted)


def test_an_open_step_whose_content_changed_waits_again_on_the_new_digest_with_its_old_due_moment() -> None:
    story = requested().endorsed()
    story.sign("academic-approval", "nscc/dean", "approve")
    before = story.state
    facts = story.revise(PREREQUISITES)
    (reopened,) = [fact for fact in facts if isinstance(fact, StepReopened)]
    assert isinstance(before, Validating)
    assert isinstance(was := before.steps["academic-approval"], Open)
    assert reopened.due == was.due
    assert reopened.digest != was.digest
    assert len(reopened.waits_on) == 3


def test_a_granted_step_whose_content_changed_reopens_and_its_followers_wait() -> None:
    story = requested().endorsed()
    facts = story.revise(OutlineChange(job_functions=({"en": "plant operator"},)))
    assert kinds(facts) == ["OutlineRevised", *["SignOffLapsed"] * 3, "StepReopened"]
    with pytest.raises(Refused, match="industry-validation has 0 of 3"):
        story.sign("academic-approval", "nscc/dean", "approve")


def test_followers_keep_their_sign_offs_while_they_wait() -> None:
    story = requested().endorsed()
    story.sign("funding", "cican/programs", "approve")
    story.revise(OutlineChange(job_functions=({"en": "plant operator"},)))
    state = story.state
    assert isinstance(state, Validating)
    assert isinstance(state.steps["funding"], Granted)
    story.endorsed()
    assert isinstance(story.state, Validating)
    assert all(isinstance(story.state.steps[key], Granted) for key in ("industry-validation", "funding"))


def test_a_recusal_is_about_the_person_and_does_not_lapse() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[3], "recuse")
    facts = story.revise(OutlineChange(assessment={"en": "on plant equipment"}))
    assert kinds(facts) == ["OutlineRevised", "StepReopened"]
    assert len(next(fact for fact in facts if isinstance(fact, StepReopened)).waits_on) == 4


def test_a_condition_goes_with_the_sign_off_that_set_it() -> None:
    story = requested()
    story.sign("industry-validation", ADVISORS[0], "endorse-with-conditions")
    story.revise(OutlineChange(assessment={"en": "on plant equipment"}))
    assert isinstance(story.state, Validating)
    assert story.state.conditions == ()


def test_a_change_of_what_no_step_has_been_signed_on_lapses_nothing() -> None:
    story = Story()
    assert kinds(story.revise(OutlineChange(assessment={"en": "on plant equipment"}))) == ["OutlineRevised"]


def test_absent_equals_null_so_that_setting_null_where_nothing_was_is_silence() -> None:
    assert requested().revise(OutlineChange(prerequisites=None)) == ()


def test_setting_the_same_value_again_is_silence() -> None:
    assert requested().revise(OutlineChange(hours=40)) == ()


def test_a_revision_counts_and_names_what_changed() -> None:
    story = requested()
    (revised, *_) = story.revise(OutlineChange(hours=45, title={"en": "Another title"}))
    assert isinstance(revised, OutlineRevised)
    assert (revised.revision, revised.changed) == (1, ("title", "hours"))


def test_a_revision_written_on_an_outline_that_changed_since_is_refused() -> None:
    story = requested()
    read = outline_digest(story.state.outline)  # type: ignore[union-attr]  # it is opened
    story.revise(OutlineChange(hours=99))
    with pytest.raises(Refused) as refused:
        outline.revise(story.state, OutlineChange(hours=98), acting(PROPOSER), story.at, read=read)
    assert refused.value.names(OutlineChangedSince)
    assert outline.revise(story.state, OutlineChange(hours=99), acting(PROPOSER), story.at, read=read) == ()


def test_a_revision_after_request_changes_needs_no_new_request() -> None:
    story = requested().endorsed()
    story.sign("academic-approval", "consortium-b/dean", "request-changes")
    story.revise(PREREQUISITES)
    story.sign("academic-approval", "consortium-b/dean", "approve")
    assert isinstance(story.state, Validating)


def test_only_the_proposing_partner_revises_and_requests() -> None:
    with pytest.raises(Refused) as revised:
        requested().revise(PREREQUISITES, by="cican/programs")
    assert revised.value.names(NotTheProposingPartner)
    with pytest.raises(Refused) as asked:
        Story().request_validation(by="cican/programs")
    assert asked.value.names(NotTheProposingPartner)
    with pytest.raises(Refused) as again:
        requested().request_validation(by="cican/programs")
    assert again.value.names(NotTheProposingPartner)


def test_an_approved_outline_stands() -> None:
    with pytest.raises(Refused) as refused:
        requested().approved().revise(PREREQUISITES)
    assert refused.value.names(OutlineStands)


def test_validation_is_not_requested_on_an_outline_that_says_too_little() -> None:
    story = Story()
    story.revise(OutlineChange(assessment=None))
    with pytest.raises(Refused, match="assessment") as refused:
        story.request_validation()
    assert refused.value.names(OutlineIncomplete)


def test_requesting_validation_again_is_silence() -> None:
    assert requested().request_validation() == ()


def test_a_microcredential_opens_once_for_its_proposal() -> None:
    accepted = ProposalAccepted(
        MC, acting("cican/programs"), acting("nscc/program-lead"), "rapid-response", OUTLINE, "sha-256:" + "0" * 64,
        an_id("pathway"), 1, (), (), Evidence("proposal-acceptance", an_id("cican"), an_id("cican/programs"), 1),
        proposers=(acting("nscc/assistant").person,),
    )  # fmt: skip
    (opened,) = outline.open_on(MICROCREDENTIAL.initial, accepted, STEPS)
    state = fold(MICROCREDENTIAL, (opened,))
    assert isinstance(state, Preparing)
    assert state.authors == {acting("nscc/program-lead").person, acting("nscc/assistant").person}
    assert outline.open_on(state, accepted, STEPS) == ()
