"""Proposals, as a table."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
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
from shared.kernel import Fact, Recorded, Text

SQL = statements("services.intake.projections", "proposals.sql")


class Proposals:
    """One row a proposal."""

    name = "proposals"
    version = 1
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


async def page(
    pool: asyncpg.Pool,
    community: str,
    after: tuple[datetime, UUID] | None,
    state: str | None,
    limit: int,
    ids: Collection[UUID] | None,
) -> list[dict[str, Any]]:
    """Up to `limit` proposals after that place, oldest first: of what whoever has these ids may read, or of all."""
    drafted_at, proposal = after or (None, None)
    sql = SQL["list"].format(readable="true" if ids is None else SQL["readable"])
    limited = () if ids is None else (list(ids),)
    rows = await pool.fetch(sql, community, drafted_at, proposal, state, limit, *limited)
    return [{**row, "title": row["title"] and msgspec.json.decode(row["title"])} for row in map(dict, rows)]


def _json(title: Text | None) -> str | None:
    return None if title is None else msgspec.json.encode(title).decode()
