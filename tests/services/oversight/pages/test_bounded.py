"""An outline of the largest size fits on a page, what changed before what did not."""

from services.oversight.pages.bounded import LARGEST, bounded
from services.oversight.projections.differences import compared
from shared.contracts.values import Outline


def test_an_ordinary_outline_is_shown_whole() -> None:
    parts = compared(None, Outline(title={"en": "Welding"}, outcomes=({"en": "Weld."}, {"en": "Measure."})))
    assert bounded(parts) == (parts, 0)


def test_of_a_huge_outline_what_changed_comes_first_and_what_is_left_out_is_counted() -> None:
    many = tuple({f"x{chr(97 + n % 26)}{chr(97 + n // 26)}": "&" * 300} for n in range(100))
    before, after = Outline(outcomes=many), Outline(outcomes=many, funding={"en": "New."})
    shown, left_out = bounded(compared(before, after))
    by_field = {part.field: part for part in shown}
    assert by_field["funding"].entries
    assert len(by_field["outcomes"].entries) + left_out == 100
    assert left_out > 0


def test_thousands_of_marks_in_one_passage_become_two() -> None:
    before = " ".join(f"w{n} same{n}" for n in range(500))
    after = " ".join(f"v{n} same{n}" for n in range(500))
    shown, _ = bounded(compared(Outline(need={"en": before}), Outline(need={"en": after})), LARGEST)
    [entry] = next(part for part in shown if part.field == "need").entries
    assert [piece.kind for piece in entry.spoken[0].pieces] == ["removed", "added"]
