"""`/board`: where everything is, what is stuck, and on whom."""

from litestar import Response, get

from shared.web.page import Page


@get("/board", scope="read", page=True, include_in_schema=False)
async def board_page(page: Page) -> Response[str]:
    """The board."""
    return page.answer("board.html")
