"""The messages of an AsyncAPI document: what each says, its schemas, and one really recorded as an example."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from shared.contracts import facts_of
from shared.eventstore.vocabulary import Notification
from shared.kernel import Actor, Fact, Metadata
from shared.messaging.cloudevents import CONTENT_TYPE, encode, headers
from shared.messaging.examples import Example
from shared.messaging.schemas import BEAT, HEADERS, REF, event_with
from shared.messaging.subjects import subject

COMMUNITY = "atlantic"
"""Of the examples."""
_NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
_TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
Json = dict[str, Any]


def messages(logs: Sequence[str], shown: dict[str, Example], prefix: str) -> Json:
    """Of these logs, by tag; and the heartbeat."""
    facts = {tag: _message(log, kind, shown[tag], prefix) for log in logs for tag, kind in facts_of(log).items()}
    return facts | {"heartbeat": _heartbeat(logs[0])}


def trait() -> Json:
    """What all messages with facts have in common."""
    return {
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": REF.format(name=HEADERS)},
        "correlationId": {"$ref": "#/components/correlationIds/correlation"},
    }


def _message(log: str, kind: type[Fact], example: Example, prefix: str) -> Json:
    tag, stored = kind.fact_tag(), _stored(example)
    said = " ".join((kind.__doc__ or "").split())
    where = subject(prefix, "{community}", example.stream, tag)
    return {
        "name": tag,
        "title": kind.__name__,
        "summary": said.partition(". ")[0].rstrip(".") + ".",
        "description": f"{said}\n\nSubject: `{where}`",
        "traits": [{"$ref": "#/components/messageTraits/fact"}],
        "payload": event_with(log, tag, kind.__name__),
        "tags": [{"name": log}, {"name": where.split(".")[-2]}],
        "examples": [{"headers": headers(stored), "payload": msgspec.json.decode(encode(log, stored))}],
    }


def _stored(example: Example) -> Notification:
    """The example as it would stand in the log, among others."""
    ids = [uuid5(NAMESPACE_URL, f"{example.tag}/{which}") for which in ("fact", "command")]
    metadata = Metadata(actor=Actor(person=uuid5(NAMESPACE_URL, "person")), traceparent=_TRACEPARENT)
    return Notification(
        57, ids[0], COMMUNITY, example.stream, 3, example.tag, _NOON, _NOON, ids[1], 1, ids[1], None,
        msgspec.json.encode(metadata), bytes(example.data),
    )  # fmt: skip


def _heartbeat(log: str) -> Json:
    return {
        "name": "heartbeat",
        "title": "Heartbeat",
        "summary": "At that time the log ended at that index.",
        "contentType": "application/json",
        "payload": {"$ref": REF.format(name=BEAT)},
        "tags": [{"name": "heartbeat"}],
        "examples": [{"payload": {"log": log, "index": 57, "at": "2026-03-02T12:00:00Z"}}],
    }
