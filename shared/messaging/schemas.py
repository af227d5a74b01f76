"""JSON Schemas of what stands in messages, as AsyncAPI 3.0 takes them: JSON Schema of draft 7."""

from collections.abc import Sequence
from typing import Any

import msgspec

from shared.kernel import Fact
from shared.messaging.cloudevents import CONTENT_TYPE, CloudEvent, Traceparent
from shared.messaging.heartbeats import Heartbeat

EVENT, BEAT, HEADERS = "CloudEvent", "Heartbeat", "Headers"
REF = "#/components/schemas/{name}"
ATTRIBUTES = {
    "specversion": "Of CloudEvents.",
    "datacontenttype": "Of `data`.",
    "id": "The fact's own id; it never changes, however often the fact is said.",
    "source": "The service that recorded it.",
    "type": "The fact's tag, with its version. Pass over one you do not know, and keep its place.",
    "subject": "The stream it stands in: what it is about.",
    "time": "When it happened.",
    "community": "The community of practice it belongs to, by its key.",
    "sequence": "Its index in the log of its source, from 1 and without gaps, in nineteen digits.",
    "logindex": "The same as a number, while it fits into 32 bits; it will go.",
    "streamversion": "Its place in its stream, from 1.",
    "recordedat": "When it was recorded; never before the fact ahead of it.",
    "commandid": "The command that wrote it.",
    "commandordinal": "Its place among the facts of that command, from 1.",
    "correlationid": "The same for everything that follows from one command.",
    "causationid": "The id of the fact it is a reaction to.",
    "traceparent": "The W3C trace it was written in.",
    "metadata": "JSON, as it is stored beside the fact: who did it, through which request.",
    "metadatabase64": "The same where what is stored is no text; `metadata` is empty then.",
    "data": "The fact, as it is stored.",
    "data_base64": "What is stored as the fact, where it is no JSON: it cannot be read. Instead of `data`.",
}


def components(facts: Sequence[type[Fact]]) -> dict[str, Any]:
    """Every schema by name: of these facts with the values they carry, of the event around them, and of heartbeats."""
    _, found = msgspec.json.schema_components([CloudEvent, Heartbeat, *facts], ref_template=REF)
    plain: dict[str, Any] = _without_discriminators(found)
    return {EVENT: _event(plain.pop(EVENT)), BEAT: plain.pop(BEAT), HEADERS: _headers(), **plain}


def event_with(log: str, tag: str, name: str) -> dict[str, Any]:
    """The schema of the event that carries that fact."""
    narrowed = {"source": {"const": f"/{log}"}, "type": {"const": tag}, "data": {"$ref": REF.format(name=name)}}
    return {"allOf": [{"$ref": REF.format(name=EVENT)}, {"type": "object", "properties": narrowed}]}


def _event(schema: dict[str, Any]) -> dict[str, Any]:
    """What goes out now: no attribute is ever null, and the sequence is always there."""
    properties = {
        name: _never_null(schema["properties"][name]) | {"description": said} for name, said in ATTRIBUTES.items()
    }
    properties["logindex"]["deprecated"] = True
    properties["traceparent"] |= msgspec.json.schema(Traceparent)
    return {
        "type": "object",
        "description": "CloudEvents 1.0 in its JSON format, with these extensions. More may come.",
        "properties": properties,
        "required": [*schema["required"], "sequence"],
        "anyOf": [{"required": ["data"]}, {"required": ["data_base64"]}],
    }


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = schema["anyOf"][0] if "anyOf" in schema else schema
    return {name: value for name, value in first.items() if name != "default"}


def _headers() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Of the broker's message. More may be there.",
        "properties": {
            "Content-Type": {"const": CONTENT_TYPE},
            "Nats-Msg-Id": {"type": "string", "format": "uuid", "description": "The fact's id."},
            "traceparent": msgspec.json.schema(Traceparent) | {"description": ATTRIBUTES["traceparent"]},
        },
        "required": ["Content-Type", "Nats-Msg-Id"],
    }


def _without_discriminators(schema: Any) -> Any:
    """The same without OpenAPI's `discriminator`: what goes by that name in AsyncAPI is another thing."""
    match schema:
        case dict():
            return {name: _without_discriminators(one) for name, one in schema.items() if name != "discriminator"}
        case list():
            return [_without_discriminators(one) for one in schema]
        case _:
            return schema
