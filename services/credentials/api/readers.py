"""A microcredential's facts, for whoever may read them."""

from uuid import UUID

from services.credentials.domain.microcredential import MICROCREDENTIAL
from shared.eventstore.commands import Commands
from shared.eventstore.refusals import NotFound
from shared.eventstore.work import Work
from shared.kernel import Fact, Recorded, Refused
from shared.security import unseen
from shared.security.asker import Asker


async def history_for(commands: Commands, work: Work, asker: Asker, microcredential: UUID) -> list[Recorded[Fact]]:
    """Everything recorded of it; refused where there is no such thing, or none for the asker, alike.

    Whoever delivers a run of it reads it too.
    """
    history = await work.history(MICROCREDENTIAL, microcredential)
    if not history or not await unseen.may_read(commands, asker, history):
        raise Refused(NotFound("microcredential", str(microcredential)))
    return history
