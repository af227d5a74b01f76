"""The deciding services in memory: real commands on twins of the stores, which hear as late as told, by one clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import UUID, uuid5

from services.credentials.reactions import on_authority_revoked as revoking
from services.credentials.reactions.on_proposal_accepted import OpenMicrocredentialOnProposalAccepted
from services.intake.domain.pathways import Pathways
from shared.authority import REVOCATIONS, Register
from shared.authority.keys import Key
from shared.contracts.credentials import SignOffRecorded
from shared.contracts.intake import ProposalAccepted
from shared.eventstore import memory, work
from shared.eventstore.commands import Commands, Result
from shared.eventstore.following import Following
from shared.eventstore.hint import Hint
from shared.eventstore.logs import OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.eventstore.vocabulary import Appended, AppendRequest
from shared.eventstore.work import Work
from shared.kernel import Actor, Context, Fact, Recorded, Refused
from shared.security.asker import Asker, authenticate, require_scope
from shared.security.notes import Vault
from shared.web import judging
from shared.web.judging import Judged

BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
FRESH = timedelta(seconds=2)
"""So old may a picture be that anything is decided on (design §6)."""
COMMUNITY = "atlantic"
CLOCKED = (judging, memory, work)
"""The modules that ask the monotonic clock."""
DECIDING = ("partnerships", "intake", "credentials")
T = TypeVar("T")


class RacingStore(MemoryStore):
    """Between a decision and its append, once, something else may happen: `meanwhile`."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def append(self, request: AppendRequest) -> Appended:
        if (between := self.meanwhile) is not None and request.events:
            self.meanwhile = None
            await between()
        return await super().append(request)


class _Monotonic:
    """The monotonic clock of those who ask how old a picture is: as far as the twin's has gone."""

    def __init__(self, twin: "Twin") -> None:
        self._twin = twin

    def monotonic(self) -> float:
        return (self._twin.now - BEGINNING).total_seconds()


class Heard:
    """Another service's log as far as it was heard: up to `upto`."""

    def __init__(self, log: OwnLog) -> None:
        self.name = log.name
        self.upto = 0
        self._log = log

    @property
    def era(self) -> int:
        return 0

    async def after(self, index: int, limit: int = 1000) -> list[Recorded[Fact]]:
        return [one for one in await self._log.after(index, limit) if one.index <= self.upto]

    async def last_index(self) -> int:
        return self.upto


class _Keys:
    """Keys of notes, in memory."""

    def __init__(self) -> None:
        self._kept: dict[UUID, bytes] = {}

    def keep(self, of: UUID, key: bytes) -> None:
        self._kept[of] = key

    def key(self, of: UUID) -> bytes | None:
        return self._kept.get(of)

    def destroy(self, of: UUID) -> None:
        self._kept.pop(of, None)

    def is_destroyed(self, of: UUID) -> bool:
        return of not in self._kept

    def server_key(self) -> bytes:
        return b"k" * 32


@cache
def _mapper(service: str) -> Mapper:
    return Mapper(service)


@dataclass
class Side:
    """A deciding service: its store, its log, its commands, and the register it judges by."""

    store: RacingStore
    log: OwnLog
    commands: Commands
    register: Following[Register]
    heard: Heard | None = None


@dataclass
class Twin:
    """All of them, and the texts of the keys handed out, by person, the newest first."""

    now: datetime = BEGINNING
    keys: dict[UUID, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._runner = asyncio.Runner()
        for module in CLOCKED:
            module.time = _Monotonic(self)  # type: ignore[attr-defined]  # restored by `close`
        vault = Vault(_Keys())
        self.sides: dict[str, Side] = {}
        for name in DECIDING:
            store, mapper = RacingStore(self.tick), _mapper(name)
            log = OwnLog(name, store, mapper)
            heard = None if name == "partnerships" else Heard(self.sides["partnerships"].log)
            commands = Commands(store, mapper, vault, self.tick, Hint())
            self.sides[name] = Side(store, log, commands, Following(heard or log, Register), heard)
        self.pathways = Following(self.sides["credentials"].log, Pathways)
        self._reacted = {"intake": 0, "partnerships": 0, "credentials": 0}

    def tick(self) -> datetime:
        """Now; no two moments are the same, so that "as known then" says exactly what was known."""
        self.now += timedelta(microseconds=1)
        return self.now

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it to its end."""
        return self._runner.run(work)

    def close(self) -> None:
        self._runner.close()
        for module in CLOCKED:
            module.time = time  # type: ignore[attr-defined]  # as it was

    def commands(self, service: str) -> Commands:
        return self.sides[service].commands

    async def asker(self, service: str, person: UUID, scope: str, acting_as: UUID | None = None) -> Asker:
        """As the gate makes it: the key known and open as far as this service has heard, its scope there."""
        following = self.sides[service].register
        register = await following.current()
        key = self._key(register, person)
        require_scope(key, scope)
        read, ages = self._monotonic(), await self._ages()
        picture = Judged(following, register, lambda index: self._fresh_for(index, ages), key, self.tick)
        picture.judge(read)
        stated = None if acting_as is None else str(acting_as)
        return Asker(key, register.community(COMMUNITY), register.index, stated, picture=picture)

    async def _ages(self) -> list[datetime]:
        """When each fact of partnerships was recorded, in order."""
        return [recorded.recorded_at for recorded in await self.facts("partnerships")]

    def _fresh_for(self, index: int, recorded: list[datetime]) -> float:
        """Seconds a picture may be acted on: complete until the next fact, as heartbeats at every moment would say."""
        complete = recorded[index] if index < len(recorded) else self.now
        return (FRESH - (self.now - complete)).total_seconds()

    def _monotonic(self) -> float:
        return _Monotonic(self).monotonic()

    def _key(self, register: Register, person: UUID) -> Key:
        """The newest that opens; a service may not have heard of that one yet."""
        *newer, oldest = self.keys[person]
        for text in newer:
            with suppress(Refused):
                return authenticate(register, f"Bearer {text}", self.tick())
        return authenticate(register, f"Bearer {oldest}", self.tick())

    async def facts(self, service: str, after: int = 0) -> list[Recorded[Any]]:
        return await self.sides[service].log.after(after, 1_000_000)

    async def hear(self, service: str, upto: int | None = None) -> None:
        """Hear of partnerships up to there, or all there is."""
        heard = self.sides[service].heard
        assert heard is not None
        last = await self.sides["partnerships"].log.last_index()
        heard.upto = max(heard.upto, last if upto is None else min(upto, last))

    async def hear_what_is_old(self, service: str) -> None:
        """Nearly two seconds late, so that the service has still heard enough to decide on."""
        for recorded in await self.facts("partnerships", self._heard_upto(service)):
            if recorded.recorded_at > self.now - FRESH * 0.9:
                break
            await self.hear(service, recorded.index)

    def _heard_upto(self, service: str) -> int:
        heard = self.sides[service].heard
        return heard.upto if heard else 0

    async def react(self) -> None:
        """What `credentials` does about what was accepted, revoked and signed since it last came to that."""
        accepting = OpenMicrocredentialOnProposalAccepted()
        for recorded in await self._since("intake"):
            if isinstance(recorded.fact, ProposalAccepted):
                await self.reacting(recorded, accepting.decide)
        for recorded in await self._since("partnerships"):
            if isinstance(recorded.fact, REVOCATIONS):
                await self.reacting(recorded, self._void_what_rests_on_it)
        voiding = revoking.VoidSignOffOnAuthorityRevokedBefore(self.sides["credentials"].register)
        signed = [one for one in await self._since("credentials") if isinstance(one.fact, SignOffRecorded)]
        for recorded in await voiding.chosen(signed):
            await self.reacting(recorded, voiding.decide)

    async def _since(self, log: str) -> list[Recorded[Any]]:
        after = self._reacted[log]
        upto = self._heard_upto("credentials") if log == "partnerships" else 1_000_000
        found = [recorded for recorded in await self.facts(log, after) if recorded.index <= upto]
        self._reacted[log] = found[-1].index if found else after
        return found

    async def _void_what_rests_on_it(self, work: Work, heard: Recorded[Any]) -> None:
        """As `VoidSignOffsOnAuthorityRevoked`, which finds by its table what may rest on it: here, all are asked."""
        register = await self.sides["credentials"].register.current()
        found: dict[UUID, list[Recorded[Any]]] = {}
        for recorded in await self.facts("credentials"):
            fact = recorded.fact
            if isinstance(fact, SignOffRecorded) and revoking.why_void(register, recorded, None):
                found.setdefault(fact.microcredential, []).append(recorded)
        for microcredential, given in found.items():
            await revoking.void(work, microcredential, given, register)

    async def reacting(self, to: Recorded[Any], decide: Callable[[Work, Recorded[Any]], Awaitable[None]]) -> Result:
        """Run a reaction's decision, as the reactor does."""

        async def attempt(work: Work) -> None:
            await decide(work, to)

        context = Context(
            community=to.community,
            actor=Actor(service="credentials"),
            command_id=uuid5(to.id, decide.__qualname__),
            correlation=to.correlation,
            causation=to.id,
            occurred_at=to.occurred_at,
        )
        return await self.commands("credentials").execute(context, attempt)
