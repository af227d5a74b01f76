"""Facts to bytes and back. The tag decides the type; a tag this build does not know keeps its place."""

from typing import TypeVar
from uuid import UUID

import msgspec

from shared.contracts import facts_of
from shared.eventstore.vocabulary import Notification, StoredEvent
from shared.kernel import Fact, Metadata, Recorded, UnknownFact

F = TypeVar("F", bound=Fact)


class Mapper:
    """For one service's log: its facts by tag, one decoder each."""

    def __init__(self, log: str) -> None:
        self.log = log
        self._encoder = msgspec.json.Encoder()
        self._metadata = msgspec.json.Decoder(Metadata)
        self._decoders = {tag: msgspec.json.Decoder(kind) for tag, kind in facts_of(log).items()}

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
        """The fact in these bytes, or `UnknownFact`."""
        decoder = self._decoders.get(tag)
        return UnknownFact() if decoder is None else decoder.decode(state)

    def to_recorded(self, notification: Notification) -> Recorded[Fact]:
        """The envelope with its fact."""
        return Recorded(
            id=notification.id,
            tag=notification.topic,
            log=self.log,
            community=notification.community,
            stream=notification.originator_id,
            version=notification.originator_version,
            index=notification.index,
            occurred_at=notification.occurred_at,
            recorded_at=notification.recorded_at,
            command_id=notification.command_id,
            ordinal=notification.ordinal,
            correlation=notification.correlation,
            causation=notification.causation,
            metadata=self.to_metadata(notification.metadata),
            fact=self.fact(notification.topic, notification.state),
        )
