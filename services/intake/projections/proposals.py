"""Proposals, as a table."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from shared.contracts.intake import (
    ConceptResponded,
    ProposalAccepted,
    ProposalDeclined,
    ProposalDrafted,
    ProposalReturned,
    ProposalRevised,
    ProposalSubmitted,
    ProposalWithdrawn,
)
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded, Text, Value

SQL = statements("services.intake.projections", "proposals.sql")


class ProposalLine(Value, frozen=True):
    """A proposal in a list: in `state` since when, and how many partners' `responses` count now."""

    proposal: UUID
    key: str
    title: Text | None
    state: str
    since: datetime
    proposing_partner: UUID
    addressed_partner: UUID | None
    responses: int


class Proposals:
    """One row a proposal."""

    name = "proposals"
    log = "intake"
    tables = ("proposals",)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        at = recorded.occurred_at
        match recorded.fact:
            case ProposalDrafted() as fact:
                title = _json(fact.outline.title)
                row = (fact.proposal, recorded.community, fact.key, title, at, fact.by.partner)
                await connection.execute(SQL["draft"], *row)
            case ProposalRevised() as fact if fact.change.title is not msgspec.UNSET:
                await connection.execute(SQL["retitle"], fact.proposal, _json(fact.change.title))
            case ProposalSubmitted() as fact:
                await connection.execute(SQL["submit"], fact.proposal, at, fact.to)
            case ConceptResponded() as fact:
                await connection.execute(SQL["respond"], fact.proposal, at, fact.by.partner)
            case ProposalReturned() as fact:
                await connection.execute(SQL["send_back"], fact.proposal, at)
            case ProposalAccepted() as fact:
                await connection.execute(SQL["settle"], fact.proposal, "accepted", at)
            case ProposalDeclined() as fact:
                await connection.execute(SQL["settle"], fact.proposal, "declined", at)
            case ProposalWithdrawn() as fact:
                await connection.execute(SQL["settle"], fact.proposal, "withdrawn", at)
            case _:
                pass


async def proposals(
    pool: asyncpg.Pool,
    community: str,
    after: UUID | None,
    state: str | None,
    partners: Collection[UUID],
    all_drafts: bool,
    limit: int,
) -> list[ProposalLine]:
    """Up to `limit` proposals after that one, in the order they were recorded; drafts of those `partners`, or all."""
    rows = await pool.fetch(SQL["list"], community, after, state, list(partners), all_drafts, limit)
    return [ProposalLine(**{**row, "title": _text(row["title"])}) for row in map(dict, rows)]


def _json(title: Text | None) -> str | None:
    return None if title is None else msgspec.json.encode(title).decode()


def _text(title: str | None) -> Text | None:
    return None if title is None else msgspec.json.decode(title, type=dict[str, str])
