"""Reminding whom a proposal waits on."""

from uuid import UUID

from litestar import Response, post

from services.intake.commands import nudging
from services.intake.domain.nudging import NudgeProposal
from shared.eventstore.commands import Commands
from shared.security.asker import Asker
from shared.web.receipts import Receipt, receipt


@post("/v1/proposals/{proposal:uuid}/nudges", scope="record")
async def nudge_proposal(proposal: UUID, data: NudgeProposal, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Remind a partner of what waits there: it is recorded, and changes nothing else. Once in 24 hours."""
    return receipt(proposal, await nudging.nudge(commands, asker, proposal, data), created=True)
