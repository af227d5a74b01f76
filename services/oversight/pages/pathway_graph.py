"""The pathway as a drawing: steps in layers by what they follow, and arrows between them. Pure; lengths in pixels."""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter

from services.oversight.api.picture_views import StepPicture
from shared.kernel import Value

WIDE, HIGH = 214, 78
"""A step's box."""
APART, BELOW = 54, 18
"""Between layers, and between steps of one layer."""
EDGE = 6
LETTERS, LINES = 19, 2
"""How much of a key stands in a box; the list beside the drawing has it whole."""


class Node(Value, frozen=True):
    """A step's box: where its upper left corner is, and the lines of its key."""

    key: str
    state: str
    since: str | None
    x: int
    y: int
    lines: tuple[str, ...]


class Arrow(Value, frozen=True):
    """From a step to one that follows it, as the path of an SVG."""

    path: str
    done: bool


class Graph(Value, frozen=True):
    """The whole drawing, and how large a box is."""

    width: int
    height: int
    wide: int
    high: int
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]


def drawn(steps: Sequence[StepPicture], since: Mapping[str, str]) -> Graph:
    """The steps of a pathway, those that follow nothing at the left; `since` says for each since when it is so."""
    layers = _layers(steps)
    most = max((len(layer) for layer in layers), default=0)
    height = most * HIGH + max(0, most - 1) * BELOW + 2 * EDGE
    places: dict[str, tuple[int, int]] = {}
    for number, layer in enumerate(layers):
        tall = len(layer) * HIGH + (len(layer) - 1) * BELOW
        for row, step in enumerate(layer):
            places[step.key] = (EDGE + number * (WIDE + APART), (height - tall) // 2 + row * (HIGH + BELOW))
    width = len(layers) * WIDE + max(0, len(layers) - 1) * APART + 2 * EDGE
    nodes = tuple(
        Node(step.key, step.state, since.get(step.key), *places[step.key], _lines(step.key)) for step in steps
    )
    settled = {step.key for step in steps if step.state in ("granted", "waived")}
    arrows = tuple(
        Arrow(_path(places[before], places[step.key]), before in settled)
        for step in steps
        for before in step.after
        if before in places
    )
    return Graph(width, height, WIDE, HIGH, nodes, arrows)


def _layers(steps: Sequence[StepPicture]) -> list[list[StepPicture]]:
    """Each step one layer behind the last of those it follows; within a layer, beside what it follows."""
    depth: dict[str, int] = {}
    known = {step.key: step for step in steps}
    for key in TopologicalSorter({step.key: step.after for step in steps}).static_order():
        if key in known:
            depth[key] = 1 + max((depth[one] for one in known[key].after if one in known), default=-1)
    layers: list[list[StepPicture]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for step in steps:
        layers[depth[step.key]].append(step)
    for number, layer in enumerate(layers[1:], 1):
        rows = {step.key: row for row, step in enumerate(layers[number - 1])}
        layer.sort(key=lambda step: _middle([rows[one] for one in step.after if one in rows]))
    return layers


def _middle(rows: Iterable[int]) -> float:
    found = list(rows)
    return sum(found) / len(found) if found else 0.0


def _path(start: tuple[int, int], end: tuple[int, int]) -> str:
    """A curve from the right of one box to the left of another."""
    x1, y1, x2, y2 = start[0] + WIDE, start[1] + HIGH // 2, end[0] - 2, end[1] + HIGH // 2
    bend = max(APART // 2, (x2 - x1) // 2)
    return f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"


def _lines(key: str) -> tuple[str, ...]:
    """The key broken at its hyphens."""
    lines = [""]
    for part in key.split("-"):
        joined = f"{lines[-1]}-{part}" if lines[-1] else part
        if len(joined) <= LETTERS or not lines[-1]:
            lines[-1] = joined
        else:
            lines[-1] += "-"
            lines.append(part)
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"{lines[LINES - 1]}…"]
    return tuple(line if len(line) <= LETTERS + 1 else f"{line[:LETTERS]}…" for line in lines)
