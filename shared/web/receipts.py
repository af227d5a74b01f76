"""What a write answers: a dated receipt of exactly what was recorded, and the index it stands at."""

from datetime import datetime
from uuid import UUID

from litestar import Response
from msgspec import Struct

from shared.eventstore.commands import Result
from shared.eventstore.mapper import readable
from shared.eventstore.vocabulary import EventStore
from shared.kernel import Fact, Recorded
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.security.signed_as import SignedName, signed_name


class RecordedFact(Struct, frozen=True):
    """One fact as recorded: `index` in its service's log, `version` in its stream."""

    id: UUID
    index: str
    stream: str
    version: int
    occurred_at: datetime
    recorded_at: datetime
    fact: Fact


class Receipt(Struct, frozen=True, omit_defaults=True):
    """`id` is what was written to; `index` is what to wait for elsewhere; `repeated` that it was so before.

    `secret` is shown once, where a key was issued; `signed_as` is the name and title a decision was signed with.
    """

    id: str
    index: str | None
    recorded: tuple[RecordedFact, ...]
    repeated: bool = False
    secret: str | None = None
    signed_as: SignedName | None = None


def recorded_fact(recorded: Recorded[Fact]) -> RecordedFact:
    """That fact, as receipts and histories show it."""
    return RecordedFact(
        recorded.id,
        f"{recorded.log}@{recorded.index}",
        recorded.stream,
        recorded.version,
        recorded.occurred_at,
        recorded.recorded_at,
        recorded.fact,
    )


def receipt(
    of: UUID | str,
    result: Result,
    *,
    created: bool = False,
    secret: str | None = None,
    signed_as: SignedName | None = None,
) -> Response[Receipt]:
    """The answer to a write; 201 where something new came to be, `Index` names where the log now stands."""
    facts = tuple(recorded_fact(recorded) for recorded in result.recorded)
    index = facts[-1].index if facts else None
    body = Receipt(str(of), index, facts, result.repeated, None if result.repeated else secret, signed_as)
    return Response(body, status_code=201 if created else 200, headers={"Index": index} if index else {})


async def signed_receipt(
    of: UUID | str, result: Result, asker: Asker, store: EventStore, vault: Vault, *, created: bool = False
) -> Response[Receipt]:
    """The answer to a decision, with the name and title it was signed with, where some were stated."""
    name = await signed_name(result, asker.key.community, store, vault)
    return receipt(of, result, created=created, signed_as=name)


def subject_of(result: Result, field: str) -> UUID:
    """The id in that field of the first fact recorded: on a repeat, the one made the first time."""
    found = getattr(readable(result.recorded[0]).fact, field)
    if not isinstance(found, UUID):
        raise TypeError(f"{field} of {result.recorded[0].tag} is no id")
    return found
