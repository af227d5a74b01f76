"""Every fact of a story has a sentence of its own."""

import msgspec
import pytest
from msgspec import structs

from services.oversight.api.sentences import DECIDED, sentence
from shared.authority import Community
from shared.contracts import credentials, facts_of
from shared.kernel import Recorded, UnknownFact
from tests.services.oversight.telling import Telling, new_cast


def test_every_fact_of_a_story_is_told_in_a_plain_sentence() -> None:
    told = Telling(new_cast()).whole().told
    for recorded in told:
        said = sentence(Community("atlantic"), recorded)
        assert said.endswith(".")
        assert recorded.tag not in said, f"{recorded.tag} has no sentence of its own"


@pytest.mark.parametrize("decision", msgspec.inspect.type_info(credentials.Decision).values)  # type: ignore[attr-defined]  # a Literal has values
def test_every_decision_has_a_word(decision: str) -> None:
    assert decision.removesuffix("-with-conditions") in DECIDED


def test_a_fact_of_a_later_version_is_named_by_its_tag() -> None:
    later: Recorded[UnknownFact] = structs.replace(
        Telling(new_cast()).drafted(), tag="credentials.badge-issued.v1", fact=UnknownFact()
    )
    assert later.tag not in facts_of("credentials")
    assert sentence(Community("atlantic"), later) == "Badge issued (credentials.badge-issued.v1)."
