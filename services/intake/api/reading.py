"""Proposals: a list from the table, one folded from its facts, now or at a past moment."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
from litestar import get
from litestar.params import Parameter, QueryParameter

from services.intake.domain.proposal import PROPOSAL
from services.intake.projections import proposals as table
from services.intake.projections.one import ProposalView, view
from shared.authority import reading
from shared.eventstore.commands import Commands
from shared.eventstore.logs import OwnLog, check_reached
from shared.eventstore.refusals import NotFound
from shared.eventstore.vocabulary import EventStore
from shared.kernel import Clock, Refused, Text, Value
from shared.security.asker import Asker
from shared.security.notes import Vault
from shared.security.signed_as import names
from shared.web.paging import cursor, place
from shared.web.requests import At, parse_moment

StateName = Literal["draft", "submitted", "concept-validation", "returned", "accepted", "declined", "withdrawn"]


class ProposalLine(Value, frozen=True):
    """A proposal in a list: in `state` since when, and how many partners' `responses` count now."""

    proposal: UUID
    key: str
    title: Text | None
    drafted_at: datetime
    state: StateName
    since: datetime
    proposing_partner: UUID
    addressed_partner: UUID | None
    responses: int


class ProposalPage(Value, frozen=True):
    """A page of proposals; `next` is the `after` of the page that follows, null on the last."""

    items: tuple[ProposalLine, ...]
    next: str | None


@get("/v1/proposals", scope="read")
async def list_proposals(
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    in_state: Annotated[StateName | None, QueryParameter(name="state")] = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
    after: Annotated[str | None, Parameter(max_length=200)] = None,
) -> ProposalPage:
    """The proposals you may read, oldest first, in one `state` or all."""
    ids = asker.reader(clock()).ids
    rows = await table.page(pool, asker.key.community, place(after), in_state, limit + 1, ids)
    following = cursor(rows, limit, "drafted_at", "proposal")
    return ProposalPage(tuple(ProposalLine(**row) for row in rows[:limit]), following)


@get("/v1/proposals/{proposal:uuid}", scope="read")
async def read_proposal(
    proposal: UUID,
    asker: Asker,
    commands: Commands,
    clock: Clock,
    log: OwnLog,
    store: EventStore,
    vault: Vault,
    at: At = None,
) -> ProposalView:
    """One proposal with its outline, responses and dissent, now or `at` a time or index; and what it waits for."""
    moment = parse_moment(at, "intake")
    await check_reached(log, moment)
    work = commands.work(asker.context(clock()))
    whole = await work.history(PROPOSAL, proposal)
    reader, readership = asker.reader(clock()), reading.of(recorded.fact for recorded in whole)
    history = [recorded for recorded in whole if moment.includes(recorded)]
    then = reading.of(recorded.fact for recorded in history)
    if readership is None or then is None or not reader.may_read(readership):
        raise Refused(NotFound("proposal", str(proposal)))
    if then.draft and not reader.may_read_drafting(readership):
        raise Refused(NotFound("proposal", str(proposal)))
    return view(history, asker.community, await names(history, asker.key.community, store, vault))
