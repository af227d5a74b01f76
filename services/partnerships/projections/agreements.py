"""Agreements and their signatures, as a table."""

from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec

from shared.contracts.partnerships import (
    AgreementInForce,
    AgreementProposed,
    AgreementRevised,
    AgreementSigned,
    AgreementTerminated,
    PartnerWithdrew,
)
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded

SQL = statements("services.partnerships.projections", "agreements.sql")
JSON = ("terms", "signatures", "pending", "withdrawn")
"""Columns kept as JSON."""


class Agreements:
    """One row an agreement: its version in force, or the first, with who has signed it; and the one that may follow."""

    name = "agreements"
    version = 2
    log = "partnerships"
    tables = ("agreements",)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        at = recorded.occurred_at
        match recorded.fact:
            case AgreementProposed() as fact:
                await connection.execute(
                    SQL["propose"], fact.agreement, recorded.community, fact.key, _json(fact.terms), fact.digest, at
                )
            case AgreementRevised() as fact:
                await connection.execute(
                    SQL["revise"], fact.agreement, fact.version, _json(fact.terms), fact.digest, at
                )
            case AgreementSigned() as fact:
                signature = _json([{"by": fact.by, "at": at, "evidence": fact.evidence, "signed_as": fact.signed_as}])
                await connection.execute(SQL["sign"], fact.agreement, signature, fact.version)
                await connection.execute(SQL["sign_pending"], fact.agreement, signature, fact.version)
            case AgreementInForce() as fact:
                await connection.execute(SQL["enforce"], fact.agreement, at, fact.version)
                await connection.execute(SQL["supersede"], fact.agreement, at, fact.version)
            case PartnerWithdrew() as fact:
                left = _json([{"partner": fact.by.partner, "effective": fact.effective, "instrument": fact.instrument}])
                await connection.execute(SQL["withdraw"], fact.agreement, left)
            case AgreementTerminated() as fact:
                await connection.execute(SQL["terminate"], fact.agreement, fact.effective)
            case _:
                pass


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def agreements(pool: asyncpg.Pool, community: str) -> list[dict[str, Any]]:
    """Every agreement of the community, oldest first."""
    rows = await pool.fetch(SQL["list"], community)
    return [{**row, **{name: msgspec.json.decode(row[name] or "null") for name in JSON}} for row in map(dict, rows)]


def signatures(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every signature in these agreements, those of versions that wait included."""
    for item in items:
        for version in (item, item["pending"] or {}):
            yield from version.get("signatures", ())
