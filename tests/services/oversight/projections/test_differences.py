"""What differs between two outlines: every word accounted for, and never more work than the budget."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.oversight.projections.differences import Part, Piece, compared, words
from shared.contracts.values import OUTLINE_FIELDS, Outline

TEXT = st.text(alphabet=st.sampled_from("ab. \n;é"), max_size=60)


def part_of(before: Outline | None, after: Outline, field: str) -> Part:
    [found] = [part for part in compared(before, after) if part.field == field]
    return found


def test_every_field_is_there_in_the_order_of_an_outline_and_what_is_unstated_has_no_entries() -> None:
    parts = compared(None, Outline(title={"en": "Welding"}))
    assert tuple(part.field for part in parts) == OUTLINE_FIELDS
    assert {part.kind for part in parts} == {"same"}
    assert [part.field for part in parts if part.entries] == ["title"]


def test_a_word_put_in_and_a_word_taken_out_are_marked_and_the_others_stay() -> None:
    assert words("Weld a steel plate.", "Weld a thin steel sheet.") == (
        Piece("same", "Weld a"),
        Piece("added", " thin"),
        Piece("same", " steel"),
        Piece("removed", " plate."),
        Piece("added", " sheet."),
    )


def test_a_sentence_rewritten_altogether_is_replaced_as_a_whole() -> None:
    found = words("Safety first. Learners weld.", "Safety first. Nobody knows what this says now, honestly!")
    assert [piece.kind for piece in found] == ["same", "removed", "added"]


def test_each_language_is_compared_with_itself_and_a_new_one_is_added() -> None:
    before, after = Outline(title={"en": "Welding"}), Outline(title={"en": "Welding", "fr": "Soudage"})
    [entry] = part_of(before, after, "title").entries
    assert [(one.language, one.kind) for one in entry.spoken] == [("en", "same"), ("fr", "added")]


def test_an_outcome_put_between_others_leaves_those_as_they_were() -> None:
    one, two, three = {"en": "Weld."}, {"en": "Measure."}, {"en": "Clean."}
    found = part_of(Outline(outcomes=(one, three)), Outline(outcomes=(one, two, three)), "outcomes")
    assert (found.kind, [entry.kind for entry in found.entries]) == ("changed", ["same", "added", "same"])
    back = part_of(Outline(outcomes=(one, two, three)), Outline(outcomes=(one, three)), "outcomes")
    assert [entry.kind for entry in back.entries] == ["same", "removed", "same"]


def test_a_number_that_changed_shows_both_in_no_language() -> None:
    [entry] = part_of(Outline(hours=40), Outline(hours=60), "hours").entries
    [spoken] = entry.spoken
    assert (spoken.language, spoken.pieces) == (None, (Piece("removed", "40"), Piece("added", "60")))


def test_what_was_cleared_is_removed_with_its_words() -> None:
    found = part_of(Outline(cost={"en": "500 CAD"}), Outline(), "cost")
    assert found.kind == "removed"
    assert found.entries[0].spoken[0].pieces == (Piece("removed", "500 CAD"),)


@given(TEXT, TEXT)
def test_no_word_is_lost_nor_made_up(before: str, after: str) -> None:
    found = words(before, after)
    assert "".join(piece.words for piece in found if piece.kind != "added") == before
    assert "".join(piece.words for piece in found if piece.kind != "removed") == after


def test_a_comparison_beyond_the_budget_replaces_the_whole_and_loses_nothing() -> None:
    before, after = "a b " * 2000, "b a " * 2000 + "c"
    found = words(before, after)
    assert "".join(piece.words for piece in found if piece.kind != "added") == before
    assert "".join(piece.words for piece in found if piece.kind != "removed") == after
    assert len(found) < 10


@settings(max_examples=30)
@given(st.lists(TEXT.filter(bool), max_size=5), st.lists(TEXT.filter(bool), max_size=5), st.integers(0, 2000))
def test_lists_keep_every_text_whatever_the_budget(before: list[str], after: list[str], budget: int) -> None:
    old = Outline(outcomes=tuple({"en": one} for one in before) or None)
    new = Outline(outcomes=tuple({"en": one} for one in after) or None)
    [found] = [part for part in compared(old, new, budget) if part.field == "outcomes"]
    told = [piece for entry in found.entries for spoken in entry.spoken for piece in spoken.pieces]
    assert "".join(one.words for one in told if one.kind != "added") == "".join(before)
    assert "".join(one.words for one in told if one.kind != "removed") == "".join(after)
