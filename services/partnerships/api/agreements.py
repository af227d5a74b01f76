"""Councils and agreements."""

from typing import Any
from uuid import UUID

import asyncpg
from litestar import Response, get, post

from services.partnerships.commands import agreements, councils
from services.partnerships.domain.agreement import ProposeAgreement, SignAgreement
from services.partnerships.domain.council import ChangeCouncil, ConveneCouncil
from services.partnerships.projections import agreements as table
from shared.eventstore.vocabulary import EventStore
from shared.eventstore.work import Commands
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.web.receipts import Receipt, receipt, signed_receipt, subject_of


@post("/v1/councils", scope="partners:register")
async def convene_council(data: ConveneCouncil, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Convene a council; the answer's `id` is the council."""
    result = await councils.convene(commands, asker, data)
    return receipt(subject_of(result, "council"), result, created=True)


@post("/v1/councils/{council:uuid}/change", scope="partners:register", status_code=200)
async def change_council(council: UUID, data: ChangeCouncil, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Change a council's seats or quorum; open rounds keep theirs."""
    return receipt(council, await councils.change(commands, asker, council, data))


@post("/v1/agreements", scope="partners:register")
async def propose_agreement(data: ProposeAgreement, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Lay an agreement before its partners; the answer's facts hold the digest to sign."""
    result = await agreements.propose(commands, asker, data)
    return receipt(subject_of(result, "agreement"), result, created=True)


@post("/v1/agreements/{agreement:uuid}/sign", scope="decide", status_code=200)
async def sign_agreement(
    agreement: UUID, data: SignAgreement, asker: Asker, commands: Commands, store: EventStore, vault: Vault
) -> Response[Receipt]:
    """Sign for your partner; in force when all have."""
    result = await agreements.sign(commands, asker, agreement, data)
    return await signed_receipt(agreement, result, asker, store, vault)


@get("/v1/agreements", scope="read")
async def list_agreements(asker: Asker, pool: asyncpg.Pool) -> dict[str, Any]:
    """Every agreement, with who has signed and since when it is in force."""
    return {"items": await table.agreements(pool, asker.key.community)}
