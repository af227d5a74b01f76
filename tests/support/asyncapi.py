"""AsyncAPI documents, checked by the standard's own schema, and messages checked by a document."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

from tests.support.servers import CHECKOUT
from tests.support.wire import Message

OFFICIAL = CHECKOUT / "tests" / "shared" / "messaging" / "asyncapi-3.0.0" / "schema.json"
Document = dict[str, Any]


def wrong_in(document: Document) -> list[str]:
    """Where it is no AsyncAPI 3.0 document: what the official schema says, and references that lead nowhere."""
    found = [f"{list(error.absolute_path)}: {error.message[:200]}" for error in _official().iter_errors(document)]
    return found + [f"{ref} leads nowhere" for ref in _references(document) if not _leads(document, ref)]


def examples_of(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each example of each message, by the message's name."""
    for name, message in document["components"]["messages"].items():
        yield from ((name, example) for example in message["examples"])


def wrong_with(document: Document, name: str, example: Mapping[str, Any]) -> list[str]:
    """Where an example is not as its own message has it."""
    message = f"#/components/messages/{name}"
    found = _faults(document, f"{message}/payload", example["payload"])
    if "headers" in example:
        found += _faults(document, "#/components/schemas/Headers", example["headers"])
    return found


def wrong_on_the_wire(document: Document, message: Message) -> list[str]:
    """Where a message of the broker is not one, and only one, of those that its subject's channel has."""
    channels = [one for one in document["channels"].values() if _matches(one, message.subject)]
    if len(channels) != 1:
        return [f"{message.subject} belongs to {len(channels)} channels"]
    payload = json.loads(message.body)
    refs = [one["$ref"] for one in channels[0]["messages"].values()]
    tried = {ref: _faults(document, f"{ref}/payload", payload) for ref in refs}
    fitting = [ref for ref, faults in tried.items() if not faults]
    if len(fitting) != 1:
        nearest = min(tried.values(), key=len)
        return [f"{message.subject} is {len(fitting)} of its channel's messages; nearest: {nearest}"]
    name = fitting[0].rpartition("/")[2]
    with_headers = "headers" in document["components"]["messages"][name]
    return _faults(document, "#/components/schemas/Headers", dict(message.headers)) if with_headers else []


def _faults(document: Document, ref: str, value: Any) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in _validator(document, ref, value)]


def _validator(document: Document, ref: str, value: Any) -> Iterator[Any]:
    whole = {"allOf": [{"$ref": ref}], "components": document["components"]}
    yield from Draft7Validator(whole, format_checker=_formats()).iter_errors(value)


def _matches(channel: Mapping[str, Any], subject: str) -> bool:
    """Whether the subject is one of the channel's addresses: each parameter one token, of those it may be."""

    def token(found: re.Match[str]) -> str:
        allowed = channel["parameters"][found[1]].get("enum")
        return "(" + "|".join(map(re.escape, allowed)) + ")" if allowed else r"[^.*> ]+"

    parts = re.split(r"({[a-z]+})", channel["address"])
    pattern = "".join(re.sub(r"{([a-z]+)}", token, part) if part[:1] == "{" else re.escape(part) for part in parts)
    return re.fullmatch(pattern, subject) is not None


def _references(part: Any) -> Iterator[str]:
    match part:
        case {"$ref": str(ref)}:
            yield ref
        case dict():
            for one in part.values():
                yield from _references(one)
        case list():
            for one in part:
                yield from _references(one)
        case _:
            pass


def _leads(document: Document, ref: str) -> bool:
    at: Any = document
    for name in ref.removeprefix("#/").split("/"):
        if not isinstance(at, dict) or name not in at:
            return False
        at = at[name]
    return True


@cache
def _official() -> Draft7Validator:
    schema = json.loads(OFFICIAL.read_bytes())
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema, format_checker=_formats())


@cache
def _formats() -> FormatChecker:
    formats = FormatChecker(("date", "uuid"))

    @formats.checks("date-time", ValueError)
    def is_time(value: object) -> bool:
        return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None

    return formats
