"""A played life with its ids, times and key cut out of its facts, to be told again with others in their place."""

import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid5

from deploy.local.history.play import BEGIN, KEY, NOTE, SLOT, Command, Play
from deploy.local.history.seeded import BITS, chance, uuid7
from services.credentials.reactions.on_proposal_accepted import OpenMicrocredentialOnProposalAccepted
from shared.eventstore.vocabulary import AppendRequest, Claim, StoredEvent

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOLE = re.compile(
    SLOT.encode() + rb"([0-9a-f]{8})|" + NOTE.encode() + rb"([0-9a-f]{8})|"
    rb'(?<=")(215\d-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)Z)?(?=")|' + KEY.encode()
)
DAY, MOMENT = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"


Filled = Callable[[list[bytes]], bytes]
"""Bytes with holes: given a telling's values, whole ones."""


@dataclass(slots=True)
class Fact:
    """A fact of a template."""

    slot: int
    version: int
    tag: str
    bytes_of: Filled


@dataclass(slots=True)
class Part:
    """What a life says in one log. Values stand in the order slots, notes, moments, key."""

    commands: list[tuple[Command, Filled, tuple[Fact, ...]]] = field(default_factory=list)
    """Each command with its metadata and its facts."""
    slots: dict[int, int] = field(default_factory=dict)
    holes: dict[tuple[str, int], int] = field(default_factory=dict)


class Template:
    """One life of the cast's community, told as often as asked."""

    def __init__(self, play: Play) -> None:
        self.community = play.cast.key
        self._slug = play.subject.slug
        self._made = play.slots
        self._parts: dict[str, Part] = {"intake": Part(), "credentials": Part()}
        self._offsets: dict[str, list[int]] = {"intake": [], "credentials": []}
        for command in play.commands:
            part = self._parts[command.log]
            for slot in (command.command, command.correlation, command.caused_by, command.stream):
                if slot is not None:
                    part.slots.setdefault(slot, len(part.slots))
            facts = tuple(
                Fact(slot, command.first_version + place, tag, _cut(part, data))
                for place, (slot, tag, data) in enumerate(command.facts)
            )
            for fact in facts:
                part.slots.setdefault(fact.slot, len(part.slots))
            part.commands.append((command, _cut(part, command.metadata), facts))
            self._offsets[command.log] += [command.offset] * len(facts)

    def count(self, log: str, seconds: int) -> int:
        """How many facts the life has in that log so many seconds after its beginning."""
        return bisect_right(self._offsets[log], seconds)

    def tell(self, log: str, begin: int, seed: bytes, number: int) -> Iterator[tuple[int, AppendRequest]]:
        """The life of that number, begun then: its commands in that log, each with its time; in seconds since 1970."""
        part, of = self._parts[log], self.community
        drawn = chance(seed, number, BITS * len(self._made))
        ids, key = self._ids(part, drawn, begin), f"{number:04x}"
        values = _values(part, [str(one).encode() for one in ids], drawn, begin, key.encode())
        for command, metadata_of, facts in part.commands:
            caused_by = None if command.caused_by is None else ids[part.slots[command.caused_by]]
            named = ids[part.slots[command.stream]]
            stream = f"{command.category}-{named}"
            events = [
                StoredEvent(ids[part.slots[fact.slot]], stream, fact.version, fact.tag, fact.bytes_of(values))
                for fact in facts
            ]
            request = AppendRequest(
                community=of,
                command_id=_reacting(caused_by) if caused_by else ids[part.slots[command.command]],
                correlation=ids[part.slots[command.correlation]],
                causation=caused_by,
                occurred_at=EPOCH + timedelta(seconds=begin + command.offset),
                metadata=metadata_of(values),
                events=tuple(events),
                claims=(Claim("proposal", f"{self._slug}-{key}", named),) if command.claims else (),
            )
            yield begin + command.offset, request

    def _ids(self, part: Part, drawn: bytes, begin: int) -> list[UUID]:
        """The ids of the part's slots, each as old as what it names; one after another within a second."""
        return [
            uuid7((begin + self._made[slot]) * 1000 + slot % 1000, drawn[slot * BITS : slot * BITS + BITS])
            for slot in part.slots
        ]


def _reacting(accepted: UUID) -> UUID:
    """The id of the command by which `credentials` reacts to that fact."""
    return uuid5(accepted, OpenMicrocredentialOnProposalAccepted.name)


def _values(part: Part, ids: list[bytes], drawn: bytes, begin: int, key: bytes) -> list[bytes]:
    """What goes into the holes, by their numbers."""
    values = []
    for kind, what in part.holes:
        match kind:
            case "slot":
                values.append(ids[part.slots[what]])
            case "note":
                values.append(b"sha-256:" + sha256(drawn[what * BITS : what * BITS + BITS]).hexdigest().encode())
            case "key":
                values.append(key)
            case _:
                values.append(time.strftime(kind, time.gmtime(begin + what)).encode())
    return values


def _cut(part: Part, data: bytes) -> Filled:
    """The bytes as a function of the values that go into their holes."""
    numbers: list[int] = []

    def hole(found: re.Match[bytes]) -> bytes:
        slot, note, day, hour = found.groups()
        if slot:
            what = ("slot", int(slot, 16))
            part.slots.setdefault(what[1], len(part.slots))
        elif note:
            what = ("note", int(note, 16))
        elif hour:
            moment = datetime.fromisoformat(f"{day.decode()}T{hour.decode()}+00:00")
            what = (MOMENT, int((moment - BEGIN).total_seconds()))
        elif day:
            what = (DAY, (datetime.fromisoformat(day.decode()).date() - BEGIN.date()).days * 86400)
        else:
            what = ("key", 0)
        numbers.append(part.holes.setdefault(what, len(part.holes)))
        return b"%b"

    pieces = HOLE.sub(hole, data.replace(b"%", b"%%"))
    if not numbers:
        return lambda _: data
    if len(numbers) == 1:
        return lambda values: pieces % values[numbers[0]]
    chosen: Callable[[list[bytes]], tuple[Any, ...]] = itemgetter(*numbers)
    return lambda values: pieces % chosen(values)
