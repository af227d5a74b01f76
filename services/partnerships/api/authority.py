"""Partners, positions, holders and responsibilities."""

from uuid import UUID

from litestar import Response, post

from services.partnerships.commands import partners, positions
from services.partnerships.domain.establishing import ChangePosition, EstablishPosition
from services.partnerships.domain.holders import AppointHolder
from services.partnerships.domain.partner import AssignResponsibility, End, Reconfirm, RegisterPartner
from shared.eventstore.commands import Commands
from shared.security.asker import Asker
from shared.web.receipts import Receipt, receipt, subject_of


@post("/v1/partners", scope="partners:register")
async def register_partner(data: RegisterPartner, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Register a partner with its first authority administrator."""
    partner, result = await partners.register(commands, asker, data)
    return receipt(partner, result, created=True)


@post("/v1/partners/{partner:uuid}/responsibilities", scope="authority:record")
async def assign_responsibility(
    partner: UUID, data: AssignResponsibility, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Give a matter to a position; the answer's `id` is the responsibility."""
    result = await partners.assign(commands, asker, partner, data)
    return receipt(subject_of(result, "responsibility"), result, created=True)


@post(
    "/v1/partners/{partner:uuid}/responsibilities/{responsibility:uuid}/confirm",
    scope="authority:confirm",
    status_code=200,
)
async def confirm_responsibility(
    partner: UUID, responsibility: UUID, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Confirm a responsibility of your own partner."""
    return receipt(responsibility, await partners.confirm(commands, asker, partner, responsibility))


@post(
    "/v1/partners/{partner:uuid}/responsibilities/{responsibility:uuid}/end", scope="authority:confirm", status_code=200
)
async def end_responsibility(
    partner: UUID, responsibility: UUID, data: End, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """End a responsibility of your own partner."""
    return receipt(responsibility, await partners.end(commands, asker, partner, responsibility, data))


@post("/v1/partners/{partner:uuid}/reconfirm", scope="authority:confirm", status_code=200)
async def reconfirm_register(partner: UUID, data: Reconfirm, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Confirm the whole register of your own partner anew, as falls due every year."""
    return receipt(partner, await partners.reconfirm(commands, asker, partner, data))


@post("/v1/positions", scope="authority:record")
async def establish_position(data: EstablishPosition, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Record a position; the answer's `id` is the position."""
    result = await positions.establish(commands, asker, data)
    return receipt(subject_of(result, "position"), result, created=True)


@post("/v1/positions/{position:uuid}/confirm", scope="authority:confirm", status_code=200)
async def confirm_position(position: UUID, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Confirm a position of your own partner."""
    return receipt(position, await positions.confirm(commands, asker, position))


@post("/v1/positions/{position:uuid}/change", scope="authority:confirm", status_code=200)
async def change_position(position: UUID, data: ChangePosition, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Give a position of your own partner another title, alternate or escalation, from now on."""
    return receipt(position, await positions.change(commands, asker, position, data))


@post("/v1/positions/{position:uuid}/end", scope="authority:confirm", status_code=200)
async def end_position(position: UUID, data: End, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Abolish a position of your own partner; what was decided in it stands."""
    return receipt(position, await positions.abolish(commands, asker, position, data))


@post("/v1/positions/{position:uuid}/holders", scope="authority:record")
async def appoint_holder(position: UUID, data: AppointHolder, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Record a holder from–until; the answer's `id` is the holding."""
    result = await positions.appoint(commands, asker, position, data)
    return receipt(subject_of(result, "holding"), result, created=True)


@post("/v1/positions/{position:uuid}/holders/{holding:uuid}/confirm", scope="authority:confirm", status_code=200)
async def confirm_holder(position: UUID, holding: UUID, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Confirm a holder at your own partner."""
    return receipt(holding, await positions.confirm_holder(commands, asker, position, holding))


@post("/v1/positions/{position:uuid}/holders/{holding:uuid}/end", scope="authority:confirm", status_code=200)
async def end_holding(position: UUID, holding: UUID, data: End, asker: Asker, commands: Commands) -> Response[Receipt]:
    """End a holding at your own partner."""
    return receipt(holding, await positions.end_holding(commands, asker, position, holding, data))
