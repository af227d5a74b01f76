"""Every fact of a story has a sentence of its own."""

import msgspec
import pytest
from msgspec import structs

from services.oversight.api.sentences import DECIDED, sentence
from shared.authority import Community
from shared.contracts import credentials, facts_of
from shared.kernel import Recorded, UnknownFact
from shared.pages import Catalogue
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


def test_a_story_is_told_in_french_too_with_codes_of_steps_as_they_are() -> None:
    told, french = Telling(new_cast()).whole().told, Catalogue().language("fr")
    said = [sentence(Community("atlantic"), recorded, french) for recorded in told]
    english = [sentence(Community("atlantic"), recorded) for recorded in told]
    assert not set(said) & set(english)
    lapsed = next(one for one in said if "caduque" in one)
    assert "l’étape approval (approbation)" in lapsed
    assert "a modifié\u00a0: heures" in lapsed


def test_a_reminder_is_told_with_whom_it_reminds() -> None:
    said = Telling(new_cast())
    nudged = credentials.MicrocredentialNudged(
        said.proposal, "sign-off", said.cast["b/dean"].partner, said.cast["nscc/lead"].person
    )
    told = sentence(Community("atlantic"), said.say(f"microcredential-{said.proposal}", nudged))
    assert told == f"A coordinator reminded {nudged.partner} of what the microcredential waits for."
