"""What is chosen in the forms of `/who`: an organisation, a day, within what something lies."""

import re
from datetime import date, datetime, time
from uuid import UUID

from shared.authority import Community
from shared.authority.entries import Partner
from shared.authority.scopes import in_words, width
from shared.contracts.values import Matter, Scope
from shared.kernel import Refused, Value
from shared.pages import Language
from shared.web.faults import QueryNotRight
from shared.web.page import Page
from shared.web.within import KINDS

IN_A_LIST = 60
"""How many partners a list offers; among more one looks by name."""
MATCHES = 20
SCOPES = 40
"""How many scopes are offered to choose from; any other is typed."""


class Option(Value, frozen=True):
    """What one may choose: what is sent, and what is read."""

    value: str
    name: str


class Chosen(Value, frozen=True):
    """A partner chosen, or those to choose from.

    `options` are all there are, where they are few; `matches` those whose name or key has what was `typed`.
    """

    typed: str
    partner: UUID | None
    options: tuple[Option, ...]
    matches: tuple[Option, ...] = ()
    more: int = 0


def partner_chosen(community: Community, language: Language, typed: str | None) -> Chosen:
    """The partner of that key or id, or the only one whose name or key has those words in it."""
    asked = (typed or "").strip()
    known = community.partners.values()
    options: tuple[Option, ...] = ()
    if len(known) <= IN_A_LIST:
        options = tuple(sorted((_option(language, one) for one in known), key=lambda one: one.name.casefold()))
    if not asked:
        return Chosen("", None, options)
    if (partner := community.partner_named(asked)) is not None:
        return Chosen(community.partners[partner].key, partner, options)
    words = asked.casefold().split()
    found = [one for one in known if all(word in _looked_through(one) for word in words)]
    if len(found) == 1:
        return Chosen(found[0].key, found[0].id, options)
    found.sort(key=lambda one: language.text(one.name).casefold())
    matches = tuple(_option(language, one) for one in found[:MATCHES])
    return Chosen(asked, None, options, matches, max(0, len(found) - MATCHES))


def _option(language: Language, partner: Partner) -> Option:
    return Option(partner.key, f"{language.text(partner.name)} ({partner.key})")


def _looked_through(partner: Partner) -> str:
    return " ".join((partner.key, *partner.name.values())).casefold()


def moment_chosen(page: Page, at: str | None) -> str | None:
    """What was asked of the past, as the API takes it: a day ends at midnight where the reader is, today is now."""
    if not at or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", at):
        return at or None
    try:
        day = date.fromisoformat(at)
    except ValueError:
        raise Refused(QueryNotRight("at is no day of the calendar.")) from None
    if day == page.now.astimezone(page.zone).date():
        return None
    return (datetime.combine(day, time(23, 59, 59), page.zone)).isoformat()


def scopes_offered(community: Community, partner: UUID, matter: Matter) -> tuple[Scope, ...]:
    """Within what somebody at that partner was ever made responsible for the matter, the widest first."""
    entries = community.partners[partner].by_matter.get(matter, ())
    known = {entry.scope for entry in entries if entry.scope.kind != "anything"}
    return tuple(sorted(known, key=lambda one: (width(one), in_words(one)), reverse=True)[:SCOPES])


def within_chosen(within: str | None, kind: str | None, value: str | None) -> str | None:
    """As a link names it, with what was typed beside; a kind without a value is none."""
    parts = [part for part in (within or "").split(",") if part]
    if kind and value and value.strip() and kind in KINDS:
        parts.append(f"{kind}:{value.strip()}")
    return ",".join(dict.fromkeys(parts)) or None
