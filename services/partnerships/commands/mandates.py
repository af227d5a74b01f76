"""Auditors' mandates."""

from uuid import UUID

from services.partnerships.commands.persons import person_known
from services.partnerships.domain import mandate as mandates
from services.partnerships.domain.mandate import MANDATE, EndMandate, MandateAuditor
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import new_id
from shared.security.asker import Asker


async def give(commands: Commands, asker: Asker, intent: MandateAuditor) -> Result:
    """A mandate for a registered person."""
    mandate = new_id()

    async def attempt(work: Work) -> None:
        await person_known(work, intent.person)
        work.record(MANDATE, mandate, *mandates.give(mandate, intent, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def end(commands: Commands, asker: Asker, mandate: UUID, intent: EndMandate) -> Result:
    """It ends, or ends earlier."""

    async def attempt(work: Work) -> None:
        state = await work.load(MANDATE, mandate)
        work.record(MANDATE, mandate, *mandates.end(state, intent, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)
