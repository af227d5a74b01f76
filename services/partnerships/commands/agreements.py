"""Agreements."""

from collections.abc import Callable
from uuid import UUID

from services.partnerships.domain import agreement as agreements
from services.partnerships.domain.agreement import (
    AGREEMENT,
    AgreementFact,
    AgreementState,
    LeaveAgreement,
    ProposeAgreement,
    ReviseAgreement,
    SignAgreement,
)
from services.partnerships.domain.partner import NoSuchPartner
from shared.authority import require_evidence
from shared.contracts.partnerships import AgreementTerms
from shared.contracts.values import Acting, Evidence, Moment
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import Refused, new_id
from shared.security.asker import Asker
from shared.security.signed_as import signed

SIGNING = "agreement-signing"
Leave = Callable[[AgreementState, LeaveAgreement, Acting, Evidence, Moment], tuple[AgreementFact, ...]]


async def propose(commands: Commands, asker: Asker, intent: ProposeAgreement) -> Result:
    """Lay terms before partners of this community."""
    agreement = new_id()

    async def attempt(work: Work) -> None:
        _check_known(asker, intent.terms)
        work.claim("agreement", intent.key, agreement)
        work.record(AGREEMENT, agreement, *agreements.propose(agreement, intent))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def revise(commands: Commands, asker: Asker, agreement: UUID, intent: ReviseAgreement) -> Result:
    """Lay a later version before its partners."""

    async def attempt(work: Work) -> None:
        state = await work.load(AGREEMENT, agreement)
        _check_known(asker, intent.terms)
        work.record(AGREEMENT, agreement, *agreements.revise(state, intent))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def sign(commands: Commands, asker: Asker, agreement: UUID, intent: SignAgreement) -> Result:
    """The owner of `agreement-signing` signs for their partner."""

    async def attempt(work: Work) -> None:
        state = await work.load(AGREEMENT, agreement)
        acting, evidence = _signing(asker, work)
        facts = agreements.sign(state, intent, acting, evidence, work.at)
        work.record(AGREEMENT, agreement, *signed(work, asker.community, facts, intent.signed_as))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def leave(commands: Commands, asker: Asker, agreement: UUID, intent: LeaveAgreement, how: Leave) -> Result:
    """The owner of `agreement-signing` withdraws their partner, or terminates the agreement: `how` decides."""

    async def attempt(work: Work) -> None:
        state = await work.load(AGREEMENT, agreement)
        acting, evidence = _signing(asker, work)
        work.record(AGREEMENT, agreement, *how(state, intent, acting, evidence, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


def _signing(asker: Asker, work: Work) -> tuple[Acting, Evidence]:
    acting = asker.acting(work.at, SIGNING)
    return acting, require_evidence(asker.community, asker.log_index, SIGNING, acting, work.at)


def _check_known(asker: Asker, terms: AgreementTerms) -> None:
    if any(partner not in asker.community.partners for partner in terms.partners):
        raise Refused(NoSuchPartner())
