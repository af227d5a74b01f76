"""AsyncAPI 3.0: what is said on the broker and who hears it, from the contracts themselves."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from shared.contracts import facts_of
from shared.messaging.cloudevents import CONTENT_TYPE
from shared.messaging.examples import Example, examples
from shared.messaging.messages import COMMUNITY, Json, messages, trait
from shared.messaging.schemas import components
from shared.messaging.subjects import heartbeat_subject, stream_name, subject

MEDIA_TYPE = "application/vnd.aai.asyncapi+json;version=3.0.0"


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
            "messages": messages(logs, shown, prefix),
            "messageTraits": {"fact": trait()},
            "correlationIds": {"correlation": {"location": "$message.payload#/correlationid"}},
            "securitySchemes": {"user": {"type": "userPassword", "description": "Each user has an account."}},
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
    return {
        log: {
            "address": f"{prefix}.{{community}}.{log}.{{aggregate}}.{{fact}}",
            "title": f"Facts of {log}",
            "description": "One JetStream stream holds them all, in index order. Heard whole, it shows every gap.",
            "servers": [{"$ref": "#/servers/broker"}],
            "parameters": _parameters([subject(prefix, "", shown[tag].stream, tag).split(".") for tag in tags]),
            "messages": {tag: {"$ref": f"#/components/messages/{tag}"} for tag in tags},
            "tags": [{"name": log}],
            "x-jetstream": {
                "domain": log,
                "stream": stream_name(prefix, log),
                "retention": "limits",
                "storage": "file",
            },
        },
        f"{log}-heartbeats": {
            "address": heartbeat_subject(prefix, log),
            "title": f"Heartbeats of {log}",
            "description": "From each of its relays, every half second, kept nowhere. Who has heard up to the index in "
            "one knows everything that was recorded by its time.",
            "servers": [{"$ref": "#/servers/broker"}],
            "messages": {"heartbeat": {"$ref": "#/components/messages/heartbeat"}},
            "tags": [{"name": log}],
        },
    }


def _parameters(subjects: Sequence[Sequence[str]]) -> Json:
    """Of the address, from the parts of every subject there is."""
    return {
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
