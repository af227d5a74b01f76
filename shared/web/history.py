"""Routes every deciding service has: its facts as pages of its log, and its notes to those who may read them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import structs

from shared.authority import suppressing
from shared.authority.reading import Reader
from shared.eventstore.logs import OwnLog
from shared.eventstore.readership import SUBJECTS, closed_to, readership_of, subject_of_note
from shared.eventstore.refusals import NotFound
from shared.eventstore.vocabulary import EventStore
from shared.kernel import Clock, Fact, Forbidden, Missing, Recorded, Refused, Value, stream_key
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.web.receipts import recorded_fact

Level = Callable[[], Awaitable[None]]
"""Returns once this service's tables hold everything its own log holds by now."""
STRETCH = 10_000
"""Facts of the log, whosesoever, that one page of `/v1/facts` looks through."""


class InConfidence(Forbidden, frozen=True):
    """Supplied in confidence

    Its author, the council asked about it, coordinators and auditors may read it.
    """

    says = "This note was supplied in confidence."


class Disposed(Missing, frozen=True):
    """The note was disposed of

    Its key was destroyed; the fact that cites it keeps its digest.
    """

    says = "The words of this note are no longer kept."


class NoteWords(Value, frozen=True):
    """A note's words, with the digest the fact carries."""

    id: UUID
    words: str
    language: str
    confidentiality: str
    digest: str


def history_routes() -> tuple[HTTPRouteHandler, ...]:
    """`GET /v1/facts` and `GET /v1/notes/<id>`."""
    return (list_facts, read_note)


@get("/v1/facts", scope="history:read")
async def list_facts(
    asker: Asker,
    log: OwnLog,
    pool: asyncpg.Pool,
    clock: Clock,
    level: Level,
    after: Annotated[int, Parameter(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The community's facts in index order, `limit` at most, `after` an index; `next` is where the next page starts.

    A page looks through a stretch of the log that other communities write in too: it may be short, or empty, and still
    have a `next`. Facts of what the asker may not read are left out, and counts under five are not shown to those who
    do not deliver, auditors excepted, who verify what was recorded.
    """
    last = await log.last_index()
    until = min(after + STRETCH, last)
    found = await log.of_community(asker.key.community, after, until, limit + 1)
    await level()
    reader, page = asker.reader(clock()), found[:limit]
    shown = await _readable(pool, asker.key.community, page, reader)
    looked_through = page[-1].index if len(found) > limit else until
    goes_on = looked_through if looked_through < last else None
    items = [
        {
            "tag": recorded.tag,
            "actor": recorded.metadata.actor,
            "backdated": recorded.metadata.backdated,
            "command": recorded.command_id,
            "correlation": recorded.correlation,
            "causation": recorded.causation,
            "traceparent": recorded.metadata.traceparent,
            "recorded": recorded_fact(_suppressed(recorded, reader)),
        }
        for recorded in shown
    ]
    return {"items": items, "next": goes_on}


async def _readable(
    pool: asyncpg.Pool, community: str, page: list[Recorded[Fact]], reader: Reader
) -> list[Recorded[Fact]]:
    subjects = {stream_key(one.stream) for one in page if one.stream.startswith(SUBJECTS)}
    closed = await closed_to(pool, community, subjects, reader.ids)
    return [one for one in page if not (one.stream.startswith(SUBJECTS) and stream_key(one.stream) in closed)]


def _suppressed(recorded: Recorded[Fact], reader: Reader) -> Recorded[Fact]:
    if reader.ids is None:
        return recorded
    return structs.replace(recorded, fact=suppressing.of_fact(recorded.fact, reader.delivers))


@get("/v1/notes/{note:uuid}", scope="read")
async def read_note(
    note: UUID, asker: Asker, store: EventStore, vault: Vault, pool: asyncpg.Pool, clock: Clock, level: Level
) -> NoteWords:
    """The words a fact keeps only the digest of, for whoever may read what it is about."""
    words, _ = await note_of(note, asker, store, vault, pool, clock(), level)
    return words


async def note_of(
    note: UUID, asker: Asker, store: EventStore, vault: Vault, pool: asyncpg.Pool, now: datetime, level: Level
) -> tuple[NoteWords, UUID | None]:
    """The same, and the proposal or microcredential it is about, where it is about one."""
    sealed = await store.note(asker.key.community, note)
    if sealed is None or sealed.retention == "contact":  # that is read as a person's, by who may
        raise Refused(NotFound("note", str(note)))
    if (subject := await subject_of_note(pool, asker.key.community, note)) is None:
        await level()
        subject = await subject_of_note(pool, asker.key.community, note)
    reader, councils = asker.reader(now), frozenset[UUID]()
    if subject is not None and (readership := await readership_of(pool, asker.key.community, subject)) is not None:
        if sealed.author != reader.person and not reader.may_read(readership):
            raise Refused(NotFound("note", str(note)))
        councils = readership.named
    if sealed.confidentiality == "in-confidence" and not reader.may_read_confidence(sealed.author, councils):
        raise Refused(InConfidence())
    if (words := vault.open(sealed)) is None:
        raise Refused(Disposed())
    return NoteWords(sealed.id, words, sealed.language, sealed.confidentiality, sealed.digest), subject
