"""What a relay finds at its stream, and what follows from it. Pure: the asking is done by `destination`."""

from typing import Literal, assert_never
from uuid import UUID

import msgspec

from shared.kernel import Value
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.subjects import stream_name


class Told(Value, frozen=True):
    """The fact in a message: its index in the log, and its id."""

    index: int
    id: UUID


NOTHING = Told(0, UUID(int=0))
"""Where a stream stands that holds no fact yet."""


class Found(Value, frozen=True):
    """A stream as found: whose it says it is, how many messages it holds, from which sequence to which.

    `last` is the fact in its last message, `first` in its first; None where that is gone or is no fact of the log.
    """

    owner: str | None
    messages: int
    first_sequence: int
    last_sequence: int
    last: Told | None
    first: Told | None = None


class Own(Value, frozen=True):
    """The log a relay publishes: `at_told` is the id of its event at the index the stream's witness tells of."""

    identity: UUID
    last_index: int
    at_told: UUID | None


Fault = Literal["another log's", "unknown", "ahead", "diverged"]


class Whole(Value, frozen=True):
    """It holds the facts up to `last`, each at the sequence of its index."""

    last: Told


class Broken(Value, frozen=True):
    """It is this log's, and not whole: it is made anew and refilled."""

    why: str


class NotOurs(Value, frozen=True):
    """It must not be touched."""

    fault: Fault


def judge(found: Found, own: Own) -> Whole | Broken | NotOurs:
    """What the stream is to this log. Nothing that another log may have written is ever judged broken."""
    if found.owner is not None and found.owner != str(own.identity):
        return NotOurs("another log's")
    if found.messages == 0:
        return Broken("it was emptied") if found.last_sequence else Whole(NOTHING)
    if (told := witness(found)) is None:
        return NotOurs("unknown") if found.owner is None else Broken("its last message is no fact of this log")
    if told.index > own.last_index:
        return NotOurs("ahead")
    if told.id != own.at_told:
        return NotOurs("diverged")
    if found.first_sequence != 1:
        return Broken("its beginning is lost")
    if found.last is None or found.last.index != found.last_sequence:
        return Broken("its facts are not in their places")
    return Whole(found.last) if found.messages == found.last_sequence else Broken("it has a hole")


def witness(found: Found) -> Told | None:
    """The fact that says whose history the stream tells: its last, or its first where that is gone."""
    return found.last or found.first


def told_in(log: str, message: bytes | None) -> Told | None:
    """The fact in a message of that log's stream; None where it is no such thing."""
    try:
        event = msgspec.json.decode(message or b"", type=CloudEvent)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return Told(event.index, event.id) if event.source == f"/{log}" else None


def refusal(fault: Fault, log: str, prefix: str, found: Found, own: Own) -> str:
    """Why the stream is not touched, and what to do."""
    stream, told = stream_name(prefix, log), witness(found)
    remove = f"nats stream rm {stream}"
    apart = "give each installation a prefix of its own (CONSORTIA_NATS_PREFIX)"
    holds = f"{stream} holds index {told.index if told else '?'}"
    restored = (
        "Its facts are not in this database, and others have heard them. Was it restored from a backup, promoted from a"
        f" replica that was behind, or is it a copy? Bring back the database that has them, or {apart}."
        f" Only to give those facts up for good, and only in the order that `After facts were lost` in"
        f" docs/operating.md says, for whoever has heard them comes first: {remove}"
    )
    match fault:
        case "another log's":
            said = f"{stream} belongs to the log {found.owner}; this one is {own.identity}. Two installations use one"
            return f"{said} prefix: {apart}. If it is a leftover of one that is gone: {remove}"
        case "unknown":
            said = f"{stream} says not whose it is, and its messages are not of this log."
            return f"{said} If another installation uses it, {apart}. If it is a leftover: {remove}"
        case "ahead":
            return f"{holds}, but the log of {log} ends at {own.last_index}. {restored}"
        case "diverged":
            return f"{holds}, where the log of {log} has another fact. {restored}"
        case _:
            assert_never(fault)
