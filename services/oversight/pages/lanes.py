"""The board as it is drawn: a column per stage, a lane per proposing partner, every text of a bounded length."""

from services.oversight.api.board import Board, BoardCard
from services.oversight.api.whom import WaitsOn
from shared.authority import Community
from shared.kernel import Value
from shared.pages import N_
from shared.web.page import Page

LONGEST = 140
"""Characters of a title that a card shows."""
STAGE_NAMES = {
    "draft": N_("Draft"),
    "concept": N_("Concept"),
    "preparation": N_("Preparation"),
    "sign-off": N_("Sign-off"),
    "approved": N_("Approved"),
    "running": N_("Running"),
    "review": N_("Review"),
    "ended": N_("Ended"),
}


class Chip(Value, frozen=True):
    """One wait in words; `bad` where nobody can act or it is overdue."""

    sentence: str
    bad: bool


class DrawnCard(Value, frozen=True):
    """A card in the reader's language."""

    id: str
    title: str
    lang: str
    key: str
    partner: str
    days: str
    chips: tuple[Chip, ...]
    more_chips: int


class Heading(Value, frozen=True):
    """A column: the stage, and how many of its cards are shown and are not."""

    stage: str
    name: str
    shown: int
    more: int


class Lane(Value, frozen=True):
    """A proposing partner, and its cards in each column."""

    partner: str
    name: str
    cells: tuple[tuple[DrawnCard, ...], ...]


class Drawn(Value, frozen=True):
    """The whole."""

    columns: tuple[Heading, ...]
    lanes: tuple[Lane, ...]


CHIPS = 3
"""Waits a card names."""


def drawn(page: Page, community: Community, board: Board) -> Drawn:
    """The board for that reader; lanes by key."""
    _ = page.language.gettext
    columns = tuple(Heading(one.stage, _(STAGE_NAMES[one.stage]), len(one.cards), one.more) for one in board.columns)
    partners = sorted({card.partner for column in board.columns for card in column.cards})
    lanes = []
    for partner in partners:
        cells = tuple(tuple(_card(page, one) for one in col.cards if one.partner == partner) for col in board.columns)
        known = community.partner_named(partner)
        name = page.language.text(community.partners[known].name) if known else partner
        lanes.append(Lane(partner, shortened(name), cells))
    return Drawn(columns, tuple(lanes))


def _card(page: Page, card: BoardCard) -> DrawnCard:
    title = shortened(page.language.text(card.title)) or card.key
    chips = tuple(_chip(page, line) for line in card.waits_on[:CHIPS])
    days = page.language.ngettext("{n} day in this stage", "{n} days in this stage", card.days_in_stage)
    lang = page.language.lang_of(card.title)
    return DrawnCard(str(card.id), title, lang, card.key, card.partner, days, chips, max(0, len(card.waits_on) - CHIPS))


def _chip(page: Page, line: WaitsOn) -> Chip:
    days = page.days_since(line.since)
    if line.position is None:
        one, many = "waiting on {partner}, {n} day", "waiting on {partner}, {n} days"
        said = page.language.ngettext(one, many, days, partner=line.partner or "")
    else:
        one, many = "waiting on {position}, {partner}, {n} day", "waiting on {position}, {partner}, {n} days"
        said = page.language.ngettext(one, many, days, position=line.position, partner=line.partner or "")
    return Chip(said, line.overdue or line.status != "decided")


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text, cut at a word where it is longer."""
    if len(text) <= longest:
        return text
    cut = text[:longest].rsplit(" ", 1)[0] if " " in text[longest // 2 : longest] else text[:longest]
    return f"{cut}…"
