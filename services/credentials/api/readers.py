"""A microcredential's facts, for whoever may read them."""

from datetime import datetime
from uuid import UUID

from services.credentials.domain.microcredential import MICROCREDENTIAL
from shared.authority import reading
from shared.eventstore.refusals import NotFound
from shared.eventstore.work import Work
from shared.kernel import Fact, Recorded, Refused
from shared.security.asker import Asker


async def history_for(work: Work, asker: Asker, microcredential: UUID, at: datetime) -> list[Recorded[Fact]]:
    """Everything recorded of it; refused where there is no such thing, or none for the asker, alike."""
    history = await work.history(MICROCREDENTIAL, microcredential)
    readership = reading.of(recorded.fact for recorded in history)
    if readership is None or not asker.reader(at).may_read(readership):
        raise Refused(NotFound("microcredential", str(microcredential)))
    return history
