"""Every sign-off by what it rests on, for a revocation to find those it may void. Rows are only ever added."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

import asyncpg

from services.credentials.domain.voiding import judged_at
from shared.authority import Revocation
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


async def resting_on(pool: asyncpg.Pool, revocation: Recorded[Revocation]) -> list[int]:
    """Where in the log those sign-offs are that may have been given after it took effect, and on what it took away."""
    statement, of, effective = _looked_for(revocation.fact)
    return [row["log_index"] for row in await pool.fetch(SQL[statement], revocation.community, of, effective)]


def _looked_for(fact: Revocation) -> tuple[str, UUID | str, datetime]:
    match fact:
        case HolderEnded() | PositionEnded() | DelegationEnded():
            return "in_position", fact.position, fact.until
        case ResponsibilityEnded():
            return "on_responsibility", fact.responsibility, fact.until
        case KeyRevoked():
            return "with_key", fact.key, fact.effective
        case SigningKeyRevoked():
            return "signed_with", fact.signing_key, fact.effective
        case _:
            assert_never(fact)
