"""Council: seats filled by positions of several partners, and the quorum by which it speaks."""

from typing import assert_never
from uuid import UUID

from msgspec import structs

from shared.contracts.partnerships import CouncilChanged, CouncilConvened
from shared.contracts.values import Quorum, Seat, Slug
from shared.kernel import Decider, Intent, Missing, Refused, Text, Unacceptable, Value

CouncilFact = CouncilConvened | CouncilChanged


class ConveneCouncil(Intent, frozen=True):
    """A council of these positions; `quorum.size` voices let it speak."""

    key: Slug
    name: Text
    seats: tuple[UUID, ...]
    quorum: Quorum


class ChangeCouncil(Intent, frozen=True):
    """Other seats, or another quorum, from now on; rounds already open keep theirs."""

    seats: tuple[UUID, ...]
    quorum: Quorum


class NotConvened(Value, frozen=True, tag=True):
    """No such council yet."""


class Convened(Value, frozen=True, tag=True):
    """A council as it stands."""

    council: UUID
    seats: tuple[Seat, ...]
    quorum: Quorum


CouncilState = NotConvened | Convened


class NoSuchCouncil(Missing, frozen=True):
    """There is no such council

    Councils are convened by a coordinator of the community.
    """

    says = "There is no such council in this community."


class QuorumOutOfReach(Unacceptable, frozen=True):
    """The quorum could never be met

    It asks for more voices, or more different partners, than there are seats. Lower its size or add seats.
    """

    says = "A quorum of {size} cannot be met by {seats} seats of {partners} partners."
    size: int
    seats: int
    partners: int


class SeatTwice(Unacceptable, frozen=True):
    """A position fills two seats

    Each seat is filled by a position of its own.
    """

    says = "A position is named for more than one seat."


def convene(council: UUID, intent: ConveneCouncil, seats: tuple[Seat, ...]) -> tuple[CouncilFact, ...]:
    """Record a council whose quorum can be met."""
    _check(seats, intent.quorum)
    return (CouncilConvened(council, intent.key, intent.name, seats, intent.quorum),)


def change(state: CouncilState, intent: ChangeCouncil, seats: tuple[Seat, ...]) -> tuple[CouncilFact, ...]:
    """Record other seats or another quorum; a repeat of what is so is silence."""
    match state:
        case NotConvened():
            raise Refused(NoSuchCouncil())
        case Convened():
            _check(seats, intent.quorum)
            same = (state.seats, state.quorum) == (seats, intent.quorum)
            return () if same else (CouncilChanged(state.council, seats, intent.quorum),)
        case _:
            assert_never(state)


def _check(seats: tuple[Seat, ...], quorum: Quorum) -> None:
    if len({seat.position for seat in seats}) < len(seats):
        raise Refused(SeatTwice())
    partners = len({seat.partner for seat in seats})
    if (partners if quorum.distinct_partners else len(seats)) < quorum.size:
        raise Refused(QuorumOutOfReach(quorum.size, len(seats), partners))


def evolve(state: CouncilState, fact: CouncilFact) -> CouncilState:
    match state, fact:
        case _, CouncilConvened():
            return Convened(fact.council, fact.seats, fact.quorum)
        case Convened(), CouncilChanged():
            return structs.replace(state, seats=fact.seats, quorum=fact.quorum)
        case _:
            return state


COUNCIL: Decider[CouncilState, CouncilFact] = Decider("council", NotConvened(), evolve, CouncilState)
