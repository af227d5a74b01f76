"""What industry and the partner addressed do."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from services.intake.commands.standing import authority, authority_to_accept, could_respond
from services.intake.domain import deciding
from services.intake.domain.deciding import Authority
from services.intake.domain.intents import AcceptProposal, RespondToConcept, SendBack
from services.intake.domain.pathways import InForce, Pathways
from services.intake.domain.proposal import PROPOSAL, ProposalState, addressed_to, responses_to
from services.intake.domain.refusals import PathwayNotInForce, TooFewResponses
from shared.contracts.intake import IntakeFact
from shared.contracts.values import Acting, NoteRef
from shared.eventstore.commands import Commands, Result
from shared.eventstore.following import Following
from shared.eventstore.work import Work
from shared.kernel import Refused, new_id
from shared.security import unseen
from shared.security.asker import Asker
from shared.security.signed_as import signed


async def respond(commands: Commands, asker: Asker, proposal: UUID, intent: RespondToConcept) -> Result:
    """One partner's answer; the result's `answers` is the response that counts for it now."""
    response = new_id()

    async def attempt(work: Work) -> UUID:
        state = await work.load(PROPOSAL, proposal)
        by = asker.acting(work.at, "industry-validation")
        granted = authority(asker, "industry-validation", by, by.partner, state, work.at)
        contribution, comment = work.note(intent.contribution), work.note(intent.comment)
        facts = deciding.respond(state, response, intent, by, granted, contribution, comment)
        work.record(PROPOSAL, proposal, *signed(work, asker.community, facts, intent.signed_as))
        return response if facts else responses_to(state)[by.partner].response

    return await unseen.execute(commands, asker, PROPOSAL, proposal, attempt)


async def accept(
    commands: Commands, asker: Asker, proposal: UUID, intent: AcceptProposal, pathways: Following[Pathways]
) -> Result:
    """Taken up, on the version of the pathway in force as far as was heard."""
    published = await pathways.current()

    async def attempt(work: Work) -> None:
        state = await work.load(PROPOSAL, proposal)
        by = asker.acting(work.at, "proposal-acceptance")
        granted = authority_to_accept(asker, by, state, work.at, intent.about)
        pathway = _in_force(published, asker, intent.pathway, work.at)
        try:
            facts = deciding.accept(state, by, granted, pathway, work.note(intent.comment), intent.about)
        except Refused as refused:
            raise _with_who_could_respond(refused, asker, state, work.at) from None
        work.record(PROPOSAL, proposal, *signed(work, asker.community, facts, intent.signed_as))

    return await unseen.execute(commands, asker, PROPOSAL, proposal, attempt)


async def send_back(commands: Commands, asker: Asker, proposal: UUID, intent: SendBack) -> Result:
    """Returned, to be revised."""
    return await _answer(commands, asker, proposal, intent, deciding.send_back)


async def decline(commands: Commands, asker: Asker, proposal: UUID, intent: SendBack) -> Result:
    """Declined, for good."""
    return await _answer(commands, asker, proposal, intent, deciding.decline)


_Answer = Callable[[ProposalState, Acting, Authority, NoteRef], tuple[IntakeFact, ...]]


async def _answer(commands: Commands, asker: Asker, proposal: UUID, intent: SendBack, decide: _Answer) -> Result:
    async def attempt(work: Work) -> None:
        state = await work.load(PROPOSAL, proposal)
        by = asker.acting(work.at, "proposal-acceptance")
        granted = authority(asker, "proposal-acceptance", by, addressed_to(state), state, work.at)
        facts = decide(state, by, granted, work.note(intent.reason))
        work.record(PROPOSAL, proposal, *signed(work, asker.community, facts, intent.signed_as))

    return await unseen.execute(commands, asker, PROPOSAL, proposal, attempt)


def _in_force(published: Pathways, asker: Asker, named: str, at: datetime) -> InForce | PathwayNotInForce:
    return published.in_force(asker.key.community, named, at) or PathwayNotInForce(named, at.isoformat())


def _with_who_could_respond(refused: Refused, asker: Asker, state: ProposalState, at: datetime) -> Refused:
    """The same refusal; where responses are missing, with whom to go to for them."""
    if not refused.names(TooFewResponses):
        return refused
    could = could_respond(asker, state, at, responses_to(state))
    return Refused(*refused.reasons, waiting_on=refused.waiting_on, allowed_actions=(*refused.allowed_actions, *could))
