"""On `ProposalAccepted`, a microcredential opens by itself, under the proposal's id, on the pathway version named."""

from services.credentials.domain import outline
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.pathway import PATHWAY, steps_of
from shared.contracts.intake import ProposalAccepted
from shared.eventstore.work import Work
from shared.kernel import Recorded


class OpenMicrocredentialOnProposalAccepted:
    """Heard from `intake`; once per proposal, however often it is heard."""

    name = "open-microcredential-on-proposal-accepted"
    log = "intake"
    to = ProposalAccepted

    async def decide(self, work: Work, heard: Recorded[ProposalAccepted]) -> None:
        accepted = heard.fact
        steps = steps_of(await work.load(PATHWAY, accepted.pathway), accepted.pathway_version)
        state = await work.current(MICROCREDENTIAL, accepted.proposal)
        work.record(MICROCREDENTIAL, accepted.proposal, *outline.open_on(state, accepted, steps))
