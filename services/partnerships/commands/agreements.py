"""Agreements."""

from uuid import UUID

from services.partnerships.domain import agreement as agreements
from services.partnerships.domain.agreement import AGREEMENT, ProposeAgreement, SignAgreement
from services.partnerships.domain.partner import NoSuchPartner
from shared.authority import require_evidence
from shared.eventstore.work import Commands, Result, Work
from shared.kernel import Refused, new_id
from shared.security.asker import Asker


async def propose(commands: Commands, asker: Asker, intent: ProposeAgreement) -> Result:
    """Lay terms before partners of this community."""
    agreement = new_id()

    async def attempt(work: Work) -> None:
        if any(partner not in asker.community.partners for partner in intent.terms.partners):
            raise Refused(NoSuchPartner())
        work.claim("agreement", intent.key, agreement)
        work.record(AGREEMENT, agreement, *agreements.propose(agreement, intent))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def sign(commands: Commands, asker: Asker, agreement: UUID, intent: SignAgreement) -> Result:
    """The owner of `agreement-signing` signs for their partner."""

    async def attempt(work: Work) -> None:
        state = await work.load(AGREEMENT, agreement)
        acting = asker.acting(work.at, "agreement-signing")
        evidence = require_evidence(asker.community, asker.log_index, "agreement-signing", acting, work.at)
        work.record(AGREEMENT, agreement, *agreements.sign(state, intent, acting, evidence))

    return await commands.execute(asker.context(commands.clock()), attempt)
