"""The order of a story told by several logs: effects after their causes. Pure."""

import heapq
from collections.abc import Iterable
from uuid import UUID

from services.oversight.projections.lines import cites
from shared.contracts import LOGS
from shared.kernel import Fact, Recorded

Place = tuple[object, int, int]


def causes_of(facts: Iterable[Recorded[Fact]]) -> dict[UUID, UUID]:
    """What caused each fact: the first fact of the same command, and for that one the fact its envelope names.

    The first fact of a person's command has no cause but the person.
    """
    facts = list(facts)
    first = {(one.log, one.command_id): one.id for one in facts if one.ordinal == 1}
    named = {one.id: first.get((one.log, one.command_id)) if one.ordinal > 1 else None for one in facts}
    causes = {one.id: named[one.id] or one.causation for one in facts}
    return {effect: cause for effect, cause in causes.items() if cause is not None}


def in_causal_order(facts: Iterable[Recorded[Fact]]) -> list[Recorded[Fact]]:
    """Each fact once: after what caused it and what its evidence cites, within a log by index, else by recorded time.

    The same facts come out in the same order however they went in. Should clocks or causes contradict one another, so
    that no such order exists, what is left follows by recorded time.
    """
    by_id = {recorded.id: recorded for recorded in facts}
    before = _before(by_id)
    after: dict[UUID, list[UUID]] = {}
    for effect, causes in before.items():
        for cause in causes:
            after.setdefault(cause, []).append(effect)
    ready = [(_place(by_id[one]), one) for one, causes in before.items() if not causes]
    heapq.heapify(ready)
    told: list[Recorded[Fact]] = []
    while ready:
        _, one = heapq.heappop(ready)
        told.append(by_id.pop(one))
        for effect in after.get(one, ()):
            before[effect].discard(one)
            if not before[effect] and effect in by_id:
                heapq.heappush(ready, (_place(by_id[effect]), effect))
    return told + sorted(by_id.values(), key=_place)


def _before(by_id: dict[UUID, Recorded[Fact]]) -> dict[UUID, set[UUID]]:
    """For each fact, the facts that must be told ahead of it."""
    before: dict[UUID, set[UUID]] = {}
    last: dict[str, UUID] = {}
    for recorded in sorted(by_id.values(), key=lambda one: (one.log, one.index)):
        causes = {recorded.causation, last.get(recorded.log), *cites(recorded.fact)}
        before[recorded.id] = {cause for cause in causes if cause is not None and cause in by_id}
        last[recorded.log] = recorded.id
    return before


def _place(recorded: Recorded[Fact]) -> Place:
    log = LOGS.index(recorded.log) if recorded.log in LOGS else len(LOGS)
    return recorded.recorded_at, log, recorded.index
