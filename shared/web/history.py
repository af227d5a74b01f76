"""Routes every deciding service has: its facts as pages of its log, and its notes to those who may read them."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from shared.eventstore.logs import OwnLog
from shared.eventstore.refusals import NotFound
from shared.eventstore.vocabulary import EventStore
from shared.kernel import Forbidden, Missing, Refused, Value
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.web.receipts import recorded_fact

STRETCH = 10_000
"""Facts of the log, whosesoever, that one page of `/v1/facts` looks through."""


class InConfidence(Forbidden, frozen=True):
    """Supplied in confidence

    Its author, coordinators and auditors may read it.
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
    after: Annotated[int, Parameter(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The community's facts in index order, `limit` at most, `after` an index; `next` is where the next page starts.

    A page looks through a stretch of the log that other communities write in too: it may be short, or empty, and still
    have a `next`.
    """
    last = await log.last_index()
    until = min(after + STRETCH, last)
    found = await log.of_community(asker.key.community, after, until, limit + 1)
    shown = found[:limit]
    looked_through = shown[-1].index if len(found) > limit else until
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
            "recorded": recorded_fact(recorded),
        }
        for recorded in shown
    ]
    return {"items": items, "next": goes_on}


@get("/v1/notes/{note:uuid}", scope="read")
async def read_note(note: UUID, asker: Asker, store: EventStore, vault: Vault) -> NoteWords:
    """The words a fact keeps only the digest of."""
    sealed = await store.note(asker.key.community, note)
    if sealed is None or sealed.retention == "contact":  # that is read as a person's, by who may
        raise Refused(NotFound("note", str(note)))
    trusted = asker.key.role in ("coordinator", "auditor") or sealed.author == asker.key.person
    if sealed.confidentiality == "in-confidence" and not trusted:
        raise Refused(InConfidence())
    if (words := vault.open(sealed)) is None:
        raise Refused(Disposed())
    return NoteWords(sealed.id, words, sealed.language, sealed.confidentiality, sealed.digest)
