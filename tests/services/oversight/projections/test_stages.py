"""Where a card stands and whom it waits on, from the facts alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.oversight.projections import approval, concept
from services.oversight.projections.waits import Card, Wait
from shared.contracts.credentials import Condition
from shared.contracts.values import Party
from shared.kernel import Recorded, new_id
from tests.services.oversight.telling import SEATS, Telling, digest, new_cast


@pytest.fixture
def said() -> Telling:
    return Telling(new_cast())


def proposal(said: Telling) -> Card:
    state = None
    for recorded in said.facts("intake"):
        state = concept.evolve(state, recorded)
    assert state is not None
    return concept.card(state)


def microcredential(said: Telling) -> Card:
    state = None
    for recorded in said.facts("credentials"):
        state = approval.evolve(state, recorded)
    assert state is not None
    return approval.card(state)


def whats(card: Card) -> list[str]:
    return [wait.what for wait in card.waits]


def on(said: Telling, wait: Wait) -> list[str]:
    """Whom it waits on, by the names of the cast."""
    by = {"position": wait.position} if wait.position else {"partner": wait.partner}
    return [name for name, acting in said.cast.items() if all(getattr(acting, key) == one for key, one in by.items())]


def test_a_draft_waits_on_whoever_drafted_it(said: Telling) -> None:
    drafted = said.drafted()
    card = proposal(said)
    assert (card.stage, card.since, whats(card)) == ("draft", drafted.occurred_at, ["submission of the proposal"])
    assert on(said, card.waits[0]) == ["nscc/lead"]


def test_a_concept_waits_on_industry_until_two_partners_have_answered(said: Telling) -> None:
    said.drafted()
    submitted = said.submitted()
    said.responded("plant/foreman")
    said.responded("plant/foreman")
    [wait] = proposal(said).waits
    assert (wait.what, wait.needed, wait.partner, wait.matter) == ("concept responses", 1, None, "industry-validation")
    assert wait.apart == (said.cast["plant/foreman"].partner,)
    enough = said.responded("clinic/chief")
    card = proposal(said)
    [wait] = card.waits
    assert (card.stage, card.since) == ("concept", submitted.occurred_at)
    assert (wait.what, wait.matter, wait.since) == (
        "decision on the proposal", "proposal-acceptance", enough.occurred_at,
    )  # fmt: skip
    assert wait.partner == said.cast["cican/programs"].partner


def test_a_returned_proposal_is_a_draft_again_and_its_responses_count_no_longer(said: Telling) -> None:
    said.drafted()
    said.submitted()
    said.responded("plant/foreman")
    said.responded("clinic/chief")
    said.returned()
    assert (proposal(said).stage, whats(proposal(said))) == ("draft", ["revision of the proposal"])
    said.submitted()
    assert proposal(said).waits[0].needed == 2


def test_an_accepted_proposal_leaves_the_board_to_its_microcredential(said: Telling) -> None:
    said.concept_accepted()
    assert (proposal(said).stage, proposal(said).waits) == ("accepted", ())
    said.opened()
    card = microcredential(said)
    assert (card.stage, whats(card)) == ("preparation", ["request for validation"])


def test_what_is_withdrawn_has_ended_and_waits_on_nobody(said: Telling) -> None:
    said.drafted()
    said.withdrawn()
    assert (proposal(said).stage, proposal(said).waits) == ("ended", ())


def test_a_quorum_waits_on_the_seats_not_heard_and_says_how_many_are_needed(said: Telling) -> None:
    said.opened()
    requested = said.requested()
    opened = said.step_opened("validation")
    card = microcredential(said)
    assert (card.stage, card.since) == ("sign-off", requested.occurred_at)
    assert [on(said, wait) for wait in card.waits] == [[seat] for seat in SEATS]
    assert {(wait.needed, wait.due, wait.digest) for wait in card.waits} == {(2, opened.fact.due, digest("validation"))}
    said.signed("plant/foreman", "validation", "endorse")
    said.signed("clinic/chief", "validation", "recuse")
    [wait] = microcredential(said).waits
    assert (on(said, wait), wait.needed, wait.what) == (["farm/owner"], 1, "validation")


def test_an_owner_is_waited_on_by_matter_so_that_whoever_owns_it_now_is_asked(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("approval")
    waits = microcredential(said).waits
    assert [(wait.partner, wait.position, wait.matter) for wait in waits] == [
        (said.cast["nscc/dean"].partner, None, "academic-approval"),
        (said.cast["b/dean"].partner, None, "academic-approval"),
    ]


def test_requested_changes_wait_on_the_proposer_and_then_on_those_whose_sign_offs_lapsed(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("approval")
    dean = said.signed("nscc/dean", "approval", "approve")
    asked = said.signed("b/dean", "approval", "request-changes")
    [wait] = microcredential(said).waits
    assert (wait.what, wait.step, on(said, wait)) == ("revision of the outline", "approval", ["nscc/lead"])
    assert wait.since == asked.occurred_at
    said.revised(hours=40)
    parties = [Party(said.cast[name].partner, "academic-approval") for name in ("nscc/dean", "b/dean")]
    lapsed = said.lapsed(dean, parties[0])
    said.lapsed(asked, parties[1])
    said.reopened("approval", *parties)
    waits = microcredential(said).waits
    assert [(wait.what, wait.partner) for wait in waits] == [("approval", party.partner) for party in parties]
    assert waits[0].since == lapsed.occurred_at
    assert {wait.digest for wait in waits} == {digest("approval again")}


def test_another_decision_of_the_same_person_replaces_the_request_for_changes(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("a-funding")
    asked = said.signed("cican/programs", "a-funding", "request-changes")
    said.signed("cican/programs", "a-funding", "approve", replaces=asked.fact.sign_off)
    assert microcredential(said).waits == ()


def test_a_condition_due_before_the_grant_waits_on_whoever_set_it(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("a-funding")
    condition = Condition(new_id(), "grant")
    said.signed("cican/programs", "a-funding", "approve-with-conditions", (condition,))
    [wait] = microcredential(said).waits
    assert (wait.what, wait.refers, on(said, wait)) == (
        "a condition to be met", condition.condition, ["cican/programs"],
    )  # fmt: skip
    said.met("a-funding", condition.condition, "cican/programs")
    assert microcredential(said).waits == ()


def test_a_granted_step_waits_on_nobody_more(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("validation")
    said.granted("validation")
    assert microcredential(said).waits == ()


def test_steps_are_waited_for_in_the_order_of_the_pathway(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("a-funding")
    said.step_opened("approval")
    assert whats(microcredential(said)) == ["approval", "approval", "a-funding"]


def test_a_refused_step_sends_the_outline_back_to_preparation(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("validation")
    said.step_opened("a-funding")
    said.refused("validation")
    said.outline_returned("validation")
    card = microcredential(said)
    assert (card.stage, whats(card)) == ("preparation", ["revision of the outline"])
    said.revised(hours=40)
    assert whats(microcredential(said)) == ["request for validation"]
    said.requested()
    assert (microcredential(said).stage, whats(microcredential(said))) == ("sign-off", ["a-funding"])


def approved(said: Telling) -> Recorded[Any]:
    said.opened()
    said.requested()
    return said.approved()


def test_what_is_approved_waits_on_nobody_until_an_offering_runs(said: Telling) -> None:
    when = approved(said)
    card = microcredential(said)
    assert (card.stage, card.since, card.waits) == ("approved", when.occurred_at, ())
    said.offered("first")
    card = microcredential(said)
    [wait] = card.waits
    assert (card.stage, wait.what, wait.matter) == ("running", "close of the offering", "delivery")
    assert (wait.refers, wait.due) == (said.ids["first"], datetime(2026, 10, 1, tzinfo=UTC))


def test_a_closed_offering_waits_for_its_review_and_the_review_for_its_decision(said: Telling) -> None:
    approved(said)
    said.offered("first")
    said.offered("second")
    said.closed("first")
    assert microcredential(said).stage == "running"
    closed = said.closed("second")
    card = microcredential(said)
    assert (card.stage, card.since, whats(card)) == ("review", closed.occurred_at, ["submission of the review"])
    review = said.review_submitted().fact.review
    [wait] = microcredential(said).waits
    assert (wait.what, wait.matter, wait.refers) == ("review decision", "review", review)


@pytest.mark.parametrize(
    ("decision", "stage", "waits"),
    [("renew", "approved", []), ("revise", "preparation", ["revision of the outline"]), ("retire", "ended", [])],
)
def test_a_review_decides_what_comes_next(said: Telling, decision: str, stage: str, waits: list[str]) -> None:
    approved(said)
    said.offered("first")
    said.closed("first")
    review = said.review_submitted().fact.review
    said.review_decided(review, decision)
    if decision == "retire":
        said.retired(review)
    card = microcredential(said)
    assert (card.stage, whats(card)) == (stage, waits)


def test_a_review_lists_the_conditions_it_has_to_answer_those_carried_again(said: Telling) -> None:
    said.whole()
    said.offered("second")
    said.closed("second")
    said.review_submitted()
    [wait] = microcredential(said).waits
    assert wait.conditions == (said.ids["condition"],)


def test_a_fact_about_a_step_the_pathway_does_not_have_changes_nothing(said: Telling) -> None:
    said.opened()
    said.requested()
    before = microcredential(said)
    said.granted("nowhere")
    said.met("nowhere", new_id(), "nscc/dean")
    assert microcredential(said) == before


def test_facts_of_a_microcredential_nobody_opened_are_passed_over(said: Telling) -> None:
    assert approval.evolve(None, said.approved()) is None
    assert concept.evolve(None, said.submitted()) is None


def test_nobody_is_asked_before_the_step_ahead_is_granted_again(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("validation")
    said.granted("validation")
    said.step_opened("approval")
    assert "approval" in whats(microcredential(said))
    party = Party(said.cast["farm/owner"].partner, "industry-validation", said.cast["farm/owner"].position)
    said.reopened("validation", party)
    assert whats(microcredential(said)) == ["validation"]


def test_a_condition_of_a_refused_round_is_no_longer_to_be_answered(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("validation")
    condition = new_id()
    said.signed("farm/owner", "validation", "endorse-with-conditions", (Condition(condition, "review"),))
    said.refused("validation")
    said.outline_returned("validation")
    said.requested()
    said.step_opened("validation")
    state = None
    for recorded in said.facts("credentials"):
        state = approval.evolve(state, recorded)
    assert state is not None
    assert state.conditions == ()


def test_who_wrote_the_outline_or_recused_themselves_is_known_not_to_be_able_to_act(said: Telling) -> None:
    said.opened()
    said.requested()
    said.step_opened("validation")
    said.signed("farm/owner", "validation", "recuse")
    [first, *_] = microcredential(said).waits
    assert set(first.barred) == {said.cast["nscc/lead"].person, said.cast["farm/owner"].person}
