"""CloudEvents 1.0, structured mode, JSON: how a fact travels. The fact's own bytes go out verbatim as `data`.

Bytes that are no JSON (a log that rotted, or was written by other means) go out as `data_base64`, so that such a fact
is heard like any other, and is then one that cannot be read; metadata that is no UTF-8, in the same way.
"""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from shared.contracts.values import Moment
from shared.eventstore.mapper import Mapper, is_json
from shared.eventstore.vocabulary import Notification
from shared.kernel import Fact, Recorded

CONTENT_TYPE = "application/cloudevents+json"
LARGEST_INTEGER = 2**31 - 1
"""Of an attribute of the type Integer."""
Place = Annotated[str, Meta(pattern=r"^[0-9]{19}(?!\n)$")]
"""A fact's index in its log, in so many digits that texts compare as the numbers do."""
Traceparent = Annotated[str, Meta(pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?!\n)$")]


class _Traced(msgspec.Struct, frozen=True):
    traceparent: Traceparent | None = None


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The attributes of the specification, and ours as extensions (lower-case letters and digits, as it asks).

    Where an extension is published for what we have to say, it is the one used: `sequence`, `correlationid`,
    `causationid`, `traceparent`. `logindex` says the same as `sequence`, for processes of the build before, which read
    no other (docs/decisions/0029).
    """

    specversion: str
    datacontenttype: str
    id: UUID
    source: str
    type: str
    subject: str
    time: Moment
    community: str
    sequence: Place | None = None
    logindex: int | None = None
    streamversion: Annotated[int, Meta(ge=0, le=LARGEST_INTEGER)]
    recordedat: Moment
    commandid: UUID
    commandordinal: int
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None
    metadata: str
    metadatabase64: bytes | None = None
    data: msgspec.Raw | UnsetType = UNSET
    data_base64: bytes | None = None

    def __post_init__(self) -> None:
        if self.data is UNSET and self.data_base64 is None:
            raise ValueError("neither `data` nor `data_base64` holds a fact")
        if not 0 < self.index < 2**63:
            raise ValueError("neither `sequence` nor `logindex` says where in its log it stands")

    @property
    def stored(self) -> bytes:
        """The fact, byte for byte as it is stored."""
        return bytes(self.data) if isinstance(self.data, msgspec.Raw) else self.data_base64 or b""

    @property
    def stored_metadata(self) -> bytes:
        """What is stored beside it."""
        return self.metadata.encode() if self.metadatabase64 is None else self.metadatabase64

    @property
    def index(self) -> int:
        """The fact's index in its log."""
        return int(self.sequence) if self.sequence is not None else self.logindex or 0


def encode(log: str, notification: Notification) -> bytes:
    """The message for one stored event."""
    index, state, whole = notification.index, notification.state, is_json(notification.state)
    metadata, odd = _text(notification.metadata)
    event = CloudEvent(
        specversion="1.0",
        datacontenttype="application/json" if whole else "application/octet-stream",
        id=notification.id,
        source=f"/{log}",
        type=notification.topic,
        subject=notification.originator_id,
        time=notification.occurred_at,
        community=notification.community,
        sequence=f"{index:019}",
        logindex=index if index <= LARGEST_INTEGER else None,
        streamversion=notification.originator_version,
        recordedat=notification.recorded_at,
        commandid=notification.command_id,
        commandordinal=notification.ordinal,
        correlationid=notification.correlation,
        causationid=notification.causation,
        traceparent=_traceparent(notification),
        metadata=metadata,
        metadatabase64=odd,
        data=msgspec.Raw(state) if whole else UNSET,
        data_base64=None if whole else state,
    )
    return msgspec.json.encode(event)


def headers(notification: Notification) -> dict[str, str]:
    """What the broker's own headers say of it, for whoever routes, counts or traces messages without opening them."""
    trace = _traceparent(notification)
    return {"Content-Type": CONTENT_TYPE, "Nats-Msg-Id": str(notification.id)} | (
        {"traceparent": trace} if trace else {}
    )


def index_of(message: bytes) -> int:
    """The index, in its log, of the fact in a message, of this build or the one before; `msgspec.DecodeError`."""
    return msgspec.json.decode(message, type=CloudEvent).index


class NotOfThisLog(ValueError):
    """A message that is no CloudEvent of that log: nothing about it says what was recorded where."""


class Decoder:
    """Reads messages of one log. The envelope and the fact in it are read apart: what is broken inside is heard too."""

    def __init__(self, log: str, mapper: Mapper) -> None:
        self._log = log
        self._mapper = mapper
        self._envelope = msgspec.json.Decoder(CloudEvent)

    def __call__(self, message: bytes) -> Recorded[Fact]:
        """What was recorded; `UnknownFact` for a tag this build does not know, `UnreadableFact` for broken bytes."""
        return self._mapper.to_recorded(self.envelope(message))

    def envelope(self, message: bytes) -> Notification:
        """The event as its service stored it; `NotOfThisLog` where the message is none."""
        try:
            event = self._envelope.decode(message)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise NotOfThisLog(f"no CloudEvent of ours: {error}") from None
        if event.specversion != "1.0" or event.source != f"/{self._log}":
            raise NotOfThisLog(f"specversion {event.specversion!r}, source {event.source!r}: not of {self._log}")
        if not event.type.startswith(f"{self._log}.") or event.type.count(".") != 2:
            raise NotOfThisLog(f"the type {event.type!r} is no tag of {self._log}")
        if "\x00" in event.type + event.subject + event.community:
            raise NotOfThisLog("an attribute contains NUL, which no log of ours does")
        return Notification(
            index=event.index,
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
            metadata=event.stored_metadata,
            state=event.stored,
        )


def decoder(log: str, mapper: Mapper | None = None) -> Decoder:
    """For messages of that log. A former tag is upcast as in the log itself: by its `mapper`, or one of its own."""
    return Decoder(log, mapper or Mapper(log))


def _traceparent(notification: Notification) -> str | None:
    """The one in its metadata; None where an imported log has something else there, which no header could carry."""
    try:
        return msgspec.json.decode(notification.metadata, type=_Traced).traceparent
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _text(stored: bytes) -> tuple[str, bytes | None]:
    """As a text; where it is none, an empty one and the bytes."""
    try:
        return stored.decode(), None
    except UnicodeDecodeError:
        return "", stored
