"""Snapshots: states folded before, kept so that a long stream need not be folded from its start. A disposable cache.

A snapshot stands on an event, which is read with it: the log says whose the stream is, at which version, and when it
last changed; the snapshot only how it folded. One that is broken is forgotten, and the stream folded from its start.
"""

import asyncio
import hashlib
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec
import structlog

from shared.eventstore.mapper import Mapper
from shared.eventstore.schemas import schema_of
from shared.eventstore.vocabulary import EventStore, Notification
from shared.kernel import CannotBeRead, Decider, Fact, Refused, UnreadableFact, fold
from shared.observability import end

log = structlog.get_logger(__name__)
S = TypeVar("S")
F = TypeVar("F", bound=Fact)
EVERY = 64
"""A stream is kept anew once so many events follow its newest snapshot."""
AT_ONCE = 4
"""So many streams are kept at the same time, on connections of the pool that commands read by; others another time."""
SEAL = 16
"""Bytes of digest before a snapshot's state."""


class Broken(ValueError):
    """The bytes are not those that were kept."""


class SnapshotStore(Protocol):
    """Where snapshots are kept, beside the events they stand on."""

    async def since(self, community: str, stream: str, schema: str) -> tuple[bytes | None, list[Notification]]:
        """The newest snapshot's bytes, and the stream's events from the one it stands on.

        None and the whole stream where none is kept, or the community has no such event; empty without such a stream.
        """

    async def keep(self, stream: str, version: int, schema: str, state: bytes) -> None:
        """Keep this one and drop the older ones of that schema; nothing happens where it is kept already."""

    async def forget(self, stream: str, version: int, schema: str) -> None:
        """Drop that one, if it is there."""


class Loaded(NamedTuple, Generic[S]):
    """A stream's state at `version`, 0 where nothing is recorded; `last` is when its last fact occurred."""

    state: S
    version: int
    last: datetime | None


class Snapshots:
    """Loads states by their newest snapshots, and keeps new ones behind its callers' backs: none waits or fails."""

    def __init__(self, kept: SnapshotStore, events: EventStore, mapper: Mapper, code: str, every: int = EVERY) -> None:
        """`code` is the digest of the code that folds (see `shared.eventstore.schemas`)."""
        self._kept = kept
        self._events = events
        self._mapper = mapper
        self._code = code
        self._every = every
        self._forms: dict[int, tuple[Decider[Any, Any], str, msgspec.json.Decoder[Any]]] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def load(self, decider: Decider[S, F], community: str, stream: str) -> Loaded[S]:
        """The state of that stream as the log has it now; `Refused(CannotBeRead)` where a fact of it cannot be."""
        schema, decoder = self._form(decider)
        sealed, events = await self._kept.since(community, stream, schema)
        state, new, broken = decider.initial, events, None
        if sealed is not None:
            try:
                state, new = decoder.decode(_unsealed(sealed, stream, events[0].originator_version, schema)), events[1:]
            except (ValueError, msgspec.MsgspecError) as error:
                broken = events[0].originator_version
                log.warning("snapshot-broken", stream=stream, version=broken, error=repr(error))
                new = events = await self._events.stream(community, stream)
        facts: Any = (self._fact(event) for event in new)  # a stream's are its decider's own
        state = fold(decider, facts, state)
        if not events:
            return Loaded(state, 0, None)
        version = events[-1].originator_version
        if broken is not None or len(new) > self._every:
            self._behind_their_backs(stream, schema, broken, (version, state) if len(new) > self._every else None)
        return Loaded(state, version, events[-1].occurred_at)

    def _fact(self, event: Notification) -> Fact:
        fact = self._mapper.fact(event.topic, event.state)
        if isinstance(fact, UnreadableFact):
            raise Refused(CannotBeRead(self._mapper.log, event.index, event.topic))
        return fact

    async def close(self) -> None:
        """End what is under way: what is not kept yet need not be."""
        await end(list(self._under_way.values()))

    async def settled(self) -> None:
        """Return once nothing is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    def _form(self, decider: Decider[S, Any]) -> tuple[str, "msgspec.json.Decoder[S]"]:
        if id(decider) not in self._forms:
            form = schema_of(decider, self._code), msgspec.json.Decoder(decider.states)
            self._forms[id(decider)] = (decider, *form)  # held on to, so that its id stays its own
        _, schema, decoder = self._forms[id(decider)]
        return schema, decoder

    def _behind_their_backs(self, stream: str, schema: str, broken: int | None, new: tuple[int, Any] | None) -> None:
        if stream in self._under_way or len(self._under_way) >= AT_ONCE:
            return
        task = asyncio.create_task(self._renew(stream, schema, broken, new), name=f"snapshot of {stream}")
        self._under_way[stream] = task
        task.add_done_callback(lambda _: self._under_way.pop(stream, None))

    async def _renew(self, stream: str, schema: str, broken: int | None, new: tuple[int, Any] | None) -> None:
        try:
            if broken is not None:
                await self._kept.forget(stream, broken, schema)
            if new is not None:
                version, state = new
                sealed = _sealed(msgspec.json.encode(state), stream, version, schema)
                await self._kept.keep(stream, version, schema, sealed)
        except Exception as error:
            log.warning("snapshot-not-kept", stream=stream, error=repr(error), exc_info=True)


def _sealed(state: bytes, stream: str, version: int, schema: str) -> bytes:
    said = f"{stream}@{version} {schema} ".encode() + state
    return hashlib.blake2b(said, digest_size=SEAL).digest() + state


def _unsealed(sealed: bytes, stream: str, version: int, schema: str) -> bytes:
    """The state's bytes; `Broken` where they, or what they are said to be of, were changed."""
    state = sealed[SEAL:]
    if _sealed(state, stream, version, schema) != sealed:
        raise Broken("what was kept is not what stands there")
    return state
