"""Council: seats filled by positions of several partners, a chair, and the quorum by which it speaks."""

from collections.abc import Iterable
from typing import Annotated, assert_never
from uuid import UUID

from msgspec import Meta, structs

from shared.authority.quorums import Sectors, has_expired, lacking
from shared.contracts.partnerships import CouncilChanged, CouncilConvened
from shared.contracts.values import Capacity, Moment, Quorum, Seat, Slug
from shared.kernel import Decider, Intent, Missing, Reason, Refused, Text, Unacceptable, Value

CouncilFact = CouncilConvened | CouncilChanged


class SeatAsked(Intent, frozen=True):
    """A seat for a position, with a voice from `since` until `until` (excluded); where left out, always.

    `personal`: its member speaks as a person, and the voice counts for no partner.
    """

    position: UUID
    capacity: Capacity = "for-partner"
    since: Moment | None = None
    until: Moment | None = None


SeatsAsked = Annotated[tuple[UUID | SeatAsked, ...], Meta(max_length=60)]
"""A position alone is a seat for its partner, without a term."""


class ConveneCouncil(Intent, frozen=True):
    """A council of these positions; `quorum.size` voices let it speak. `chair` is the position of one of the seats."""

    key: Slug
    name: Text
    seats: SeatsAsked
    quorum: Quorum
    chair: UUID | None = None


class ChangeCouncil(Intent, frozen=True):
    """Other seats, another quorum or chair from now on, all as stated here; rounds already open keep theirs."""

    seats: SeatsAsked
    quorum: Quorum
    chair: UUID | None = None


class NotConvened(Value, frozen=True, tag=True):
    """No such council yet."""


class Convened(Value, frozen=True, tag=True):
    """A council as it stands."""

    council: UUID
    seats: tuple[Seat, ...]
    quorum: Quorum
    chair: UUID | None = None


CouncilState = NotConvened | Convened


class NoSuchCouncil(Missing, frozen=True):
    """There is no such council

    Councils are convened by a coordinator of the community.
    """

    says = "There is no such council in this community."


class QuorumOutOfReach(Unacceptable, frozen=True):
    """The quorum could never be met

    It asks for more voices, or more different partners, than there are seats; a seat whose term has ended has none, and
    a personal one counts for no partner. Lower its size or add seats.
    """

    says = "A quorum of {size} cannot be met by {seats} seats of {partners} partners."
    size: int
    seats: int
    partners: int


class RequiredSeatMissing(Unacceptable, frozen=True):
    """The quorum requires a seat that is not there

    A required seat is named by the position of one of the council's seats, whose term has not ended.
    """

    says = "The quorum requires the voice of {positions}, without a seat on this council."
    positions: str


class NobodyFromThatSector(Unacceptable, frozen=True):
    """The quorum requires a sector nobody is from

    Give a seat to a position, in its partner's name, of a partner registered with that sector.
    """

    says = "The quorum requires a voice from {sectors}; no partner with a seat is from there."
    sectors: str


class ChairHasNoSeat(Unacceptable, frozen=True):
    """The chair has no seat

    The chair is the position of one of the seats.
    """

    says = "The chair, {position}, has no seat on this council."
    position: str


class SeatTwice(Unacceptable, frozen=True):
    """A position fills two seats

    Each seat is filled by a position of its own.
    """

    says = "A position is named for more than one seat."


class TermNeverHolds(Unacceptable, frozen=True):
    """A seat's term ends before it begins

    `until` is excluded, and lies after `since`.
    """

    says = "The term of {position} cannot be from {since} until {until}."
    position: str
    since: str
    until: str


def convene(
    council: UUID, intent: ConveneCouncil, seats: tuple[Seat, ...], sectors: Sectors, at: Moment
) -> tuple[CouncilFact, ...]:
    """Record a council whose quorum can be met; `sectors` are those of its seats' partners at that moment."""
    _check(seats, intent.quorum, intent.chair, sectors, at)
    return (CouncilConvened(council, intent.key, intent.name, seats, intent.quorum, intent.chair),)


def change(
    state: CouncilState, intent: ChangeCouncil, seats: tuple[Seat, ...], sectors: Sectors, at: Moment
) -> tuple[CouncilFact, ...]:
    """Record other seats, another quorum or chair; a repeat of what is so is silence."""
    match state:
        case NotConvened():
            raise Refused(NoSuchCouncil())
        case Convened() if (state.seats, state.quorum, state.chair) == (seats, intent.quorum, intent.chair):
            return ()
        case Convened():
            _check(seats, intent.quorum, intent.chair, sectors, at)
            return (CouncilChanged(state.council, seats, intent.quorum, intent.chair),)
        case _:
            assert_never(state)


def _check(seats: tuple[Seat, ...], quorum: Quorum, chair: UUID | None, sectors: Sectors, at: Moment) -> None:
    if reasons := [*_odd_seats(seats), *_out_of_reach(seats, quorum, sectors, at), *_odd_chair(seats, chair)]:
        raise Refused(*reasons)


def _odd_seats(seats: tuple[Seat, ...]) -> Iterable[Reason]:
    if len({seat.position for seat in seats}) < len(seats):
        yield SeatTwice()
    for seat in seats:
        if seat.since is not None and seat.until is not None and seat.until <= seat.since:
            yield TermNeverHolds(str(seat.position), seat.since.isoformat(), seat.until.isoformat())


def _out_of_reach(seats: tuple[Seat, ...], quorum: Quorum, sectors: Sectors, at: Moment) -> Iterable[Reason]:
    able = [seat for seat in seats if not has_expired(seat, at)]
    lacks = lacking(quorum, able, sectors)
    if lacks.voices:
        partners = len({seat.partner for seat in able if seat.capacity == "for-partner"})
        yield QuorumOutOfReach(quorum.size, len(able), partners)
    if lacks.seats:
        yield RequiredSeatMissing(", ".join(str(position) for position in lacks.seats))
    if lacks.sectors:
        yield NobodyFromThatSector(", ".join(lacks.sectors))


def _odd_chair(seats: tuple[Seat, ...], chair: UUID | None) -> Iterable[Reason]:
    if chair is not None and chair not in {seat.position for seat in seats}:
        yield ChairHasNoSeat(str(chair))


def evolve(state: CouncilState, fact: CouncilFact) -> CouncilState:
    match state, fact:
        case _, CouncilConvened():
            return Convened(fact.council, fact.seats, fact.quorum, fact.chair)
        case Convened(), CouncilChanged():
            return structs.replace(state, seats=fact.seats, quorum=fact.quorum, chair=fact.chair)
        case _:
            return state


COUNCIL: Decider[CouncilState, CouncilFact] = Decider("council", NotConvened(), evolve, CouncilState)
