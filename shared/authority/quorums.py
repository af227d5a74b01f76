"""A council's quorum, as questions: which seats have a voice, and what is still lacking.

Asked when a council is convened (could it ever speak?) and in every round (does it, and if not, who is needed?).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from shared.contracts.values import Quorum, Seat
from shared.kernel import Value

Sectors = Mapping[UUID, Collection[str]]
"""The sectors of each partner; one not named has none."""


class Lacking(Value, frozen=True):
    """What a quorum lacks, of which `have` voices count: so many `voices` more, and among them (or besides, where none

    are lacking) the required `seats`, by position, and one of a partner of each of the `sectors`.
    """

    have: int
    voices: int = 0
    seats: tuple[UUID, ...] = ()
    sectors: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the quorum is met."""
        return not (self.voices or self.seats or self.sectors)

    @property
    def least(self) -> int:
        """How many more voices are needed at the least: one may be of a required seat and of several sectors."""
        return max(self.voices, len(self.seats), min(1, len(self.sectors)))


def has_voice(seat: Seat, at: datetime) -> bool:
    """Whether the seat's term has begun and has not ended at that moment."""
    return (seat.since is None or seat.since <= at) and not has_expired(seat, at)


def has_expired(seat: Seat, at: datetime) -> bool:
    """Whether the seat's term has ended by then: it has no voice any more, and is vacant."""
    return seat.until is not None and seat.until <= at


def counts(quorum: Quorum, seat: Seat) -> bool:
    """Whether an affirmation from that seat can bring the quorum nearer. A personal voice speaks for no partner: where

    different partners are counted it matters only where its very seat is required.
    """
    return not quorum.distinct_partners or seat.capacity == "for-partner" or seat.position in quorum.seats


def lacking(quorum: Quorum, affirming: Iterable[Seat], sectors: Sectors) -> Lacking:
    """What the quorum lacks when those seats affirm. A partner counts once where they must be different.

    A personal voice counts for no partner: not among different ones, and not for a sector. Where voices are counted, of
    whichever partner, it is one; and where its seat is required, it is that seat's.
    """
    seats = tuple({seat.position: seat for seat in affirming}.values())
    partners = {seat.partner for seat in seats if seat.capacity == "for-partner"}
    have = len(partners) if quorum.distinct_partners else len(seats)
    spoken = {seat.position for seat in seats}
    heard = {sector for partner in partners for sector in sectors.get(partner, ())}
    return Lacking(
        have,
        max(0, quorum.size - have),
        tuple(position for position in quorum.seats if position not in spoken),
        tuple(sector for sector in quorum.sectors if sector not in heard),
    )
