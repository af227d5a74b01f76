"""AsyncAPI 3.0: what is said on the broker and who hears it, from the contracts themselves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from shared.contracts import facts_of
from shared.eventstore.vocabulary import Notification
from shared.kernel import Actor, Fact, Metadata
from shared.messaging.cloudevents import CONTENT_TYPE, encode, headers
from shared.messaging.examples import Example, examples
from shared.messaging.schemas import BEAT, HEADERS, components, event_with
from shared.messaging.subjects import stream_name, subject

MEDIA_TYPE = "application/vnd.aai.asyncapi+json;version=3.0.0"
NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
COMMUNITY = "atlantic"
"""Of the examples."""
Json = dict[str, Any]


def document(name: str, says: Sequence[str], hears: Mapping[str, Iterable[str]], prefix: str = "facts") -> Json:
    """What is sent by the services `says`, and received by those that `hears` names, each from the logs it listens to.

    `name` is whose document it is. `prefix` is that of the installation's subjects.
    """
    logs = list(dict.fromkeys([*says, *(log for heard in hears.values() for log in heard)]))
    shown = examples()
    receiving = {
        key: one for listener, heard in hears.items() for log in heard for key, one in _hears(listener, log).items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": _info(name),
        "defaultContentType": CONTENT_TYPE,
        "servers": {"broker": _server()},
        "channels": {key: one for log in logs for key, one in _channels(log, prefix, shown).items()},
        "operations": {key: one for log in says for key, one in _says(log).items()} | receiving,
        "components": {
            "messages": {
                tag: _message(log, kind, shown[tag], prefix) for log in logs for tag, kind in facts_of(log).items()
            }
            | {"heartbeat": _heartbeat(logs[0])},
            "messageTraits": {"fact": _trait()},
            "correlationIds": {"correlation": {"location": "$message.payload#/correlationid"}},
            "securitySchemes": {"user": {"type": "userPassword", "description": "A user of the broker, each its own."}},
            "schemas": components([kind for log in logs for kind in facts_of(log).values()]),
        },
    }


def served(name: str, decides: bool, hears: Sequence[str], prefix: str) -> tuple[bytes, str]:
    """A service's own document, and its media type: what it says; of one that decides nothing, what it hears."""
    found = document(name, (name,) if decides else (), {} if decides else {name: hears}, prefix)
    return msgspec.json.encode(found), MEDIA_TYPE


def _info(name: str) -> Json:
    return {
        "title": f"Consortia: facts of {name}",
        "version": "1",
        "description": "Facts that were recorded, each in a CloudEvent, in the order of its service's log. How to hear "
        "them, what may come twice, how a gap shows and what to do about a type one does not know: "
        "docs/hearing-the-facts.md.",
        "license": {"name": "Apache-2.0"},
    }


def _server() -> Json:
    return {
        "host": "{address}",
        "protocol": "nats",
        "description": "NATS with JetStream. It listens on loopback unless its operator says otherwise.",
        "variables": {"address": {"default": "127.0.0.1:4222", "description": "Ask your operator."}},
        "security": [{"$ref": "#/components/securitySchemes/user"}],
    }


def _channels(log: str, prefix: str, shown: Mapping[str, Example]) -> Json:
    tags = list(facts_of(log))
    subjects = [subject(prefix, "", shown[tag].stream, tag).split(".") for tag in tags]
    return {
        log: {
            "address": f"{prefix}.{{community}}.{log}.{{aggregate}}.{{fact}}",
            "title": f"Facts of {log}",
            "description": "One JetStream stream holds them all, in index order. Heard whole, it shows every gap.",
            "servers": [{"$ref": "#/servers/broker"}],
            "parameters": {
                "community": {
                    "description": "The community of practice, by its key.",
                    "location": "$message.payload#/community",
                    "examples": [COMMUNITY],
                },
                "aggregate": {
                    "description": "What the fact is about: the kind of its stream.",
                    "enum": list(dict.fromkeys(parts[-2] for parts in subjects)),
                },
                "fact": {
                    "description": "What happened: its type, without service and version.",
                    "enum": list(dict.fromkeys(parts[-1] for parts in subjects)),
                },
            },
            "messages": {tag: {"$ref": f"#/components/messages/{tag}"} for tag in tags},
            "tags": [{"name": log}],
            "x-jetstream": {"stream": stream_name(prefix, log), "retention": "limits", "storage": "file"},
        },
        f"{log}-heartbeats": {
            "address": f"{prefix}-heartbeats.{log}",
            "title": f"Heartbeats of {log}",
            "description": "From each of its relays, every half second, kept nowhere. Who has heard up to the index in "
            "one knows everything that was recorded by its time.",
            "servers": [{"$ref": "#/servers/broker"}],
            "messages": {"heartbeat": {"$ref": "#/components/messages/heartbeat"}},
            "tags": [{"name": log}],
        },
    }


def _says(log: str) -> Json:
    return {
        f"{log}.says": _operation("send", log, log, f"Whatever {log} records, once it is committed."),
        f"{log}.beats": _operation("send", f"{log}-heartbeats", log, f"How far the log of {log} goes."),
    }


def _hears(listener: str, log: str) -> Json:
    return {
        f"{listener}.hears.{log}": _operation(
            "receive", log, listener, f"By the durable consumer `{listener}-hears-{log}`, under the prefix."
        ),
        f"{listener}.hears.{log}.beat": _operation(
            "receive", f"{log}-heartbeats", listener, "By every process that serves."
        ),
    }


def _operation(action: str, channel: str, service: str, summary: str) -> Json:
    """None states a queue, the one thing the binding has: JetStream shares out, and every process hears heartbeats."""
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "tags": [{"name": service}],
        "bindings": {"nats": {"bindingVersion": "0.1.0"}},
    }


def _trait() -> Json:
    return {
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": f"#/components/schemas/{HEADERS}"},
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
    metadata = Metadata(actor=Actor(person=uuid5(NAMESPACE_URL, "person")), traceparent=TRACEPARENT)
    return Notification(
        57, ids[0], COMMUNITY, example.stream, 3, example.tag, NOON, NOON, ids[1], 1, ids[1], None,
        msgspec.json.encode(metadata), bytes(example.data),
    )  # fmt: skip


def _heartbeat(log: str) -> Json:
    return {
        "name": "heartbeat",
        "title": "Heartbeat",
        "summary": "At that time the log ended at that index.",
        "contentType": "application/json",
        "payload": {"$ref": f"#/components/schemas/{BEAT}"},
        "tags": [{"name": "heartbeat"}],
        "examples": [{"payload": {"log": log, "index": 57, "at": "2026-03-02T12:00:00Z"}}],
    }
