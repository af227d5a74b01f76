"""The story as its page shows it: a part at a time, each line with a way to what caused it. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from services.oversight.api.story import Line
from shared.kernel import Fact, Recorded, Value
from shared.pages import N_

SIZE = 40
"""Lines in a part."""
Only = Literal["proposal", "outline", "sign-offs", "delivery", "authority"]
ONLY: dict[Only, str] = {
    "proposal": N_("the proposal"),
    "outline": N_("the outline and its approval"),
    "sign-offs": N_("steps and sign-offs"),
    "delivery": N_("offerings and reviews"),
    "authority": N_("authority"),
}
"""What a story can be narrowed to."""
_OUTLINE = ("microcredential-", "outline-", "validation-", "approval-", "agreement-named")
_DELIVERY = ("offering-", "review-")
LATE = timedelta(hours=1)
"""How much later than it happened something is recorded for its line to say so."""


class Told(Value, frozen=True):
    """One line; `because` leads to its cause, which stands in `part` of the story, None where it stands in none."""

    line: Line
    place: str
    late: bool
    because: str | None
    because_part: int | None
    is_effect: bool


class Sheet(Value, frozen=True):
    """A part of the story, of `parts`."""

    part: int
    parts: int
    lines: tuple[Told, ...]


def kind_of(recorded: Recorded[Fact]) -> Only:
    """What the fact is about."""
    what = recorded.tag.partition(".")[2]
    if recorded.log == "intake":
        return "proposal"
    if recorded.log == "partnerships":
        return "authority"
    if what.startswith(_DELIVERY):
        return "delivery"
    return "outline" if what.startswith(_OUTLINE) else "sign-offs"


def narrowed(told: Sequence[Recorded[Fact]], only: Only | None) -> list[Recorded[Fact]]:
    """The story, or of it only what is about that."""
    return [one for one in told if only is None or kind_of(one) == only]


def part_of(told: Sequence[Recorded[Fact]], part: int | None) -> tuple[int, int]:
    """The part asked for, the last where none is, and how many there are."""
    parts = max(1, -(-len(told) // SIZE))
    return min(max(1, part or parts), parts), parts


def sheet(told: Sequence[Recorded[Fact]], lines: Sequence[Line], part: int, parts: int) -> Sheet:
    """That part's lines, with where the cause of each stands."""
    places = {f"{one.log}@{one.index}": number // SIZE + 1 for number, one in enumerate(told)}
    shown: set[str] = set()
    found = []
    for line in lines:
        cause = line.causation.index if line.causation else None
        late = line.recorded_at - line.occurred_at > LATE
        found.append(Told(line, line.index.replace("@", "-"), late, cause, places.get(cause or ""), cause in shown))
        shown.add(line.index)
    return Sheet(part, parts, tuple(found))
