"""The order of a story: effects after causes, the same however the facts came in."""

from datetime import timedelta
from random import Random

from msgspec import structs

from services.oversight.projections.story import causes_of, in_causal_order
from tests.services.oversight.telling import Telling, new_cast


def test_a_story_is_told_in_the_same_order_however_its_facts_come_in() -> None:
    told = Telling(new_cast()).whole().told
    for seed in range(20):
        shuffled = list(told)
        Random(seed).shuffle(shuffled)
        assert in_causal_order(shuffled) == told


def test_an_effect_follows_its_cause_though_its_clock_says_otherwise() -> None:
    said = Telling(new_cast())
    cause = said.concept_accepted()
    effect = said.opened(cause.id)
    early = structs.replace(effect, recorded_at=cause.recorded_at - timedelta(days=90))
    told = in_causal_order([early, *said.facts("intake")])
    assert told == [*said.facts("intake"), early]


def test_a_decision_follows_the_facts_its_evidence_cites() -> None:
    said = Telling(new_cast())
    drafted = said.drafted()
    response = said.responded("plant/foreman")
    cited = structs.replace(
        drafted, id=said.ids["cited"], log="partnerships", index=3, recorded_at=response.recorded_at + timedelta(days=9)
    )
    evidence = structs.replace(response.fact.evidence, facts=(cited.id,))
    rests = structs.replace(response, fact=structs.replace(response.fact, evidence=evidence))
    assert in_causal_order([rests, cited, drafted]) == [drafted, cited, rests]


def test_within_a_log_the_index_decides_even_against_the_clock() -> None:
    said = Telling(new_cast())
    first, second = said.drafted(), said.submitted()
    late = structs.replace(first, recorded_at=second.recorded_at + timedelta(hours=1))
    assert in_causal_order([second, late]) == [late, second]


def test_what_a_command_decided_beside_its_first_fact_was_caused_by_that_one() -> None:
    said = Telling(new_cast())
    accepted = said.concept_accepted()
    opened = said.opened(accepted.id)
    signed, granted = said.requested(), said.granted("validation")
    granted = structs.replace(granted, command_id=signed.command_id, ordinal=2)
    assert causes_of([accepted, opened, signed, granted]) == {opened.id: accepted.id, granted.id: signed.id}


def test_a_fact_that_comes_twice_is_told_once() -> None:
    said = Telling(new_cast())
    said.drafted()
    assert in_causal_order(said.told * 3) == said.told


def test_causes_that_contradict_one_another_lose_no_fact() -> None:
    said = Telling(new_cast())
    first, second = said.drafted(), said.submitted()
    backwards = structs.replace(first, causation=second.id)
    assert in_causal_order([second, backwards]) == [backwards, second]
