"""Agreements and their signatures, as a table."""

import asyncpg
import msgspec

from shared.contracts.partnerships import AgreementInForce, AgreementProposed, AgreementSigned
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded

SQL = statements("services.partnerships.projections", "agreements.sql")


class Agreements:
    """One row an agreement: its terms, who has signed, since when it is in force."""

    name = "agreements"
    version = 1
    log = "partnerships"
    tables = ("agreements",)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        match recorded.fact:
            case AgreementProposed() as fact:
                terms = msgspec.json.encode(fact.terms).decode()
                await connection.execute(
                    SQL["propose"],
                    fact.agreement,
                    recorded.community,
                    fact.key,
                    terms,
                    fact.digest,
                    recorded.occurred_at,
                )
            case AgreementSigned() as fact:
                signature = {"by": fact.by, "at": recorded.occurred_at, "evidence": fact.evidence}
                await connection.execute(SQL["sign"], fact.agreement, msgspec.json.encode([signature]).decode())
            case AgreementInForce() as fact:
                await connection.execute(SQL["enforce"], fact.agreement, recorded.occurred_at)
            case _:
                pass


async def agreements(pool: asyncpg.Pool, community: str) -> list[dict[str, object]]:
    """Every agreement of the community, oldest first."""
    rows = await pool.fetch(SQL["list"], community)
    return [
        {**row, "terms": msgspec.json.decode(row["terms"]), "signatures": msgspec.json.decode(row["signatures"])}
        for row in map(dict, rows)
    ]
