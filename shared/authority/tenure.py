"""Who held a position when: its holders over time, and the gaps and overlaps between them."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from shared.authority.entries import Holding, Position
from shared.kernel import Value


class Gap(Value, frozen=True):
    """Nobody holds the position from `since` until `until` (excluded); without an end where none is to come."""

    since: datetime
    until: datetime | None


class Overlap(Value, frozen=True):
    """These persons, two or more, hold it at once from `since` until `until` (excluded)."""

    since: datetime
    until: datetime | None
    persons: tuple[UUID, ...]


class Tenure(Value, frozen=True):
    """The gaps and overlaps from when the position was confirmed until it was abolished, those to come included."""

    gaps: tuple[Gap, ...]
    overlaps: tuple[Overlap, ...]


def tenure(position: Position) -> Tenure:
    """Where holders of the position leave a gap or overlap; only what was confirmed counts, from then on."""
    if position.confirmed_at is None:
        return Tenure((), ())
    begins = max(position.since, position.confirmed_at)
    stretches = list(_stretches(position, begins))
    return Tenure(
        tuple(Gap(since, until) for since, until, held in stretches if not held),
        tuple(Overlap(since, until, held) for since, until, held in stretches if len(held) > 1),
    )


def _stretches(position: Position, begins: datetime) -> Iterator[tuple[datetime, datetime | None, tuple[UUID, ...]]]:
    """Between every two moments at which somebody begins or ends, from when until when, and who holds it meanwhile.

    Neighbours in which the same persons hold it are one.
    """
    held = [one for one in position.holdings.values() if one.confirmed_at is not None]
    moments = {begins, *(_begins(one) for one in held), *(one.until for one in held if one.until is not None)}
    within = sorted(
        moment for moment in moments if begins <= moment and (position.until is None or moment < position.until)
    )
    since, who = begins, _holding(held, begins)
    for moment in within[1:]:
        if (then := _holding(held, moment)) != who:
            yield since, moment, who
            since, who = moment, then
    if within:
        yield since, position.until, who


def _holding(held: list[Holding], at: datetime) -> tuple[UUID, ...]:
    return tuple(sorted({one.person for one in held if one.holds(at)}))


def _begins(holding: Holding) -> datetime:
    return max(holding.since, holding.confirmed_at or holding.since)
