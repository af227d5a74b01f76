"""What the inbox's templates draw with: links, words, and the body that the line for an API client shows."""

from functools import partial
from typing import Any
from uuid import UUID

from services.oversight.api.acts import Do
from services.oversight.api.confirmations import Confirmation
from services.oversight.api.inbox import Inbox, Item
from services.oversight.api.sentences import sentence
from services.oversight.pages.revising import Chosen
from services.oversight.pages.saying import Saying
from shared.pages import Language
from shared.pages.names import named
from shared.pages.rendering import address
from shared.security.asker import Asker
from shared.web.page import Page

TOLD = ("act", "step", "refers", "position")
"""What tells an item from the others about the same microcredential."""


def drawing(page: Page, asker: Asker, inbox: Inbox, drawn: Item | None) -> dict[str, Any]:
    """What the templates call, for this reader; `drawn` is the item whose form is."""
    say = Saying(page.language, asker.community, page.now, page.zone)
    whose = None if inbox.person == asker.key.person else inbox.person
    further = page.request.query_params.get("further")
    partners = sorted((one.key, one) for one in asker.community.partners.values())
    return {
        "say": say,
        "named": partial(named, page.language),
        "asked": asked,
        "named_fields": lambda fields: [named(page.language, "field", one) for one in fields],
        "covered": lambda seen: [named(page.language, "field", one) for one in seen.covers],
        "link": partial(link, whose, further),
        "change": partial(change, whose, further),
        "recorded": partial(recorded, page.language, say),
        "tell": lambda one: sentence(asker.community, one, page.language),
        "partners": [(str(one.id), page.language.text(one.name) or key) for key, one in partners],
        "own_refusals": list(_actions(inbox, drawn)),
    }


def link(whose: UUID | None, further: str | None, item: Item, since: str | None = None) -> str:
    """The page with that item chosen, compared with what one has looked at, or since when it is told."""
    return f"{address('/inbox', {**_query(whose, further, item), 'since': since})}#item"


def change(whose: UUID | None, further: str | None, item: Item, part: Chosen) -> str:
    """The same page with the form that changes that part of the outline, or all of it."""
    return f"{address('/inbox', {**_query(whose, further, item), 'change': part})}#part-{part}"


def _query(whose: UUID | None, further: str | None, item: Item) -> dict[str, Any]:
    return {"person": whose, "further": further, "item": item.id, **{name: getattr(item, name) for name in TOLD}}


def asked(do: Do, *more: str) -> dict[str, Any] | None:
    """The body of an act with a word in each place that is to be filled in: what it takes, or dots."""
    if do.body is None:
        return None
    return {name: _placeholder(do, name, value) for name, value in (do.body | dict.fromkeys(more)).items()}


def _placeholder(do: Do, name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [{inner: _placeholder(do, inner, one) for inner, one in entry.items()} for entry in value]
    if value is not None:
        return value
    choices = (do.choices or {}).get(name)
    return "|".join(choices) if choices else "…"


def recorded(language: Language, say: Saying, one: Confirmation) -> str:
    """What waits to be confirmed, as a sentence."""
    position = say.position(one.position) if one.position else ""
    matters = language.listed([say.matter(matter) for matter in one.matters])
    match one.what:
        case "position":
            return language.gettext("The position {position} was recorded.", position=position)
        case "holder":
            return language.gettext("Somebody was recorded as holding {position}.", position=position)
        case "delegation":
            return language.gettext(
                "Matters were delegated to somebody in {position}: {matters}.", position=position, matters=matters
            )
        case "responsibility":
            letter = named(language, "letter", one.letter or "")
            said = {"position": position, "letter": letter, "matters": matters}
            return language.gettext("{position} was recorded as answering for something: {letter}, {matters}.", **said)
        case "staff-sheet":
            return language.ngettext(
                "A staff sheet recorded {n} entry; this confirms it.",
                "A staff sheet recorded {n} entries; this confirms all of them at once.",
                one.entries or 0,
            )
        case _:
            return one.sentence


def _actions(inbox: Inbox, drawn: Item | None) -> set[str]:
    """The forms on the page, which show their own refusals; of any other the page tells the refusal above."""
    dos: list[Do] = [one.do for one in (*inbox.confirmations, *inbox.reconfirm)]
    dos += [one.do for one in inbox.signatures] + ([drawn.do] if drawn else [])
    return {one.path for do in dos for one in (do, *do.instead)}
