"""What may be nudged is what the board shows: deciding services and oversight fold the same waits of one history."""

from collections.abc import Iterable
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from msgspec import structs

from services.credentials.domain import waiting
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.states import existing
from services.intake.domain import nudging
from services.intake.domain.proposal import PROPOSAL
from services.intake.domain.proposing import drafted
from services.oversight.projections import approval, concept
from services.oversight.projections.waits import Act as Waits
from services.oversight.projections.waits import Wait
from shared.authority.nudging import Awaited
from shared.contracts.credentials import (
    MicrocredentialAct,
    OfferingClosed,
    OfferingOpened,
    Paper,
    ReviewDecided,
    ReviewSubmitted,
    SignOffConfirmed,
    SignOffRecorded,
)
from shared.contracts.intake import IntakeFact, ProposalAct
from shared.contracts.values import Evidence, OutlineChange
from shared.kernel import Actor, Fact, Metadata, Recorded, Refused, fold
from tests.services.credentials.domain.given import (
    ADVISORS,
    AT,
    COLLEGES,
    MC,
    PROPOSER,
    ROSTERS,
    Story,
    acting,
    an_id,
    requested,
)
from tests.services.intake.domain import given as intake
from tests.services.test_states import ACTS, Act, play

Told = tuple[str, UUID | None, UUID | None, str | None, str | None, UUID | None]
RUN = OfferingOpened | OfferingClosed
EVIDENCE = Evidence("delivery", an_id("nscc"), acting(PROPOSER).position, 1)


def recorded(facts: Iterable[Fact]) -> list[Recorded[Any]]:
    """These facts, as one log has them."""
    one, metadata = UUID(int=1), Metadata(Actor())
    return [
        Recorded(
            UUID(int=number), fact.fact_tag(), "log", "atlantic", "stream", number, number, AT, AT, one, 1, one, None,
            metadata, fact,
        )
        for number, fact in enumerate(facts, 1)
    ]  # fmt: skip


def told(waits: Iterable[Wait | Awaited]) -> list[Told]:
    found = [(one.act, one.partner, one.position, one.matter, one.step, one.refers) for one in waits]
    return sorted(found, key=str)


def agreed(facts: Iterable[Fact]) -> list[Told]:
    """What waits after that history, which both fold alike."""
    history, shown = recorded(facts), None
    for one in history:
        shown = approval.evolve(shown, one)
    assert shown is not None
    own, runs = ([one for one in history if isinstance(one.fact, RUN) == run] for run in (False, True))
    state = existing(fold(MICROCREDENTIAL, (one.fact for one in own)))
    found = told(waiting.waits(state, waiting.course(own, [runs]), ROSTERS, AT))
    assert found == told(approval.card(shown).waits)
    return found


def acts(facts: Iterable[Fact]) -> list[str]:
    return [one[0] for one in agreed(facts)]


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])  # a machine under load draws slowly
@drawn(ACTS)
def test_whatever_happens_on_the_way_to_approval_both_see_the_same_waits(happened: list[Act]) -> None:
    story = Story()
    agreed(story.facts)
    for kind, who, how in happened:
        try:
            play(story, kind, who, how)
        except Refused:
            continue
        agreed(story.facts)


def test_conditions_before_the_grant_and_papers_wait_on_whoever_they_are_of() -> None:
    story = requested().endorsed()
    given = story.given("academic-approval", "approve-with-conditions", condition_due="grant")
    story.sign("academic-approval", "nscc/dean", "approve-with-conditions", given)
    assert acts(story.facts).count("meet-condition") == 1
    story.sign("academic-approval", "consortium-b/dean", "approve")
    written = story.facts[-1]
    assert isinstance(written, SignOffRecorded)
    paper = Paper("letter", AT.date(), "sha-256:" + "0" * 64, 0, an_id("secretary"))
    story.facts[-1] = structs.replace(written, paper=paper)
    assert acts(story.facts).count("confirm-sign-off") == 1
    story.then((SignOffConfirmed(MC, "academic-approval", written.sign_off, written.by.person),))
    assert "confirm-sign-off" not in acts(story.facts)


def test_what_is_delivered_and_reviewed_waits_alike() -> None:
    by, day = acting(PROPOSER), AT.date()
    first, second, review = an_id("first"), an_id("second"), an_id("review")
    facts: list[Fact] = [*requested().approved().facts]
    expected: list[tuple[Fact, list[str]]] = [
        (OfferingOpened(first, MC, 1, by, EVIDENCE, day, day), ["close-offering"]),
        (OfferingOpened(second, MC, 1, by, EVIDENCE, day, day), ["close-offering"] * 2),
        (OfferingClosed(first, MC, by, EVIDENCE), ["close-offering"]),
        (OfferingClosed(second, MC, by, EVIDENCE), ["submit-review"]),
        (ReviewSubmitted(MC, review, by, EVIDENCE, {}), ["decide-review"]),
        (ReviewDecided(MC, review, by, EVIDENCE, "renew"), []),
        (ReviewSubmitted(MC, review, by, EVIDENCE, {}), ["decide-review"]),
        (ReviewDecided(MC, review, by, EVIDENCE, "revise"), ["revise-outline"]),
    ]
    for fact, waits in expected:
        facts.append(fact)
        assert acts(facts) == waits
    story = Story(*(one for one in facts[1:] if not isinstance(one, RUN)))  # type: ignore[arg-type]  # the rest is its
    story.revise(OutlineChange(hours=45))
    assert acts(story.facts) == ["request-validation"]


def test_a_round_waits_on_whoever_has_not_spoken_and_then_on_the_next() -> None:
    story = requested()
    for advisor in ADVISORS[:2]:
        story.sign("industry-validation", advisor, "endorse")
    assert len(agreed(story.facts)) == 3
    story.sign("industry-validation", ADVISORS[2], "endorse")
    assert len(agreed(story.facts)) == len(COLLEGES) + 1


@pytest.mark.parametrize("state", [one for one in intake.HISTORIES if one != "undrafted"])
def test_a_proposal_waits_alike_for_both(state: str) -> None:
    facts: tuple[IntakeFact, ...] = intake.HISTORIES[state]
    for cut in range(1, len(facts) + 1):
        shown: Any = None
        for one in recorded(facts[:cut]):
            shown = concept.evolve(shown, one)
        own = nudging.waits(drafted(fold(PROPOSAL, facts[:cut])))
        assert told(own) == told(concept.card(shown).waits)
        assert [one.apart for one in own] == [one.apart for one in concept.card(shown).waits]


def test_every_act_the_board_shows_belongs_to_one_service() -> None:
    assert sorted((*get_args(ProposalAct), *get_args(MicrocredentialAct))) == sorted(get_args(Waits))
