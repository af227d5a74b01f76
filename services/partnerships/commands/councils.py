"""Councils."""

from uuid import UUID

from services.partnerships.commands.standing import position_known
from services.partnerships.domain import council as councils
from services.partnerships.domain.council import COUNCIL, ChangeCouncil, ConveneCouncil, SeatAsked
from shared.contracts.values import Seat
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import new_id
from shared.security.asker import Asker


async def convene(commands: Commands, asker: Asker, intent: ConveneCouncil) -> Result:
    """A council of positions known in this community."""
    council = new_id()

    async def attempt(work: Work) -> None:
        seats = _seats(asker, intent.seats)
        work.claim("council", intent.key, council)
        work.record(COUNCIL, council, *councils.convene(council, intent, seats, _sectors(asker, seats), work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def change(commands: Commands, asker: Asker, council: UUID, intent: ChangeCouncil) -> Result:
    """Other seats or another quorum from now on."""

    async def attempt(work: Work) -> None:
        state = await work.load(COUNCIL, council)
        seats = _seats(asker, intent.seats)
        work.record(COUNCIL, council, *councils.change(state, intent, seats, _sectors(asker, seats), work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


def _seats(asker: Asker, asked: tuple[UUID | SeatAsked, ...]) -> tuple[Seat, ...]:
    """The seats asked for, each with its position's partner."""
    stated = [one if isinstance(one, SeatAsked) else SeatAsked(one) for one in asked]
    return tuple(
        Seat(one.position, position_known(asker, one.position).partner, one.capacity, one.since, one.until)
        for one in stated
    )


def _sectors(asker: Asker, seats: tuple[Seat, ...]) -> dict[UUID, tuple[str, ...]]:
    """The sectors of the seats' partners, as registered."""
    return {seat.partner: asker.community.partners[seat.partner].sectors for seat in seats}
