"""`/who/matrix`: who is responsible, accountable, consulted and informed at a partner, and where nobody decides."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from litestar import Response, get
from litestar.params import Parameter

from services.oversight.pages.choosing import moment_chosen, partner_chosen
from services.oversight.pages.saying import Saying
from shared.authority import Register
from shared.authority.amiss import Amiss
from shared.authority.findings import Finding, findings
from shared.authority.matters import matters_of
from shared.authority.occupants import PositionView
from shared.authority.raci import Matrix, Row, matrix
from shared.contracts.values import Scope
from shared.eventstore.following import Following
from shared.kernel import Value
from shared.pages import Language
from shared.pages.names import named
from shared.security.asker import Asker
from shared.web.page import Page
from shared.web.past import Then, then
from shared.web.requests import At

ROWS, CELLS = 100, 3000
"""Of one page: a partner with more is shown part by part."""
Typed = Annotated[str | None, Parameter(max_length=80)]
Part = Annotated[int, Parameter(ge=1, le=10_000)]
TOLD = ("single-point-of-failure", "absent-matter")
"""What is told of a row though somebody can decide."""


class DrawnRow(Value, frozen=True):
    """A matter within a scope: for each position its letters, each with whether it is confirmed; `gap` in words."""

    matter: str
    name: str
    within: str
    query: str
    gap: str
    notes: tuple[str, ...]
    cells: tuple[tuple[tuple[str, bool], ...], ...]


class Drawn(Value, frozen=True):
    """One part of a matrix: the positions that have a letter in it, and its rows; `gaps` are those of the whole."""

    positions: tuple[PositionView, ...]
    rows: tuple[DrawnRow, ...]
    part: int
    parts: int
    gaps: int


@get("/who/matrix", scope="read", page=True, include_in_schema=False)
async def matrix_page(
    page: Page,
    asker: Asker,
    register: Following[Register],
    amiss: Amiss,
    partner: Typed = None,
    at: At = None,
    only: Literal["gaps", ""] | None = None,
    part: Part = 1,
) -> Response[str]:
    """The matrix of a partner, today or on a day gone by; with `only=gaps`, what nobody can decide."""
    known = await then(asker, register, lambda: page.now, moment_chosen(page, at), None)
    chosen = partner_chosen(known.community, page.language, partner)
    drawn = None
    if chosen.partner is not None:
        matters = matters_of(known.community, known.at)
        look = findings if at else amiss.at
        found = look(known.community, known.index, chosen.partner, matters, known.at)
        made = matrix(known.community, known.index, chosen.partner, matters, known.at)
        drawn = _drawn(
            made, found, Saying(page.language, known.community, known.at, page.zone), page.language, only, part
        )
    return page.answer(
        "matrix.html",
        chosen=chosen,
        name=_name(known, page, chosen.partner),
        drawn=drawn,
        only=only or "",
        at=at or "",
        then=known if at else None,
        filters={"partner": chosen.typed, "at": at, "only": only},
    )


def _name(known: Then, page: Page, partner: object) -> str:
    found = next((one for one in known.community.partners.values() if one.id == partner), None)
    return page.language.text(found.name) if found else ""


def _drawn(
    made: Matrix, found: Iterable[Finding], saying: Saying, language: Language, only: str | None, part: int
) -> Drawn:
    told: dict[tuple[str, Scope | None], list[str]] = {}
    for one in found:
        if one.kind in TOLD and one.matter is not None:
            told.setdefault((one.matter, one.scope), []).append(named(language, "finding", one.kind))
    rows = [row for row in made.rows if only != "gaps" or row.gap]
    parts = list(in_parts(rows)) or [[]]
    shown = parts[min(part, len(parts)) - 1]
    with_letters = {letter.position for row in shown for letter in row.letters}
    positions = tuple(one for one in made.positions if one.position in with_letters)
    drawn = tuple(
        DrawnRow(
            row.matter,
            language.text(row.name),
            "" if row.scope.kind == "anything" else saying.scope(row.scope),
            "" if row.scope.kind == "anything" else f"{row.scope.kind}:{row.scope.value}",
            named(language, "status", row.status) if row.gap else "",
            tuple(told.get((row.matter, row.scope), ())),
            tuple(
                tuple((one.letter, one.confirmed) for one in row.letters if one.position == position.position)
                for position in positions
            ),
        )
        for row in shown
    )
    return Drawn(positions, drawn, min(part, len(parts)), len(parts), sum(1 for row in made.rows if row.gap))


def in_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in order, in parts of so many cells at most; one row alone may have more."""
    part: list[Row] = []
    columns: set[object] = set()
    for row in rows:
        wider = columns | {letter.position for letter in row.letters}
        if part and (len(part) == ROWS or (len(part) + 1) * len(wider) > CELLS):
            yield part
            part, wider = [], {letter.position for letter in row.letters}
        part.append(row)
        columns = wider
    if part:
        yield part
