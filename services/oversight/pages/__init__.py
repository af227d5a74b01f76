"""Pages for coordinators, advisors and auditors: drawn on the server, usable without scripts."""

from litestar.handlers import HTTPRouteHandler

from services.oversight.pages import (
    board,
    duties,
    gaps,
    inbox,
    inbox_moved,
    microcredential,
    mine,
    nudging,
    receipts,
    sign_in,
    spreadsheets,
    who,
)

PAGES: tuple[HTTPRouteHandler, ...] = (
    board.board_page,
    board.moved_board,
    inbox.inbox_page,
    inbox_moved.inbox_moved,
    receipts.receipt_page,
    sign_in.front_door,
    microcredential.microcredential_page,
    spreadsheets.board_spreadsheet,
    spreadsheets.inbox_spreadsheet,
    who.who_page,
    duties.matrix_page,
    gaps.gaps_page,
    mine.mine_page,
    nudging.nudge_page,
    sign_in.sign_in_page,
    sign_in.sign_in,
    sign_in.sign_out,
    sign_in.speak,
)
