"""What the proposing partner does."""

from uuid import UUID

from services.intake.domain import inviting, proposing
from services.intake.domain.intents import DraftProposal, ReviseProposal, SubmitProposal, WithdrawProposal
from services.intake.domain.inviting import InviteReader
from services.intake.domain.proposal import PROPOSAL
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import new_id
from shared.security import unseen
from shared.security.asker import Asker


async def draft(commands: Commands, asker: Asker, intent: DraftProposal) -> Result:
    """A proposal of the partner the asker acts for."""
    proposal = new_id()

    async def attempt(work: Work) -> None:
        by = asker.acting(work.at)
        work.claim("proposal", intent.key, proposal)
        work.record(PROPOSAL, proposal, *proposing.draft(proposal, intent, by))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def revise(commands: Commands, asker: Asker, proposal: UUID, intent: ReviseProposal) -> Result:
    """Another outline from now on."""

    async def attempt(work: Work) -> None:
        state = await work.load(PROPOSAL, proposal)
        work.record(PROPOSAL, proposal, *proposing.revise(state, intent, asker.acting(work.at)))

    return await unseen.execute(commands, asker, PROPOSAL, proposal, attempt)


async def submit(commands: Commands, asker: Asker, proposal: UUID, intent: SubmitProposal) -> Result:
    """Addressed to a partner of this community."""

    async def attempt(work: Work) -> None:
        state = await work.load(PROPOSAL, proposal)
        by = asker.acting(work.at)
        work.record(PROPOSAL, proposal, *proposing.submit(state, intent, by, asker.community.partners))

    return await unseen.execute(commands, asker, PROPOSAL, proposal, attempt)


async def withdraw(commands: Commands, asker: Asker, proposal: UUID, intent: WithdrawProposal) -> Result:
    """Taken back."""

    async def attempt(work: Work) -> None:
        state = await work.load(PROPOSAL, proposal)
        by = asker.acting(work.at)
        work.record(PROPOSAL, proposal, *proposing.withdraw(state, by, work.note(intent.reason)))

    return await unseen.execute(commands, asker, PROPOSAL, proposal, attempt)


async def invite(commands: Commands, asker: Asker, proposal: UUID, intent: InviteReader) -> Result:
    """A person or a partner of this community may read it."""
    invitation = new_id()

    async def attempt(work: Work) -> None:
        state = await work.load(PROPOSAL, proposal)
        by, known = asker.acting(work.at), asker.community
        facts = inviting.invite(state, invitation, intent, by, known.held_by, known.partners)
        work.record(PROPOSAL, proposal, *facts)

    return await unseen.execute(commands, asker, PROPOSAL, proposal, attempt)


async def end_invitation(commands: Commands, asker: Asker, proposal: UUID, invitation: UUID) -> Result:
    """They may no longer."""

    async def attempt(work: Work) -> None:
        state = await work.load(PROPOSAL, proposal)
        work.record(PROPOSAL, proposal, *inviting.end(state, invitation, asker.acting(work.at)))

    return await unseen.execute(commands, asker, PROPOSAL, proposal, attempt)
