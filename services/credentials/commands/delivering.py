"""Offerings and periodic review: the owner of `delivery` runs and submits, the owner of `review` decides."""

from uuid import UUID

from services.credentials.commands.authorities import known
from services.credentials.domain import agreements
from services.credentials.domain import offering as offerings
from services.credentials.domain import review as reviews
from services.credentials.domain.agreements import NameAgreement
from services.credentials.domain.authorities import Authority, at_partners, who_delivers
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.offering import OFFERING, CloseOffering, OpenOffering, Running
from services.credentials.domain.review import DecideReview, SubmitReview
from services.credentials.domain.states import MicrocredentialState, existing
from shared.authority.scopes import at_hand
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import new_id
from shared.security import unseen
from shared.security.asker import Asker
from shared.security.signed_as import signed


async def open_offering(commands: Commands, asker: Asker, microcredential: UUID, intent: OpenOffering) -> Result:
    """Run the approved version; the microcredential's version is checked again at the append."""
    offering = new_id()

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        authority = _authority(asker, "delivery", work, state)
        work.record(OFFERING, offering, *offerings.start(state, offering, intent, authority, known(asker, work)))

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt)


async def name_agreement(commands: Commands, asker: Asker, microcredential: UUID, intent: NameAgreement) -> Result:
    """The agreement it runs under from now on."""

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        facts = agreements.name(state, intent, asker.acting(work.at), known(asker, work))
        work.record(MICROCREDENTIAL, microcredential, *facts)

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt)


async def close_offering(commands: Commands, asker: Asker, offering: UUID, intent: CloseOffering) -> Result:
    """Close a run with its counts."""

    async def attempt(work: Work) -> None:
        state = await work.load(OFFERING, offering)
        authority = Authority(asker.acting(work.at, "delivery"), None)
        if isinstance(state, Running):
            authority = _authority(asker, "delivery", work, await work.load(MICROCREDENTIAL, state.microcredential))
        work.record(OFFERING, offering, *offerings.close(state, intent, authority))

    return await unseen.execute(commands, asker, OFFERING, offering, attempt)


async def submit_review(commands: Commands, asker: Asker, microcredential: UUID, intent: SubmitReview) -> Result:
    """Lay a review before whoever decides it."""
    review = new_id()

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        authority = _authority(asker, "delivery", work, state)
        comment = work.note(intent.comment)
        work.record(MICROCREDENTIAL, microcredential, *reviews.submit(state, review, intent, authority, comment))

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt)


async def decide_review(
    commands: Commands, asker: Asker, microcredential: UUID, review: UUID, intent: DecideReview, delivered: set[UUID]
) -> Result:
    """Renew, revise or retire, by somebody who neither delivers, nor is among those who `delivered`, nor submitted."""

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        authority = _authority(asker, "review", work, state)
        current = existing(state)
        holding = who_delivers(
            known(asker, work), current.proposed_by.partner, at_hand(current.microcredential, current.about)
        )
        comment = work.note(intent.comment)
        facts = reviews.decide(state, review, intent, authority, delivered | holding, comment)
        work.record(MICROCREDENTIAL, microcredential, *signed(work, asker.community, facts, intent.signed_as))

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt)


def _authority(asker: Asker, matter: str, work: Work, state: MicrocredentialState) -> Authority:
    current = existing(state)
    asked = (current.proposed_by.partner,)
    return at_partners(
        known(asker, work),
        asker.acting(work.at, matter),
        matter,
        asked,
        at_hand(current.microcredential, current.about),
    )
