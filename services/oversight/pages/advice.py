"""What a board says is to be done next, by whoever keeps things going."""

from services.oversight.api.board import Board
from shared.pages import Language
from shared.pages.rendering import address


def advice_on(say: Language, board: Board, filters: dict[str, str]) -> tuple[str, str | None]:
    """A sentence, and the address where it is done; empty for a past moment."""
    if board.counts is None:
        return "", None
    if (n := board.counts.unowned) and "unowned" not in filters:
        said = say.ngettext(
            "{n} card waits on nobody who can act: have somebody named there first.",
            "{n} cards wait on nobody who can act: have somebody named there first.",
            n,
        )
        return said, address("/board", unowned="true")
    if (n := board.counts.overdue) and "overdue" not in filters:
        said = say.ngettext(
            "{n} card is overdue: nudge whom it waits on.", "{n} cards are overdue: nudge whom they wait on.", n
        )
        return said, address("/board", overdue="true")
    if board.counts.unowned:
        return say.gettext("Ask the partner's authority administrator to name or confirm somebody."), "/who"
    if board.counts.overdue:
        return say.gettext("Nudge whom these cards wait on; the oldest stand first."), None
    return say.gettext("Nothing is overdue, and everybody who is waited on can act."), None
