"""`/board`: where everything is, what is stuck, and on whom."""

from typing import Annotated, Any, get_args

import asyncpg
from litestar import Response, get
from litestar.params import Parameter

from services.oversight.api.board import Asked, Key, board_of
from services.oversight.api.readers import partner_named
from services.oversight.pages.lanes import STAGE_NAMES, drawn
from services.oversight.projections.waits import STAGES, Stage
from shared.kernel import Refused
from shared.security.asker import Asker
from shared.web.faults import QueryNotRight
from shared.web.page import Page

SHOWN, SHOWN_OF_ONE = 12, 50
"""Cards in a column of the whole board, and where one stage alone is asked for."""


@get("/board", scope="read", page=True, include_in_schema=False)
async def board_page(
    page: Page,
    asker: Asker,
    pool: asyncpg.Pool,
    stage: Annotated[str, Parameter(max_length=20)] | None = None,
    partner: Key | None = None,
    waiting_on: Key | None = None,
) -> Response[str]:
    """The board; a filter left empty is none."""
    asked = _asked(page, asker, stage, partner, waiting_on)
    board = await board_of(pool, asker, asked)
    filters: dict[str, Any] = {"stage": stage, "partner": partner, "waiting_on": waiting_on}
    stages = [(one, page.language.gettext(STAGE_NAMES[one])) for one in STAGES]
    return page.answer("board.html", board=drawn(page, asker.community, board), filters=filters, stages=stages)


def _asked(page: Page, asker: Asker, stage: str | None, partner: str | None, waiting_on: str | None) -> Asked:
    if stage and stage not in get_args(Stage):
        raise Refused(QueryNotRight(f"stage is none of {', '.join(get_args(Stage))}."))
    of = partner_named(asker.community, partner) if partner else None
    on = partner_named(asker.community, waiting_on) if waiting_on else None
    return Asked(page.now, stage or None, of, on, SHOWN_OF_ONE if stage else SHOWN)  # type: ignore[arg-type]  # as checked
