"""The checker: a pure comparison of what was acknowledged with what every part of the system holds in the end."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

import msgspec
from msgspec import Struct

MOST_EXAMPLES = 5


class Acknowledged(Struct, frozen=True):
    """A fact a client was told is recorded, under which key it asked, and which of its requests that was."""

    key: str
    client: int
    log: str
    index: int
    id: UUID
    stream: str
    version: int


class Stored(Struct, frozen=True):
    """A fact in its own service's log."""

    index: int
    id: UUID
    stream: str
    version: int
    tag: str
    command_id: UUID
    causation: UUID | None
    recorded_at: datetime
    data: bytes


class Told(Struct, frozen=True):
    """A fact as published, or as somebody heard it."""

    index: int
    id: UUID
    data: bytes


class Seen(Struct):
    """Everything there is to compare, once the system has had its time to settle.

    `began` is where each log stood before the load; `open` are the ids of commands that were never answered for good.
    `reacts` says which fact is written in reaction to which, once for each, by their tags: cause, then reaction.
    `heard` is by listener and log. `tables` and `rebuilt` are the rows of every table, by service and table, before and
    after a rebuild. `put_aside` are the dead letters that wait for a person.
    """

    acknowledged: Sequence[Acknowledged]
    logs: Mapping[str, Sequence[Stored]]
    published: Mapping[str, Sequence[Told]]
    heard: Mapping[tuple[str, str], Sequence[Told]]
    tables: Mapping[str, Sequence[str]]
    rebuilt: Mapping[str, Sequence[str]]
    began: Mapping[str, int] = msgspec.field(default_factory=dict)
    open: frozenset[UUID] = frozenset()
    reacts: Mapping[str, str] = msgspec.field(default_factory=dict)
    put_aside: Sequence[str] = ()


class Damage(Struct):
    """What was found, in sentences; nothing where all is well."""

    lost: list[str] = msgspec.field(default_factory=list)
    doubled: list[str] = msgspec.field(default_factory=list)
    reordered: list[str] = msgspec.field(default_factory=list)
    phantom: list[str] = msgspec.field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {name: len(getattr(self, name)) for name in self.__struct_fields__}

    def examples(self) -> dict[str, list[str]]:
        """The first few of each kind that was found."""
        return {name: found[:MOST_EXAMPLES] for name in self.__struct_fields__ if (found := getattr(self, name))}

    def __bool__(self) -> bool:
        return any(self.counts().values())


def check(seen: Seen) -> Damage:
    """Compare."""
    damage = Damage()
    for log, stored in seen.logs.items():
        _order(log, stored, damage)
    _acknowledged(seen, damage)
    _reactions(seen, damage)
    damage.lost += [f"a dead letter waits: {one}" for one in seen.put_aside]
    for log, told in seen.published.items():
        _copy(f"the stream of {log}", seen.logs[log], told, damage)
    for (listener, log), told in seen.heard.items():
        _copy(f"what {listener} heard of {log}", seen.logs[log], told, damage)
    _tables(seen, damage)
    return damage


def _order(log: str, stored: Sequence[Stored], damage: Damage) -> None:
    """Indexes without a gap, versions ascending in each stream, and a recorded time that never goes back."""
    versions: dict[str, int] = {}
    for place, one in enumerate(stored, 1):
        if one.index != place:
            damage.reordered.append(f"{log} holds index {one.index} at place {place}")
        if one.version != versions.get(one.stream, 0) + 1:
            damage.reordered.append(f"{log}@{one.index}: {one.stream} goes to version {one.version}")
        versions[one.stream] = one.version
    for before, after in pairwise(stored):
        if after.recorded_at < before.recorded_at:
            damage.reordered.append(f"{log}@{after.index} was recorded before {log}@{before.index}")


def _acknowledged(seen: Seen, damage: Damage) -> None:
    """Everything acknowledged is there, where it was said to be; what one client was told, it was told in order."""
    by_id = {log: {one.id: one for one in stored} for log, stored in seen.logs.items()}
    first: dict[str, set[UUID]] = {}
    latest: dict[tuple[int, str], Acknowledged] = {}
    for one in seen.acknowledged:
        found = by_id[one.log].get(one.id)
        if found is None:
            damage.lost.append(f"{one.log}@{one.index}, acknowledged under {one.key}, is not stored")
        elif (found.index, found.stream, found.version) != (one.index, one.stream, one.version):
            damage.reordered.append(f"{one.log}@{one.index}, under {one.key}, is stored at {found.index}")
        first.setdefault(one.key, set()).add(one.id)
        before = latest.get((one.client, one.log))
        if before is not None and before.index >= one.index and before.key != one.key:
            damage.reordered.append(f"{one.log}@{one.index} was acknowledged after {one.log}@{before.index}")
        latest[one.client, one.log] = one
    for key, places in _places(seen.acknowledged).items():
        if len(first[key]) > places:
            damage.doubled.append(f"{key} was acknowledged with different facts")


def _places(acknowledged: Iterable[Acknowledged]) -> dict[str, int]:
    """How many different places of streams each key was told of."""
    found: dict[str, set[tuple[str, int]]] = {}
    for one in acknowledged:
        found.setdefault(one.key, set()).add((one.stream, one.version))
    return {key: len(places) for key, places in found.items()}


def _reactions(seen: Seen, damage: Damage) -> None:
    """Each fact that calls for another has led to it, once; and nothing else was written that nobody asked for."""
    asked = {one.id for one in seen.acknowledged}
    calls = {one.id: seen.reacts[one.tag] for stored in seen.logs.values() for one in stored if one.tag in seen.reacts}
    times: Counter[UUID] = Counter()
    for log, one in _new(seen):
        if one.causation in calls and calls[one.causation] == one.tag:
            times[one.causation] += 1
        elif one.id not in asked and one.command_id not in seen.open:
            damage.phantom.append(f"{log}@{one.index}, {one.tag}, was acknowledged to nobody")
    damage.lost += [
        f"{log}@{one.index}, {one.tag}, has led to no {calls[one.id]}"
        for log, one in _new(seen)
        if one.id in calls and not times[one.id]
    ]
    damage.doubled += [f"{calls[of]} was written {many} times for {of}" for of, many in times.items() if many > 1]


def _new(seen: Seen) -> Iterator[tuple[str, Stored]]:
    """What was stored since the load began, with its log."""
    for log, stored in seen.logs.items():
        for one in stored[seen.began.get(log, 0) :]:
            yield log, one


def _copy(what: str, stored: Sequence[Stored], told: Sequence[Told], damage: Damage) -> None:
    """A copy of a log holds each fact once, in order, verbatim, and nothing else."""
    original = {one.index: one for one in stored}
    times = Counter(one.index for one in told)
    damage.lost += [f"{what} lacks {index}" for index in original if index not in times]
    damage.doubled += [f"{what} holds {index} {count} times" for index, count in times.items() if count > 1]
    for one in told:
        fact = original.get(one.index)
        if fact is None or fact.id != one.id or fact.data != one.data:
            damage.phantom.append(f"{what} holds something else as {one.index}")
    for before, after in pairwise(told):
        if after.index < before.index:
            damage.reordered.append(f"{what} holds {after.index} after {before.index}")


def _tables(seen: Seen, damage: Damage) -> None:
    """What is projected is what a rebuild makes of the log."""
    for table, rebuilt in seen.rebuilt.items():
        live, anew = Counter(seen.tables.get(table, ())), Counter(rebuilt)
        damage.lost += [f"{table} lacks {row}" for row in (anew - live).elements()]
        damage.phantom += [f"{table} holds {row}" for row in (live - anew).elements()]
