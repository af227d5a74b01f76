"""Which log it is: made once with it, kept by copies, changed by nobody."""

import asyncpg
import pytest

from shared.eventstore.connections import Connections
from shared.eventstore.memory import MemoryStore
from shared.eventstore.outgoing import OutgoingLog
from tests.support.databases import Database, fresh_database, open_store
from tests.support.servers import Servers

pytestmark = pytest.mark.servers


async def test_it_stays_the_same_however_it_is_asked(database: Database) -> None:
    outgoing = OutgoingLog(Connections(database.url, "consortia_appender"))
    async with open_store(database) as store:
        assert await store.identity() == await store.identity() == await outgoing.identity()
    await outgoing.close()
    said = MemoryStore()
    assert await said.identity() == await said.identity() != await MemoryStore().identity()


async def test_a_copy_of_the_database_keeps_it(servers: Servers) -> None:
    async with (
        fresh_database(servers, "partnerships") as one, open_store(one) as store,
        fresh_database(servers, "partnerships") as copy, open_store(copy) as copied,
    ):  # fmt: skip
        assert await store.identity() == await copied.identity(), "both are copies of one template"


async def test_two_logs_made_apart_differ(servers: Servers) -> None:
    async with (
        fresh_database(servers, "partnerships") as one, open_store(one) as store,
        fresh_database(servers, "intake") as other, open_store(other) as another,
    ):  # fmt: skip
        assert await store.identity() != await another.identity()


@pytest.mark.parametrize(
    "statement",
    ["update store.identity set log = gen_random_uuid()", "delete from store.identity", "truncate store.identity"],
)
async def test_not_even_its_owner_changes_it(database: Database, statement: str) -> None:
    connection = await asyncpg.connect(database.url)
    try:
        await connection.execute("set role consortia_owner")
        with pytest.raises(asyncpg.PostgresError, match="refused"):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_whoever_appends_or_projects_may_read_it_and_no_more(database: Database) -> None:
    assert await database.projector.fetchval("select log from store.identity")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.appender.execute("update store.identity set one = true")
