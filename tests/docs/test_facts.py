"""The catalogue of facts is the one the contracts give."""

from deploy.docs.facts import COMMAND, PAGE, catalogue
from shared.contracts import LOGS, facts_of


def test_the_catalogue_of_facts_is_as_the_contracts_give_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == catalogue(), f"docs/facts.md is stale; write it anew with: {COMMAND}"


def test_every_fact_is_in_it_with_its_tag_and_stream() -> None:
    page = catalogue()
    for log in LOGS:
        for tag in facts_of(log):
            assert f"`{tag}` · stream `" in page
