"""A signature fits the one decision its statement names, for as long as it says, and counts once."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from services.credentials.domain import signing
from services.credentials.domain import statement as statements
from services.credentials.domain.sign_off import SignOff
from services.credentials.domain.statement import (
    AHEAD,
    LASTS,
    LONGEST,
    Presented,
    SignatureExpired,
    SignatureNeeded,
    SignatureNotYetValid,
    SignatureValidTooLong,
    SignedForOtherContent,
    SignedForOtherDecision,
    SignedForOtherPosition,
    SignedForOtherStep,
    SignedOtherWording,
    Statement,
)
from shared.contracts.credentials import SignOffRecorded
from shared.contracts.values import Envelope, EnvelopeSignature
from shared.kernel import Reason, Refused
from tests.services.credentials.domain.given import ADVISORS, AT, MC, ROSTERS, Story, acting, an_id, with_authority
from tests.services.credentials.domain.given import requested as requested_story

STEP, BY = "industry-validation", ADVISORS[0]
KEY, DIGEST, OTHER = "sha-256:" + "a" * 64, "sha-256:" + "b" * 64, "sha-256:" + "c" * 64
ENVELOPE = Envelope("", "", (EnvelopeSignature(KEY, "c2ln"),))
SECOND = timedelta(seconds=1)


def a_statement(**changed: Any) -> Statement:
    by = acting(BY)
    made = Statement(
        community="here", microcredential=MC, key="rapid", pathway=an_id("pathway"), pathway_version=1, step=STEP,
        digest=DIGEST, decision="endorse", in_demand=True, assessment_reflects_job=True, condition_due=None,
        comment=None, person=by.person, position=by.position, partner=by.partner, acting_as=BY, occurred_at=None,
        wording={"en": "I do."}, nonce="0" * 32, issued=AT, expires=AT + LASTS,
    )  # fmt: skip
    return structs.replace(made, **changed)


def presented(**changed: Any) -> Presented:
    """A signature that holds, over that statement but for those fields."""
    return Presented(a_statement(), AT, a_statement(**changed), KEY, ENVELOPE)


def why_not(given: Presented | None, required: bool = False) -> list[type[Reason]]:
    return [type(reason) for reason in statements.why_not(given, STEP, required)]


def test_a_step_that_requires_a_signature_says_how_to_give_one() -> None:
    assert why_not(None, required=True) == [SignatureNeeded]
    assert why_not(None) == []
    assert why_not(presented(), required=True) == []


def test_every_field_of_a_statement_is_compared_but_its_nonce_and_times() -> None:
    compared = {name for names in statements.ABOUT.values() for name in names}
    assert set(Statement.__struct_fields__) - compared == {"nonce", "issued", "expires"}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"digest": OTHER}, SignedForOtherContent),
        ({"decision": "abstain"}, SignedForOtherDecision),
        ({"in_demand": False}, SignedForOtherDecision),
        ({"comment": OTHER}, SignedForOtherDecision),
        ({"occurred_at": AT}, SignedForOtherDecision),
        ({"community": "there"}, SignedForOtherStep),
        ({"microcredential": an_id("another")}, SignedForOtherStep),
        ({"step": "funding"}, SignedForOtherStep),
        ({"pathway_version": 2}, SignedForOtherStep),
        ({"person": an_id("somebody")}, SignedForOtherPosition),
        ({"position": an_id("elsewhere")}, SignedForOtherPosition),
        ({"partner": an_id("elsewhere")}, SignedForOtherPosition),
        ({"wording": {"en": "I do not."}}, SignedOtherWording),
        ({"expires": AT}, SignatureExpired),
        ({"issued": AT + AHEAD + SECOND}, SignatureNotYetValid),
        ({"issued": AT, "expires": AT + LONGEST + SECOND}, SignatureValidTooLong),
    ],
)
def test_a_statement_of_something_else_is_refused_for_its_own_reason(
    changed: dict[str, Any], reason: type[Reason]
) -> None:
    assert why_not(presented(**changed)) == [reason]


def test_a_statement_is_good_to_the_edges_of_its_time() -> None:
    edges = {"issued": AT + AHEAD, "expires": AT + AHEAD + LONGEST}
    assert why_not(presented(**edges)) == []
    assert why_not(presented(expires=AT + SECOND)) == []


def test_every_reason_is_named_at_once() -> None:
    wrong = presented(digest=OTHER, step="funding", expires=AT)
    assert set(why_not(wrong)) == {SignedForOtherContent, SignedForOtherStep, SignatureExpired}


def sign(story: Story, given: SignOff, shown: Presented | None, by: str = BY) -> tuple[Any, ...]:
    return story.then(
        signing.sign_off(
            story.state, STEP, given, with_authority(by, STEP), an_id(f"signed {len(story.facts)}"), None, story.at,
            ROSTERS, None, shown,
        )
    )  # fmt: skip


def test_the_signature_is_kept_and_the_same_one_again_is_silence() -> None:
    story = requested_story()
    given = story.given(STEP, "endorse")
    (recorded, *_) = sign(story, given, presented())
    assert isinstance(recorded, SignOffRecorded)
    assert recorded.signature is not None
    assert (recorded.signature.signing_key, recorded.signature.envelope) == (KEY, ENVELOPE)
    assert sign(story, given, presented()) == ()
    assert sign(story, given, None) == ()


def test_a_signature_on_what_was_decided_without_is_a_decision_anew() -> None:
    story = requested_story()
    given = story.given(STEP, "endorse")
    first, *_ = sign(story, given, None)
    again, *_ = sign(story, given, presented())
    assert again.replaces == first.sign_off
    assert again.signature is not None


def test_a_wrong_signature_is_refused_where_none_was_needed() -> None:
    story = requested_story()
    with pytest.raises(Refused) as refused:
        sign(story, story.given(STEP, "endorse"), presented(digest=OTHER))
    assert refused.value.names(SignedForOtherContent)
