"""Microcredentials: the list from its table, one of them folded from the log, now or as of any moment."""

from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from litestar import get
from litestar.params import Parameter, QueryParameter

from services.credentials.api.view_values import MicrocredentialView
from services.credentials.api.views import view_of
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.offering import OFFERING
from services.credentials.domain.states import NotOpened
from services.credentials.projections import microcredentials as table
from services.credentials.projections.offerings import offerings_of
from shared.authority import reading
from shared.eventstore.commands import Commands
from shared.eventstore.logs import OwnLog, check_reached
from shared.eventstore.refusals import NotFound
from shared.eventstore.vocabulary import EventStore
from shared.kernel import Clock, Fact, Recorded, Refused
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.security.signed_as import names
from shared.web.paging import cursor, place
from shared.web.requests import At, parse_moment

State = Literal["preparing", "validating", "approved", "under-review", "retired"]


@get("/v1/microcredentials", scope="read")
async def list_microcredentials(
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    in_state: Annotated[State | None, QueryParameter(name="state")] = None,
    after: Annotated[str | None, Parameter(max_length=200)] = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The microcredentials you may read, oldest first; `next` where there are more."""
    ids = asker.reader(clock()).ids
    rows = await table.page(pool, asker.key.community, in_state, place(after), limit + 1, ids)
    return {"items": rows[:limit], "next": cursor(rows, limit, "opened_at", "microcredential")}


@get("/v1/microcredentials/{microcredential:uuid}", scope="read")
async def read_microcredential(
    microcredential: UUID,
    asker: Asker,
    commands: Commands,
    pool: asyncpg.Pool,
    log: OwnLog,
    store: EventStore,
    vault: Vault,
    at: At = None,
) -> MicrocredentialView:
    """One microcredential, now or `at` a time or an index such as `credentials@57`."""
    moment = parse_moment(at, "credentials")
    await check_reached(log, moment)
    work = commands.work(asker.context(commands.clock()))

    def then(history: list[Recorded[Fact]]) -> list[Recorded[Fact]]:
        return [recorded for recorded in history if moment.includes(recorded)]

    whole = await work.history(MICROCREDENTIAL, microcredential)
    runs = [
        await work.history(OFFERING, offering)
        for offering in await offerings_of(pool, asker.key.community, microcredential)
    ]
    reader = asker.reader(commands.clock())
    readership = reading.of(recorded.fact for recorded in (*whole, *(run[0] for run in runs)))
    if readership is None or not reader.may_read(readership):
        raise Refused(NotFound("microcredential", str(microcredential)))
    history = then(whole)
    state = work.state(MICROCREDENTIAL, history)
    if isinstance(state, NotOpened):
        raise Refused(NotFound("microcredential", str(microcredential)))
    offerings = [past for run in runs if (past := then(run))]
    asked = moment.at or (work.at if moment.is_now else history[-1].occurred_at)
    signed_with = await names(history, asker.key.community, store, vault)
    return view_of(state, history, offerings, asker.community, asked, signed_with, reader)
