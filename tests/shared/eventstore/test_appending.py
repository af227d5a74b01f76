"""Group commit on a real server: who shares a commit, who waits, and who is told what when it ends."""

import asyncio
from collections.abc import AsyncIterator
from typing import NoReturn

import asyncpg
import pytest
import pytest_asyncio

from shared.eventstore.appending import Appender
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.vocabulary import (
    AlreadyTracked,
    Appended,
    CommandRepeated,
    OperationalError,
    QueueFull,
    Tracking,
    VersionConflict,
)
from shared.kernel import new_id
from tests.shared.eventstore.requests import event, outcomes, request, started, stream
from tests.support.databases import Database, connect, open_store
from tests.support.patience import eventually


@pytest_asyncio.fixture
async def store(empty: Database) -> AsyncIterator[PostgresStore]:
    async with open_store(empty) as made:
        yield made


async def hold_the_head(holder: asyncpg.Connection) -> None:
    await holder.execute("BEGIN; SELECT FROM store.head FOR UPDATE")


async def waiting_for_the_head(holder: asyncpg.Connection) -> bool:
    await holder.execute("SELECT pg_stat_clear_snapshot()")  # what a transaction has seen of it, it goes on seeing
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return bool(await holder.fetchval(waiting))


async def test_those_who_wait_meanwhile_share_the_next_commit(store: PostgresStore) -> None:
    appended = await asyncio.gather(*(store.append(request(event(stream(), 1))) for _ in range(200)))
    assert sorted(one.first_index for one in appended) == list(range(1, 201))
    assert len({one.recorded_at for one in appended}) < 10, "each batch has one moment"


async def test_a_batch_keeps_the_order_of_asking(store: PostgresStore) -> None:
    asked = [request(event(of := stream(), 1), event(of, 2)) for _ in range(20)]
    tasks = started(store, *asked)
    assert [one.first_index for one in await asyncio.gather(*tasks)] == list(range(1, 41, 2))
    assert [stored.command_id for stored in await store.page(0, 100)] == [one.command_id for one in asked for _ in "ab"]


async def test_requests_that_follow_each_other_in_a_stream_go_one_after_the_other(store: PostgresStore) -> None:
    of = stream()
    tasks = started(store, *(request(event(of, version), expected={of: version - 1}) for version in range(1, 9)))
    assert [one.first_index for one in await asyncio.gather(*tasks)] == list(range(1, 9))


async def test_who_reads_a_stream_that_another_writes_meanwhile_is_refused(store: PostgresStore) -> None:
    read, written = stream(), stream()
    await store.append(request(event(read, 1), expected={read: 0}))
    tasks = started(
        store,
        request(event(read, 2), expected={read: 1}),
        request(event(written, 1), expected={read: 1, written: 0}),
    )
    assert [type(one) for one in await outcomes(tasks)] == [Appended, VersionConflict]
    assert await store.stream("here", written) == []


async def test_the_same_command_twice_at_once_writes_once(store: PostgresStore) -> None:
    command = new_id()
    tasks = started(store, *(request(event(stream(), 1), command_id=command) for _ in range(5)))
    told = await outcomes(tasks)
    assert [type(one) for one in told] == [Appended, *[CommandRepeated] * 4]
    assert await store.last_index() == 1


async def test_of_one_consumer_s_rows_in_a_batch_the_highest_stays(store: PostgresStore) -> None:
    indexes = [3, 5, 9, 7]
    told = await outcomes(
        started(store, *(request(event(stream(), 1), tracking=Tracking("c", "log", index)) for index in indexes))
    )
    assert [type(one) for one in told] == [Appended, Appended, Appended, AlreadyTracked]
    assert await store.tracked("c") == 9


async def test_who_is_cancelled_while_waiting_writes_nothing_and_harms_no_other(
    store: PostgresStore, holder: asyncpg.Connection
) -> None:
    await hold_the_head(holder)
    (under_way,) = started(store, request(event(stream(), 1)))
    await eventually(lambda: waiting_for_the_head(holder))
    left, stays = started(store, request(event(gone := stream(), 1)), request(event(stream(), 1)))
    await asyncio.sleep(0)
    left.cancel()
    await holder.execute("ROLLBACK")
    await asyncio.gather(under_way, stays)
    assert left.cancelled()
    assert await store.stream("here", gone) == []
    assert await store.last_index() == 2


async def test_who_is_cancelled_under_way_harms_no_other_of_the_batch(
    store: PostgresStore, holder: asyncpg.Connection
) -> None:
    await hold_the_head(holder)
    tasks = started(store, *(request(event(stream(), 1)) for _ in range(3)))
    await eventually(lambda: waiting_for_the_head(holder))
    tasks[1].cancel()
    await holder.execute("ROLLBACK")
    told = await outcomes(tasks)
    assert [type(one) for one in told] == [Appended, asyncio.CancelledError, Appended]
    assert await store.last_index() == 3, "it was under way: written whole, like the others"


async def test_one_too_many_is_refused_at_once_and_the_others_go_in(
    empty: Database, holder: asyncpg.Connection
) -> None:
    async with open_store(empty, most_waiting=2) as store:
        await hold_the_head(holder)
        under_way = started(store, request(event(stream(), 1)))
        await eventually(lambda: waiting_for_the_head(holder))
        waiting = started(store, *(request(event(stream(), 1)) for _ in range(2)))
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            await store.append(request(event(stream(), 1)))
        await holder.execute("ROLLBACK")
        await asyncio.gather(*under_way, *waiting)
        assert await store.last_index() == 3
        await store.append(request(event(stream(), 1)))


async def test_closing_writes_what_waits_and_takes_nothing_more(empty: Database) -> None:
    async with open_store(empty) as store:
        tasks = started(store, *(request(event(stream(), 1)) for _ in range(5)))
        await asyncio.sleep(0)
    assert len({one.first_index for one in await asyncio.gather(*tasks)}) == 5
    with pytest.raises(OperationalError):
        await store.append(request(event(stream(), 1)))


async def test_who_writes_elsewhere_does_not_wait_for_a_busy_stream(store: PostgresStore) -> None:
    of, busy = stream(), 400
    tasks = started(store, *(request(event(of, version), expected={of: version - 1}) for version in range(1, busy + 1)))
    elsewhere = started(store, *(request(event(stream(), 1)) for _ in range(100)))
    await asyncio.gather(*elsewhere)
    assert sum(one.done() for one in tasks) < 10
    assert [one.first_index for one in await asyncio.gather(*tasks)] == sorted(
        one.result().first_index for one in tasks
    )


async def test_a_fault_of_ours_while_a_batch_is_made_up_leaves_nobody_waiting(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: object) -> NoReturn:
        raise ZeroDivisionError

    appender, of = Appender(lambda: connect(empty.url, "consortia_appender")), stream()
    monkeypatch.setattr(appender._committer, "is_doomed", breaks)
    writer = asyncio.ensure_future(appender.run())
    asked = [appender.append(request(event(of, 1))) for _ in range(3)]
    async with asyncio.timeout(10):
        told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in told] == [OperationalError] * 3
    with pytest.raises(ZeroDivisionError):
        await writer
    assert appender.failing == "ZeroDivisionError()"


async def test_whatever_ends_the_writer_leaves_nobody_waiting(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Exception):
        """A fault of ours."""

    async def breaks(*_: object) -> NoReturn:
        raise Broken

    appender = Appender(lambda: connect(empty.url, "consortia_appender"))
    monkeypatch.setattr(appender._committer, "commit", breaks)
    writer = asyncio.ensure_future(appender.run())
    told = await asyncio.gather(
        *(appender.append(request(event(stream(), 1))) for _ in range(3)), return_exceptions=True
    )
    assert [type(one) for one in told] == [OperationalError] * 3
    with pytest.raises(Broken):
        await writer
    with pytest.raises(OperationalError, match="nothing was written"):
        await appender.append(request(event(stream(), 1)))
