"""`/board`: where everything is, what is stuck, and on whom."""

from typing import Annotated, Any, get_args

import asyncpg
from litestar import Response, get
from litestar.params import Parameter

from services.oversight.api.asked import Asked, asked_for
from services.oversight.api.board import Key, board_of
from services.oversight.api.unowned import Asking
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
    asking: Asking,
    stage: Annotated[str, Parameter(max_length=20)] | None = None,
    partner: Key | None = None,
    waiting_on: Key | None = None,
) -> Response[str]:
    """The board; a filter left empty is none."""
    asked = _asked(page, asker, stage, partner, waiting_on)
    board = await board_of(pool, asker, asking, asked)
    filters: dict[str, Any] = {"stage": stage, "partner": partner, "waiting_on": waiting_on}
    stages = [(one, page.language.gettext(STAGE_NAMES[one])) for one in STAGES]
    return page.answer("board.html", board=drawn(page, asker.community, board), filters=filters, stages=stages)


def _asked(page: Page, asker: Asker, stage: str | None, partner: str | None, waiting_on: str | None) -> Asked:
    if stage and stage not in get_args(Stage):
        raise Refused(QueryNotRight(f"stage is none of {', '.join(get_args(Stage))}."))
    return asked_for(
        asker.community,
        page.now,
        page.zone,
        stage=stage or None,
        partner=partner,  # type: ignore[arg-type]  # as checked
        waiting_on=waiting_on,
        limit=SHOWN_OF_ONE if stage else SHOWN,
    )
