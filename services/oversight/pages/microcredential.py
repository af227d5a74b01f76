"""`/microcredentials/<id>`: pathway, sign-offs, offerings and story, now or as of any of its moments."""

from collections.abc import Mapping
from uuid import UUID

import asyncpg
from litestar import Response, get

from services.oversight.api.microcredentials import picture_at, reading_of
from services.oversight.api.pasts import Heard, moment_of
from services.oversight.api.story import lines_of, shown_to
from services.oversight.projections.lines import Decode
from services.oversight.projections.moments import then
from shared.kernel import Clock
from shared.security.asker import Asker
from shared.web.page import Page
from shared.web.requests import At


@get("/microcredentials/{microcredential:uuid}", scope="read", page=True, include_in_schema=False)
async def microcredential_page(
    microcredential: UUID,
    page: Page,
    asker: Asker,
    pool: asyncpg.Pool,
    decoders: Mapping[str, Decode],
    heard: Heard,
    clock: Clock,
    at: At = None,
) -> Response[str]:
    """Everything about it; `at` a time or an index of its story, as it was then."""
    now, moment = clock(), await moment_of(at, heard)
    reading = await reading_of(pool, decoders, asker, microcredential, now)
    picture = await picture_at(pool, asker, reading, moment, now, page.language)
    told = shown_to(reading.reader, reading.readership, then(reading.told, moment))
    lines = await lines_of(pool, asker, told, told[-50:])
    return page.answer("microcredential.html", picture=picture, lines=lines)
