"""What the proposing partner asks."""

from uuid import UUID

from litestar import Response, post

from services.intake.commands import proposing
from services.intake.domain.intents import DraftProposal, ReviseProposal, SubmitProposal, WithdrawProposal
from services.intake.domain.inviting import InviteReader
from shared.eventstore.commands import Commands
from shared.security.asker import Asker
from shared.web.receipts import Receipt, receipt, subject_of


@post("/v1/proposals", scope="propose")
async def draft_proposal(data: DraftProposal, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Draft a proposal for the partner you act for; the answer's `id` is the proposal."""
    result = await proposing.draft(commands, asker, data)
    return receipt(subject_of(result, "proposal"), result, created=True)


@post("/v1/proposals/{proposal:uuid}/revise", scope="propose", status_code=200)
async def revise_proposal(proposal: UUID, data: ReviseProposal, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Change a draft, or what was returned: any position of the proposing partner."""
    return receipt(proposal, await proposing.revise(commands, asker, proposal, data))


@post("/v1/proposals/{proposal:uuid}/submit", scope="propose", status_code=200)
async def submit_proposal(proposal: UUID, data: SubmitProposal, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Address it to the partner that shall decide it."""
    return receipt(proposal, await proposing.submit(commands, asker, proposal, data))


@post("/v1/proposals/{proposal:uuid}/withdraw", scope="propose", status_code=200)
async def withdraw_proposal(
    proposal: UUID, data: WithdrawProposal, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Take it back before it is decided; this ends it."""
    return receipt(proposal, await proposing.withdraw(commands, asker, proposal, data))


@post("/v1/proposals/{proposal:uuid}/readers", scope="propose")
async def invite_reader(proposal: UUID, data: InviteReader, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Let a person, or another partner, read the draft; the answer's `id` is the invitation."""
    result = await proposing.invite(commands, asker, proposal, data)
    if not result.recorded:
        return receipt(proposal, result)
    return receipt(subject_of(result, "invitation"), result, created=True)


@post("/v1/proposals/{proposal:uuid}/readers/{invitation:uuid}/end", scope="propose", status_code=200)
async def end_invitation(proposal: UUID, invitation: UUID, asker: Asker, commands: Commands) -> Response[Receipt]:
    """End an invitation; whoever may read the proposal for another reason still does."""
    return receipt(invitation, await proposing.end_invitation(commands, asker, proposal, invitation))
