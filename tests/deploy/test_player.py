"""What the player knows: the format of a case, its sentences and how an outcome is compared. No server."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from deploy.local import running
from deploy.local.case_file import Case, OpenOffering, SignOff, read_cases
from deploy.local.client import Answer
from deploy.local.kept import CaseJournal, CaseKeys, Journal, Kept, Keys, Outcome
from deploy.local.player import is_complete
from deploy.local.player_acts import LAPSED, outcome, outline, stated, wrapped
from deploy.local.player_setup import CannotPlay, Cast, role_of, rule, slug_of

CASES = {case.key: case for case in read_cases()}
PARTNERS = {"nscc": "id-n", "college-b": "id-b"}


@pytest.fixture
def cast() -> Cast:
    return Cast(CASES["nscc-cican"], CaseKeys("x"), positions={"nscc/dean": "p1", "consortium-b/dean": "p2"})


def receipt(*facts: dict[str, Any]) -> Answer:
    return Answer(200, {"recorded": [{"fact": fact} for fact in facts]})


def lapse(position: str) -> dict[str, Any]:
    return {"fact": LAPSED, "step": "academic-approval", "of": {"position": position}}


def test_the_two_cases_have_fifty_one_acts_of_which_four_are_refused() -> None:
    acts = [act for case in CASES.values() for act in case.act]
    assert (len(acts), sum(act.expect == "refused" for act in acts)) == (51, 4)


def test_a_rule_of_one_owner_names_its_partner() -> None:
    assert rule("owner at nscc", PARTNERS, {}) == {"type": "owner", "partner": "id-n"}


def test_a_rule_of_each_partner_names_them_in_order() -> None:
    assert rule("each of nscc, college-b", PARTNERS, {}) == {"type": "each", "partners": ["id-n", "id-b"]}


def test_a_rule_of_a_quorum_names_its_council() -> None:
    assert rule("quorum of council c", PARTNERS, {"c": "id-c"}) == {"type": "quorum", "council": "id-c"}


def test_a_sentence_that_is_no_rule_is_refused_with_the_rules_there_are() -> None:
    with pytest.raises(CannotPlay, match="is no rule: owner at X"):
        rule("whoever likes", PARTNERS, {})


def test_what_people_read_is_english_and_codes_stay_as_they_are() -> None:
    told = wrapped({"title": "T", "outcomes": ["a", "b"], "hours": 30, "mode": "virtual", "prerequisites": None})
    expected = {"title": {"en": "T"}, "outcomes": [{"en": "a"}, {"en": "b"}], "hours": 30, "mode": "virtual"}
    assert told == {**expected, "prerequisites": None}


def test_an_outline_holds_what_the_proposal_states_and_nothing_about_the_case() -> None:
    proposal = CASES["nscc-cican"].proposals["proposal"]
    assert {"key", "to", "by", "assumed", "prerequisites", "language"}.isdisjoint(outline(proposal))


def test_a_count_that_is_left_out_stays_out() -> None:
    act = next(act for act in CASES["nscc-cican"].act if isinstance(act, OpenOffering))
    assert stated(act, "starts", "ends", "learners") == {"starts": "2023-05-15", "ends": "2023-07-14"}


def test_who_only_validates_for_industry_is_an_advisor() -> None:
    roles = {position.key: role_of(position) for position in CASES["ictc-pilots"].position}
    assert roles["ccaa/skills"] == "advisor"
    assert roles["emc/project-lead"] == "member"  # answers for funding too


def test_a_community_is_named_by_what_people_can_type() -> None:
    assert slug_of("Nova Scotia Community of Practice") == "nova-scotia-community-of-practice"


def test_an_act_agrees_when_exactly_the_named_sign_offs_lapse_in_any_order(cast: Cast) -> None:
    act = next(act for act in cast.case.act if act.lapses)
    assert outcome(cast, 17, act, receipt(lapse("p2"), lapse("p1"))).agrees
    assert not outcome(cast, 17, act, receipt(lapse("p1"))).agrees
    assert not outcome(cast, 17, act, receipt()).agrees


def test_an_act_that_lapses_what_nobody_named_disagrees(cast: Cast) -> None:
    found = outcome(cast, 1, cast.case.act[0], receipt(lapse("p1")))
    assert (found.agrees, found.lapsed) == (False, ["academic-approval by nscc/dean"])


def test_a_refusal_that_was_expected_agrees_and_keeps_every_reason(cast: Cast) -> None:
    act = next(act for act in cast.case.act if act.expect == "refused")
    problem = {"title": "t", "detail": "a. b.", "reasons": [{"detail": "a."}, {"detail": "b."}]}
    found = outcome(cast, 9, act, Answer(403, problem))
    assert (found.agrees, found.actual, found.status, found.reasons) == (True, "refused", 403, ["a.", "b."])


def test_a_refusal_nobody_expected_disagrees(cast: Cast) -> None:
    act = next(act for act in cast.case.act if isinstance(act, SignOff))
    assert not outcome(cast, 8, act, Answer(409, {"title": "no"})).agrees


def journal_of(case: Case) -> Journal:
    journal = Journal("i")
    played = journal.cases.setdefault(case.key, CaseJournal())
    for number, act in enumerate(case.act, 1):
        tag = str(act.__struct_config__.tag)
        played.outcomes[number] = Outcome(case.key, number, tag, act.expect, act.expect, 200, act.lapses, True)
    return journal


def test_a_case_is_complete_when_every_act_came_out_as_expected() -> None:
    case = CASES["ictc-pilots"]
    journal = journal_of(case)
    assert is_complete([case], journal)
    journal.cases[case.key].outcomes[3].agrees = False
    assert not is_complete([case], journal)


def test_a_journal_of_another_installation_counts_for_nothing(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.save_journal(journal_of(CASES["ictc-pilots"]))
    assert kept.journal(Keys("i_secret")).cases
    assert not kept.journal(Keys("j_secret")).cases


def test_keys_are_kept_where_only_their_owner_reads_them(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.save_keys(Keys("consortia_a_b"))
    assert stat.S_IMODE(kept.keys_file.stat().st_mode) == 0o600
    assert kept.keys() == Keys("consortia_a_b")


def test_a_stack_is_found_by_its_process_and_not_by_a_number_used_again(tmp_path: Path) -> None:
    running.proclaim(tmp_path, 1234)
    found = running.find(tmp_path)
    assert found is not None
    assert (found.pid, found.ready) == (os.getpid(), False)
    (tmp_path / "stack.pid").write_text(f'{{"pid": {os.getpid()}, "born": 1, "port": 1234}}')
    assert running.find(tmp_path) is None
