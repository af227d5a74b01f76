"""Messages as they stand on the broker, and the rules of CloudEvents that its SDK leaves to whoever writes events."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import nats
import nats.js.errors

from tests.support.servers import Servers

TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
FORWARDED = 64 * 1024
"""Bytes an event may have and still be forwarded by whatever stands between."""


class Message(NamedTuple):
    """One message of a stream."""

    subject: str
    headers: Mapping[str, str]
    body: bytes


async def spoken(servers: Servers, stream: str) -> list[Message]:
    """Every message of that stream, in order; none where there is no such stream."""
    broker = await nats.connect(servers.nats.url)
    try:
        jetstream = broker.jetstream(timeout=5)
        state = (await jetstream.stream_info(stream)).state
        found = [await jetstream.get_msg(stream, place) for place in range(state.first_seq, state.last_seq + 1)]
        return [Message(str(one.subject), one.headers or {}, one.data or b"") for one in found]
    except nats.js.errors.NotFoundError:
        return []
    finally:
        await broker.close()


async def next_on(servers: Servers, subject: str) -> Message:
    """The next message said on that subject, beside all streams."""
    broker = await nats.connect(servers.nats.url)
    try:
        said = await (await broker.subscribe(subject)).next_msg(timeout=5)
        return Message(said.subject, said.headers or {}, said.data)
    finally:
        await broker.close()


def violations(message: bytes) -> Iterator[str]:
    """Every way in which a JSON event breaks the rules for attributes."""
    event: dict[str, Any] = json.loads(message)
    if len(message) > FORWARDED:
        yield f"{len(message)} bytes are more than what everybody forwards"
    yield from (f"{name} is missing" for name in ("id", "source", "specversion", "type") if not event.get(name))
    for name, value in event.items():
        if not re.fullmatch(r"[a-z0-9]{1,20}", name):
            yield f"{name} is no name for an attribute"
        match value:
            case _ if name == "data":
                continue
            case bool():
                continue
            case int() if -(2**31) <= value < 2**31:
                continue
            case str() if value and not CONTROL.search(value):
                continue
            case _:
                yield f"{name} holds {value!r}"
    yield from (f"{name} is no time" for name in ("time", "recordedat") if not TIME.fullmatch(event.get(name, "")))
