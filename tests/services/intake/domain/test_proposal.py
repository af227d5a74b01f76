"""A proposal: given these facts, when this is asked, then these facts follow, or these reasons why not."""

from collections.abc import Callable
from uuid import UUID

import msgspec
import pytest
from msgspec import structs

from services.intake.domain import deciding, proposing
from services.intake.domain.deciding import Authority
from services.intake.domain.intents import (
    DraftProposal,
    RespondToConcept,
    ReviseProposal,
    StatedChange,
    StatedOutline,
    SubmitProposal,
)
from services.intake.domain.pathways import InForce
from services.intake.domain.proposal import STATE_NAMES, ProposalState, Submitted, Undrafted
from services.intake.domain.refusals import NotWithin, PathwayNotInForce, TooFewResponses
from shared.contracts.intake import (
    ConceptResponded,
    IntakeFact,
    ProposalAccepted,
    ProposalDrafted,
    ProposalReturned,
    ProposalRevised,
    ProposalSubmitted,
)
from shared.contracts.values import Acting, Evidence, NoteRef, Outline, Scope
from shared.kernel import Refused
from shared.security.digests import OutlineChangedSince, outline_digest
from tests.services.intake.domain.given import (
    ACCEPTED,
    ACCEPTS,
    AGAIN,
    BOTH,
    CHANGE,
    COLLEAGUE,
    DIGEST,
    DRAFTED,
    FUNDER,
    HISTORIES,
    HOSPITAL,
    LEAD,
    MILLER,
    NO,
    NOTE,
    NURSE,
    OTHER_PATHWAY,
    OUTLINE,
    PARTNERS,
    PATHWAY,
    PLANT,
    PROGRAMS,
    PROPOSAL_ID,
    RETURNED,
    REVISED,
    SUBMITTED,
    VALIDATES,
    YES,
    acting,
    after,
    an_id,
    evidence,
    given,
    lacking,
    responded,
)

UNKNOWN_PATHWAY = PathwayNotInForce("nowhere", "2026-03-02")


def revise(state: ProposalState, by: Acting = LEAD) -> tuple[IntakeFact, ...]:
    return proposing.revise(state, ReviseProposal(StatedChange(hours=40)), by)


def submit(state: ProposalState, by: Acting = LEAD, to: int = FUNDER.int) -> tuple[IntakeFact, ...]:
    return proposing.submit(state, SubmitProposal(an_id(to)), by, PARTNERS)


def withdraw(state: ProposalState, by: Acting = LEAD) -> tuple[IntakeFact, ...]:
    return proposing.withdraw(state, by, None)


def respond(
    state: ProposalState,
    by: Acting = MILLER,
    authority: Authority = VALIDATES,
    in_demand: bool = True,
    comment: NoteRef | None = NOTE,
) -> tuple[IntakeFact, ...]:
    return deciding.respond(state, AGAIN, RespondToConcept(in_demand, True), by, authority, None, comment)


def accept(
    state: ProposalState,
    by: Acting = PROGRAMS,
    authority: Authority = ACCEPTS,
    pathway: InForce | PathwayNotInForce = PATHWAY,
) -> tuple[IntakeFact, ...]:
    return deciding.accept(state, by, authority, pathway)


def send_back(state: ProposalState, authority: Authority = ACCEPTS) -> tuple[IntakeFact, ...]:
    return deciding.send_back(state, PROGRAMS, authority, NOTE)


def decline(state: ProposalState, authority: Authority = ACCEPTS) -> tuple[IntakeFact, ...]:
    return deciding.decline(state, PROGRAMS, authority, NOTE)


def reasons(act: Callable[[], object]) -> list[str]:
    """The kinds of every reason it is refused for, in order."""
    with pytest.raises(Refused) as refused:
        act()
    return [type(reason).__name__ for reason in refused.value.reasons]


ASKED: dict[str, Callable[[ProposalState], tuple[IntakeFact, ...]]] = {
    "revise": revise,
    "submit": submit,
    "withdraw": withdraw,
    "respond": respond,
    "accept": accept,
    "return": send_back,
    "decline": decline,
}
OUTCOMES = {
    # state:              revise, submit, withdraw, respond, accept, return, decline
    "undrafted": ["NoSuchProposal"] * 7,
    "draft": ["draft", "submitted", "withdrawn", *["NotBeforeAPartner"] * 4],
    "submitted": [
        "LaidBeforeAPartner", "silence", "withdrawn", "concept-validation", "TooFewResponses", "returned", "declined",
    ],
    "concept-validation": [
        "LaidBeforeAPartner", "silence", "withdrawn", "concept-validation", "accepted", "returned", "declined",
    ],
    "returned": [
        "returned", "submitted", "withdrawn", "NotBeforeAPartner", "NotBeforeAPartner", "silence", "NotBeforeAPartner",
    ],
    "accepted": ["ItIsOver", "ItIsOver", "ItIsOver", "ItIsOver", "silence", "ItIsOver", "ItIsOver"],
    "declined": ["ItIsOver", "ItIsOver", "ItIsOver", "ItIsOver", "ItIsOver", "ItIsOver", "silence"],
    "withdrawn": ["ItIsOver", "ItIsOver", "silence", "ItIsOver", "ItIsOver", "ItIsOver", "ItIsOver"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "asked", "outcome"),
    [(state, asked, outcome) for state, row in OUTCOMES.items() for asked, outcome in zip(ASKED, row, strict=True)],
)
def test_every_state_answers_every_intent_as_its_lifecycle_says(state: str, asked: str, outcome: str) -> None:
    act = ASKED[asked]
    if outcome[0].isupper():
        assert reasons(lambda: act(given(state))) == [outcome]
        return
    facts = act(given(state))
    if outcome == "silence":
        assert facts == ()
        return
    assert len(facts) == 1
    then = after(*HISTORIES[state], *facts)
    assert not isinstance(then, Undrafted)
    assert STATE_NAMES[type(then)] == outcome


def test_a_draft_belongs_to_the_partner_of_whoever_drafted_it_and_may_be_incomplete() -> None:
    intent = DraftProposal("welding", StatedOutline(title={"en": "Welding"}))
    assert proposing.draft(PROPOSAL_ID, intent, LEAD) == (
        ProposalDrafted(PROPOSAL_ID, "welding", LEAD, Outline(title={"en": "Welding"})),
    )


def test_an_outline_too_long_to_travel_in_one_fact_is_refused() -> None:
    long = StatedOutline(outcomes=tuple({"en": "x" * 8000} for _ in range(5)))
    assert reasons(lambda: proposing.draft(PROPOSAL_ID, DraftProposal("welding", long), LEAD)) == ["OutlineTooLong"]


def test_a_field_of_the_outline_that_nobody_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="titel"):
        msgspec.convert({"key": "welding", "outline": {"titel": {"en": "Welding"}}}, DraftProposal)


def test_any_position_of_the_proposing_partner_revises_a_draft() -> None:
    assert revise(given("draft"), COLLEAGUE) == (ProposalRevised(PROPOSAL_ID, COLLEAGUE, CHANGE),)


HEALTH, UNIT = Scope("sector", "health"), Scope("unit", "school-of-health")


def test_what_a_proposal_is_about_is_said_when_it_is_drafted_changed_with_it_and_accepted_with_it() -> None:
    intent = DraftProposal("welding", StatedOutline(*structs.astuple(OUTLINE)), (HEALTH, HEALTH))
    (drafted,) = proposing.draft(PROPOSAL_ID, intent, LEAD)
    assert isinstance(drafted, ProposalDrafted)
    assert drafted.about == (HEALTH,)
    (revised,) = proposing.revise(after(drafted), ReviseProposal(StatedChange(), (UNIT, HEALTH)), LEAD)
    assert isinstance(revised, ProposalRevised)
    assert revised.about == (UNIT, HEALTH)
    changed = after(drafted, revised)
    assert proposing.revise(changed, ReviseProposal(StatedChange(), (UNIT, HEALTH)), LEAD) == ()
    laid = after(drafted, revised, SUBMITTED, responded(YES, MILLER), responded(NO, NURSE))
    (accepted,) = deciding.accept(laid, PROGRAMS, ACCEPTS, PATHWAY)
    assert isinstance(accepted, ProposalAccepted)
    assert accepted.about == (UNIT, HEALTH)


@pytest.mark.parametrize(
    "scope",
    [
        Scope(), Scope("microcredential", "x"), Scope("amount", "much"), Scope("sector"), Scope("unit", ""),
        Scope("credit", "maybe"), Scope("jurisdiction", "nova scotia"), Scope("sector", "Health "),
    ],
)  # fmt: skip
def test_a_proposal_is_not_about_what_says_nothing(scope: Scope) -> None:
    with pytest.raises(Refused) as refused:
        proposing.revise(given("draft"), ReviseProposal(StatedChange(), (scope,)), LEAD)
    assert refused.value.names(NotWithin)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Scope("amount", "250000"), Scope("amount", "1")),
        (Scope("unit", "health"), Scope("unit", "trades")),
        (Scope("credit", "credit"), Scope("credit", "non-credit")),
    ],
)
def test_a_proposal_lies_within_one_unit_is_of_one_amount_and_for_credit_or_not(one: Scope, other: Scope) -> None:
    with pytest.raises(Refused) as refused:
        proposing.revise(given("draft"), ReviseProposal(StatedChange(), (one, HEALTH, other)), LEAD)
    assert [reason.sentence for reason in refused.value.reasons] == [
        f"What it is about is not right: it names one {one.kind}, not several."
    ]


def test_what_the_accepting_partner_states_it_is_about_takes_the_place_of_what_was_proposed() -> None:
    cheap, dear = Scope("amount", "1"), Scope("amount", "250000")
    drafted = structs.replace(DRAFTED, about=(cheap,))
    laid = after(drafted, SUBMITTED, *BOTH)
    (accepted,) = deciding.accept(laid, PROGRAMS, ACCEPTS, PATHWAY, about=(dear, dear))
    assert isinstance(accepted, ProposalAccepted)
    assert accepted.about == (dear,)
    then = after(drafted, SUBMITTED, *BOTH, accepted)
    assert deciding.accept(then, PROGRAMS, ACCEPTS, PATHWAY, about=(dear,)) == ()
    assert deciding.accept(then, PROGRAMS, ACCEPTS, PATHWAY) == ()
    assert reasons(lambda: deciding.accept(then, PROGRAMS, ACCEPTS, PATHWAY, about=(cheap,))) == ["ItIsOver"]
    assert reasons(lambda: deciding.accept(laid, PROGRAMS, ACCEPTS, PATHWAY, about=(Scope(),))) == ["NotWithin"]


def test_a_revision_to_what_already_stands_is_silence() -> None:
    assert revise(after(DRAFTED, REVISED)) == ()


def test_null_clears_a_field() -> None:
    change = msgspec.convert({"change": {"need": None}}, ReviseProposal)
    then = after(DRAFTED, *proposing.revise(given("draft"), change, LEAD))
    assert not isinstance(then, Undrafted)
    assert then.outline.need is None
    assert then.outline.title == OUTLINE.title


def test_a_revision_written_on_an_outline_that_changed_since_is_refused() -> None:
    read, changed = outline_digest(OUTLINE), after(DRAFTED, REVISED)
    assert proposing.revise(after(DRAFTED), ReviseProposal(StatedChange(hours=41), digest=read), LEAD)
    with pytest.raises(Refused) as refused:
        proposing.revise(changed, ReviseProposal(StatedChange(hours=41), digest=read), LEAD)
    assert refused.value.names(OutlineChangedSince)
    assert proposing.revise(changed, ReviseProposal(StatedChange(hours=40), digest=read), LEAD) == ()


def test_another_partner_may_neither_revise_nor_submit_nor_withdraw_and_is_told_every_reason() -> None:
    assert reasons(lambda: revise(given("draft"), MILLER)) == ["NotYourProposal"]
    assert reasons(lambda: submit(given("draft"), MILLER)) == ["NotYourProposal"]
    assert reasons(lambda: withdraw(given("draft"), MILLER)) == ["NotYourProposal"]
    assert reasons(lambda: revise(given("submitted"), MILLER)) == ["NotYourProposal", "LaidBeforeAPartner"]
    assert reasons(lambda: submit(given("submitted"), MILLER)) == ["NotYourProposal", "LaidBeforeAPartner"]
    assert reasons(lambda: withdraw(given("accepted"), MILLER)) == ["NotYourProposal", "ItIsOver"]


def test_a_submission_is_bound_to_the_digest_of_the_whole_outline() -> None:
    revised = msgspec.structs.replace(OUTLINE, hours=40)
    assert submit(after(DRAFTED, REVISED)) == (ProposalSubmitted(PROPOSAL_ID, FUNDER, LEAD, outline_digest(revised)),)


def test_a_submission_names_every_field_that_is_not_stated() -> None:
    bare = after(ProposalDrafted(PROPOSAL_ID, "welding", LEAD, Outline(title={"en": "Welding"}, outcomes=())))
    with pytest.raises(Refused) as refused:
        submit(bare)
    assert [reason.sentence for reason in refused.value.reasons] == [
        f"The outline does not state its {field}." for field in ("need", "outcomes", "job_functions", "assessment")
    ]


def test_a_submission_to_a_partner_nobody_knows_is_refused() -> None:
    assert reasons(lambda: submit(given("draft"), to=999)) == ["UnknownAddressee"]


def test_a_submission_to_another_partner_is_refused_while_it_is_before_one() -> None:
    assert reasons(lambda: submit(given("submitted"), to=HOSPITAL.int)) == ["LaidBeforeAPartner"]


def test_a_returned_proposal_may_be_submitted_to_another_partner() -> None:
    assert submit(given("returned"), to=HOSPITAL.int) == (ProposalSubmitted(PROPOSAL_ID, HOSPITAL, LEAD, DIGEST),)


def test_the_first_response_begins_concept_validation_and_carries_its_evidence() -> None:
    assert respond(given("submitted")) == (
        ConceptResponded(PROPOSAL_ID, AGAIN, MILLER, DIGEST, True, True, VALIDATES, None, NOTE),
    )


def test_responding_needs_industry_validation_and_the_refusal_says_whom_to_go_to() -> None:
    with pytest.raises(Refused) as refused:
        respond(given("submitted"), authority=lacking("industry-validation", PLANT))
    assert [type(reason).__name__ for reason in refused.value.reasons] == ["NotTheirsToDecide"]
    assert [answer.partner for answer in refused.value.allowed_actions] == [PLANT]


def test_whoever_drafted_revised_or_submitted_does_not_respond() -> None:
    state = after(DRAFTED, REVISED, SUBMITTED)
    for proposer in (LEAD, COLLEAGUE):
        elsewhere = Acting(proposer.person, MILLER.position, PLANT)
        assert reasons(lambda by=elsewhere: respond(state, by)) == ["ProposersDoNotJudge"]  # type: ignore[misc]


def delegate_of(by: Acting, holder: UUID, matter: str) -> tuple[Acting, Evidence]:
    """That person deciding by a delegation from the holder."""
    delegate = structs.replace(by, delegation=an_id(61))
    return delegate, structs.replace(evidence(delegate, matter), on_behalf_of=holder)


def test_a_delegate_of_whoever_had_a_hand_in_proposing_neither_responds_nor_accepts() -> None:
    delegate, granted = delegate_of(MILLER, COLLEAGUE.person, "industry-validation")
    state = after(DRAFTED, REVISED, SUBMITTED)
    assert reasons(lambda: respond(state, delegate, granted)) == ["ProposersDoNotJudge"]
    delegate, granted = delegate_of(PROGRAMS, LEAD.person, "proposal-acceptance")
    assert reasons(lambda: accept(given("concept-validation"), delegate, granted)) == ["ProposersDoNotJudge"]
    delegate, granted = delegate_of(PROGRAMS, NURSE.person, "proposal-acceptance")
    assert accept(given("concept-validation"), delegate, granted)


def test_whoever_stands_in_for_a_proposer_accepts() -> None:
    stand_in = structs.replace(PROGRAMS, alternate=an_id(62))
    granted = structs.replace(evidence(stand_in, "proposal-acceptance"), on_behalf_of=LEAD.person)
    assert accept(given("concept-validation"), stand_in, granted)


def test_one_person_responds_for_one_partner_only_by_themselves_and_through_delegates() -> None:
    state = after(DRAFTED, SUBMITTED, responded(YES, MILLER))
    own = structs.replace(NURSE, person=MILLER.person)
    delegate, lent = delegate_of(own, NURSE.person, "industry-validation")
    through, by_miller = delegate_of(NURSE, MILLER.person, "industry-validation")
    asked = ((own, evidence(own, "industry-validation")), (delegate, lent), (through, by_miller))
    for by, granted in asked:
        assert reasons(lambda by=by, granted=granted: respond(state, by, granted)) == ["OnePersonOnePartner"]  # type: ignore[misc]  # bound in the loop
    first = structs.replace(responded(YES, through), evidence=by_miller)
    assert reasons(lambda: respond(after(DRAFTED, SUBMITTED, first), MILLER)) == ["OnePersonOnePartner"]
    assert respond(state, NURSE, evidence(NURSE, "industry-validation"))
    assert respond(state, MILLER, in_demand=False)


def test_another_person_of_the_proposing_partner_may_respond() -> None:
    assert respond(given("submitted"), COLLEAGUE, evidence(COLLEAGUE, "industry-validation"))


def test_the_same_response_again_is_silence() -> None:
    assert respond(given("concept-validation"), comment=None) == ()


def test_a_later_response_of_the_same_partner_counts_instead_of_its_first() -> None:
    other = acting(6, PLANT)
    then = after(*HISTORIES["concept-validation"], *respond(given("concept-validation"), other, in_demand=False))
    accepted = accept(then)[0]
    assert isinstance(accepted, ProposalAccepted)
    assert accepted.responses == (AGAIN, NO)
    assert accepted.dissent == (AGAIN, NO)


def test_an_acceptance_says_who_proposed_on_what_content_and_pathway_and_after_which_voices() -> None:
    assert accept(given("concept-validation")) == (ACCEPTED,)


def test_dissent_is_listed_and_does_not_block() -> None:
    facts = (DRAFTED, SUBMITTED, responded(YES, MILLER, in_demand=False), responded(NO, NURSE, in_demand=False))
    accepted = accept(after(*facts))[0]
    assert isinstance(accepted, ProposalAccepted)
    assert accepted.dissent == (YES, NO)


def test_an_acceptance_waits_for_two_partners_and_says_how_many_have_responded() -> None:
    with pytest.raises(Refused) as refused:
        accept(after(DRAFTED, SUBMITTED, BOTH[0]))
    assert refused.value.reasons == (TooFewResponses(1, 2, "has"),)
    assert refused.value.waiting_on[0].sentence == "1 of 2 partners has responded to the concept."


def test_two_responses_of_one_partner_are_one_voice() -> None:
    facts = (DRAFTED, SUBMITTED, responded(YES, MILLER), responded(AGAIN, acting(6, PLANT)))
    assert reasons(lambda: accept(after(*facts))) == ["TooFewResponses"]


def test_responses_from_before_a_return_count_no_longer() -> None:
    facts = (*HISTORIES["returned"], SUBMITTED, responded(AGAIN, MILLER))
    assert reasons(lambda: accept(after(*facts))) == ["TooFewResponses"]


def test_whoever_had_a_hand_in_proposing_does_not_accept() -> None:
    state = after(DRAFTED, REVISED, SUBMITTED, *BOTH)
    for proposer in (LEAD, COLLEAGUE):
        elsewhere = Acting(proposer.person, PROGRAMS.position, FUNDER)
        assert reasons(lambda by=elsewhere: accept(state, by)) == ["ProposersDoNotJudge"]  # type: ignore[misc]


def test_a_refused_acceptance_names_every_reason_at_once() -> None:
    with pytest.raises(Refused) as refused:
        accept(given("submitted"), LEAD, lacking("proposal-acceptance", FUNDER), UNKNOWN_PATHWAY)
    assert {type(reason).__name__ for reason in refused.value.reasons} == {
        "NotTheirsToDecide", "ProposersDoNotJudge", "TooFewResponses", "PathwayNotInForce",
    }  # fmt: skip
    assert [answer.partner for answer in refused.value.allowed_actions] == [FUNDER]


def test_an_acceptance_on_another_pathway_than_the_first_is_refused() -> None:
    assert reasons(lambda: accept(given("accepted"), pathway=OTHER_PATHWAY)) == ["ItIsOver"]


def test_a_repeated_decision_is_not_silence_for_somebody_without_authority() -> None:
    lacks = lacking("proposal-acceptance", FUNDER)
    assert reasons(lambda: accept(given("accepted"), authority=lacks)) == ["NotTheirsToDecide"]
    assert reasons(lambda: send_back(given("returned"), lacks)) == ["NotTheirsToDecide"]
    assert reasons(lambda: decline(given("declined"), lacks)) == ["NotTheirsToDecide"]


def test_only_the_owner_of_proposal_acceptance_returns_and_declines() -> None:
    lacks = lacking("proposal-acceptance", FUNDER)
    assert reasons(lambda: send_back(given("submitted"), lacks)) == ["NotTheirsToDecide"]
    assert reasons(lambda: decline(given("concept-validation"), lacks)) == ["NotTheirsToDecide"]


def test_what_is_addressed_to_nobody_yet_can_be_decided_by_nobody() -> None:
    for act in (
        lambda: accept(given("draft"), authority=None),
        lambda: send_back(given("draft"), None),
        lambda: decline(given("draft"), None),
    ):
        assert reasons(act) == ["NotBeforeAPartner"]


def test_a_return_carries_its_reason_and_its_evidence() -> None:
    assert send_back(given("concept-validation")) == (ProposalReturned(PROPOSAL_ID, PROGRAMS, ACCEPTS, NOTE),)


def test_facts_that_do_not_fit_the_state_change_nothing() -> None:
    assert after(DRAFTED, ACCEPTED, RETURNED) == given("draft")
    assert isinstance(after(DRAFTED, SUBMITTED, REVISED), Submitted)


def test_a_withdrawal_belongs_to_any_position_of_the_proposing_partner() -> None:
    assert len(withdraw(given("concept-validation"), COLLEAGUE)) == 1
