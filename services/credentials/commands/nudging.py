"""Reminding whom a microcredential waits on."""

from collections.abc import Iterable
from uuid import UUID

from services.credentials.commands.authorities import known
from services.credentials.domain import nudging, waiting
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.nudging import NudgeMicrocredential
from services.credentials.domain.offering import OFFERING
from shared.eventstore.commands import Commands, Result
from shared.eventstore.refusals import NotFound
from shared.eventstore.work import Work
from shared.kernel import Refused
from shared.security import unseen
from shared.security.asker import Asker
from shared.security.nudger import nudger


async def nudge(
    commands: Commands, asker: Asker, microcredential: UUID, intent: NudgeMicrocredential, offerings: Iterable[UUID]
) -> Result:
    """Somebody is reminded; what its offerings wait for, and who was reminded before, their histories say."""

    async def attempt(work: Work) -> None:
        history = await work.history(MICROCREDENTIAL, microcredential)
        if not history:
            raise Refused(NotFound(MICROCREDENTIAL.category, str(microcredential)))
        if (partner := asker.community.partner_named(intent.partner)) is None:
            raise Refused(NotFound("partner", intent.partner))
        runs = [await work.history(OFFERING, offering) for offering in offerings]
        course, before = waiting.course(history, runs), nudging.nudges(history)
        by = nudger(asker, work.at)
        state = work.state(MICROCREDENTIAL, history)
        facts = nudging.nudge(state, course, intent, partner, by, before, known(asker, work))
        work.record(MICROCREDENTIAL, microcredential, *facts)

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt)
