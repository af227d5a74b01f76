"""Litestar routes; each states the scope its key needs. Nothing is written here: what to do is told, not done."""

from litestar.handlers import HTTPRouteHandler

from services.oversight.api import blocking, board, changes, comparing, feeds, figures, inbox, microcredentials, story

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    board.read_board,
    inbox.read_inbox,
    blocking.read_blocking,
    microcredentials.read_microcredential,
    comparing.read_difference,
    story.read_story,
    changes.read_changes,
    figures.read_figures,
    figures.list_disagreements,
    feeds.person_calendar,
    feeds.council_calendar,
    feeds.partner_calendar,
)
