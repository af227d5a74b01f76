"""Reminding whom a proposal waits on."""

from uuid import UUID

from services.intake.commands.standing import answers_for
from services.intake.domain import nudging
from services.intake.domain.nudging import NudgeProposal
from services.intake.domain.proposal import PROPOSAL
from shared.authority.nudging import Asked
from shared.eventstore.commands import Commands, Result
from shared.eventstore.refusals import NotFound
from shared.eventstore.work import Work
from shared.kernel import Refused
from shared.security import unseen
from shared.security.asker import Asker
from shared.security.nudger import nudger


async def nudge(commands: Commands, asker: Asker, proposal: UUID, intent: NudgeProposal) -> Result:
    """Somebody is reminded; who was reminded before is read from the history."""

    async def attempt(work: Work) -> None:
        history = await work.history(PROPOSAL, proposal)
        if not history:
            raise Refused(NotFound(PROPOSAL.category, str(proposal)))
        state, community = work.state(PROPOSAL, history), asker.community
        if (partner := community.partner_named(intent.partner)) is None:
            raise Refused(NotFound("partner", intent.partner))
        validates = answers_for(asker, "industry-validation", partner, state, work.at)
        asked, before = Asked(intent.act, partner), nudging.nudges(history)
        by = nudger(asker, work.at)
        facts = nudging.nudge(state, asked, by, before, community, work.at, validates=validates)
        work.record(PROPOSAL, proposal, *facts)

    return await unseen.execute(commands, asker, PROPOSAL, proposal, attempt)
