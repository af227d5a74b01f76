"""Draws a board: a column per stage, a lane per proposing partner, every text of a bounded length."""

from collections.abc import Iterable, Iterator, Sequence

from services.oversight.api.asked import Asked
from services.oversight.api.board import Board, BoardCard, BoardColumn, Reconfirmation
from services.oversight.api.signatures import Unsigned
from services.oversight.api.whom import WaitsOn
from services.oversight.pages.advice import advice_on
from services.oversight.pages.drawn_board import Beside, Chip, Drawn, DrawnCard, DrawnDot, Heading, Lane, Picked
from services.oversight.pages.saying import Saying
from shared.authority import Community
from shared.pages import N_, Language
from shared.pages.names import named
from shared.pages.rendering import address
from shared.web.page import Page

LONGEST, LONGEST_NAME = 120, 60
"""Characters of a title and of a partner's name that are shown."""
CHIPS, DOTS, LISTED = 3, 12, 8
"""Waits and steps that a card names, and lines of what is to be confirmed or signed."""
AGES = {
    50: N_("longer than half of those before"),
    85: N_("longer than 85 % of those before"),
    95: N_("longer than 95 % of those before"),
}


def drawn(page: Page, community: Community, board: Board, asked: Asked, filters: dict[str, str]) -> Drawn:
    """The board for that reader; lanes by key."""
    cards = _Cards(page, community, board)
    partners = sorted({card.partner for column in board.columns for card in column.cards})
    lanes = (cards.lane(partner, board.columns) for partner in partners)
    columns = tuple(_heading(page.language, one, filters, asked) for one in board.columns)
    advice, to = advice_on(page.language, board, filters)
    counts = board.counts
    return Drawn(
        columns,
        tuple(lanes),
        tuple(_picked(page, filters, community)),
        page.moment(board.at) if board.past else "",
        counts.overdue if counts else None,
        counts.unowned if counts else None,
        advice,
        to,
        _beside(board.reconfirm, (_due(page, one) for one in board.reconfirm[:LISTED])),
        _beside(board.agreements, (_signing(page, community, one) for one in board.agreements[:LISTED])),
    )


class _Cards:
    """Draws cards of one board."""

    def __init__(self, page: Page, community: Community, board: Board) -> None:
        self._language = page.language
        self._community = community
        self._say = Saying(page.language, community, board.at, page.zone)

    def lane(self, partner: str, columns: tuple[BoardColumn, ...]) -> Lane:
        known = self._community.partner_named(partner)
        name = self._language.text(self._community.partners[known].name) if known else partner
        cells = (tuple(self._card(one) for one in column.cards if one.partner == partner) for column in columns)
        return Lane(partner, shortened(name, LONGEST_NAME), tuple(cells))

    def _card(self, card: BoardCard) -> DrawnCard:
        say = self._language
        return DrawnCard(
            str(card.id),
            shortened(say.text(card.title)) or card.key,
            say.lang_of(card.title),
            card.key,
            card.partner,
            card.stage,
            say.ngettext("{n} day in this stage", "{n} days in this stage", card.days_in_stage),
            card.age,
            say.gettext(AGES[card.age]) if card.age else "",
            tuple(self._chip(line) for line in card.waits_on[:CHIPS]),
            max(0, len(card.waits_on) - CHIPS),
            tuple(DrawnDot(dot.state, f"{dot.step}: {named(say, 'state', dot.state)}") for dot in card.dots[:DOTS]),
            max(0, len(card.dots) - DOTS),
        )

    def _chip(self, line: WaitsOn) -> Chip:
        due = self._say.due(line) if line.overdue else ""
        return Chip(line, self._say.chip(line), self._say.what(line), due, shortened(self._say.stuck(line)))


def _heading(say: Language, column: BoardColumn, filters: dict[str, str], asked: Asked) -> Heading:
    usual, looked = "", ""
    if column.usual is not None:
        half = column.usual.p50
        usual = say.ngettext("half stayed {n} day at most", "half stayed {n} days at most", half)
    if column.looked_through is not None:
        looked = say.ngettext(
            "Only {n} card was looked through for these filters; there may be others.",
            "Only {n} cards were looked through for these filters; there may be others.",
            column.looked_through,
        )
    beyond = column.next if asked.stage else None
    to = address("/board", filters, stage=column.stage, beyond=beyond)
    return Heading(column.stage, named(say, "stage", column.stage), len(column.cards), column.more, to, usual, looked)


def _picked(page: Page, filters: dict[str, str], community: Community) -> Iterator[Picked]:
    """Each filter that is set, to be taken away."""
    say = page.language
    for name, value in filters.items():
        match name:
            case "stage":
                said = say.gettext("Stage: {stage}", stage=named(say, "stage", value))
            case "partner":
                said = say.gettext("Proposed by: {partner}", partner=_partner(say, community, value))
            case "waiting_on":
                said = say.gettext("Waiting on: {partner}", partner=_partner(say, community, value))
            case "overdue":
                said = say.gettext("Overdue")
            case "unowned":
                said = say.gettext("Nobody can act")
            case "at":
                said = say.gettext("As of {date}", date=value)
            case _:
                continue
        yield Picked(said, address("/board", filters, **{name: None}))


def _partner(say: Language, community: Community, named_: str) -> str:
    known = community.partner_named(named_)
    return shortened(say.text(community.partners[known].name), LONGEST_NAME) if known else named_


def _beside(waiting: Sequence[object], lines: Iterable[str]) -> Beside:
    return Beside(len(waiting), tuple(lines), max(0, len(waiting) - LISTED))


def _due(page: Page, one: Reconfirmation) -> str:
    said = {"partner": one.partner, "date": page.date(one.due), "position": one.waits_on}
    if one.overdue:
        return page.language.gettext("{partner}: was to be reconfirmed by {date}, by {position}", **said)
    return page.language.gettext("{partner}: to be reconfirmed by {date}, by {position}", **said)


def _signing(page: Page, community: Community, one: Unsigned) -> str:
    keys = [community.partners[answer.partner].key for answer in one.waits_on[:LISTED]]
    return page.language.gettext(
        "{agreement}, version {version}: waits for {partners} since {date}", agreement=one.key,
        version=page.language.number(one.version), partners=page.language.listed(keys), date=page.date(one.since),
    )  # fmt: skip


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text, cut at a word where it is longer."""
    if len(text) <= longest:
        return text
    cut = text[:longest].rsplit(" ", 1)[0] if " " in text[longest // 2 : longest] else text[:longest]
    return f"{cut}…"
