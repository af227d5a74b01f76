"""`/inbox`: what waits for whoever has signed in, and at its side the item to decide on."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
from litestar import Response, get
from litestar.params import Parameter

from services.oversight.api.inbox import Inbox, Item, inbox_of
from services.oversight.pages.items import Shown, shown
from services.oversight.pages.saying import Saying
from services.oversight.projections.lines import Decode
from services.oversight.projections.looks import Looks
from shared.kernel import Clock
from shared.pages.names import named
from shared.pages.rendering import address
from shared.security.asker import Asker
from shared.web.page import Page

SHOWN = 50
"""How many things that wait are listed on one page."""
Word = Annotated[str, Parameter(max_length=80)]
Since = Literal["look", "signed"]


@get("/inbox", scope="read", page=True, include_in_schema=False)
async def inbox_page(
    page: Page,
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    looks: Looks,
    decoders: Mapping[str, Decode],
    person: UUID | None = None,
    item: UUID | None = None,
    act: Word | None = None,
    step: Word | None = None,
    refers: UUID | None = None,
    position: Annotated[str, Parameter(max_length=170)] | None = None,
    since: Since = "look",
) -> Response[str]:
    """What waits, due first; `item` selects one, with as much of the rest as it takes to tell it from others."""
    found = await inbox_of(pool, asker, clock(), person, SHOWN)
    own = found.person == asker.key.person
    wanted = (("act", act), ("step", step), ("refers", refers), ("position", position))
    chosen = next((one for one in found.items if one.id == item and _is(one, wanted)), None)
    seen: Shown | None = None
    if chosen is not None:
        seen = await shown(pool, looks, decoders, asker, chosen, since, clock(), records=own and _is_looked_at(page))
    return page.answer(
        "inbox.html",
        inbox=found,
        own=own,
        chosen=chosen,
        seen=seen,
        gone=item is not None and chosen is None,
        item=item,
        of=_of(found, chosen),
        since=since,
        link=partial(_link, None if own else found.person),
        say=Saying(page.language, asker.community, clock(), page.zone),
        named=partial(named, page.language),
        own_refusals=[chosen.do.path, *(other.path for other in chosen.do.instead)] if chosen else [],
    )


def _is(item: Item, wanted: tuple[tuple[str, object], ...]) -> bool:
    return all(value is None or getattr(item, name) == value for name, value in wanted)


def _link(whose: UUID | None, item: Item) -> str:
    """The page with that item chosen; what tells it from the others stands in the address."""
    told = ("act", "step", "refers", "position")
    query = {"person": whose, "item": item.id, **{name: getattr(item, name) for name in told}}
    return f"{address('/inbox', query)}#item"


def _is_looked_at(page: Page) -> bool:
    """Whether somebody sits in front of it: what a browser fetches ahead nobody may ever see."""
    headers = page.request.headers
    ahead = headers.get("sec-purpose", "") + headers.get("purpose", "") + headers.get("x-moz", "")
    return page.request.method == "GET" and "prefetch" not in ahead and "prerender" not in ahead


def _of(inbox: Inbox, chosen: Item | None) -> int | None:
    return None if chosen is None else inbox.items.index(chosen) + 1
