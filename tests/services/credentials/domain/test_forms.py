"""Sign-offs on paper, decided: what is refused, confirmed and disputed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from services.credentials.domain import confirming, forms, signing
from services.credentials.domain.forms import OnPaper, Recorder, RecordOnBehalf, Told
from services.credentials.domain.microcredential import MicrocredentialFact
from services.credentials.domain.paper_refusals import ConfirmedAlready, NoSuchPaper, NotTheirsToConfirm
from services.credentials.domain.refusals import StepIsSettled
from services.credentials.domain.states import Approved, Validating, existing
from shared.contracts.credentials import SignOffConfirmed, SignOffRecorded
from shared.kernel import Refused
from tests.services.credentials.domain.given import (
    ADVISORS,
    AT,
    COLLEGES,
    NOTE,
    PROPOSER,
    ROSTERS,
    Story,
    acting,
    an_id,
    kinds,
    requested,
    with_authority,
)

STEP, FILE = "industry-validation", "sha-256:" + "a" * 64
COORDINATOR = Recorder(an_id("coordinator"), "coordinator", None)
OPENED = AT.date()


def on_paper(story: Story, step: str, position: str, decision: str, **changed: Any) -> RecordOnBehalf:
    given = story.given(step, decision)
    paper = OnPaper("minutes", acting(position).person, position, OPENED, FILE, 0)
    stated = {name: getattr(given, name) for name in given.__struct_fields__}
    return RecordOnBehalf(**stated, paper=structs.replace(paper, **changed))


def why_not(story: Story, recorder: Recorder = COORDINATOR, step: str = STEP, **changed: Any) -> set[str]:
    """The kinds of reasons against minutes in which the first advisor endorses."""
    given = on_paper(story, step, ADVISORS[0], "endorse" if step == STEP else "approve", **changed)
    told = Told(OPENED, {0: (given.digest, OPENED - timedelta(days=1))})
    current = existing(story.state)
    try:
        found = forms.on_behalf(current, step, given, acting(ADVISORS[0]), recorder, told, AT + timedelta(days=2))
    except Refused as refused:
        return {reason.slug() for reason in refused.reasons}
    return {reason.slug() for reason in found.why_not}


def record(story: Story, position: str, decision: str = "endorse", step: str = STEP) -> tuple[MicrocredentialFact, ...]:
    given = on_paper(story, step, position, decision)
    told = Told(OPENED, {0: (given.digest, OPENED)})
    behalf = forms.on_behalf(existing(story.state), step, given, acting(position), COORDINATOR, told, story.at)
    authority, paper_id = with_authority(position, step), an_id(f"paper of {position}")
    comment = NOTE if given.comment else None
    return story.then(
        signing.sign_off(story.state, step, given, authority, paper_id, comment, story.at, ROSTERS, on_behalf=behalf)
    )


def test_minutes_of_the_day_the_step_opened_are_recorded_by_a_coordinator() -> None:
    assert why_not(requested()) == set()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"form": "letter"}, "letter-grants-no-validation"),
        ({"dated": OPENED - timedelta(days=1)}, "dated-too-early"),
        ({"dated": OPENED + timedelta(days=9)}, "dated-in-the-future"),
        ({"revision": 3}, "revision-is-another"),
    ],
)
def test_a_paper_that_cannot_decide_this_is_refused(changed: dict[str, Any], reason: str) -> None:
    assert reason in why_not(requested(), **changed)


@pytest.mark.parametrize(
    ("recorder", "reasons"),
    [
        (Recorder(an_id("clerk"), "member", acting("industry-1/clerk")), set()),
        (Recorder(an_id("clerk"), "member", acting("industry-2/clerk")), {"not-theirs-to-record"}),
        (Recorder(acting(ADVISORS[0]).person, "member", acting(ADVISORS[0])), {"own-decision"}),
        (
            Recorder(acting(PROPOSER).person, "member", acting(PROPOSER)),
            {"not-theirs-to-record", "who-proposed-may-not-record"},
        ),
    ],
)
def test_a_coordinator_or_the_deciders_own_partner_records_but_not_who_decided_or_proposed(
    recorder: Recorder, reasons: set[str]
) -> None:
    story = requested()
    story.facts[0] = structs.replace(story.facts[0], proposers=(acting(PROPOSER).person,))
    assert why_not(story, recorder) == reasons


def test_a_paper_is_judged_as_of_the_end_of_its_day_but_never_later_than_now() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert forms.judged_at(date(2026, 3, 1), now) == datetime(2026, 3, 1, 23, 59, 59, 999_999, UTC)
    assert forms.judged_at(date(2026, 3, 2), now) == now


def test_what_somebody_decided_themselves_no_paper_replaces() -> None:
    story = requested()
    story.sign(STEP, ADVISORS[0], "endorse")
    assert why_not(story) == {"decided-in-system"}


def test_a_paper_counts_at_once_and_is_confirmed_once_by_whoever_decided() -> None:
    story = requested()
    assert kinds(record(story, ADVISORS[0])) == ["SignOffRecorded"]
    paper, decider = an_id(f"paper of {ADVISORS[0]}"), acting(ADVISORS[0]).person
    with pytest.raises(Refused) as refused:
        confirming.confirm(story.state, paper, an_id("somebody else"))
    assert refused.value.names(NotTheirsToConfirm)
    assert kinds(story.then(confirming.confirm(story.state, paper, decider))) == ["SignOffConfirmed"]
    assert confirming.confirm(story.state, paper, decider) == ()
    with pytest.raises(Refused) as refused:
        confirming.dispute(story.state, paper, decider, None, story.at)
    assert refused.value.names(ConfirmedAlready)


def test_whoever_may_not_record_a_paper_learns_nothing_of_the_step_nor_that_it_was_recorded() -> None:
    story, stranger = requested(), Recorder(an_id("clerk"), "member", acting("industry-2/clerk"))
    assert why_not(story, stranger, revision=3, form="letter") == {"not-theirs-to-record"}
    record(story, ADVISORS[0])
    assert why_not(story, stranger) == {"not-theirs-to-record"}


def test_ones_own_word_replaces_the_paper_that_says_the_same_while_the_step_is_open() -> None:
    story = requested()
    record(story, ADVISORS[0])
    (own,) = story.sign(STEP, ADVISORS[0], "endorse")
    assert isinstance(own, SignOffRecorded)
    assert (own.paper, own.replaces) == (None, an_id(f"paper of {ADVISORS[0]}"))
    assert why_not(story) == {"decided-in-system"}
    assert story.sign(STEP, ADVISORS[0], "endorse") == ()


def test_ones_own_word_confirms_the_paper_that_says_the_same_where_nothing_is_decided_anew() -> None:
    story = requested()
    for advisor in ADVISORS[1:3]:
        story.sign(STEP, advisor, "endorse")
    record(story, ADVISORS[0])
    with pytest.raises(Refused) as refused:
        story.sign(STEP, ADVISORS[0], "endorse", story.given(STEP, "endorse", comment="and more"))
    assert refused.value.names(StepIsSettled)
    (confirmed,) = story.sign(STEP, ADVISORS[0], "endorse")
    assert isinstance(confirmed, SignOffConfirmed)
    assert confirmed.sign_off == an_id(f"paper of {ADVISORS[0]}")
    assert story.sign(STEP, ADVISORS[0], "endorse") == ()


def test_a_dispute_reopens_a_step_granted_on_it_and_is_made_once() -> None:
    story = requested()
    for advisor in ADVISORS[1:3]:
        story.sign(STEP, advisor, "endorse")
    assert "StepGranted" in kinds(record(story, ADVISORS[0]))
    paper, decider = an_id(f"paper of {ADVISORS[0]}"), acting(ADVISORS[0]).person
    facts = story.then(confirming.dispute(story.state, paper, decider, None, story.at))
    assert kinds(facts) == ["SignOffDisputed", "StepReopened"]
    assert confirming.dispute(story.state, paper, decider, None, story.at) == ()
    assert why_not(story) == {"disputed-before"}


def disputed(story: Story, position: str) -> tuple[MicrocredentialFact, ...]:
    paper, decider = an_id(f"paper of {position}"), acting(position).person
    return story.then(confirming.dispute(story.state, paper, decider, None, story.at))


def test_a_dispute_makes_void_the_approval_that_rested_on_the_paper() -> None:
    story = requested().endorsed()
    for college in COLLEGES:
        story.sign("academic-approval", f"{college}/dean", "approve")
    story.sign("registrar", "nscc/registrar", "approve")
    assert kinds(record(story, "cican/programs", "approve", "funding"))[-1] == "MicrocredentialApproved"
    assert kinds(disputed(story, "cican/programs")) == ["SignOffDisputed", "ApprovalVoided", "StepReopened"]
    assert isinstance(state := story.state, Validating)
    assert state.approved is None


def test_an_approval_stands_where_its_steps_are_granted_without_the_disputed_paper() -> None:
    story = requested()
    record(story, ADVISORS[3], "request-changes")
    story.approved()
    assert kinds(disputed(story, ADVISORS[3])) == ["SignOffDisputed"]
    assert isinstance(story.state, Approved)


def test_a_dispute_reopens_a_step_refused_on_the_paper_to_be_signed_once_validation_is_requested_again() -> None:
    story = requested().endorsed()
    assert "OutlineReturned" in kinds(record(story, "nscc/dean", "decline", "academic-approval"))
    assert kinds(disputed(story, "nscc/dean")) == ["SignOffDisputed", "StepReopened"]
    story.request_validation()
    assert kinds(story.sign("academic-approval", "nscc/dean", "approve")) == ["SignOffRecorded"]


def test_what_was_not_recorded_on_behalf_is_neither_confirmed_nor_disputed() -> None:
    story = requested()
    story.sign(STEP, ADVISORS[0], "endorse")
    with pytest.raises(Refused) as refused:
        confirming.confirm(story.state, an_id("sign-off 1"), acting(ADVISORS[0]).person)
    assert refused.value.names(NoSuchPaper)
