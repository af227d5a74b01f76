"""The name and title a decision was signed with: a note of class `decision`, which outlives the signer's contact data.

Decisions themselves do not look at it: it is put on their fact when they are made.
"""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import structs

from shared.authority import Community
from shared.contracts.values import Acting, NoteRef
from shared.eventstore.commands import Result
from shared.eventstore.vocabulary import EventStore
from shared.eventstore.work import Work
from shared.kernel import Comment, Fact, Recorded, SignedAs, Text, Value
from shared.security.notes import Vault

SEVERAL = "mul"
"""BCP 47 for several languages: those of the title."""
F = TypeVar("F", bound=Fact)


class SignedName(Value, frozen=True):
    """Who signed, as they said then, and the title they signed with."""

    name: str
    title: Text


def signed(work: Work, community: Community, facts: Iterable[F], stated: SignedAs | None) -> tuple[F, ...]:
    """The facts; those that carry `signed_as` and were decided now with the name stated, where one was.

    The title, where none is stated, is that of the position decided in.
    """
    if stated is None:
        return tuple(facts)
    return tuple(
        structs.replace(fact, signed_as=_note(work, community, fact.by, stated)) if _is_signed(fact) else fact  # type: ignore[attr-defined]  # `_is_signed` says it has one
        for fact in facts
    )


def _is_signed(fact: Fact) -> bool:
    return "signed_as" in fact.__struct_fields__


def _note(work: Work, community: Community, by: Acting, stated: SignedAs) -> NoteRef:
    position = community.positions.get(by.position)
    title = stated.title or (position.terms_at(work.at).title if position is not None else {})
    name = SignedName(stated.name, title)
    language = next(iter(title)) if len(title) == 1 else SEVERAL
    return work.note(Comment(msgspec.json.encode(name).decode(), language), "decision")


async def names(
    history: Iterable[Recorded[Any]], community: str, store: EventStore, vault: Vault
) -> dict[UUID, SignedName]:
    """The names those facts were signed with, by the id of their note; what was disposed of is left out."""
    refs: Iterable[NoteRef | None] = (getattr(recorded.fact, "signed_as", None) for recorded in history)
    found: dict[UUID, SignedName] = {}
    for ref in refs:
        if ref is not None and (name := await opened_name(ref.id, community, store, vault)) is not None:
            found[ref.id] = name
    return found


async def opened_name(note: UUID, community: str, store: EventStore, vault: Vault) -> SignedName | None:
    """The name kept under that note; None where it was disposed of."""
    sealed = await store.note(community, note)
    words = vault.open(sealed) if sealed is not None else None
    return msgspec.json.decode(words, type=SignedName) if words is not None else None


async def signed_name(result: Result, community: str, store: EventStore, vault: Vault) -> SignedName | None:
    """The name in a receipt: that of the decision recorded."""
    return next(iter((await names(result.recorded, community, store, vault)).values()), None)
