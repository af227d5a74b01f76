"""`/inbox`: what waits for whoever has signed in, and at its side the item to decide on."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
from litestar import Response, get
from litestar.params import Parameter

from services.oversight.api.inbox import Item, inbox_of, items_about
from services.oversight.pages.inbox_moved import SHOWN, asks, heard_so_far
from services.oversight.pages.inbox_words import drawing
from services.oversight.pages.items import Shown, shown
from services.oversight.pages.receipts import noticed
from services.oversight.pages.revising import Chosen, revise_of, revising
from services.oversight.projections.lines import Decode
from services.oversight.projections.looks import Looks
from services.oversight.projections.pathways import published
from shared.kernel import Clock
from shared.pages.rendering import address
from shared.security.asker import Asker
from shared.web.page import Page

Word = Annotated[str | None, Parameter(max_length=80)]
Since = Literal["look", "signed"]
GOES_ON = (("submit-proposal", "revise-proposal"), ("request-validation", "revise-outline"))
"""Acts that follow each other on the same outline: once one is done, the other waits in its place."""


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
    act: Word = None,
    step: Word = None,
    refers: UUID | None = None,
    position: Annotated[str | None, Parameter(max_length=170)] = None,
    since: Since = "look",
    change: Chosen | None = None,
    further: Annotated[str | None, Parameter(max_length=400)] = None,
) -> Response[str]:
    """What waits, due first; `item` selects one, with as much of the rest as it takes to tell it from others.

    `change` draws the form for that part of its outline or for all, where it may be revised, was not just now, and the
    page shows the latest.
    """
    heard = await heard_so_far(pool, asker)
    found = await inbox_of(pool, asker, clock(), person, SHOWN, further)
    own = found.person == asker.key.person
    wanted = {"act": act, "step": step, "refers": refers, "position": position}
    chosen = chosen_of(found.items, item, wanted)
    if chosen is None and item is not None:
        chosen = chosen_of(await items_about(pool, asker, clock(), found.person, item), item, wanted)
    seen: Shown | None = None
    if chosen is not None:
        seen = await shown(pool, looks, decoders, asker, chosen, since, clock(), records=own and _is_looked_at(page))
    is_drawn = own and chosen is not None and _is_drawn(chosen, seen)
    receipt = await noticed(page, asker, pool, decoders)
    revise = revise_of(chosen.do) if own and chosen is not None and seen is not None else None
    form = None
    if revise and change and seen and not receipt and not page.late:
        form = revising(revise, change, seen.version.outline)
    decides = is_drawn and chosen is not None and chosen.act == "decide-proposal"
    return page.answer(
        "inbox.html",
        is_drawn=is_drawn,
        inbox=found,
        own=own,
        asks=asks(found, heard) if own and not further and asker.key.role != "auditor" else None,
        receipt=receipt,
        chosen=chosen,
        seen=seen,
        revisable=revise is not None,
        revising=form,
        gone=item is not None and chosen is None,
        item=item,
        further=address("/inbox", {"person": person, "further": found.next}) if found.next else None,
        since=since,
        pathways=await published(pool, asker.key.community) if decides else (),
        **drawing(page, asker, found, chosen if is_drawn else None),
    )


def _is_drawn(item: Item | None, seen: Shown | None) -> bool:
    """Whether its form is on the page: nobody signs what is not what they see."""
    return item is not None and (item.act != "sign-off" or (seen is not None and seen.digest == item.digest))


def chosen_of(items: Iterable[Item], subject: UUID | None, wanted: Mapping[str, object]) -> Item | None:
    """The item of that subject that was asked for; or what its position is to do next with the outline."""
    about = [one for one in items if one.id == subject]
    if (exact := next((one for one in about if _is(one, wanted)), None)) is not None:
        return exact
    goes_on = next((acts for acts in GOES_ON if wanted.get("act") in acts), ())
    same = {name: value for name, value in wanted.items() if name != "act"}
    return next((one for one in about if one.act in goes_on and _is(one, same)), None)


def _is(item: Item, wanted: Mapping[str, object]) -> bool:
    return all(value is None or getattr(item, name) == value for name, value in wanted.items())


def _is_looked_at(page: Page) -> bool:
    """Whether somebody sits in front of it: what a browser fetches ahead nobody may ever see."""
    headers = page.request.headers
    ahead = headers.get("sec-purpose", "") + headers.get("purpose", "") + headers.get("x-moz", "")
    return page.request.method == "GET" and "prefetch" not in ahead and "prerender" not in ahead
