"""The community's additions to the vocabulary of matters."""

from uuid import UUID

import pytest

from services.partnerships.domain import matter as matters
from services.partnerships.domain.matter import MATTER, AddMatter, MatterKnown, NameInBothLanguages
from shared.authority.matters import STARTING
from shared.contracts.partnerships import MatterAdded
from shared.contracts.values import MATTERS
from tests.services.partnerships.domain.given import given, refused

ONE = UUID(int=1)
BOTH = {"en": "Safety", "fr": "Sécurité"}


def test_a_matter_is_added_with_its_name_in_english_and_french() -> None:
    added = matters.add(MATTER.initial, ONE, AddMatter("safety", BOTH), frozenset())
    assert added == (MatterAdded(ONE, "safety", BOTH),)
    with refused(MatterKnown):
        matters.add(given(MATTER, added), ONE, AddMatter("safety", BOTH), frozenset())


@pytest.mark.parametrize("missing", ["en", "fr"])
def test_a_matter_named_in_one_language_only_is_refused(missing: str) -> None:
    name = {language: words for language, words in BOTH.items() if language != missing}
    with refused(NameInBothLanguages) as error:
        matters.add(MATTER.initial, ONE, AddMatter("safety", name), frozenset())
    assert missing in str(error.value)


def test_a_matter_that_is_there_is_not_added_again_and_every_reason_is_named() -> None:
    for key, known in (("funding", frozenset[str]()), ("safety", frozenset({"safety"}))):
        with refused(MatterKnown) as error:
            matters.add(MATTER.initial, ONE, AddMatter(key, {"de": "Sicherheit"}), known)
        assert {type(reason) for reason in error.value.reasons} == {MatterKnown, NameInBothLanguages}


def test_every_starting_matter_has_a_name_in_both_languages() -> None:
    assert tuple(STARTING) == MATTERS
    assert all(set(name) == {"en", "fr"} for name in STARTING.values())
