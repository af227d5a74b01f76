"""What a board as it is drawn is made of: every text in the reader's language, and of a bounded length."""

from msgspec import structs

from services.oversight.api.whom import WaitsOn
from shared.kernel import Value


class Chip(Value, frozen=True):
    """One wait in words: whom for, what for, when it is due, and why nobody can act, each where there is something."""

    wait: WaitsOn
    whom: str
    what: str
    due: str
    stuck: str


class DrawnDot(Value, frozen=True):
    """A step of the pathway: its state as a code and in words."""

    state: str
    sentence: str


class DrawnCard(Value, frozen=True):
    """A card in the reader's language. `age` in words, its share of a hundred beside it."""

    id: str
    title: str
    lang: str
    key: str
    partner: str
    stage: str
    days: str
    share: int | None
    age: str
    chips: tuple[Chip, ...]
    more_chips: int
    dots: tuple[DrawnDot, ...]
    more_dots: int


class Heading(Value, frozen=True):
    """A column: how many of its cards are shown and are not, and where those are; how long is usual, in words."""

    stage: str
    name: str
    shown: int
    more: int
    address: str
    usual: str
    looked_through: str


class Lane(Value, frozen=True):
    """A proposing partner, and its cards in each column."""

    partner: str
    name: str
    cells: tuple[tuple[DrawnCard, ...], ...]


class Picked(Value, frozen=True):
    """A filter in words, and the address without it."""

    sentence: str
    address: str


class Beside(Value, frozen=True):
    """What waits beside the cards: how many there are, and the first of them."""

    count: int
    lines: tuple[str, ...]
    more: int


class Drawn(Value, frozen=True):
    """The whole: `advice` is what to do next, `to` where that is done; `due` and `signing` wait beside the cards."""

    columns: tuple[Heading, ...]
    lanes: tuple[Lane, ...]
    picked: tuple[Picked, ...]
    past: str
    overdue: int | None
    unowned: int | None
    advice: str
    to: str | None
    due: Beside
    signing: Beside

    @property
    def cards(self) -> int:
        """How many cards are shown."""
        return sum(column.shown for column in self.columns)

    def with_fewer(self) -> "Drawn | None":
        """The same with half of each column's cards; None where every column has but one."""
        if all(column.shown <= 1 for column in self.columns):
            return None
        kept = [max(1, column.shown // 2) for column in self.columns]
        lanes = []
        for lane in self.lanes:
            cells = []
            for place, cell in enumerate(lane.cells):
                cells.append(cell[: kept[place]])
                kept[place] -= len(cells[-1])
            if any(cells):
                lanes.append(structs.replace(lane, cells=tuple(cells)))
        columns = tuple(
            structs.replace(one, shown=count, more=one.more + one.shown - count)
            for place, one in enumerate(self.columns)
            for count in [sum(len(lane.cells[place]) for lane in lanes)]
        )
        return structs.replace(self, columns=columns, lanes=tuple(lanes))
