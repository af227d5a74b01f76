"""Which facts belong to whose story, as a table: one projection per log. The facts stay where they were heard."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

import asyncpg

from shared.eventstore.mapper import readable
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded, stream_key

SQL = statements("services.oversight.projections", "lines.sql")
Decode = Callable[[bytes], Recorded[Fact]]
STORIED = ("proposal-", "microcredential-")
"""A proposal and its microcredential share an id, and so a story."""


class Lines:
    """One row a fact; what a fact of an offering is about, its own fields say.

    Where its stream says so, a fact that cannot be read has its row too, and its line in the story.
    """

    takes_unreadable = True

    def __init__(self, log: str) -> None:
        self.name = f"lines of {log}"
        self.log = log
        self.version = 1
        self.tables = (f"lines_{log}",)
        self._note = SQL["note"].format(log=log)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        if recorded.stream.startswith("offering-"):
            readable(recorded)
        await connection.execute(
            self._note, self.log, recorded.id, recorded.index, recorded.community, subject_of(recorded)
        )


def subject_of(recorded: Recorded[Fact]) -> UUID | None:
    """Whose story the fact belongs to, also where its tag is not known; None for pathways and all of partnerships."""
    named = getattr(recorded.fact, "microcredential", None)
    if isinstance(named, UUID):
        return named
    return stream_key(recorded.stream) if recorded.stream.startswith(STORIED) else None


async def facts_about(
    pool: asyncpg.Pool, decoders: Mapping[str, Decode], community: str, subject: UUID
) -> list[Recorded[Fact]]:
    """Every fact of the proposal, the microcredential and its offerings, and those their evidence cites."""
    own = await own_facts(pool, decoders, community, subject)
    ids = {cited for recorded in own for cited in cites(recorded.fact)}
    return own + _decoded(decoders, await pool.fetch(SQL["cited"], community, list(ids)))


async def own_facts(
    pool: asyncpg.Pool, decoders: Mapping[str, Decode], community: str, subject: UUID
) -> list[Recorded[Fact]]:
    """Every fact of the proposal, the microcredential and its offerings."""
    return _decoded(decoders, await pool.fetch(SQL["about"], community, subject))


def cites(fact: Fact) -> tuple[UUID, ...]:
    """The facts of partnerships its evidence rests on, or which made it void."""
    revocation: UUID | None = getattr(fact, "revocation", None)
    return getattr(getattr(fact, "evidence", None), "facts", (revocation,) if revocation else ())


async def heard_at(
    pool: asyncpg.Pool, decoders: Mapping[str, Decode], community: str, log: str, index: int
) -> Recorded[Fact] | None:
    """The fact at that place of a log; None where none of the community's was heard there."""
    found = await pool.fetchval(SQL["heard_at"], log, index, community)
    return None if found is None else decoders[log](found)


async def heard_from(
    pool: asyncpg.Pool, decoders: Mapping[str, Decode], community: str, log: str, index: int
) -> list[Recorded[Fact]]:
    """The community's facts among the 200 from that place on."""
    rows = await pool.fetch(SQL["heard_from"], log, index, community)
    return [decoders[log](row["event"]) for row in rows]


async def places(pool: asyncpg.Pool, community: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """`log@index` of these facts, as far as they were heard."""
    rows = await pool.fetch(SQL["places"], community, list(ids))
    return {row["id"]: f"{row['log']}@{row['index']}" for row in rows}


def _decoded(decoders: Mapping[str, Decode], rows: list[asyncpg.Record]) -> list[Recorded[Fact]]:
    return [decoders[row["log"]](row["event"]) for row in rows]
