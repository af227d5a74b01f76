"""A projection made for tests, on a table made for tests: one row a fact, so that anything missed or doubled shows."""

import os
from typing import Any

import asyncpg

from shared.eventstore.faults import Patience
from shared.eventstore.logs import OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.projector import Projector
from shared.eventstore.vocabulary import EventStore
from shared.kernel import Fact, Recorded, new_id
from tests.shared.eventstore.deciding import commands, register
from tests.support.databases import Database, open_store


class Tally:
    """One row a fact, with the version of the code that wrote it. A fact taken in twice is a unique violation."""

    name = "tally"
    log = "partnerships"
    tables = ("tally",)

    def __init__(self, version: int = 1) -> None:
        self.version = version

    async def apply(self, connection: Any, recorded: Recorded[Fact]) -> None:
        await connection.execute(
            "insert into tally (index, stream, written_by) values ($1, $2, $3)",
            recorded.index,
            recorded.stream,
            self.version,
        )


TABLE = """
create table read.tally (
  index bigint constraint tally_by_index primary key,
  stream text not null,
  written_by integer not null default 0 constraint some_version check (written_by >= 0)
) with (fillfactor = 90);
create index tally_of_streams on read.tally (stream, index);
create unique index tally_late on read.tally (stream) where index < 0;
comment on table read.tally is 'Facts, one by one.';
grant select on read.tally to public;
"""


async def make_table(database: Database) -> None:
    """The table, with everything a table may have that a rebuild must carry over."""
    await database.projector.execute(TABLE)


def store_of(database: Database) -> EventStore:
    """For reading."""
    return PostgresStore(database.appender)


def log_of(database: Database) -> OwnLog:
    return OwnLog("partnerships", store_of(database), Mapper("partnerships"))


def projector(database: Database, projection: Any = None) -> Projector:
    patience = Patience(tries=2, first=0.001)
    return Projector(database.projects, projection or Tally(), log_of(database), patience=patience)


async def say(database: Database, facts: int) -> None:
    """Append that many."""
    async with open_store(database) as store:
        while facts > 0:
            await register(commands(store), [new_id() for _ in range(min(facts, 500))])
            facts -= 500


async def indexes(database: Database) -> list[int]:
    """What the live table holds."""
    return [row["index"] for row in await database.appender.fetch("select index from read.tally order by index")]


async def holds(database: Database, facts: int) -> bool:
    return bool(await database.appender.fetchval("select count(*) = $1 from read.tally", facts))


async def leader(database: Database) -> int | None:
    """The backend that holds the lease."""
    found = await database.appender.fetchrow("select pid, holder from read.leases where projection = 'tally'")
    if found is None or found["pid"] is None:
        return None
    assert f":{os.getpid()})" in found["holder"], "the holder says in which process it is"
    return int(found["pid"])


SESSIONS = (
    "from pg_stat_activity where datname = current_database() and application_name like 'consortia ' || $1 || '%'"
)


async def kill(database: Database, purpose: str) -> int:
    """End the sessions of that purpose, as an administrator or a crash would; how many there were."""
    return len(await as_administrator(database, f"select pg_terminate_backend(pid) {SESSIONS}", purpose))


async def as_administrator(database: Database, statement: str, *values: object) -> list[Any]:
    """Outside the roles of our own processes, which may neither see nor end what others do."""
    connection = await asyncpg.connect(database.url)
    try:
        return list(await connection.fetch(statement, *values))
    finally:
        await connection.close()
