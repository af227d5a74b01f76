"""`/microcredentials/<id>`: pathway, sign-offs, offerings and story, now or as of any of its moments."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from litestar import Response, get
from litestar.params import Parameter, QueryParameter

from services.oversight.api.comparing import Compared, compared_at
from services.oversight.api.microcredentials import Reading, picture_at, reading_of
from services.oversight.api.pasts import Heard, moment_of
from services.oversight.api.picture_views import PictureView
from services.oversight.api.story import lines_of, shown_to
from services.oversight.pages.abridging import abridged
from services.oversight.pages.nudging import CardAtHand
from services.oversight.pages.pathway_graph import Graph, drawn
from services.oversight.pages.saying import Saying
from services.oversight.pages.signed import Signed
from services.oversight.pages.telling import ONLY, SIZE, Only, Sheet, narrowed, part_of, sheet
from services.oversight.pages.timeline import index_of, timeline
from services.oversight.projections import differences
from services.oversight.projections.differences import Part
from services.oversight.projections.lines import Decode
from services.oversight.projections.moments import then
from shared.kernel import Clock, Moment, Refused
from shared.pages.rendering import address
from shared.security.asker import Asker, InTheFuture
from shared.web.faults import QueryNotRight
from shared.web.page import Page, see_other
from shared.web.requests import At

DRAWN = 60
"""How many steps are drawn at most; the list has all of them."""
ROWS = 36
"""How many sign-offs are shown at most, of all steps; the story has all of them."""


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
    moment: Annotated[int | None, Parameter(ge=1, le=1_000_000)] = None,
    pinned: Annotated[str | None, QueryParameter(name="from", max_length=64)] = None,
    to: At = None,
    only: Annotated[str | None, Parameter(max_length=20)] = None,
    part: Annotated[int | None, Parameter(ge=1, le=1_000_000)] = None,
) -> Response[str]:
    """Everything about it, `at` a time or an index of its story as it was then; `moment` is one by its number.

    With `from` and `to` also what differs between these two; `only` narrows the story, of which it shows a `part`.
    """
    if only and only not in ONLY:
        raise Refused(QueryNotRight(f"only is none of {', '.join(ONLY)}."))
    if to and not pinned:
        raise Refused(QueryNotRight("to is compared with from: state both."))
    now, then_ = clock(), await _moment(page, heard, at)
    reading = await reading_of(pool, decoders, asker, microcredential, now)
    asked: dict[str, Any] = {"at": at, "from": pinned, "to": to, "only": only}
    if moment is not None and reading.moments:
        number = min(moment, len(reading.moments))
        chosen = None if number == len(reading.moments) else index_of(reading.moments[number - 1])
        return see_other(address(page.path, asked, at=chosen))
    picture = await picture_at(pool, asker, reading, then_, now, page.language)
    compared = await _compared(pool, page, asker, reading, heard, pinned, to)
    saying = Saying(page.language, asker.community, picture.at, page.zone)
    return page.answer(
        "microcredential.html",
        picture=picture,
        asked=asked,
        saying=saying,
        signed=Signed(page, saying),
        graph=_graph(page, picture),
        timeline=timeline(reading.moments, then(reading.told, then_), then_, asker.community, page.language),
        only=ONLY,
        sheet=await _sheet(pool, page, asker, reading, then_, only if only in ONLY else None, part),
        compared=compared,
        parts=_outlines(compared),
        rows=max(6, ROWS // max(1, sum(bool(step.sign_offs) for step in picture.steps))),
        card=CardAtHand(picture.id, picture.key, picture.stage, picture.proposed_by.partner),
    )


def _graph(page: Page, picture: PictureView) -> Graph | None:
    if not 0 < len(picture.steps) <= DRAWN:
        return None
    return drawn(picture.steps, {step.key: page.date(step.since.at) for step in picture.steps if step.since})


async def _sheet(
    pool: asyncpg.Pool, page: Page, asker: Asker, reading: Reading, moment: Moment, only: Only | None, asked: int | None
) -> Sheet:
    """The part of the story that is asked for, as the reader may see it."""
    whole = shown_to(reading.reader, reading.readership, then(reading.told, moment))
    told = narrowed(whole, only)
    part, parts = part_of(told, asked)
    lines = await lines_of(pool, asker, whole, told[(part - 1) * SIZE : part * SIZE], page.language)
    return sheet(told, lines, part, parts)


async def _compared(
    pool: asyncpg.Pool, page: Page, asker: Asker, reading: Reading, heard: Heard, pinned: str | None, to: str | None
) -> Compared | None:
    if not pinned:
        return None
    one, other = await _moment(page, heard, pinned, "from"), await _moment(page, heard, to, "to")
    return await compared_at(pool, asker, reading, one, other, page.now, page.language)


async def _moment(page: Page, heard: Heard, text: str | None, name: str = "at") -> Moment:
    """As the API takes it; a day that is not over is now, as on the board, and what is to come is no past."""
    moment = await moment_of(text or None, heard, name, page.zone)
    if text is None or moment.at is None or moment.at <= page.now:
        return moment
    if text == page.now.astimezone(page.zone).date().isoformat():
        return Moment()
    raise Refused(InTheFuture(text))


def _outlines(compared: Compared | None) -> tuple[Part, ...]:
    """The fields of the outline that differ, down to the words."""
    if compared is None:
        return ()
    return abridged(differences.compared(compared.before.outline, compared.after.outline))
