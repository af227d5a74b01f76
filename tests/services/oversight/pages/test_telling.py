"""A long story, a part at a time, and a pathway as a drawing."""

from services.oversight.api.picture_views import DeciderView, StepPicture
from services.oversight.api.story import Cause, Doer, Line
from services.oversight.pages.abridging import abridged
from services.oversight.pages.pathway_graph import drawn
from services.oversight.pages.telling import SIZE, narrowed, part_of, sheet
from services.oversight.projections.differences import compared
from services.oversight.projections.story import in_causal_order
from shared.contracts.values import Outline
from shared.kernel import Fact, Recorded
from tests.services.oversight.telling import Telling, new_cast


def line(recorded: Recorded[Fact], cause: Recorded[Fact] | None) -> Line:
    because = Cause(cause.id, f"{cause.log}@{cause.index}") if cause else None
    return Line(
        recorded.id, f"{recorded.log}@{recorded.index}", recorded.tag, "Said.", recorded.occurred_at,
        recorded.recorded_at, False, Doer(None, None, None, "credentials"), because, recorded.fact,
    )  # fmt: skip


def long() -> list[Recorded[Fact]]:
    said = Telling(new_cast())
    said.concept_accepted()
    said.opened()
    for _ in range(100):
        said.granted("validation")
    return in_causal_order(said.told)


def step(key: str, state: str, *after: str) -> StepPicture:
    rule = DeciderView("owner", ("nscc",))
    return StepPicture(
        key, state, None, "approve", "academic-approval", ("hours",), after, (), rule, None, "", None, None, False,
        False, (), (),
    )  # fmt: skip


def test_a_long_story_shows_its_last_part_first_and_every_line_leads_to_its_cause() -> None:
    told = long()
    assert part_of(told, None) == (3, 3)
    assert part_of(told, 99) == (3, 3)
    assert part_of([], None) == (1, 1)
    first, last = told[0], told[2 * SIZE :]
    lines = [line(last[0], first), line(last[1], last[0]), line(last[2], None)]
    shown = sheet(told, lines, 3, 3).lines
    assert [(one.because_part, one.is_effect) for one in shown] == [(1, False), (3, True), (None, False)]


def test_a_story_is_narrowed_by_what_its_facts_are_about() -> None:
    told = in_causal_order(Telling(new_cast()).whole().told)
    kinds = {kind: len(narrowed(told, kind)) for kind in ("proposal", "outline", "sign-offs", "delivery", "authority")}
    assert kinds == {"proposal": 5, "outline": 4, "sign-offs": 12, "delivery": 4, "authority": 0}
    assert sum(kinds.values()) == len(narrowed(told, None))


def test_a_pathway_is_drawn_in_layers_by_what_each_step_follows() -> None:
    steps = (
        step("registrar", "waiting", "academic-approval", "funding"),
        step("academic-approval", "reopened", "industry-validation"),
        step("funding", "waived", "industry-validation"),
        step("industry-validation", "granted"),
    )
    graph = drawn(steps, {})
    at = {node.key: (node.x, node.y) for node in graph.nodes}
    assert at["industry-validation"][0] < at["funding"][0] == at["academic-approval"][0] < at["registrar"][0]
    assert at["funding"][1] != at["academic-approval"][1]
    assert sorted(arrow.done for arrow in graph.arrows) == [False, True, True, True]
    assert all(node.x + graph.wide <= graph.width and node.y + graph.high <= graph.height for node in graph.nodes)


def test_a_long_key_is_broken_at_its_hyphens_and_cut_where_it_is_too_long_for_its_box() -> None:
    [node] = drawn((step("validation-by-the-industry-of-the-whole-region", "open"),), {}).nodes
    assert (len(node.lines), node.lines[-1][-1]) == (2, "…")
    [short] = drawn((step("academic-approval", "open"),), {}).nodes
    assert short.lines == ("academic-approval",)


def test_a_difference_is_shown_without_the_long_text_around_it_and_never_longer_than_a_page_bears() -> None:
    before, after = "The same words. " * 100 + "Old.", "The same words. " * 100 + "New."
    [part] = abridged(compared(Outline(need={"en": before}), Outline(need={"en": after})))
    same, removed, added = part.entries[0].spoken[0].pieces
    assert (removed.words.strip(), added.words.strip()) == ("Old.", "New.")
    assert len(same.words) < 300
    endless = Outline(need={"en": "need" * 3000}, assessment={"en": "test" * 3000}, cost={"en": "cost" * 3000})
    shown = abridged(compared(Outline(), endless))
    assert sum(len(piece.words) for one in shown for e in one.entries for s in e.spoken for piece in s.pieces) < 9000
