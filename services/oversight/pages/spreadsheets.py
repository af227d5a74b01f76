"""`/board.csv`, `/board.xlsx`, `/inbox.csv`, `/inbox.xlsx`: what the pages show and more of it, for a spreadsheet.

Opened by a session, or by a key: a spreadsheet can only do HTTP Basic, with the key as password. Whoever has neither is
not led to a form for signing in, but told that a key is asked for.
"""

import asyncio
import hashlib
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.params import Parameter
from msgspec import structs

from services.oversight.api.asked import asked_for
from services.oversight.api.board import BoardColumn, Key, board_of
from services.oversight.api.inbox import inbox_of
from services.oversight.api.unowned import Asking
from services.oversight.pages.tables import MOST, Rows
from services.oversight.projections.waits import STAGES, Stage
from shared.kernel import Refused
from shared.pages import LANGUAGES
from shared.pages.spreadsheets import Table, as_csv, as_xlsx
from shared.security.asker import Asker
from shared.web.faults import QueryNotRight
from shared.web.page import HEADERS, Page
from shared.web.requests import At

KINDS = {
    "csv": "text/csv; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
READ = (HttpMethod.GET, HttpMethod.HEAD)
Word = Annotated[str | None, Parameter(max_length=20)]


@route(["/board.csv", "/board.xlsx"], http_method=READ, scope="read", page=True, download=True, include_in_schema=False)
async def board_spreadsheet(
    request: Request[Any, Any, Any],
    page: Page,
    asker: Asker,
    pool: asyncpg.Pool,
    asking: Asking,
    stage: Word = None,
    partner: Key = None,
    waiting_on: Key = None,
    overdue: bool = False,
    unowned: bool = False,
    at: At = None,
    lang: Word = None,
) -> Response[bytes]:
    """The board, with the filters of its page; `lang` is the language of the headings."""
    _speak(page, lang)
    if stage and stage not in STAGES:
        raise Refused(QueryNotRight(f"stage is none of {', '.join(STAGES)}."))
    asked = asked_for(
        asker.community, page.now, page.zone, at=at, partner=partner, waiting_on=waiting_on, overdue=overdue,
        unowned=unowned,
    )  # fmt: skip
    columns, left = list[BoardColumn](), MOST
    stages: tuple[Stage, ...] = tuple(one for one in STAGES if stage in (None, "", one))
    for one in stages:
        found = await board_of(pool, asker, asking, structs.replace(asked, stage=one, limit=left))
        columns += found.columns
        left -= sum(len(column.cards) for column in found.columns)
    return await _answer(request, page, await Rows(page, asker.community, asked.at).board(columns))


@route(["/inbox.csv", "/inbox.xlsx"], http_method=READ, scope="read", page=True, download=True, include_in_schema=False)
async def inbox_spreadsheet(
    request: Request[Any, Any, Any],
    page: Page,
    asker: Asker,
    pool: asyncpg.Pool,
    person: UUID | None = None,
    lang: Word = None,
) -> Response[bytes]:
    """The inbox of whoever asks; of `person`, for coordinators and auditors."""
    _speak(page, lang)
    found = await inbox_of(pool, asker, page.now, person, MOST)
    return await _answer(request, page, Rows(page, asker.community).inbox(found))


def _speak(page: Page, lang: str | None) -> None:
    """In that language, where one is stated: a spreadsheet sends neither cookies nor its own language."""
    if lang is None:
        return
    if lang not in LANGUAGES:
        raise Refused(QueryNotRight(f"lang is none of {', '.join(LANGUAGES)}."))
    page.language = page.browsing.pages.catalogue.language(lang)


async def _answer(request: Request[Any, Any, Any], page: Page, table: Table) -> Response[bytes]:
    """The table as a file, or 304 where whoever asks has it as it is."""
    path = request.url.path
    kind = path.rpartition(".")[2]
    digest = hashlib.sha256(msgspec.json.encode((kind, table.name, table.headings, table.rows, table.note)))
    headers = HEADERS | {
        "ETag": f'W/"{digest.hexdigest()[:32]}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Cookie, Accept-Language",
        "Content-Language": page.language.tag,
    }
    if headers["ETag"].removeprefix("W/") in _known(request):
        return Response(b"", status_code=304, headers=headers)
    body = as_csv(table) if kind == "csv" else await asyncio.to_thread(as_xlsx, table)
    name = f"{path.removeprefix('/').removesuffix(f'.{kind}')}-{page.now.astimezone(page.zone):%Y-%m-%d}.{kind}"
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    headers["Content-Length"] = str(len(body))
    if request.method == "HEAD":
        body = b""
    return Response(body, media_type=KINDS[kind], headers=headers)


def _known(request: Request[Any, Any, Any]) -> set[str]:
    """The entity tags that whoever asks has, without their mark of weakness (RFC 9110, 13.1.2)."""
    return {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
