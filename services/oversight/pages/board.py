"""`/board`: where everything is, what is stuck, and on whom; as it stands, or as it stood."""

from typing import Annotated, Any

import asyncpg
from litestar import Response, get
from litestar.params import Parameter

from services.oversight.api.asked import Asked, asked_for
from services.oversight.api.board import After, Key, board_of
from services.oversight.api.unowned import Asking
from services.oversight.pages.lanes import drawn
from services.oversight.pages.moved import Seen, digest
from services.oversight.projections.waits import STAGES, Stage
from shared.kernel import Refused
from shared.pages.names import named
from shared.pages.rendering import address
from shared.security.asker import Asker
from shared.web.faults import QueryNotRight
from shared.web.page import Page
from shared.web.requests import At

SHOWN, SHOWN_OF_ONE = 12, 50
"""Cards in a column of the whole board, and where one stage alone is asked for."""
LARGEST = 140_000
"""Bytes that a page is drawn anew with fewer cards beyond."""
SELECTED_FROM = 100
"""Partners that a filter lists; where there are more, their key is typed."""
Word = Annotated[str | None, Parameter(max_length=20)]


@get("/board", scope="read", page=True, include_in_schema=False)
async def board_page(
    page: Page,
    asker: Asker,
    pool: asyncpg.Pool,
    asking: Asking,
    stage: Word = None,
    partner: Key = None,
    waiting_on: Key = None,
    overdue: bool = False,
    unowned: bool = False,
    at: At = None,
    beyond: After = None,
    live: Word = None,
) -> Response[str]:
    """The board; a filter left empty is none. `beyond` goes on in a column; `live=no`: it does not move by itself."""
    asked = _asked(
        page, asker, stage=stage, partner=partner, waiting_on=waiting_on, overdue=overdue, unowned=unowned, at=at,
        after=beyond,
    )  # fmt: skip
    filters = _filters(page)
    seen = await Seen.now(pool, asker, page.now)
    values = await _values(page, asker, pool, asking, asked, filters, seen)
    moves = not (asked.past or beyond or live == "no" or asker.key.role == "auditor")
    return page.sent(_fitting(page, "board.html", values | {"moves": moves, "live": live}))


@get("/board/moved", scope="read", page=True, include_in_schema=False)
async def moved_board(
    page: Page,
    asker: Asker,
    pool: asyncpg.Pool,
    asking: Asking,
    stage: Word = None,
    partner: Key = None,
    waiting_on: Key = None,
    overdue: bool = False,
    unowned: bool = False,
    seen: Annotated[str | None, Parameter(max_length=200)] = None,
) -> Response[Any]:
    """The board again, where it is not as it was `seen`; else 204."""
    now_seen = await Seen.now(pool, asker, page.now)
    if seen is not None and now_seen.is_of(seen):
        return Response(b"", status_code=204)
    asked = _asked(page, asker, stage=stage, partner=partner, waiting_on=waiting_on, overdue=overdue, unowned=unowned)
    filters = _filters(page)
    page.whole = address("/board", filters)
    values = await _values(page, asker, pool, asking, asked, filters, now_seen)
    if seen is not None and seen.endswith(values["seen"].rpartition(".")[2]):
        told = page.answer("_board_seen.html", seen=values["seen"])
        told.headers["HX-Reswap"] = "none"
        return told
    return page.sent(_fitting(page, "_board_moved.html", values | {"moves": True, "live": None}))


def _asked(page: Page, asker: Asker, *, stage: str | None, **stated: Any) -> Asked:
    known: dict[str, Stage] = {one: one for one in STAGES}
    if stage and stage not in known:
        raise Refused(QueryNotRight(f"stage is none of {', '.join(STAGES)}."))
    one = known.get(stage or "")
    limit = SHOWN_OF_ONE if one else SHOWN
    return asked_for(asker.community, page.now, page.zone, stage=one, limit=limit, **stated)


def _filters(page: Page) -> dict[str, str]:
    """What is asked for, as it stands in the address."""
    left_out = ("after", "beyond", "live", "seen")
    kept = ((name, value) for name, value in page.request.query_params.multi_items() if name not in left_out)
    return {name: value for name, value in kept if value not in ("", "false")}


async def _values(
    page: Page, asker: Asker, pool: asyncpg.Pool, asking: Asking, asked: Asked, filters: dict[str, str], seen: Seen
) -> dict[str, Any]:
    """What the templates draw."""
    board = await board_of(pool, asker, asking, asked)
    shown = drawn(page, asker.community, board, asked, filters)
    partners = sorted((one.key, page.language.text(one.name)) for one in asker.community.partners.values())
    return {
        "board": shown,
        "filters": filters,
        "stages": [(one, named(page.language, "stage", one)) for one in STAGES],
        "partners": [(key, name[:60]) for key, name in partners] if len(partners) <= SELECTED_FROM else None,
        "seen": seen.with_digest(digest(shown)),
    }


def _fitting(page: Page, template: str, values: dict[str, Any]) -> str:
    """The page with as many cards as fit: whatever the data, none is larger."""
    while len((text := page.draw(template, **values)).encode()) > LARGEST and (fewer := values["board"].with_fewer()):
        values = values | {"board": fewer}
    return text
