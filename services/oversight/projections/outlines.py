"""The outline of a proposal and its microcredential, version by version, folded from the facts about them. Pure."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, structs

from shared.contracts.credentials import MicrocredentialOpened, OutlineRevised, SignOffRecorded
from shared.contracts.intake import ConceptResponded, ProposalDrafted, ProposalRevised, ProposalSubmitted
from shared.contracts.values import OUTLINE_FIELDS, Outline, OutlineChange, OutlineField
from shared.kernel import Fact, Recorded, Value

Place = str
"""`credentials@57`: the log and the index of the fact that made a version."""


class Version(Value, frozen=True):
    """The outline as one fact left it, since `at`; `revision` as credentials counts them, None for a proposal's."""

    place: Place
    at: datetime
    outline: Outline
    revision: int | None = None


class Signed(Value, frozen=True):
    """What a person has last spoken on: the version as it was when they did."""

    at: datetime
    version: Version


def versions(told: Iterable[Recorded[Fact]], *, drafting: bool = True) -> tuple[Version, ...]:
    """The versions in the order of the facts, which are in causal order; the last is the one that stands.

    Without `drafting` the first is what was first submitted: how it came to be so is not for everybody.
    """
    found: list[Version] = []
    hidden = not drafting
    for recorded in told:
        if hidden and isinstance(recorded.fact, ProposalSubmitted) and found:
            found, hidden = [structs.replace(found[-1], place=_place(recorded), at=recorded.occurred_at)], False
        elif (after := _after(found[-1] if found else None, recorded)) is not None:
            found.append(after)
    return tuple(found)


def last_signed(told: Iterable[Recorded[Fact]], known: tuple[Version, ...], person: UUID) -> Signed | None:
    """What that person has last responded to or signed off themselves; None where they have not."""
    by_place = {version.place: version for version in known}
    current, signed = known[0] if known else None, None
    for recorded in told:
        current = by_place.get(_place(recorded), current)
        match recorded.fact:
            case ConceptResponded(by=by) | SignOffRecorded(by=by) if by.person == person and current is not None:
                signed = Signed(recorded.occurred_at, current)
            case _:
                pass
    return signed


def at_place(known: tuple[Version, ...], place: Place) -> Version | None:
    """The version that stood when that index was the last of its log; None before the first.

    All of a proposal comes before all of its microcredential.
    """
    log, _, index = place.partition("@")
    order = {"intake": 0, "credentials": 1}
    asked = (order.get(log, -1), int(index))
    before = [one for one in known if _order(one.place) <= asked]
    return before[-1] if before else None


def at_time(known: tuple[Version, ...], at: datetime) -> Version | None:
    """The version that stood at that moment; None before the first."""
    before = [one for one in known if one.at <= at]
    return before[-1] if before else None


def changed(before: Outline, after: Outline) -> tuple[OutlineField, ...]:
    """The fields that differ, in the order in which an outline has them."""
    return tuple(name for name in OUTLINE_FIELDS if getattr(before, name) != getattr(after, name))


def _after(before: Version | None, recorded: Recorded[Fact]) -> Version | None:
    """The version that fact made; None where it left the outline as it was."""
    place, at = _place(recorded), recorded.occurred_at
    match before, recorded.fact:
        case _, ProposalDrafted(outline=outline):
            return Version(place, at, outline)
        case Version(outline=outline), ProposalRevised(change=change):
            return Version(place, at, _with(outline, change))
        case _, MicrocredentialOpened(outline=outline):
            return Version(place, at, outline, 0)
        case Version(outline=outline), OutlineRevised(change=change, revision=revision):
            return Version(place, at, _with(outline, change), revision)
        case _:
            return None


def _with(outline: Outline, change: OutlineChange) -> Outline:
    stated = {name: value for name in OUTLINE_FIELDS if (value := getattr(change, name)) is not UNSET}
    return structs.replace(outline, **stated)


def _place(recorded: Recorded[Fact]) -> Place:
    return f"{recorded.log}@{recorded.index}"


def _order(place: Place) -> tuple[int, int]:
    log, _, index = place.partition("@")
    return (0 if log == "intake" else 1), int(index)
