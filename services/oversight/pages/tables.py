"""Board and inbox as rows of a spreadsheet, in the reader's language and zone."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

from services.oversight.api.board import BoardCard, BoardColumn
from services.oversight.api.confirmations import Confirmation
from services.oversight.api.inbox import Inbox, Item
from services.oversight.api.signatures import ToSign
from services.oversight.api.whom import WaitsOn
from services.oversight.pages.saying import Saying
from shared.authority import Community
from shared.pages import N_
from shared.pages.names import named
from shared.pages.rendering import address
from shared.pages.spreadsheets import Cell, Heading, Table, listed
from shared.web.page import Page

MOST = 10_000
"""Cards, or things that wait, that one spreadsheet holds."""
A_BREATH = 200
"""How many are put into rows before others are let in."""
CUT_OFF = N_("There is more than the {n} shown here. Filters narrow it down.")
BOARD = (
    Heading(N_("Stage"), 14), Heading(N_("Code"), 24), Heading(N_("Title"), 40), Heading(N_("Proposed by"), 18),
    Heading(N_("In this stage since"), 17), Heading(N_("Days in this stage"), 10), Heading(N_("Waiting for"), 30),
    Heading(N_("Waiting on partner"), 18), Heading(N_("Waiting on position"), 32), Heading(N_("Waiting since"), 17),
    Heading(N_("Days waiting"), 10), Heading(N_("Due"), 17), Heading(N_("Overdue"), 10),
    Heading(N_("Why nobody can act"), 40), Heading(N_("Page"), 60), Heading(N_("Time zone"), 18),
)  # fmt: skip
INBOX = (
    Heading(N_("What waits"), 34), Heading(N_("Code"), 24), Heading(N_("Title"), 40), Heading(N_("Stage"), 14),
    Heading(N_("Acting in"), 32), Heading(N_("Waiting since"), 17), Heading(N_("Days waiting"), 10),
    Heading(N_("Due"), 17), Heading(N_("Overdue"), 10), Heading(N_("Holds up"), 40),
    Heading(N_("Others who can act"), 10), Heading(N_("Page"), 60), Heading(N_("Time zone"), 18),
)  # fmt: skip


class Rows:
    """Speaks to one reader."""

    def __init__(self, page: Page, community: Community, at: datetime | None = None) -> None:
        """As of `at`, or of now."""
        self._page = page
        self._community = community
        self._at = at or page.now
        self._say = Saying(page.language, community, self._at, page.zone)

    async def board(self, columns: list[BoardColumn]) -> Table:
        """A row for each thing a card waits for; one for a card that waits for nothing."""
        rows: list[tuple[Cell, ...]] = []
        for column in columns:
            stage = named(self._page.language, "stage", column.stage)
            for count, card in enumerate(column.cards):
                rows += self._card(stage, card)
                if count % A_BREATH == 0:
                    await asyncio.sleep(0)
        return self._table(
            N_("Board"), BOARD, rows, cut_off=any(column.more or column.looked_through for column in columns)
        )

    def inbox(self, inbox: Inbox) -> Table:
        """What waits on the person, then entries of the register to confirm, and agreements to sign."""
        rows = [self._item(one) for one in inbox.items]
        rows += [self._confirmation(one) for one in (*inbox.confirmations, *inbox.reconfirm)]
        rows += [self._signature(one) for one in inbox.signatures]
        return self._table(N_("Inbox"), INBOX, rows, cut_off=inbox.more)

    def _table(self, name: str, headings: tuple[Heading, ...], rows: list[tuple[Cell, ...]], *, cut_off: bool) -> Table:
        _ = self._page.language.gettext
        titled = tuple(Heading(_(one.title), one.width) for one in headings)
        note = _(CUT_OFF, n=self._page.language.number(MOST)) if cut_off else None
        return Table(_(name), titled, tuple(rows), self._page.zone, note, _("yes"), _("no"))

    def _card(self, stage: str, card: BoardCard) -> Iterator[tuple[Cell, ...]]:
        begins = (
            stage, card.key, self._page.language.text(card.title), card.partner, card.since, card.days_in_stage,
        )  # fmt: skip
        ends = (f"{self._page.base}/microcredentials/{card.id}", str(self._page.zone))
        if not card.waits_on:
            yield (*begins, *(None,) * 8, *ends)
        for line in card.waits_on:
            yield (*begins, *self._wait(line), *ends)

    def _wait(self, line: WaitsOn) -> tuple[Cell, ...]:
        position = self._say.position(line.position) if line.position else None
        days = max(0, (self._at - line.since).days)
        why = self._say.stuck(line) or None
        return (self._say.what(line), line.partner, position, line.since, days, line.due, line.overdue, why)

    def _item(self, item: Item) -> tuple[Cell, ...]:
        return (
            self._say.what(item), item.key, self._page.language.text(item.title),
            named(self._page.language, "stage", item.stage), self._say.position(item.position), item.since,
            self._page.days_since(item.since), item.due, item.overdue, listed(item.holds_up), len(item.others),
            f"{self._page.base}{self._link(item)}", str(self._page.zone),
        )  # fmt: skip

    def _link(self, item: Item) -> str:
        told = {"item": item.id, "act": item.act, "step": item.step, "refers": item.refers, "position": item.position}
        return address("/inbox", told)

    def _confirmation(self, one: Confirmation) -> tuple[Cell, ...]:
        due = one.what == "reconfirmation"
        said = N_("yearly confirmation of the register") if due else N_("an entry of the register to be confirmed")
        since, by = (None, one.since) if due else (one.since, None)
        acting_in = self._say.position(one.do.acting_as or "")
        return (
            self._page.language.gettext(said), one.partner, None, None, acting_in, since,
            None if since is None else self._page.days_since(since), by, by is not None and by < self._page.now, None,
            None, f"{self._page.base}/inbox", str(self._page.zone),
        )  # fmt: skip

    def _signature(self, one: ToSign) -> tuple[Cell, ...]:
        return (
            self._page.language.gettext(N_("signature of an agreement")), one.key, None, None,
            self._say.position(one.position), one.since, self._page.days_since(one.since), None, False, None, None,
            f"{self._page.base}/inbox", str(self._page.zone),
        )  # fmt: skip
