"""CloudEvents 1.0, structured mode, JSON: how a fact travels. The fact's own bytes go out verbatim as `data`."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from shared.eventstore.mapper import Mapper
from shared.eventstore.vocabulary import Notification
from shared.kernel import Fact, Recorded


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The attributes of the specification, and ours as extensions (lower-case letters and digits, as it asks)."""

    specversion: str
    datacontenttype: str
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    community: str
    streamversion: int
    logindex: int
    recordedat: datetime
    commandid: UUID
    commandordinal: int
    correlationid: UUID
    metadata: str
    data: msgspec.Raw
    causationid: UUID | None = None


def encode(log: str, notification: Notification) -> bytes:
    """The message for one stored event."""
    event = CloudEvent(
        specversion="1.0",
        datacontenttype="application/json",
        id=notification.id,
        source=f"/{log}",
        type=notification.topic,
        subject=notification.originator_id,
        time=notification.occurred_at,
        community=notification.community,
        streamversion=notification.originator_version,
        logindex=notification.index,
        recordedat=notification.recorded_at,
        commandid=notification.command_id,
        commandordinal=notification.ordinal,
        correlationid=notification.correlation,
        causationid=notification.causation,
        metadata=notification.metadata.decode(),
        data=msgspec.Raw(notification.state),
    )
    return msgspec.json.encode(event)


def decoder(log: str, mapper: Mapper | None = None) -> Callable[[bytes], Recorded[Fact]]:
    """Turns messages of that log into recorded facts; a tag it does not know comes as `UnknownFact`.

    A former tag is upcast as in the log itself: by the log's `mapper`, one of its own unless another is given.
    """
    mapper, envelope = mapper or Mapper(log), msgspec.json.Decoder(CloudEvent)

    def decode(message: bytes) -> Recorded[Fact]:
        event = envelope.decode(message)
        return mapper.to_recorded(
            Notification(
                index=event.logindex,
                id=event.id,
                community=event.community,
                originator_id=event.subject,
                originator_version=event.streamversion,
                topic=event.type,
                occurred_at=event.time,
                recorded_at=event.recordedat,
                command_id=event.commandid,
                ordinal=event.commandordinal,
                correlation=event.correlationid,
                causation=event.causationid,
                metadata=event.metadata.encode(),
                state=bytes(event.data),
            )
        )

    return decode
