"""The form for one part of an outline: what stands is in it, in every language, and lists have room for more."""

from typing import Literal

import pytest
from msgspec import structs

from services.oversight.api.acts import Do
from services.oversight.pages.revising import MOST_BYTES, MOST_FIELDS, SPARE, Part, revise_of, revising
from shared.contracts.values import OUTLINE_FIELDS, Outline, OutlineField

REVISE = Do("POST", "/credentials/v1/microcredentials/1/outline", "nscc/lead", {"change": {}})
REQUEST = Do("POST", "/credentials/v1/microcredentials/1/request-validation", "nscc/lead", instead=(REVISE,))
OUTLINE = Outline(
    title={"en": "Welding", "de": "Schweißen"},
    outcomes=({"en": "Weld flat"}, {"fr": "Souder au plafond"}),
    hours=20,
    mode="blended",
)


def form(part: OutlineField, outline: Outline = OUTLINE) -> Part:
    [found] = revising(REVISE, part, outline).parts
    return found


@pytest.mark.parametrize("part", OUTLINE_FIELDS)
def test_every_part_has_a_form_also_where_nothing_is_stated_yet(part: OutlineField) -> None:
    empty = form(part, Outline())
    assert empty.fields or part in ("hours", "mode", "language")
    assert {field.words for field in empty.fields} <= {""}
    assert empty.value == ""


def test_words_stand_in_the_pages_languages_and_in_those_they_have() -> None:
    found = {field.name: field.words for field in form("title").fields}
    assert found == {"change.title.en": "Welding", "change.title.fr": "", "change.title.de": "Schweißen"}


def test_a_list_has_empty_entries_at_its_end() -> None:
    fields = form("outcomes").fields
    assert [field.words for field in fields if field.words] == ["Weld flat", "Souder au plafond"]
    assert {field.entry for field in fields} == set(range(1, 2 + SPARE + 1))
    assert fields[-1].name == f"change.outcomes.{1 + SPARE}.fr"


def test_what_says_one_thing_is_one_value_and_a_code_has_its_choices() -> None:
    assert (form("hours").value, form("mode").value, form("language").value) == ("20", "blended", "")
    assert "blended" in form("mode").choices


def test_a_list_too_long_for_a_form_has_none() -> None:
    long = Outline(outcomes=tuple({"en": str(n)} for n in range(MOST_FIELDS // 2)))
    wordy = Outline(need={"en": "x" * (MOST_BYTES + 1)})
    parts: tuple[tuple[Literal["outcomes", "need"], Outline], ...] = (("outcomes", long), ("need", wordy))
    for part, outline in parts:
        found = revising(REVISE, part, outline)
        assert (found.parts, found.too_long) == ((), (part,))


def test_all_parts_are_one_form_as_far_as_they_fit() -> None:
    found = revising(REVISE, "all", OUTLINE)
    assert [one.name for one in found.parts] == list(OUTLINE_FIELDS)
    long = structs.replace(OUTLINE, job_functions=tuple({"en": str(n)} for n in range(MOST_FIELDS // 2)))
    assert revising(REVISE, "all", long).too_long == ("job_functions",)


def test_the_outline_is_revised_by_the_act_or_by_what_may_be_done_instead() -> None:
    assert revise_of(REVISE) == REVISE
    assert revise_of(REQUEST) == REVISE
    assert revise_of(Do("POST", "/credentials/v1/offerings/1/close", body={"learners": None})) is None
