"""Outline, validation, sign-offs and conditions."""

from uuid import UUID

from litestar import Response, post

from services.credentials.commands import approving
from services.credentials.domain.conditions import MeetCondition
from services.credentials.domain.confirming import Dispute
from services.credentials.domain.forms import RecordOnBehalf
from services.credentials.domain.outline import ReviseOutline
from services.credentials.domain.sign_off import SignOff
from shared.eventstore.commands import Commands
from shared.eventstore.vocabulary import EventStore
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.web.receipts import Receipt, receipt, signed_receipt


@post("/v1/microcredentials/{microcredential:uuid}/outline", scope="propose", status_code=200)
async def revise_outline(
    microcredential: UUID, data: ReviseOutline, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Revise the outline; the receipt lists every sign-off that lapsed."""
    return receipt(microcredential, await approving.revise_outline(commands, asker, microcredential, data))


@post("/v1/microcredentials/{microcredential:uuid}/request-validation", scope="propose", status_code=200)
async def request_validation(microcredential: UUID, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Lay the outline before its first steps."""
    return receipt(microcredential, await approving.request_validation(commands, asker, microcredential))


@post("/v1/microcredentials/{microcredential:uuid}/steps/{step:str}/sign-offs", scope="decide")
async def sign_off(
    microcredential: UUID, step: str, data: SignOff, asker: Asker, commands: Commands, store: EventStore, vault: Vault
) -> Response[Receipt]:
    """Decide on a step; the receipt says what followed from it. The same decision again: the same receipt."""
    sign_off_id, result = await approving.sign_off(commands, asker, microcredential, step, data)
    return await signed_receipt(sign_off_id, result, asker, store, vault, created=True)


@post("/v1/microcredentials/{microcredential:uuid}/steps/{step:str}/sign-offs/on-behalf", scope="record")
async def record_on_behalf(
    microcredential: UUID, step: str, data: RecordOnBehalf, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Record what somebody decided on a letter, in an e-mail or in minutes; shown so until they confirm it."""
    sign_off_id, result = await approving.record_on_behalf(commands, asker, microcredential, step, data)
    return receipt(sign_off_id, result, created=True)


@post("/v1/microcredentials/{microcredential:uuid}/sign-offs/{sign_off:uuid}/confirm", scope="decide", status_code=200)
async def confirm_sign_off(
    microcredential: UUID, sign_off: UUID, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Confirm that you decided what was recorded on your behalf."""
    return receipt(sign_off, await approving.confirm(commands, asker, microcredential, sign_off))


@post("/v1/microcredentials/{microcredential:uuid}/sign-offs/{sign_off:uuid}/dispute", scope="decide", status_code=200)
async def dispute_sign_off(
    microcredential: UUID, sign_off: UUID, data: Dispute, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Say that you did not decide it: it counts no longer, and its step waits again."""
    return receipt(sign_off, await approving.dispute(commands, asker, microcredential, sign_off, data))


@post("/v1/microcredentials/{microcredential:uuid}/conditions/{condition:uuid}/met", scope="decide", status_code=200)
async def meet_condition(
    microcredential: UUID, condition: UUID, data: MeetCondition, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Record that a condition you set is met."""
    result = await approving.meet_condition(commands, asker, microcredential, condition, data)
    return receipt(condition, result)
