"""What is generated for whoever hears the facts is as the contracts and the golden files give it."""

from deploy.docs import asyncapi, examples
from deploy.docs.facts import COMMAND
from shared.contracts import LOGS, facts_of
from shared.messaging.examples import examples as shown

STALE = f"is stale; write it anew with: {COMMAND}"


def test_the_asyncapi_document_is_as_the_contracts_give_it() -> None:
    assert asyncapi.PAGE.read_text(encoding="utf-8") == asyncapi.page(), f"docs/asyncapi.json {STALE}"


def test_the_examples_are_those_of_the_golden_files() -> None:
    assert examples.FILE.read_bytes() == examples.lines(), f"shared/messaging/examples.jsonl {STALE}"


def test_every_fact_has_its_example() -> None:
    assert list(shown()) == [tag for log in LOGS for tag in facts_of(log)]
