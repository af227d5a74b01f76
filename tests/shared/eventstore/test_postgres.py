"""What PostgreSQL itself holds to, whoever asks: triggers, roles, hearing in order, no gap under racing writers."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from services.partnerships.app import SERVICE
from shared.eventstore.appending import opened
from shared.eventstore.connections import session
from shared.eventstore.postgres import SQL, PostgresStore
from shared.eventstore.snapshot_stores import PostgresSnapshots
from shared.eventstore.vocabulary import OperationalError
from shared.kernel import new_id
from shared.service.migrations import migrate
from tests.shared.eventstore.requests import event, request, stream
from tests.support.databases import Database, connect, open_store

Connection = asyncpg.Connection


@pytest_asyncio.fixture
async def owner(database: Database) -> AsyncIterator[Connection]:
    """A connection of the superuser, as the owner of the tables, over one event of its own and one heard."""
    async with open_store(database) as store:
        await store.append(request(event(stream(), 1)))
    await hear(database, new_log := str(new_id()), 1)
    connection = await asyncpg.connect(database.url)
    await connection.execute("SET ROLE consortia_owner")
    yield connection
    await connection.close()
    assert await heard(database, new_log) == [1]


async def hear(database: Database, log: str, *indexes: int) -> int:
    """Hear these indexes, in this order, in one call."""
    ids = [new_id() for _ in indexes]
    return int(
        await database.appender.fetchval(
            SQL["hear"],
            log,
            list(indexes),
            ids,
            ["here"] * len(ids),
            ["thing-1"] * len(ids),
            list(indexes),
            ["test.done.v1"] * len(ids),
            [b"said %d" % index for index in indexes],
        )
    )


async def heard(database: Database, log: str) -> list[int]:
    return [row["index"] for row in await database.appender.fetch(SQL["heard_page"], log, 0, 1000)]


@pytest.mark.parametrize("table", ["events", "heard"])
@pytest.mark.parametrize(
    "change",
    ["UPDATE store.{} SET tag = 'other'", "DELETE FROM store.{}", "TRUNCATE store.{}", "TRUNCATE store.{} CASCADE"],
)
async def test_even_the_owner_changes_no_log(owner: Connection, table: str, change: str) -> None:
    before = await owner.fetch(f"SELECT * FROM store.{table} ORDER BY index")
    with pytest.raises(asyncpg.PostgresError) as refused:
        await owner.execute(change.format(table))
    assert refused.value.sqlstate == "CS009"
    assert "append-only" in str(refused.value)
    assert await owner.fetch(f"SELECT * FROM store.{table} ORDER BY index") == before


@pytest.mark.parametrize("table", ["events", "heard", "head", "claims", "notes", "tracking"])
@pytest.mark.parametrize("role", ["appender", "projector"])
async def test_no_role_writes_a_store_table_directly(database: Database, table: str, role: str) -> None:
    connections: asyncpg.Pool = getattr(database, role)
    for statement in (
        f"INSERT INTO store.{table} SELECT * FROM store.{table}",
        f"DELETE FROM store.{table}",
        f"TRUNCATE store.{table}",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connections.execute(statement)


async def test_the_projector_cannot_append_or_hear(database: Database) -> None:
    async with opened(lambda: connect(database.url, "consortia_projector")) as appender:
        with pytest.raises(OperationalError, match="permission denied"):
            await appender.append(request(event(stream(), 1)))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.projector.fetchval(SQL["hear"], "x", [], [], [], [], [], [], [])


async def test_the_appender_reads_tables_but_does_not_write_them(database: Database) -> None:
    assert await database.appender.fetch("SELECT * FROM read.agreements") == []
    for statement in (
        "INSERT INTO read.positions VALUES ('agreements', 'partnerships', 9)",
        "DELETE FROM read.agreements",
        "CREATE TABLE read.mine (one int)",
        "CREATE TABLE store.mine (one int)",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.appender.execute(statement)


async def test_hearing_keeps_order_drops_repeats_and_stops_at_gaps(database: Database) -> None:
    log = str(new_id())
    assert await hear(database, log, 1, 2, 3) == 3
    assert await hear(database, log, 2, 3, 4) == 4
    assert await hear(database, log, 6, 5) == 6
    assert await hear(database, log, 7, 9) == 7
    assert await heard(database, log) == [1, 2, 3, 4, 5, 6, 7]


async def test_hearing_the_same_from_two_connections_doubles_nothing(database: Database) -> None:
    log = str(new_id())
    await asyncio.gather(*(hear(database, log, *range(1, 101)) for _ in range(4)))
    assert await heard(database, log) == list(range(1, 101))


async def test_racing_writers_leave_no_gap_and_a_tailing_reader_misses_nothing(empty: Database) -> None:
    each, sizes = 100, (1, 2)
    expected = each * sum(sizes)
    async with open_store(empty) as one, open_store(empty) as other:

        async def write(store: PostgresStore, size: int) -> None:
            for _ in range(each):
                of = stream()
                await store.append(request(*(event(of, version) for version in range(1, size + 1)), expected={of: 0}))

        async def tail() -> list[int]:
            seen = [0]
            while seen[-1] < expected:
                seen += [stored.index for stored in await one.page(seen[-1], 7)]
                await asyncio.sleep(0)
            return seen[1:]

        async with asyncio.timeout(30):
            seen, *_ = await asyncio.gather(
                tail(), *(write(by, size) for by, size in zip((one, other), sizes, strict=True))
            )
    assert seen == list(range(1, expected + 1))


async def test_migrating_twice_changes_nothing(empty: Database) -> None:
    async with open_store(empty) as store:
        await store.append(request(event(stream(), 1)))
        await migrate(SERVICE, empty.settings)
        assert await store.last_index() == 1


async def test_two_migrations_at_once_both_succeed(empty: Database) -> None:
    await empty.projector.execute("SELECT 1")
    await asyncio.gather(migrate(SERVICE, empty.settings), migrate(SERVICE, empty.settings))


async def test_reads_planned_on_a_short_log_do_not_read_all_of_a_long_one(empty: Database) -> None:
    async def ask(store: PostgresStore, snapshots: PostgresSnapshots, times: int) -> None:
        for _ in range(times):
            await store.stream("here", stream())
            await store.command(new_id())
            await store.community_page("here", 5, 6, 10)
            await snapshots.since("here", stream(), "schema")

    async def grow(events: int) -> None:
        async with open_store(empty) as store:
            await asyncio.gather(*(store.append(request(event(stream(), 1))) for _ in range(events)))

    await grow(20)
    owner = await asyncpg.connect(empty.url)
    await owner.execute("ANALYZE store.events")
    settings = session("consortia_appender", "test")
    async with asyncpg.create_pool(empty.url, min_size=1, max_size=1, server_settings=settings) as one:
        await ask(PostgresStore(one), PostgresSnapshots(one), 10)
        await grow(3000)
        await ask(PostgresStore(one), PostgresSnapshots(one), 10)
    read = await owner.fetchval("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relid = 'store.events'::regclass")
    await owner.close()
    assert read < 3000
