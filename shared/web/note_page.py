"""`/<service>/notes/<id>`: a note as a page, of each service that keeps some; comments lie with who heard them."""

from uuid import UUID

import asyncpg
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from shared.eventstore.vocabulary import EventStore
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.web.history import Level, note_of
from shared.web.page import Page


def note_pages(service: str) -> tuple[HTTPRouteHandler, ...]:
    """The page of that service's notes."""
    return (get(f"/{service}/notes/{{note:uuid}}", scope="read", page=True, include_in_schema=False)(note_page),)


async def note_page(
    note: UUID, page: Page, asker: Asker, store: EventStore, vault: Vault, pool: asyncpg.Pool, level: Level
) -> Response[str]:
    """The words, for whoever may read them over the API."""
    words, subject = await note_of(note, asker, store, vault, pool, page.now, level)
    service = page.path.split("/")[1]
    return page.answer("note.html", note=words, subject=subject, same=f"/{service}/v1/notes/{note}")
