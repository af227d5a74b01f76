"""What waits and who decides it, in the reader's language: made of values, never of their English. Pure."""

from datetime import datetime
from typing import Protocol

from shared.pages import N_
from shared.pages.saying import Saying as OfAnswers


class Waited(Protocol):
    """A line of a card or an inbox: what is waited for, and on whom, by their keys."""

    @property
    def what(self) -> str: ...
    @property
    def step(self) -> str | None: ...
    @property
    def matter(self) -> str | None: ...
    @property
    def partner(self) -> str | None: ...
    @property
    def position(self) -> str | None: ...
    @property
    def since(self) -> datetime: ...
    @property
    def due(self) -> datetime | None: ...


class Stuck(Waited, Protocol):
    """The same, with whether anybody can act on it."""

    @property
    def status(self) -> str: ...


class Saying(OfAnswers):
    """Speaks one language about one community, as of `now`, and about what waits in it."""

    def what(self, line: Waited) -> str:
        """What is waited for: the key of a step, or the act in words."""
        return line.what if line.what == line.step else self._(line.what)

    def chip(self, line: Waited) -> str:
        """`waiting on Dean, nscc, 6 days`."""
        days = max(0, (self._now - line.since).days)
        if line.partner is None:
            return self._language.ngettext("waiting for {n} day", "waiting for {n} days", days)
        if line.position is None:
            return self._language.ngettext(
                "waiting on {partner}, {n} day", "waiting on {partner}, {n} days", days, partner=line.partner
            )
        return self._language.ngettext(
            "waiting on {position}, {partner}, {n} day",
            "waiting on {position}, {partner}, {n} days",
            days,
            position=self.title(line.position),
            partner=line.partner,
        )

    def due(self, line: Waited) -> str:
        """`due 12 Mar 2025`, `3 days overdue`; empty where nothing is due."""
        if line.due is None:
            return ""
        if line.due >= self._now:
            return self._("due {date}", date=self._language.date(line.due, self._zone))
        days = (self._now - line.due).days
        if days == 0:
            return self._("overdue since today")
        return self._language.ngettext("{n} day overdue", "{n} days overdue", days)

    def stuck(self, line: Stuck) -> str:
        """Why nobody can act on it, as a sentence; empty where somebody can."""
        if line.status == "decided":
            return ""
        said = {"partner": line.partner or "", "matter": self.matter(line.matter or "")}
        said["position"] = self.position(line.position) if line.position else said["partner"]
        if line.status == "unowned" and line.partner is None:
            return self._("{matter}: nobody at any other partner is accountable for it.", **said)
        if line.status == "vacant" and line.position is None:
            return self._("{matter}: at {partner}, it belongs to a position that was not recorded by then.", **said)
        return self._(_STUCK[line.status], **said)


_STUCK = {
    "vacant": N_("{position} is vacant."),
    "unconfirmed": N_("{matter}: recorded at {partner}, but not confirmed by its administrator yet."),
    "ambiguous": N_("{matter}: several positions at {partner} are equally accountable; that grants nothing."),
    "unowned": N_("{matter}: nobody at {partner} is accountable for it."),
    "barred": N_("{position}: whoever holds it wrote the outline or is recused."),
}
