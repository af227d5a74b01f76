"""A reaction made for tests, that stumbles where it is told to, on a real store; what it hears is said in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.partnerships.domain.person import PERSON
from shared.contracts.partnerships import PersonRegistered
from shared.eventstore.dead_letters import DeadLetters
from shared.eventstore.faults import Patience
from shared.eventstore.logs import OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.vocabulary import AppendRequest, EventStore, StoredEvent
from shared.eventstore.work import Work
from shared.kernel import Actor, Metadata, Recorded, new_id, stream_id, utc_now
from shared.messaging.reactions import Reactor
from tests.shared.eventstore.deciding import commands
from tests.support.databases import Database, open_store

CONSUMER = "listener/register-another"
AT_ONCE = Patience(tries=3, first=0.001)
MAPPER = Mapper("partnerships")


class RegisterAnotherPersonForEachHeard:
    """One new person for each person heard of. `stumbles` says at which index it raises what, until it is taken out.

    `meanwhile` is done once, before it decides the next time.
    """

    name = "register-another"
    log = "partnerships"
    to = PersonRegistered

    def __init__(self, **stumbles: Exception) -> None:
        self.stumbles: dict[int, Exception] = {int(at[2:]): error for at, error in stumbles.items()}
        self.decided: list[int] = []
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def decide(self, work: Work, heard: Recorded[Any]) -> None:
        self.decided.append(heard.index)
        if (meanwhile := self.meanwhile) is not None:
            self.meanwhile = None
            await meanwhile()
        if (error := self.stumbles.get(heard.index)) is not None:
            raise error
        work.record(PERSON, person := new_id(), PersonRegistered(person))


@dataclass
class Listener:
    """A service that reacts to what is said: its database and store, and any number of its processes."""

    database: Database
    own: PostgresStore
    said: MemoryStore = field(default_factory=MemoryStore)

    @property
    def letters(self) -> DeadLetters:
        return DeadLetters(self.database.appender)

    def reactor(self, reaction: RegisterAnotherPersonForEachHeard, own: EventStore | None = None) -> Reactor:
        heard = OwnLog("partnerships", self.said, MAPPER)
        return Reactor("listener", reaction, heard, commands(own or self.own), self.database.appender, AT_ONCE)

    async def acted_on(self) -> list[int]:
        """The facts it has acted on, by their index, in the order in which it did."""
        index = {one.id: one.index for one in await self.said.page(0, 10_000)}
        return [index[one.causation] for one in await self.own.page(0, 10_000) if one.causation is not None]

    async def say(self, person: UUID, version: int, state: bytes | None = None) -> None:
        """A fact in the stream of that person, in these bytes where they are not the right ones."""
        stream = stream_id("person", person)
        event = MAPPER.to_stored(new_id(), stream, version, PersonRegistered(person))
        if state is not None:
            event = StoredEvent(event.id, stream, version, event.topic, state)
        command, around = new_id(), MAPPER.metadata(Metadata(Actor(person=person)))
        asked = AppendRequest("here", command, command, None, utc_now(), around, (event,), {stream: version - 1})
        await self.said.append(asked)


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[Listener]:
    async with open_store(database) as own:
        yield Listener(database, own)
