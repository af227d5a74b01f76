"""Delegations and absences."""

from uuid import UUID

from litestar import Response, post

from services.partnerships.commands import delegations
from services.partnerships.domain.absence import EndAbsence, RecordAbsence
from services.partnerships.domain.delegation import Delegate, EndDelegation
from shared.eventstore.commands import Commands
from shared.security.asker import Asker
from shared.web.receipts import Receipt, receipt, subject_of


@post("/v1/positions/{position:uuid}/delegations", scope="delegate")
async def grant_delegation(position: UUID, data: Delegate, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Let a person decide matters of a position you hold; the answer's `id` is the delegation, void until confirmed."""
    result = await delegations.grant(commands, asker, position, data)
    return receipt(subject_of(result, "delegation"), result, created=True)


@post(
    "/v1/positions/{position:uuid}/delegations/{delegation:uuid}/confirm",
    scope="authority:confirm",
    status_code=200,
)
async def confirm_delegation(position: UUID, delegation: UUID, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Confirm a delegation at your own partner."""
    return receipt(delegation, await delegations.confirm(commands, asker, position, delegation))


@post("/v1/positions/{position:uuid}/delegations/{delegation:uuid}/end", scope="delegate", status_code=200)
async def end_delegation(
    position: UUID, delegation: UUID, data: EndDelegation, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Revoke a delegation you made or administer, or give back one made to you."""
    return receipt(delegation, await delegations.end(commands, asker, position, delegation, data))


@post("/v1/positions/{position:uuid}/absences", scope="delegate")
async def record_absence(position: UUID, data: RecordAbsence, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Say from when until when you are away from a position you hold; the answer's `id` is the absence."""
    result = await delegations.record_absence(commands, asker, position, data)
    return receipt(subject_of(result, "absence"), result, created=True)


@post("/v1/positions/{position:uuid}/absences/{absence:uuid}/end", scope="delegate", status_code=200)
async def end_absence(
    position: UUID, absence: UUID, data: EndAbsence, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Say that you are back."""
    return receipt(absence, await delegations.end_absence(commands, asker, position, absence, data))
