"""`/inbox/moved`: whether something waits that the page does not show yet; asked time and again, mostly for nothing."""

import base64
import hashlib
from typing import Annotated

import asyncpg
from litestar import Response, get
from litestar.params import Parameter

from services.oversight.api.inbox import Inbox, inbox_of
from services.oversight.projections import board as table
from shared.pages.rendering import address
from shared.security.asker import Asker
from shared.web.page import HEADERS, Page

SHOWN = 25
"""How many things that wait are listed on one page."""
MARKS = 200


@get("/inbox/moved", scope="read", page=True, polled=True, include_in_schema=False)
async def inbox_moved(
    page: Page,
    asker: Asker,
    pool: asyncpg.Pool,
    at: Annotated[str, Parameter(max_length=80)] = "",
    seen: Annotated[str, Parameter(max_length=5 * MARKS)] = "",
) -> Response[str]:
    """A notice where something new waits, else 204; nothing is looked for while nothing was heard since `at`."""
    if await heard_so_far(pool, asker) != at:
        found = await inbox_of(pool, asker, page.now, None, SHOWN)
        known = {seen[place : place + 4] for place in range(0, len(seen), 4)}
        if new := sum(mark not in known for mark in _marks(found)):
            return page.answer("_moved.html", new=new)
    return Response("", status_code=204, media_type="text/html", headers=HEADERS)


def asks(inbox: Inbox, heard: str) -> str:
    """The address the page asks: how far had been heard before it was drawn, and what it shows."""
    return address("/inbox/moved", {"at": heard, "seen": "".join(_marks(inbox))})


async def heard_so_far(pool: asyncpg.Pool, asker: Asker) -> str:
    """How far the tables and the register are: equal means that nothing was heard in between."""
    return f"{await table.reached(pool)}-{asker.heard}"


def _marks(inbox: Inbox) -> list[str]:
    """Four letters for each thing that waits, the same whenever it is asked."""
    told = [f"{one.id} {one.act} {one.step} {one.refers} {one.position}" for one in inbox.items]
    told += [f"{one.agreement} {one.version} {one.position}" for one in inbox.signatures]
    told += [f"{one.what} {one.id}" for one in (*inbox.reconfirm, *inbox.confirmations)]
    return [_mark(one) for one in told[:MARKS]]


def _mark(told: str) -> str:
    return base64.urlsafe_b64encode(hashlib.blake2s(told.encode(), digest_size=3).digest()).decode()
