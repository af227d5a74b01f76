"""What industry and the partner addressed answer."""

from uuid import UUID

from litestar import Response, post

from services.intake.commands import deciding
from services.intake.domain.intents import AcceptProposal, RespondToConcept, SendBack
from services.intake.domain.pathways import Pathways
from shared.eventstore.commands import Commands
from shared.eventstore.following import Following
from shared.eventstore.vocabulary import EventStore
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.web.receipts import Receipt, receipt, signed_receipt, subject_of


@post("/v1/proposals/{proposal:uuid}/responses", scope="decide")
async def respond_to_concept(
    proposal: UUID, data: RespondToConcept, asker: Asker, commands: Commands, store: EventStore, vault: Vault
) -> Response[Receipt]:
    """Answer the two questions for your partner; the answer's `id` is the response that counts for it."""
    result = await deciding.respond(commands, asker, proposal, data)
    if not result.recorded:
        return receipt(result.answers, result)
    return await signed_receipt(subject_of(result, "response"), result, asker, store, vault, created=True)


@post("/v1/proposals/{proposal:uuid}/accept", scope="decide", status_code=200)
async def accept_proposal(
    proposal: UUID,
    data: AcceptProposal,
    asker: Asker,
    commands: Commands,
    pathways: Following[Pathways],
    store: EventStore,
    vault: Vault,
) -> Response[Receipt]:
    """Accept it on a pathway; a microcredential opens under the same id."""
    result = await deciding.accept(commands, asker, proposal, data, pathways)
    return await signed_receipt(proposal, result, asker, store, vault)


@post("/v1/proposals/{proposal:uuid}/return", scope="decide", status_code=200)
async def return_proposal(
    proposal: UUID, data: SendBack, asker: Asker, commands: Commands, store: EventStore, vault: Vault
) -> Response[Receipt]:
    """Send it back to be revised; earlier responses count no longer."""
    result = await deciding.send_back(commands, asker, proposal, data)
    return await signed_receipt(proposal, result, asker, store, vault)


@post("/v1/proposals/{proposal:uuid}/decline", scope="decide", status_code=200)
async def decline_proposal(
    proposal: UUID, data: SendBack, asker: Asker, commands: Commands, store: EventStore, vault: Vault
) -> Response[Receipt]:
    """Decline it; this ends it."""
    result = await deciding.decline(commands, asker, proposal, data)
    return await signed_receipt(proposal, result, asker, store, vault)
