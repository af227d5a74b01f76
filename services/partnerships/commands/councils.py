"""Councils."""

from uuid import UUID

from services.partnerships.commands.standing import position_known
from services.partnerships.domain import council as councils
from services.partnerships.domain.council import COUNCIL, ChangeCouncil, ConveneCouncil
from shared.contracts.values import Seat
from shared.eventstore.work import Commands, Result, Work
from shared.kernel import new_id
from shared.security.asker import Asker


async def convene(commands: Commands, asker: Asker, intent: ConveneCouncil) -> Result:
    """A council of positions known in this community."""
    council = new_id()

    async def attempt(work: Work) -> None:
        work.claim("council", intent.key, council)
        work.record(COUNCIL, council, *councils.convene(council, intent, _seats(asker, intent.seats)))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def change(commands: Commands, asker: Asker, council: UUID, intent: ChangeCouncil) -> Result:
    """Other seats or another quorum from now on."""

    async def attempt(work: Work) -> None:
        state = await work.load(COUNCIL, council)
        work.record(COUNCIL, council, *councils.change(state, intent, _seats(asker, intent.seats)))

    return await commands.execute(asker.context(commands.clock()), attempt)


def _seats(asker: Asker, positions: tuple[UUID, ...]) -> tuple[Seat, ...]:
    return tuple(Seat(position, position_known(asker, position).partner) for position in positions)
