"""Proposals: a list from the table, one folded from its facts, now or at a past moment."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
from litestar import get
from msgspec import Meta

from services.intake.domain.proposal import PROPOSAL
from services.intake.projections.one import ProposalView, view
from services.intake.projections.proposals import ProposalLine, proposals
from shared.authority.answers import holders
from shared.eventstore.work import Commands, NotFound
from shared.kernel import Clock, Refused, Value, stream_id
from shared.security.asker import Asker
from shared.web.faults import QueryNotRight
from shared.web.requests import parse_moment

StateName = Literal["draft", "submitted", "concept-validation", "returned", "accepted", "declined", "withdrawn"]


class ProposalPage(Value, frozen=True):
    """A page of proposals; `next` is the query of the page after it, null on the last."""

    items: tuple[ProposalLine, ...]
    next: str | None


@get("/v1/proposals", scope="read")
async def list_proposals(
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    state: StateName | None = None,
    limit: Annotated[int, Meta(ge=1, le=200)] = 50,
    after: Annotated[str, Meta(max_length=64)] | None = None,
) -> ProposalPage:
    """The community's proposals in the order they were recorded; drafts only of your own partners."""
    start = _from_cursor(after) if after else None
    own, everyone = _own_partners(asker, clock()), _sees_drafts(asker)
    found = await proposals(pool, asker.key.community, start, state, own, everyone, limit + 1)
    items, more = tuple(found[:limit]), len(found) > limit
    if not more:
        return ProposalPage(items, None)
    kept = f"&state={state}" if state else ""
    return ProposalPage(items, f"?after={_cursor(items[-1].proposal)}&limit={limit}{kept}")


@get("/v1/proposals/{proposal:uuid}", scope="read")
async def read_proposal(
    proposal: UUID,
    asker: Asker,
    commands: Commands,
    clock: Clock,
    at: Annotated[str, Meta(max_length=64)] | None = None,
) -> ProposalView:
    """One proposal with its outline, responses and dissent, now or `at` a time or index; and what it waits for."""
    moment = parse_moment(at, "intake")
    stored = await commands.store.stream(asker.key.community, stream_id(PROPOSAL.category, proposal))
    history = [recorded for recorded in map(commands.mapper.to_recorded, stored) if moment.includes(recorded)]
    if not history:
        raise Refused(NotFound("proposal", str(proposal)))
    seen = view(history, asker.community)
    own = seen.proposed_by.partner in _own_partners(asker, clock())
    if seen.addressed_partner is None and not own and not _sees_drafts(asker):
        raise Refused(NotFound("proposal", str(proposal)))
    return seen


def _sees_drafts(asker: Asker) -> bool:
    """Coordinators and auditors read the whole history, drafts included; others those of their own partners."""
    return "history:read" in asker.key.scopes


def _own_partners(asker: Asker, at: datetime) -> set[UUID]:
    positions = asker.community.positions.values()
    return {place.partner for place in positions if any(one.person == asker.key.person for one in holders(place, at))}


def _cursor(proposal: UUID) -> str:
    return base64.urlsafe_b64encode(proposal.bytes).decode().rstrip("=")


def _from_cursor(after: str) -> UUID:
    try:
        return UUID(bytes=base64.b64decode(f"{after}==", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise Refused(QueryNotRight("after is not a cursor; take it from `next` of the page before.")) from None
