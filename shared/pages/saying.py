"""Who to go to, as sentences in the reader's language: made of an answer's values, never of its English.

Keys of partners, positions and steps stay as they are; matters and positions are called by their names. Pure.
"""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo

from shared.authority import Answer, Community
from shared.authority.entries import Partner, Position
from shared.authority.matters import matters_of
from shared.authority.occupants import PositionView, holders, present
from shared.authority.scopes import in_words, width
from shared.contracts.values import Instrument, Scope
from shared.pages.languages import N_, Language
from shared.pages.names import named

SHOWN = 5
"""How many scopes are named where several hold."""


class Saying:
    """Speaks one language about one community, as of `now`; dates are those of `zone`."""

    def __init__(self, language: Language, community: Community, now: datetime, zone: tzinfo | None = None) -> None:
        self._language = language
        self._community = community
        self._now = now
        self._zone = zone
        self._matters = matters_of(community)
        self._ = language.gettext

    # names

    def matter(self, matter: str) -> str:
        """`Academic approval`; the code itself where the community has no such matter."""
        name = self._matters.get(matter)
        return self._language.text(name) if name else matter

    def position(self, seen: PositionView | str) -> str:
        """`Dean (nscc/dean)`: of a view, or of what stands as `partner/position`."""
        if isinstance(seen, PositionView):
            return self._titled(self._language.text(seen.title), seen.key)
        found = self._community.position_named(seen)
        position = self._community.positions.get(found) if found else None
        if position is None:
            return seen
        return self._titled(
            self._language.text(position.terms_at(self._now).title), self._community.position_key(position.id)
        )

    def title(self, position: str) -> str:
        """`Dean`, of what stands as `partner/position`: where the partner is named beside it."""
        found = self._community.position_named(position)
        known = self._community.positions.get(found) if found else None
        return self._language.text(known.terms_at(self._now).title) if known else position

    def _titled(self, title: str, key: str) -> str:
        return key if title == key.partition("/")[2] else f"{title} ({key})"

    def scope(self, scope: Scope) -> str:
        """`the sector healthcare`, `an amount up to 5000`, `anything`."""
        value = scope.value or ""
        if scope.kind == "jurisdiction":
            value = named(self._language, "jurisdiction", value)
        if scope.kind == "credit":
            return self._(_CREDIT.get(value, _SCOPES["credit"]), value=value)
        return self._(_SCOPES[scope.kind], value=value)

    def instrument(self, instrument: Instrument) -> str:
        """`policy P-12, 3 Jan 2025`; kind and date once where the reference says them itself."""
        kind = named(self._language, "instrument", instrument.kind)
        dated = self._language.date(instrument.dated)
        reference, on = instrument.reference, instrument.dated
        says_kind = any(
            re.search(rf"\b{re.escape(one)}\b", reference, re.IGNORECASE) for one in (instrument.kind, kind)
        )
        says_date = any(one in reference for one in (dated, on.isoformat(), f"{on.day} {on:%B %Y}"))
        if says_kind and says_date:
            return reference
        if says_kind:
            return self._("{reference}, {date}", reference=reference, date=dated)
        if says_date:
            return self._("{kind} {reference}", kind=kind, reference=reference)
        return self._("{kind} {reference}, {date}", kind=kind, reference=instrument.reference, date=dated)

    # who to go to

    def answer(self, answer: Answer) -> str:
        """Who decides, or why nobody does: one sentence, or a few."""
        return " ".join(self._answered(answer))

    def rule(self, answer: Answer) -> str:
        """Which responsibility won, and over which; empty where none did."""
        if answer.position is None or answer.scope is None:
            return ""
        known = {"position": self.position(answer.position), "matter": self.matter(answer.matter)}
        if answer.scope.kind == "anything":
            return self._("{position} is accountable for this, whatever it is about: {matter}.", **known)
        known["scope"] = self.scope(answer.scope)
        if not answer.beaten:
            return self._("{position} is accountable for this within {scope}: {matter}.", **known)
        over = [f"{self.scope(one.scope)} ({one.position})" for one in answer.beaten]
        listed = self._language.listed(over)
        return self._(
            "{position} is accountable for this within {scope}, which is narrower than {others}: {matter}.",
            others=listed, **known,
        )  # fmt: skip

    def passed(self, answer: Answer) -> tuple[str, ...]:
        """The positions that were passed over, each with why nobody decides there."""
        because = ((one.key, named(self._language, "because", one.because)) for one in answer.passed)
        return tuple(self._("{position}: {why}", position=self.position(key), why=why) for key, why in because)

    def next(self, answer: Answer) -> str:
        """Who can put it right where nobody decides; empty where somebody does."""
        if answer.status == "decided":
            return ""
        if answer.next is not None and answer.next.holders:
            return self._("{position} can put this right.", position=self.position(answer.next))
        if answer.coordinator is not None:
            return self._("The coordinator of the community can put this right.")
        return ""

    def _answered(self, answer: Answer) -> Iterator[str]:
        known = self._community.partners.get(answer.partner)
        if known is None:
            yield self._("No such partner is registered.")
        elif answer.position is not None:
            said = {"matter": self.matter(answer.matter), "position": self.position(answer.position)}
            yield self._("{matter}: {position} decides.", **said)
            position = self._community.positions[answer.position.position]
            yield from self._how(position, answer.at)
            yield from self._instead(answer, position)
        else:
            yield self._undecided(answer, known)

    def _how(self, position: Position, at: datetime) -> Iterator[str]:
        """What is to be said of who is in the position; nothing where a holder is there."""
        if present(position, at):
            return
        if held := holders(position, at):
            yield self._language.ngettext("Its holder is away.", "Every one of its {n} holders is away.", len(held))
        elif position.until is not None and position.until <= at:
            yield self._("The position was abolished.")
        elif not position.stated(at):
            yield self._("The position begins on {date}.", date=self._language.date(position.since, self._zone))
        elif not position.holds(at):
            yield self._("The position is not confirmed by its authority administrator yet.")
        elif any(entry.stated(at) for entry in position.holdings.values()):
            yield self._("Its holder is not confirmed by its authority administrator yet.")
        else:
            yield self._("The position is vacant.")

    def _instead(self, answer: Answer, position: Position) -> Iterator[str]:
        if answer.delegates:
            yield self._language.ngettext(
                "It was delegated to one person as well.",
                "It was delegated to {n} persons as well.",
                len(answer.delegates),
            )
        if answer.stands_in is not None:
            yield self._("{position} stands in.", position=self.position(answer.stands_in))
        elif position.holds(answer.at) and len(answer.passed) > 1:
            yield self._("Nobody stands in for it.")

    def _undecided(self, answer: Answer, known: Partner) -> str:
        said = {"matter": self.matter(answer.matter), "partner": known.key}
        match answer.status:
            case "unconfirmed":
                return self._("{matter}: recorded at {partner}, but not confirmed by its administrator yet.", **said)
            case "ambiguous":
                several = self._language.listed([self.position(one) for one in answer.candidates])
                return self._("{matter}: at {partner}, {several} are equally accountable; that grants nothing.",
                              several=several, **said)  # fmt: skip
            case "vacant" | "decided":
                return self._("{matter}: at {partner}, it belongs to a position that was not recorded by then.", **said)
            case "unowned":
                return self._unowned(answer, known, said)

    def _unowned(self, answer: Answer, known: Partner, said: dict[str, str]) -> str:
        entries = known.by_matter.get(answer.matter, ())
        narrower = {one.scope for one in entries if one.letter == "accountable" and one.holds(answer.at)}
        if not narrower:
            return self._("{matter}: nobody at {partner} is accountable for it.", **said)
        within = sorted(narrower, key=lambda scope: (width(scope), in_words(scope)), reverse=True)
        scopes = [self.scope(one) for one in within[:SHOWN]]
        if len(within) > SHOWN:
            scopes.append(self._("{n} more", n=self._language.number(len(within) - SHOWN)))
        return self._(
            "{matter}: at {partner}, somebody is accountable only within {scopes}; say within what it lies.",
            scopes=self._language.listed(scopes), **said,
        )  # fmt: skip


_SCOPES = {
    "microcredential": N_("the microcredential {value}"),
    "amount": N_("an amount up to {value}"),
    "unit": N_("the unit {value}"),
    "job-function": N_("the job function {value}"),
    "credit": N_("credit: {value}"),
    "jurisdiction": N_("the jurisdiction {value}"),
    "sector": N_("the sector {value}"),
    "anything": N_("anything"),
}
_CREDIT = {"credit": N_("what is for credit"), "non-credit": N_("what is not for credit")}
