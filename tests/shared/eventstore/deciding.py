"""Commands on a store in memory, with a real decider of the product to decide by."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec import structs

from services.partnerships.domain.person import PERSON
from shared.contracts.partnerships import PersonRegistered
from shared.contracts.values import NoteRef, Retention
from shared.eventstore.commands import Commands, Result
from shared.eventstore.hint import Hint
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.eventstore.sealing import Sealing
from shared.eventstore.vocabulary import Appended, AppendRequest, EventStore, SealedNote, VersionConflict
from shared.eventstore.work import Work
from shared.kernel import Actor, Clock, Context, new_id, utc_now

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class PlainVault:
    """Seals without sealing; remembers what was sealed, and whose keys were kept."""

    def __init__(self) -> None:
        self.sealed: list[UUID] = []
        self.kept: set[UUID] = set()

    def seal(
        self, words: str, language: str, confidentiality: Any, author: UUID | None, retention: Retention,
        salt: str | None = None,
    ) -> Sealing:  # fmt: skip
        note, digest = new_id(), "sha-256:" + "0" * 64
        self.sealed.append(note)
        ref = NoteRef(note, digest, language, confidentiality)
        sealed = SealedNote(note, author, language, confidentiality, digest, words.encode(), retention)
        return Sealing(ref, sealed, b"key")

    def keep(self, sealing: Sealing) -> None:
        self.kept.add(sealing.ref.id)


class Contested(MemoryStore):
    """A store on which others win the first `races`."""

    def __init__(self, races: int) -> None:
        super().__init__()
        self.races = races

    async def append(self, request: AppendRequest) -> Appended:
        if self.races:
            self.races -= 1
            raise VersionConflict("others were faster")
        return await super().append(request)


def commands(store: EventStore, clock: Clock = utc_now, vault: PlainVault | None = None) -> Commands:
    return Commands(store, Mapper("partnerships"), vault or PlainVault(), clock, Hint())


def context(**others: Any) -> Context:
    """A fresh command in the community `here`; `others` replace parts."""
    command = new_id()
    return structs.replace(Context("here", Actor(person=UUID(int=7)), command, command), **others)


async def register(run: Commands, persons: Sequence[UUID], **others: Any) -> Result:
    """Register these persons in one command."""

    async def attempt(work: Work) -> None:
        for person in persons:
            work.record(PERSON, person, PersonRegistered(person))

    return await run.execute(context(**others), attempt)
