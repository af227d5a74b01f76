"""Positions and their holders."""

from uuid import UUID

from msgspec import UnsetType

from services.partnerships.commands.persons import person_known
from services.partnerships.commands.standing import (
    administration,
    position_known,
    require_administrator,
    require_recorder,
)
from services.partnerships.domain import establishing, holders
from services.partnerships.domain.administration import fills_a_vacancy
from services.partnerships.domain.establishing import ChangePosition, EstablishPosition
from services.partnerships.domain.holders import AppointHolder
from services.partnerships.domain.partner import End
from services.partnerships.domain.position import POSITION
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import new_id
from shared.security.asker import Asker


async def establish(commands: Commands, asker: Asker, intent: EstablishPosition) -> Result:
    """A position, confirmed at once where the partner's own administrator records it."""
    position = new_id()

    async def attempt(work: Work) -> None:
        at_once = await require_recorder(work, asker, intent.partner)
        _of_the_partner(asker, intent.partner, intent.alternate, intent.escalation)
        work.claim("position", f"{intent.partner}/{intent.key}", position)
        facts = establishing.establish(position, intent, work.at)
        if at_once:
            facts += establishing.confirm(POSITION.evolve(POSITION.initial, facts[0]), asker.key.person)
        work.record(POSITION, position, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def confirm(commands: Commands, asker: Asker, position: UUID) -> Result:
    """The partner's own administrator confirms a position."""

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        by = await require_administrator(work, asker, position_known(asker, position).partner)
        work.record(POSITION, position, *establishing.confirm(state, by, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def change(commands: Commands, asker: Asker, position: UUID, intent: ChangePosition) -> Result:
    """The partner's own administrator gives a position another title, alternate or escalation."""

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        partner = position_known(asker, position).partner
        by = await require_administrator(work, asker, partner)
        _of_the_partner(asker, partner, intent.alternate, intent.escalation)
        work.record(POSITION, position, *establishing.change(state, intent, by))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def abolish(commands: Commands, asker: Asker, position: UUID, intent: End) -> Result:
    """The partner's own administrator abolishes a position."""

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        partner = position_known(asker, position).partner
        await require_administrator(work, asker, partner)
        administers = asker.community.partners[partner].administrator == position
        work.record(POSITION, position, *establishing.abolish(state, intent, work.at, administers))

    return await commands.execute(asker.context(commands.clock()), attempt)


def _of_the_partner(asker: Asker, partner: UUID, *named: UUID | UnsetType | None) -> None:
    """Refuse an alternate or escalation that is not a position of the same partner: none decides for another."""
    for position in named:
        if isinstance(position, UUID):
            position_known(asker, position, partner)


async def appoint(commands: Commands, asker: Asker, position: UUID, intent: AppointHolder) -> Result:
    """A holder, confirmed at once where the partner's own administrator records them.

    While nobody administers the partner's authority, a coordinator's new administrator is confirmed at once too, as the
    first one was: else nobody could ever confirm anything there again.
    """
    holding = new_id()

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        known = position_known(asker, position)
        at_once = await require_recorder(work, asker, known.partner) or fills_a_vacancy(
            await administration(work, asker, known.partner), known
        )
        await person_known(work, intent.person)
        facts = holders.appoint(state, holding, intent, work.at)
        if at_once:
            facts += holders.confirm_holder(POSITION.evolve(state, facts[0]), holding, asker.key.person)
        work.record(POSITION, position, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def confirm_holder(commands: Commands, asker: Asker, position: UUID, holding: UUID) -> Result:
    """The partner's own administrator confirms a holder."""

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        by = await require_administrator(work, asker, position_known(asker, position).partner)
        work.record(POSITION, position, *holders.confirm_holder(state, holding, by, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def end_holding(commands: Commands, asker: Asker, position: UUID, holding: UUID, intent: End) -> Result:
    """The partner's own administrator ends a holding."""

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        await require_administrator(work, asker, position_known(asker, position).partner)
        work.record(POSITION, position, *holders.end_holding(state, holding, intent, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)
