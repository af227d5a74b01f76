"""Partners and their registers of responsibilities."""

from uuid import UUID

from services.partnerships.commands.persons import person_known
from services.partnerships.commands.standing import (
    matter_known,
    position_known,
    require_administrator,
    require_recorder,
)
from services.partnerships.domain import establishing, holders
from services.partnerships.domain import partner as partners
from services.partnerships.domain import position as positions
from services.partnerships.domain.partner import PARTNER, AssignResponsibility, End, Reconfirm, RegisterPartner
from services.partnerships.domain.position import POSITION
from shared.contracts.partnerships import PartnerRegistered
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import new_id
from shared.security.asker import Asker


async def register(commands: Commands, asker: Asker, intent: RegisterPartner) -> tuple[UUID, Result]:
    """A partner, with its first authority administrator's position and holder, confirmed by this registration."""
    partner, position, holding = new_id(), new_id(), new_id()

    async def attempt(work: Work) -> None:
        await person_known(work, intent.administrator)
        work.claim("partner", intent.key, partner)
        work.claim("position", f"{partner}/authority-administrator", position)
        work.record(
            PARTNER,
            partner,
            PartnerRegistered(
                partner, intent.key, intent.name, intent.kind, intent.jurisdiction, position, intent.instrument,
                intent.sectors,
            ),
        )  # fmt: skip
        established = establishing.establish(
            position,
            establishing.EstablishPosition(
                partner, "authority-administrator", {"en": "Authority administrator"}, intent.instrument
            ),
            work.at,
        )
        state = positions.POSITION.evolve(positions.Unestablished(), established[0])
        appointed = holders.appoint(
            state, holding, holders.AppointHolder(intent.administrator, intent.instrument), work.at
        )
        by = asker.key.person
        confirmed = establishing.confirm(state, by)
        held = holders.confirm_holder(positions.POSITION.evolve(state, appointed[0]), holding, by)
        work.record(POSITION, position, *established, *confirmed, *appointed, *held)

    result = await commands.execute(asker.context(commands.clock()), attempt)
    return _written(result, partner), result


async def assign(commands: Commands, asker: Asker, partner: UUID, intent: AssignResponsibility) -> Result:
    """A responsibility, confirmed at once where the partner's own administrator records it."""
    responsibility = new_id()

    async def attempt(work: Work) -> None:
        state = await work.load(PARTNER, partner)
        at_once = await require_recorder(work, asker, partner)
        position_known(asker, intent.position, partner)
        matter_known(asker, intent.matter)
        facts = partners.assign(state, responsibility, intent, work.at)
        if at_once:
            facts += partners.confirm(PARTNER.evolve(state, facts[0]), responsibility, asker.key.person)
        work.record(PARTNER, partner, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def confirm(commands: Commands, asker: Asker, partner: UUID, responsibility: UUID) -> Result:
    """The partner's own administrator confirms a responsibility."""

    async def attempt(work: Work) -> None:
        state = await work.load(PARTNER, partner)
        by = await require_administrator(work, asker, partner)
        work.record(PARTNER, partner, *partners.confirm(state, responsibility, by, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def end(commands: Commands, asker: Asker, partner: UUID, responsibility: UUID, intent: End) -> Result:
    """The partner's own administrator ends a responsibility."""

    async def attempt(work: Work) -> None:
        state = await work.load(PARTNER, partner)
        await require_administrator(work, asker, partner)
        work.record(PARTNER, partner, *partners.end(state, responsibility, intent, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def reconfirm(commands: Commands, asker: Asker, partner: UUID, intent: Reconfirm) -> Result:
    """The partner's own administrator confirms the whole register anew."""

    async def attempt(work: Work) -> None:
        state = await work.load(PARTNER, partner)
        by = await require_administrator(work, asker, partner)
        work.record(PARTNER, partner, *partners.reconfirm(state, by, intent, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


def _written(result: Result, otherwise: UUID) -> UUID:
    for recorded in result.recorded:
        if isinstance(recorded.fact, PartnerRegistered):
            return recorded.fact.partner
    return otherwise
