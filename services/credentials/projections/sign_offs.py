"""Every sign-off by what it rests on, for a revocation to find those it may void. Rows are only ever added."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

import asyncpg

from services.credentials.domain.voiding import judged_at
from shared.authority import Community, Revocation
from shared.authority.grounds import backed_by
from shared.contracts.credentials import SignOffRecorded
from shared.contracts.partnerships import (
    DelegationEnded,
    HolderEnded,
    KeyRevoked,
    PositionEnded,
    ResponsibilityEnded,
    SigningKeyRevoked,
)
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded

SQL = statements("services.credentials.projections", "sign_offs.sql")
Sought = tuple[str, UUID | None, datetime, list[UUID]] | tuple[str, str, datetime] | tuple[str, UUID, datetime]


class SignOffs:
    """One row a sign-off."""

    name = "sign-offs"
    version = 2
    log = "credentials"
    tables = ("sign_offs",)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        if isinstance(fact := recorded.fact, SignOffRecorded):
            await connection.execute(
                SQL["sign"], fact.sign_off, recorded.community, fact.microcredential, recorded.index, fact.by.position,
                fact.by.alternate, fact.evidence.responsibility, recorded.metadata.actor.key,
                judged_at(fact, recorded.occurred_at), recorded.recorded_at,
                fact.signature.signing_key if fact.signature else None,
            )  # fmt: skip


async def resting_on(pool: asyncpg.Pool, revocation: Recorded[Revocation], community: Community) -> list[int]:
    """Where in the log those sign-offs are that may have been given after it took effect, and on what it took away."""
    statement, *sought = _looked_for(revocation.fact, community)
    return [row["log_index"] for row in await pool.fetch(SQL[statement], revocation.community, *sought)]


def _looked_for(fact: Revocation, community: Community) -> Sought:
    """What is asked of the table. A responsibility's end may matter where another of the same position had ended."""
    match fact:
        case PositionEnded():
            return "in_position", fact.position, fact.until, [one.id for one in backed_by(community, [fact.position])]
        case HolderEnded() | DelegationEnded():
            return "in_position", fact.position, fact.until, []
        case ResponsibilityEnded():
            partner = community.partners.get(fact.partner)
            entry = partner.responsibilities.get(fact.responsibility) if partner else None
            return "in_position", entry.position if entry else None, fact.until, []
        case KeyRevoked():
            return "with_key", fact.key, fact.effective
        case SigningKeyRevoked():
            return "signed_with", fact.signing_key, fact.effective
        case _:
            assert_never(fact)
