"""Agreements: laid before partners, signed, revised, left; read with whose signatures they wait for."""

from typing import Any
from uuid import UUID

import asyncpg
from litestar import Response, get, post

from services.partnerships.api.agreement_views import AgreementView, view_of, waiting
from services.partnerships.commands import agreements
from services.partnerships.domain.agreement import (
    AGREEMENT,
    LeaveAgreement,
    NotProposed,
    ProposeAgreement,
    ReviseAgreement,
    SignAgreement,
    terminate,
    withdraw,
)
from services.partnerships.projections import agreements as table
from shared.authority import Answer, Register
from shared.eventstore.commands import Commands
from shared.eventstore.following import Following
from shared.eventstore.refusals import NotFound
from shared.eventstore.vocabulary import EventStore
from shared.kernel import Clock, Refused
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.security.signed_as import names, opened_name
from shared.web.receipts import Receipt, receipt, signed_receipt, subject_of
from shared.web.requests import At, parse_moment


@post("/v1/agreements", scope="partners:register")
async def propose_agreement(data: ProposeAgreement, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Lay an agreement before its partners; the answer's facts hold the digest to sign."""
    result = await agreements.propose(commands, asker, data)
    return receipt(subject_of(result, "agreement"), result, created=True)


@post("/v1/agreements/{agreement:uuid}/versions", scope="partners:register")
async def revise_agreement(
    agreement: UUID, data: ReviseAgreement, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Lay a later version before its partners; the one in force stands until all have signed it."""
    return receipt(agreement, await agreements.revise(commands, asker, agreement, data), created=True)


@post("/v1/agreements/{agreement:uuid}/sign", scope="decide", status_code=200)
async def sign_agreement(
    agreement: UUID, data: SignAgreement, asker: Asker, commands: Commands, store: EventStore, vault: Vault
) -> Response[Receipt]:
    """Sign for your partner; in force when all have."""
    result = await agreements.sign(commands, asker, agreement, data)
    return await signed_receipt(agreement, result, asker, store, vault)


@post("/v1/agreements/{agreement:uuid}/withdraw", scope="decide", status_code=200)
async def withdraw_from_agreement(
    agreement: UUID, data: LeaveAgreement, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """Withdraw your partner from a moment on; it ends where too few are left."""
    return receipt(agreement, await agreements.leave(commands, asker, agreement, data, withdraw))


@post("/v1/agreements/{agreement:uuid}/terminate", scope="decide", status_code=200)
async def terminate_agreement(
    agreement: UUID, data: LeaveAgreement, asker: Asker, commands: Commands
) -> Response[Receipt]:
    """End it for all from a moment on, as one of its parties."""
    return receipt(agreement, await agreements.leave(commands, asker, agreement, data, terminate))


@get("/v1/agreements", scope="read")
async def list_agreements(
    asker: Asker, pool: asyncpg.Pool, clock: Clock, store: EventStore, vault: Vault
) -> dict[str, Any]:
    """Every agreement: its version in force or the first, the one that waits, and whose signatures that lacks."""
    now, community = clock(), asker.community

    def waits_on(agreement: UUID) -> tuple[Answer, ...]:
        known = community.agreements.get(agreement)
        return () if known is None else waiting(community, asker.log_index, known.missing(now), now)

    rows = await table.agreements(pool, asker.key.community)
    for signature in table.signatures(rows):
        if (ref := signature.get("signed_as")) is not None:
            signature["signed_as"] = await opened_name(UUID(ref["id"]), asker.key.community, store, vault)
    return {"items": [{**row, "waits_on": waits_on(row["agreement"])} for row in rows]}


@get("/v1/agreements/{agreement:uuid}", scope="read")
async def read_agreement(
    agreement: UUID,
    asker: Asker,
    commands: Commands,
    register: Following[Register],
    clock: Clock,
    store: EventStore,
    vault: Vault,
    at: At = None,
) -> AgreementView:
    """One agreement with all its versions, now or `at` a time or an index such as `partnerships@57`."""
    moment = parse_moment(at, "partnerships")
    folded, then = await register.as_of(moment, clock())
    work = commands.work(asker.context(commands.clock()))
    history = [one for one in await work.history(AGREEMENT, agreement) if moment.includes(one)]
    state = work.state(AGREEMENT, history)
    if isinstance(state, NotProposed):
        raise Refused(NotFound("agreement", str(agreement)))
    signed_with = await names(history, asker.key.community, store, vault)
    return view_of(state, history, folded.community(asker.key.community), folded.index, then, signed_with)
