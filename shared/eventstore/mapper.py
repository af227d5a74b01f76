"""Facts to bytes and back. The tag decides the type; a tag this build does not know keeps its place."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import structs

from shared.contracts import facts_of
from shared.contracts.upcasting import UPCASTS, Catalogue, Path, paths
from shared.eventstore.vocabulary import Notification, StoredEvent
from shared.kernel import Actor, CannotBeRead, Fact, Metadata, Recorded, Refused, UnknownFact, UnreadableFact

F = TypeVar("F", bound=Fact)


class Mapper:
    """For one service's log, its own or as heard: its facts by tag, one decoder each.

    Former tags have theirs, which upcast first, so that a fact of today's costs what it would cost without them.
    """

    def __init__(self, log: str, facts: Mapping[str, type[Fact]] | None = None, upcasts: Catalogue = UPCASTS) -> None:
        """`facts` by tag are those of the contracts, unless others are given."""
        self.log = log
        self._encoder = msgspec.json.Encoder()
        self._metadata = msgspec.json.Decoder(Metadata)
        today = facts_of(log) if facts is None else facts
        self._decoders: dict[str, Callable[[bytes], Fact]]
        self._decoders = {tag: msgspec.json.Decoder(kind).decode for tag, kind in today.items()}
        self._today = {tag: tag for tag in today}
        for former, path in paths(upcasts, log, today).items():
            self._decoders[former] = _upcasting(path, self._decoders[path.tag])
            self._today[former] = path.tag

    def to_stored(self, event_id: UUID, stream: str, version: int, fact: Fact) -> StoredEvent:
        """The event to append for this fact."""
        return StoredEvent(event_id, stream, version, fact.fact_tag(), self._encoder.encode(fact))

    def metadata(self, metadata: Metadata) -> bytes:
        """The bytes stored beside the facts of one command."""
        return self._encoder.encode(metadata)

    def to_metadata(self, stored: bytes) -> Metadata:
        """And back."""
        return self._metadata.decode(stored)

    def fact(self, tag: str, state: bytes) -> Fact:
        """The fact in these bytes as today's struct, upcast where its tag is a former one.

        `UnknownFact` where this build does not know the tag, `UnreadableFact` where it cannot decode the bytes: whoever
        reads a log gets every fact of it, and decides what to do without that one.
        """
        decode = self._decoders.get(tag)
        if decode is None:
            return UnknownFact()
        try:
            return decode(state)
        except Exception as error:  # noqa: BLE001 - an upcaster may stumble over anything
            return UnreadableFact(self._today[tag], f"{type(error).__name__}: {error}")

    def to_recorded(self, notification: Notification) -> Recorded[Fact]:
        """The envelope with its fact. The envelope's tag is the one stored, the fact's own is today's."""
        return self.recorded([structs.astuple(notification)])[0]

    def recorded(self, rows: Iterable[Any]) -> list[Recorded[Fact]]:
        """The same straight from rows, in the order of `Notification`'s fields: pages are read by this, by the million.

        So envelopes are made by position, and the metadata that facts of one command share is decoded once.
        """
        log, fact, around_of = self.log, self.fact, self._around
        found: list[Recorded[Fact]] = []
        before: bytes | None = None
        around, broken = _NOBODY, None
        for (
            index, id_, community, stream, version, tag, occurred_at, recorded_at,
            command_id, ordinal, correlation, causation, metadata, state,
        ) in rows:  # fmt: skip
            if metadata != before:
                before, (around, broken) = metadata, around_of(metadata)
            found.append(
                Recorded(
                    id_, tag, log, community, stream, version, index, occurred_at, recorded_at,
                    command_id, ordinal, correlation, causation, around,
                    fact(tag, state) if broken is None else self._unreadable(tag, broken),
                )
            )  # fmt: skip
        return found

    def _around(self, metadata: bytes) -> tuple[Metadata, str | None]:
        """The metadata; or nobody's, and what is wrong with it: a fact by nobody knows whom counts as unreadable."""
        try:
            return self._metadata.decode(metadata), None
        except (msgspec.MsgspecError, ValueError) as error:
            return _NOBODY, f"its metadata: {error}"

    def _unreadable(self, tag: str, error: str) -> Fact:
        return UnreadableFact(self._today[tag], error) if tag in self._today else UnknownFact()


def readable(recorded: Recorded[Fact]) -> Recorded[Fact]:
    """That fact; `Refused(CannotBeRead)` where this build cannot read it."""
    if isinstance(recorded.fact, UnreadableFact):
        raise Refused(CannotBeRead(recorded.log, recorded.index, recorded.tag))
    return recorded


def is_json(stored: bytes) -> bool:
    """Whether these bytes are JSON in UTF-8 with nothing around it, as the mapper writes it and a message holds it."""
    try:
        if not stored.isascii():
            stored.decode()
        return bytes(msgspec.json.decode(stored, type=msgspec.Raw)) == stored
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


_NOBODY = Metadata(Actor())


def _upcasting(path: Path, decode: Callable[[bytes], Fact]) -> Callable[[bytes], Fact]:
    def upcast(state: bytes) -> Fact:
        return decode(msgspec.json.encode(path.walk(msgspec.json.decode(state))))

    return upcast
