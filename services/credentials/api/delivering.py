"""Offerings and periodic review."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
from litestar import Response, post

from services.credentials.commands import delivering
from services.credentials.domain.agreements import NameAgreement
from services.credentials.domain.offering import CloseOffering, OpenOffering
from services.credentials.domain.review import DecideReview, SubmitReview
from services.credentials.projections.offerings import deliverers
from shared.eventstore.commands import Commands
from shared.eventstore.vocabulary import EventStore
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.web.receipts import Receipt, receipt, signed_receipt, subject_of

Level = Callable[[], Awaitable[None]]


@post("/v1/microcredentials/{microcredential:uuid}/offerings", scope="deliver")
async def open_offering(
    microcredential: UUID, data: OpenOffering, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Open a run of the approved version; the answer's `id` is the offering."""
    result = await delivering.open_offering(commands, asker, microcredential, data)
    return receipt(subject_of(result, "offering"), result, created=True)


@post("/v1/microcredentials/{microcredential:uuid}/agreement", scope="propose", status_code=200)
async def name_agreement(
    microcredential: UUID, data: NameAgreement, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Name the agreement it runs under: in force, with the proposing partner among its parties."""
    return receipt(microcredential, await delivering.name_agreement(commands, asker, microcredential, data))


@post("/v1/offerings/{offering:uuid}/close", scope="deliver", status_code=200)
async def close_offering(offering: UUID, data: CloseOffering, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Close a run with its counts, and with what the report says."""
    return receipt(offering, await delivering.close_offering(commands, asker, offering, data))


@post("/v1/microcredentials/{microcredential:uuid}/reviews", scope="deliver")
async def submit_review(
    microcredential: UUID, data: SubmitReview, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Submit a review; the answer's `id` is the review."""
    result = await delivering.submit_review(commands, asker, microcredential, data)
    return receipt(subject_of(result, "review"), result, created=True)


@post("/v1/microcredentials/{microcredential:uuid}/reviews/{review:uuid}/decide", scope="decide", status_code=200)
async def decide_review(
    microcredential: UUID,
    review: UUID,
    data: DecideReview,
    asker: Asker,
    commands: Commands,
    pool: asyncpg.Pool,
    level: Level,
    store: EventStore,
    vault: Vault,
) -> Response[Receipt]:
    """Renew, revise or retire; judged once the table of who delivered is level with the log."""
    await level()
    delivered = await deliverers(pool, microcredential)
    result = await delivering.decide_review(commands, asker, microcredential, review, data, delivered)
    return await signed_receipt(review, result, asker, store, vault)
