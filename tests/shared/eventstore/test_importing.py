"""Import by COPY: the same rows as appends would have written, beside appends, whole chunks only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from shared.eventstore.importing import CHUNK, Importer, ImportRefused, chunks, import_requests
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.vocabulary import AppendRequest, Claim, IntegrityError, Tracking
from shared.kernel import new_id
from tests.shared.eventstore.requests import FAR_FUTURE, PAST, event, note, request, stream
from tests.support.databases import Database, fresh_database, open_store
from tests.support.servers import Servers

pytestmark = pytest.mark.servers


@asynccontextmanager
async def importing(database: Database) -> AsyncIterator[Importer]:
    async with as_importer(database) as connection:
        yield Importer(connection)


@asynccontextmanager
async def as_importer(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.url, server_settings={"role": "consortia_importer", "timezone": "UTC"})
    try:
        yield connection
    finally:
        await connection.close()


def commands(count: int, size: int = 2) -> list[AppendRequest]:
    """So many commands, each writing `size` events to a stream of its own."""
    return [request(*(event(of, version) for version in range(1, size + 1))) for of in (stream() for _ in range(count))]


async def append_one(database: Database, asked: AppendRequest) -> None:
    async with open_store(database) as store:
        await store.append(asked)


async def table(database: Database, name: str) -> list[dict[str, Any]]:
    """Every row of the store's table, in an order of its own."""
    rows = await database.appender.fetch(f"SELECT * FROM store.{name} AS t ORDER BY t::text")
    return [dict(row) for row in rows]


async def events(database: Database) -> list[dict[str, Any]]:
    return [dict(row) for row in await database.appender.fetch("SELECT * FROM store.events ORDER BY index")]


async def test_an_imported_log_equals_the_same_requests_appended_column_by_column(
    empty: Database, servers: Servers
) -> None:
    one, other = stream(), stream()
    taken = request(event(one, 1), event(other, 1, b'{"a":1}'), claims=(Claim("slug", "welding", new_id()),))
    later = request(event(one, 2), causation=taken.events[0].id, notes=(note(),), metadata=b'{"actor":{}}')
    future = request(event(one, 3), occurred_at=FAR_FUTURE)
    asked = [taken, later, future]
    async with fresh_database(servers, "partnerships") as second:
        async with open_store(second) as store:
            for each in asked:
                await store.append(each)
        async with importing(empty) as importer:
            appended = await importer.write(asked)
        imported, normal = await events(empty), await events(second)
        for name in ("claims", "notes"):
            assert await table(empty, name) == await table(second, name)
    assert appended.first_index == 1
    assert {row.pop("recorded_at") for row in imported} == {appended.recorded_at}
    for row in normal:
        recorded_at = row.pop("recorded_at")
        if row["occurred_at"] == recorded_at:  # stated in the future: it occurred when it was recorded
            row["occurred_at"] = appended.recorded_at
    assert imported == normal


async def test_an_import_goes_on_behind_what_is_there_and_appends_behind_the_import(empty: Database) -> None:
    async with open_store(empty) as store:
        first = await store.append(request(event(of := stream(), 1)))
        async with importing(empty) as importer:
            imported = await importer.write([request(event(of, 2)), *commands(1)])
        last = await store.append(request(event(of, 3), expected={of: 2}))
    assert (first.first_index, imported.first_index, last.first_index) == (1, 2, 5)
    assert first.recorded_at < imported.recorded_at < last.recorded_at
    assert [row["index"] for row in await events(empty)] == [1, 2, 3, 4, 5]


async def test_appends_beside_an_import_lose_nothing_leave_no_gap_and_a_tailing_reader_misses_nothing(
    empty: Database,
) -> None:
    imported, appended = commands(1000), commands(200, 1)
    expected = 2000 + 200

    async def bring_in(importer: Importer) -> None:
        for part in chunks(imported, 100):
            await importer.write(part)
            await asyncio.sleep(0)

    async def append(store: PostgresStore) -> None:
        for each in appended:
            await store.append(each)

    async def tail() -> list[Any]:
        store, seen, last = PostgresStore(empty.appender), [], 0
        while last < expected:
            for stored in await store.page(last, 37):
                seen.append((stored.index, stored.id))
                last = stored.index
            await asyncio.sleep(0)
        return seen

    async with importing(empty) as importer, open_store(empty) as store, asyncio.timeout(60):
        seen, *_ = await asyncio.gather(tail(), bring_in(importer), append(store))
    assert [index for index, _ in seen] == list(range(1, expected + 1))
    asked = {one.id for each in (*imported, *appended) for one in each.events}
    assert {one for _, one in seen} == asked
    times = [row["recorded_at"] for row in await events(empty)]
    assert times == sorted(times)


async def test_a_killed_import_leaves_whole_chunks_and_is_continued(empty: Database) -> None:
    history, told = commands(50), []

    def kill_after_the_second_chunk() -> Any:
        yield from history[:25]  # two chunks of 20 events, and ten events of a third
        raise ConnectionError("killed")

    async with importing(empty) as importer:
        with pytest.raises(ConnectionError):
            await import_requests(importer, kill_after_the_second_chunk(), chunk=20)
    assert len(await events(empty)) == 40
    await append_one(empty, request(event(stream(), 1)))

    async with importing(empty) as importer:
        written = await import_requests(
            importer, history, lambda count, *, there: told.append((count, there)), chunk=20
        )
    assert written == 60
    assert told == [(20, True), (20, True), (20, False), (20, False), (20, False)]
    rows = await events(empty)
    assert [row["index"] for row in rows] == list(range(1, 102))
    assert [row["id"] for row in rows if row["index"] != 41] == [one.id for each in history for one in each.events]


async def test_a_history_that_goes_on_where_an_import_of_it_ended_amid_a_chunk_comes_in_whole(empty: Database) -> None:
    history, told = commands(100, 1), []
    async with importing(empty) as importer:
        assert await import_requests(importer, history[:50], chunk=20) == 50
        written = await import_requests(
            importer, history, lambda count, *, there: told.append((count, there)), chunk=20
        )
        again = await import_requests(importer, history, chunk=20)
    assert (written, again) == (50, 0)
    assert told == [(20, True), (20, True), (10, True), (10, False), (20, False), (20, False)]
    assert [row["id"] for row in await events(empty)] == [each.events[0].id for each in history]


async def test_a_chunk_cut_off_before_its_commit_leaves_nothing_and_blocks_nobody(empty: Database) -> None:
    connection = await asyncpg.connect(empty.url, server_settings={"role": "consortia_importer"})
    await connection.execute("BEGIN")
    last = await connection.fetchval("SELECT last_index FROM store.begin_import()")
    connection.terminate()
    await append_one(empty, request(event(stream(), 1)))
    assert [row["index"] for row in await events(empty)] == [last + 1]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        pytest.param([request(event("thing-1", 2))], "versions of stream thing-1", id="a stream without its beginning"),
        pytest.param(
            [request(event("thing-1", 1), event("thing-1", 3))], "versions of stream thing-1", id="a hole in a stream"
        ),
    ],
)
async def test_versions_that_are_not_contiguous_are_refused_whole(
    empty: Database, wrong: list[AppendRequest], says: str
) -> None:
    async with importing(empty) as importer:
        with pytest.raises(ImportRefused, match=says):
            await importer.write([*commands(3), *wrong])
    assert await events(empty) == []


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [
        (request(event("thing-1", 1), event("thing-1", 2, b'{"cut')), "its fact is not JSON: .* thing-1, version 2"),
        (request(event("thing-1", 1, b'{"a":"\xff"}')), "its fact is not JSON"),
        (request(event("thing-1", 1), metadata=b'{"actor":"\xff"}'), "its metadata is not JSON: .* version 1"),
    ],
)
async def test_what_is_not_json_is_refused_whole(empty: Database, spoiled: AppendRequest, says: str) -> None:
    async with importing(empty) as importer:
        with pytest.raises(ImportRefused, match=says):
            await importer.write([*commands(3), spoiled])
    assert await events(empty) == []


async def test_what_is_there_already_is_refused_whole(empty: Database) -> None:
    (there,) = commands(1)
    claim = Claim("slug", "welding", new_id())
    await append_one(empty, structs.replace(there, claims=(claim,)))
    again = request(event(stream(), 1), command_id=there.command_id)
    async with importing(empty) as importer:
        for wrong in (
            [there],
            [again],
            [request(event(there.events[0].originator_id, 2))],
            [request(event(stream(), 1), claims=(claim,))],
        ):
            with pytest.raises(IntegrityError):
                await importer.write([*commands(1), *wrong])
    assert len(await events(empty)) == 2


@pytest.mark.parametrize(
    ("index", "seconds", "ordinal", "says"),
    [
        (2, 0, 1, "do not hold the indexes 1 to 1"),
        (1, 3600, 1, "recorded at one moment"),
        (1, 0, 2, "ordinals of command"),
    ],
)
async def test_the_database_finds_rows_that_no_append_would_have_written(
    empty: Database, index: int, seconds: int, ordinal: int, says: str
) -> None:
    async with as_importer(empty) as connection:
        with pytest.raises(asyncpg.PostgresError, match=says) as refused:
            await copy_by_hand(connection, index, ordinal, timedelta(seconds=seconds))
    assert refused.value.sqlstate == "CS007"
    assert await events(empty) == []


async def test_an_importer_cannot_commit_rows_the_head_was_not_moved_over(empty: Database) -> None:
    async with as_importer(empty) as connection:
        for index in (1, 2, 0, -1):
            with pytest.raises(asyncpg.PostgresError, match="was not finished"):
                await copy_by_hand(connection, index, 1, timedelta(0), finish=False)
    await append_one(empty, request(event(stream(), 1)))
    assert [row["index"] for row in await events(empty)] == [1]


async def copy_by_hand(
    connection: asyncpg.Connection, index: int, ordinal: int, ahead: timedelta, *, finish: bool = True
) -> None:
    async with connection.transaction():
        moment = await connection.fetchval("SELECT at FROM store.begin_import()")
        row = (index, new_id(), "here", stream(), 1, "t", PAST, moment + ahead, new_id(), ordinal, new_id(), None, b"")
        await connection.copy_records_to_table("events", schema_name="store", records=[(*row, b"{}")])
        if finish:
            await connection.fetchval("SELECT store.finish_import(1)")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store.events SET tag = 'other'",
        "DELETE FROM store.events",
        "TRUNCATE store.events",
        "UPDATE store.head SET last_index = 9",
        "UPDATE store.claims SET value = 'other'",
        "INSERT INTO store.heard SELECT * FROM store.heard",
        "INSERT INTO store.tracking VALUES ('c', 'l', 1)",
        "SELECT store.append()",
        "SELECT * FROM read.positions",
    ],
)
async def test_an_importer_may_do_nothing_else(database: Database, statement: str) -> None:
    async with as_importer(database) as connection:
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedFunctionError)):
            await connection.execute(statement)


@pytest.mark.parametrize("role", ["appender", "projector"])
async def test_nobody_else_imports(database: Database, role: str) -> None:
    connections: asyncpg.Pool = getattr(database, role)
    for statement in ("SELECT store.begin_import()", "SELECT store.finish_import(1)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connections.execute(statement)


async def test_a_request_that_moves_a_consumer_is_not_imported(database: Database) -> None:
    async with importing(database) as importer:
        with pytest.raises(ValueError, match="moves no consumer"):
            await importer.write([request(event(stream(), 1), tracking=Tracking("c", "l", 1))])


def test_chunks_never_split_a_command_and_are_the_same_for_the_same_requests() -> None:
    history = commands(10, 3)
    parts = list(chunks(history, 7))
    assert [sum(len(one.events) for one in part) for part in parts] == [9, 9, 9, 3]
    assert [one for part in parts for one in part] == history
    assert CHUNK >= 1000


async def test_everything_in_a_chunk_is_recorded_at_the_database_clock(database: Database) -> None:
    before = datetime.now(UTC)
    async with importing(database) as importer:
        appended = await importer.write(commands(2))
    assert before - timedelta(seconds=1) < appended.recorded_at < datetime.now(UTC) + timedelta(seconds=1)
