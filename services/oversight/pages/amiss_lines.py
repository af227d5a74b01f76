"""What is amiss at a partner, as a line in the reader's language: what it is, what to do, and who does it."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.oversight.pages.saying import Saying
from shared.authority import Community, who_decides
from shared.authority.entries import Delegation, Entry, Holding, Position, Responsibility
from shared.authority.findings import Finding, Kind
from shared.authority.going_on import keeper
from shared.authority.occupants import PositionView
from shared.kernel import Value
from shared.pages import N_, Language
from shared.pages.names import named

NAMED = 30
"""How many matters are named where nobody is accountable for them."""


class Line(Value, frozen=True):
    """One thing amiss, or for matters without an owner all of a partner; `ask` is the query of `/who` about it."""

    kind: str
    name: str
    partner: str
    partner_name: str
    sentence: str
    within: str
    mend: str
    by: PositionView | None
    person: UUID | None
    ask: dict[str, str]


class Lines:
    """Tells of findings, for one answer."""

    def __init__(self, community: Community, index: int, now: datetime, saying: Saying, language: Language) -> None:
        self._community = community
        self._index = index
        self._now = now
        self._saying = saying
        self._language = language
        self._ = language.gettext
        self._keepers: dict[UUID, PositionView | None] = {}

    def line(self, found: tuple[Finding, ...]) -> Line:
        """Of one finding, or of several of one kind at one partner that are told together."""
        one = found[0]
        partner = self._community.partners[one.partner]
        if partner.id not in self._keepers:
            self._keepers[partner.id] = keeper(self._community, partner, self._now)
        ask = {"partner": partner.key}
        if one.matter and len(found) == 1:
            ask["matter"] = one.matter
        if one.scope and one.scope.kind != "anything":
            ask["within"] = f"{one.scope.kind}:{one.scope.value}"
        return Line(
            one.kind,
            named(self._language, "finding", one.kind),
            partner.key,
            self._language.text(partner.name),
            " ".join(self._sentences(found)),
            self._saying.scope(one.scope) if one.scope and one.scope.kind != "anything" else "",
            self._(_MEND[one.kind]),
            self._keepers[partner.id],
            one.person,
            ask,
        )

    def _sentences(self, found: tuple[Finding, ...]) -> Iterator[str]:
        one = found[0]
        matter = self._saying.matter(one.matter) if one.matter else ""
        position = self._saying.position(one.position) if one.position else ""
        match one.kind:
            case "unowned-matter":
                names = [self._saying.matter(each.matter or "") for each in found]
                if len(names) > NAMED:
                    names = [*names[:NAMED], self._("{n} more", n=self._language.number(len(names) - NAMED))]
                yield self._("Nobody is accountable for: {matters}.", matters=self._language.listed(names))
            case "ambiguous-matter" | "vacant-matter" | "absent-matter":
                about = () if one.scope is None or one.scope.kind == "anything" else (one.scope,)
                asked = (one.matter or "", one.partner, self._now, about)
                yield self._saying.answer(who_decides(self._community, self._index, *asked))
            case "vacant-position":
                yield self._("{position} is vacant.", position=position)
            case "single-point-of-failure":
                yield self._(
                    "{matter}: all of it hangs on one person, in {position}.", matter=matter, position=position
                )
            case "unconfirmed" | "erased-person" | "ends-soon":
                yield self._of_entry(one, matter, position)
            case _:
                assert_never(one.kind)

    def _of_entry(self, one: Finding, matter: str, position: str) -> str:
        entry = self._entry(one)
        what = _KINDS.get(type(entry), "responsibility")
        if isinstance(entry, Responsibility):
            matter = self._saying.matter(entry.matter)
        until = self._language.date(entry.until) if entry is not None and entry.until else ""
        return self._(_OF[one.kind, what], position=position, matter=matter, date=until)

    def _entry(self, one: Finding) -> Entry | None:
        position = self._community.position_named(one.position) if one.position else None
        if position is not None and one.entry is not None:
            known = self._community.positions[position]
            if known.id == one.entry:
                return known
            if (found := known.holdings.get(one.entry) or known.delegations.get(one.entry)) is not None:
                return found
        responsibilities = self._community.partners[one.partner].responsibilities
        return responsibilities.get(one.entry) if one.entry else None


_KINDS: dict[type, str] = {Position: "position", Holding: "holding", Delegation: "delegation"}
_MEND: dict[Kind, str] = {
    "unowned-matter": N_("Give each that matters here to a position."),
    "ambiguous-matter": N_("End one of the responsibilities, or narrow its scope."),
    "vacant-matter": N_("Appoint a holder, name an alternate who is there, or confirm what waits."),
    "vacant-position": N_("Appoint a holder, or end the position."),
    "single-point-of-failure": N_("Name an alternate whom another person holds, or have the holder delegate it."),
    "unconfirmed": N_("Confirm it, or end it: until then it grants nothing."),
    "erased-person": N_("End it, and appoint whoever follows."),
    "absent-matter": N_("Name an alternate who is there, or have the holder delegate it, or come back."),
    "ends-soon": N_("Record whoever follows before then, and confirm it."),
}
_OF: dict[tuple[Kind, str], str] = {
    ("unconfirmed", "position"): N_("The position {position} is recorded."),
    ("unconfirmed", "holding"): N_("A holder of {position} is recorded."),
    ("unconfirmed", "delegation"): N_("A delegation in {position} is recorded."),
    ("unconfirmed", "responsibility"): N_("{position} is recorded for: {matter}."),
    ("erased-person", "holding"): N_("{position} is held by a person who was erased."),
    ("erased-person", "delegation"): N_("A delegation in {position} is to a person who was erased."),
    ("ends-soon", "position"): N_("The position {position} ends on {date}."),
    ("ends-soon", "holding"): N_("A holder of {position} leaves it on {date}, and nobody is recorded to follow."),
    ("ends-soon", "delegation"): N_("A delegation in {position} ends on {date}."),
    ("ends-soon", "responsibility"): N_("{position} is accountable until {date} only: {matter}."),
}
