"""Reminding whom a microcredential waits on."""

from uuid import UUID

import asyncpg
from litestar import Response, post

from services.credentials.api.delivering import Level
from services.credentials.commands import nudging
from services.credentials.domain.nudging import NudgeMicrocredential
from services.credentials.projections.offerings import offerings_of
from shared.eventstore.commands import Commands
from shared.security.asker import Asker
from shared.web.receipts import Receipt, receipt


@post("/v1/microcredentials/{microcredential:uuid}/nudges", scope="record")
async def nudge_microcredential(
    microcredential: UUID,
    data: NudgeMicrocredential,
    asker: Asker,
    commands: Commands,
    pool: asyncpg.Pool,
    level: Level,
) -> Response[Receipt]:
    """Remind a partner of what waits there: it is recorded, and changes nothing else. Once in 24 hours."""
    await level()
    offerings = await offerings_of(pool, asker.key.community, microcredential)
    result = await nudging.nudge(commands, asker, microcredential, data, offerings)
    return receipt(microcredential, result, created=True)
