"""Who decides when nobody is there, or somebody was let: alternates, escalation, delegations, as of any moment."""

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from shared.authority import acting_in, evidence_for, grounds, lent_by, require_evidence, still_holds, who_decides
from shared.authority.entries import Position
from shared.authority.refusals import NotTheirsInIt, NotYourPosition, OnlyDelegatedMatters
from shared.authority.standing_in import LONGEST
from shared.authority.tenure import Gap, Overlap, tenure
from shared.contracts import partnerships as said
from shared.contracts.values import Acting, Evidence, Scope
from shared.kernel import Fact, Refused
from tests.shared.authority.test_who_decides import (
    ADA,
    DANA,
    DAY,
    DEAN,
    HANA,
    HEAD,
    HEALTH,
    LETTER,
    NSCC,
    START,
    ask,
    holding,
    owns,
    position,
    register,
    responsibility,
)

PRESIDENT, PAT, DORA, LATER = UUID(int=14), UUID(int=24), UUID(int=25), UUID(int=26)
GRANT, CHAINED, AWAY = UUID(int=41), UUID(int=42), UUID(int=43)


def away(of: UUID = DEAN, since: int = 0, until: int | None = None) -> Fact:
    ends = None if until is None else START + until * DAY
    return said.AbsenceRecorded(AWAY, of, holding(of), DANA, START + since * DAY, ends)


def delegated(one: UUID = GRANT, to: UUID = DORA, by: UUID = DANA, **others: Any) -> list[Fact]:
    """The dean's holder lets somebody decide `funding` for ten days, confirmed."""
    confirmed = others.pop("confirmed", True)
    until = START + others.pop("days", 10) * DAY
    facts: list[Fact] = [
        said.DelegationGranted(one, DEAN, holding(DEAN), by, to, ("funding",), START, until, LETTER, **others)
    ]
    return facts + ([said.DelegationConfirmed(one, DEAN, ADA)] if confirmed else [])


def college(dean: UUID | None = DANA, head: UUID | None = HANA, president: UUID | None = PAT) -> list[Fact]:
    """The dean owns `funding`; the head stands in, and the president is above."""
    return [
        *position(PRESIDENT, "president", president),
        *position(HEAD, "head", head),
        *position(DEAN, "dean", dean, alternate=HEAD, escalation=PRESIDENT),
        *owns(DEAN),
    ]


def test_while_the_holder_is_away_the_alternate_stands_in_and_the_answer_says_why() -> None:
    folded = register(college(), [away(since=1, until=3)])
    answers = [ask(folded, at=START + days * DAY) for days in range(4)]
    assert [one.stands_in and one.stands_in.key for one in answers] == [None, "nscc/head", "nscc/head", None]
    assert [(one.key, one.because) for one in answers[1].passed] == [("nscc/dean", "absent")]
    assert answers[1].able == (HANA, DANA)
    assert answers[1].position is not None
    assert [(one.absent, one.absent_until) for one in answers[1].position.holders] == [(True, START + 3 * DAY)]
    assert set(answers[0].facts) < set(answers[1].facts)


def test_a_vacant_position_resolves_to_its_alternate_then_to_its_escalation_then_to_nobody() -> None:
    for head, president, key, because in (
        (HANA, PAT, "nscc/head", ["vacant"]),
        (None, PAT, "nscc/president", ["vacant", "vacant"]),
    ):
        answer = ask(register(college(None, head, president)))
        assert answer.status == "decided"
        assert answer.stands_in is not None
        assert answer.stands_in.key == key
        assert [one.because for one in answer.passed] == because
    answer = ask(register(college(None, None, None)))
    assert (answer.status, answer.stands_in, answer.able) == ("vacant", None, ())
    assert answer.sentence.endswith("which is vacant, and nobody stands in for it.")


def test_the_alternate_s_alternate_stands_in_before_the_escalation() -> None:
    facts = [
        *position(PRESIDENT, "president", PAT),
        *position(UUID(int=15), "deputy", DORA),
        *position(HEAD, "head", None, alternate=UUID(int=15)),
        *position(DEAN, "dean", None, alternate=HEAD, escalation=PRESIDENT),
        *owns(DEAN),
    ]
    answer = ask(register(facts))
    assert answer.stands_in is not None
    assert answer.stands_in.key == "nscc/deputy"


@pytest.mark.parametrize("beside", [None, HEAD, UUID(int=15)], ids=["none", "the escalation itself", "leading to it"])
def test_an_alternate_never_hides_the_escalation_s_escalation(beside: UUID | None) -> None:
    facts = [
        *position(PRESIDENT, "president", PAT),
        *position(HEAD, "head", None, escalation=PRESIDENT),
        *position(UUID(int=15), "deputy", None, alternate=HEAD),
        *position(DEAN, "dean", None, alternate=beside, escalation=HEAD),
        *owns(DEAN),
    ]
    answer = ask(register(facts))
    assert answer.stands_in is not None
    assert answer.stands_in.key == "nscc/president"
    assert len({one.key for one in answer.passed}) == len(answer.passed), "nobody is tried twice"


def test_positions_that_stand_in_for_one_another_end_nowhere_and_long_lines_are_given_up() -> None:
    round_about = [
        *position(HEAD, "head", None, alternate=DEAN, escalation=DEAN),
        *position(DEAN, "dean", None, alternate=HEAD, escalation=HEAD),
        *owns(DEAN),
    ]
    assert ask(register(round_about)).status == "vacant"
    ids = [UUID(int=500 + place) for place in range(100)]
    line = [fact for one, after in pairwise(ids) for fact in position(one, str(one), None, alternate=after)]
    answer = ask(register(line, position(DEAN, "dean", None, alternate=ids[0]), owns(DEAN)))
    assert answer.status == "vacant"
    assert len(answer.passed) == LONGEST + 1


def test_nobody_stands_in_from_another_partner_nor_from_a_void_or_abolished_position() -> None:
    elsewhere: list[Fact] = [said.PositionEstablished(HEAD, HEALTH, "head", {"en": "Head"}, LETTER, START)]
    void = position(HEAD, "head", HANA, confirmed=False, alternate=PRESIDENT)
    abolished = [*position(HEAD, "head", HANA), said.PositionEnded(HEAD, START, LETTER)]
    for facts, because in ((elsewhere, "elsewhere"), (void, "unconfirmed"), (abolished, "ended"), ([], "unknown")):
        dean = position(DEAN, "dean", None, alternate=HEAD)
        answer = ask(register(position(PRESIDENT, "president", PAT), facts, dean, owns(DEAN)))
        assert answer.status == "vacant"
        assert [one.because for one in answer.passed] == ["vacant", because]


def test_an_abolished_or_void_position_decides_nothing_and_nobody_stands_in_for_it() -> None:
    folded = register(college(), [said.PositionEnded(DEAN, START + DAY, LETTER)])
    assert [ask(folded, at=START + days * DAY).status for days in (0, 1)] == ["decided", "vacant"]
    assert ask(folded, at=START + DAY).sentence.endswith("which was abolished.")
    void = [*position(HEAD, "head", HANA), *position(DEAN, "dean", DANA, confirmed=False, alternate=HEAD), *owns(DEAN)]
    assert ask(register(void)).stands_in is None


def test_what_a_position_was_before_it_changed_is_answered_of_a_past_moment() -> None:
    changed = [said.PositionChanged(DEAN, ADA, {"en": "Dean of health"}, LETTER, PRESIDENT)]
    folded = register(college(None), changed, days=1)
    last = len([*college(None)]) + 1
    before, after = ask(folded, at=START + (last - 1) * DAY), ask(folded, at=START + last * DAY)
    assert before.position is not None
    assert after.position is not None
    assert (before.position.title, after.position.title) == ({"en": "dean"}, {"en": "Dean of health"})
    assert before.stands_in is not None
    assert after.stands_in is not None
    assert (before.stands_in.key, after.stands_in.key) == ("nscc/head", "nscc/president")


def test_a_stand_in_acts_in_the_owner_s_position_and_the_evidence_says_on_whose_behalf() -> None:
    folded = register(college(), [away()])
    here = folded.community("here")
    acting = acting_in(here, HANA, "nscc/dean", START)
    assert acting == Acting(HANA, DEAN, NSCC, alternate=HEAD)
    evidence = require_evidence(here, folded.index, "funding", acting, START)
    assert (evidence.on_behalf_of, evidence.scope) == (DANA, Scope())
    back = register(college()).community("here")
    with pytest.raises(Refused) as refused:
        acting_in(back, HANA, "nscc/dean", START)
    assert refused.value.names(NotYourPosition)
    (seen,) = refused.value.allowed_actions
    assert [holder.person for holder in seen.position.holders] == [DANA]
    assert isinstance(still_holds(back, 1, evidence, acting, START), NotTheirsInIt)
    assert still_holds(here, folded.index, evidence, acting, START) is None


def test_a_delegate_decides_delegated_matters_only_and_on_behalf_of_the_holder() -> None:
    folded = register(college(), delegated())
    here = folded.community("here")
    acting = acting_in(here, DORA, "nscc/dean", START, "funding")
    assert acting == Acting(DORA, DEAN, NSCC, delegation=GRANT)
    evidence = require_evidence(here, folded.index, "funding", acting, START)
    assert evidence.on_behalf_of == DANA
    assert ask(folded).able == (DANA, DORA)
    with pytest.raises(Refused) as refused:
        acting_in(here, DORA, "nscc/dean", START)
    assert refused.value.names(OnlyDelegatedMatters)
    reason, _ = _refused(evidence_for(here, 1, "fees", acting_in(here, DORA, "nscc/dean", START, "fees"), START))
    assert "fees" in reason.sentence


@pytest.mark.parametrize(
    "ends",
    [
        said.DelegationEnded(GRANT, DEAN, ADA, START),
        said.HolderEnded(holding(DEAN), DEAN, START, LETTER),
        said.PositionEnded(DEAN, START, LETTER),
        said.ResponsibilityEnded(responsibility(DEAN, Scope()), NSCC, START, LETTER),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_a_delegation_falls_with_what_it_rests_on(ends: Fact) -> None:
    before, after = register(college(), delegated()), register(college(), delegated(), [ends])
    acting = acting_in(before.community("here"), DORA, "nscc/dean", START, "funding")
    evidence = require_evidence(before.community("here"), before.index, "funding", acting, START)
    assert still_holds(after.community("here"), after.index, evidence, acting, START) is not None
    assert DORA not in ask(after).able


def test_an_unconfirmed_delegation_grants_nothing() -> None:
    assert DORA not in ask(register(college(), delegated(confirmed=False))).able


def test_what_was_passed_on_falls_with_the_delegation_it_was_made_from() -> None:
    chain = [*delegated(), *delegated(CHAINED, LATER, DORA, chained_from=GRANT)]
    assert ask(register(college(), chain)).able == (DANA, DORA, LATER)
    ended = register(college(), chain, [said.DelegationEnded(GRANT, DEAN, DORA, START)])
    assert ask(ended).able == (DANA,)


def test_the_evidence_names_everybody_who_passed_a_delegation_on() -> None:
    chain = [*delegated(), *delegated(CHAINED, LATER, DORA, chained_from=GRANT)]
    folded = register(college(), chain)
    by = Acting(LATER, DEAN, NSCC, delegation=CHAINED)
    evidence = require_evidence(folded.community("here"), folded.index, "funding", by, START)
    assert (evidence.on_behalf_of, evidence.passed_on_by) == (DANA, (DORA,))
    assert lent_by(by, evidence) == (DANA, DORA)
    assert lent_by(Acting(DANA, DEAN, NSCC), evidence) == ()


def test_a_person_s_grounds_are_the_positions_held_then_delegated_then_stood_in_for() -> None:
    facts = [*college(), *position(UUID(int=16), "registrar", DORA), *delegated(), away()]
    here = register(facts).community("here")
    assert [(one.position, one.delegation, one.alternate) for one in grounds(here, DORA, START)] == [
        (UUID(int=16), None, None),
        (DEAN, GRANT, None),
    ]
    assert grounds(here, HANA, START) == (Acting(HANA, HEAD, NSCC), Acting(HANA, DEAN, NSCC, alternate=HEAD))
    assert grounds(here, PAT, START) == (Acting(PAT, PRESIDENT, NSCC),)


def test_the_answer_names_the_rule_that_won_and_what_it_beat() -> None:
    folded = register(college(), owns(HEAD, Scope("sector", "health")))
    about = Scope("sector", "health")
    answer = who_decides(folded.community("here"), folded.index, "funding", NSCC, START, (about,))
    assert answer.rule == (
        "nscc/head is accountable for funding within sector health, which is narrower than anything (nscc/dean)."
    )
    assert [(one.position, one.scope) for one in answer.beaten] == [("nscc/dean", Scope())]
    assert ask(folded).rule == (
        "nscc/dean is accountable for funding within anything; nothing narrower covers what is at hand."
    )


def test_gaps_and_overlaps_between_confirmed_holders_are_seen() -> None:
    second, third = UUID(int=61), UUID(int=62)
    facts: list[Fact] = [
        said.HolderEnded(holding(DEAN), DEAN, START + 4 * DAY, LETTER),
        said.HolderAppointed(second, DEAN, HANA, START + 3 * DAY, LETTER, START + 6 * DAY),
        said.HolderConfirmed(second, DEAN, ADA),
        said.HolderAppointed(third, DEAN, PAT, START + 8 * DAY, LETTER),
        said.HolderAppointed(UUID(int=63), DEAN, DORA, START + 6 * DAY, LETTER, START + 7 * DAY),
        said.HolderConfirmed(UUID(int=63), DEAN, ADA),
    ]
    found: Position = register(position(DEAN, "dean", DANA), facts).community("here").positions[DEAN]
    seen = tenure(found)
    assert seen.gaps == (Gap(START + 7 * DAY, None),)
    assert seen.overlaps == (Overlap(START + 3 * DAY, START + 4 * DAY, (DANA, HANA)),)


def _refused(judged: Any) -> Any:
    assert not isinstance(judged, Evidence)
    return judged
