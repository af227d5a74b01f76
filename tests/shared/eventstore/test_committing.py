"""A batch on its way to a real server: whose fault a failure is, and what becomes of a lost answer."""

import asyncio
import secrets
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from shared.eventstore import committing
from shared.eventstore.appending import opened
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.vocabulary import (
    AlreadyTracked,
    Appended,
    AppendRequest,
    Claim,
    ClaimTaken,
    CommandRepeated,
    IntegrityError,
    JudgedTooLongAgo,
    OperationalError,
    Tracking,
    VersionConflict,
)
from shared.kernel import new_id
from tests.shared.eventstore.requests import event, note, outcomes, request, started, stream
from tests.support.cutting import wire
from tests.support.databases import Database, connect, open_store


@pytest_asyncio.fixture
async def store(empty: Database) -> AsyncIterator[PostgresStore]:
    async with open_store(empty) as made:
        yield made


async def test_a_conflict_refuses_only_the_requests_at_fault(store: PostgresStore) -> None:
    taken, claimed = stream(), Claim("partner", "nscc", new_id())
    first = request(event(taken, 1), claims=(claimed,), tracking=Tracking("consumer", "elsewhere", 5))
    await store.append(first)
    faulty: dict[type[Exception], AppendRequest] = {
        VersionConflict: request(event(taken, 1), expected={taken: 0}),
        CommandRepeated: request(event(stream(), 1), command_id=first.command_id),
        ClaimTaken: request(event(stream(), 1), claims=(claimed,), notes=(note(),)),
        AlreadyTracked: request(event(stream(), 1), tracking=Tracking("consumer", "elsewhere", 5)),
        IntegrityError: request(event(stream(), 1, b"x" * (48 * 1024 + 1))),
    }
    moved = request(event(stream(), 1), expected={taken: 0})
    good = [request(event(stream(), 1), notes=(note(),)) for _ in range(12)]
    batch = [*good[:4], *faulty.values(), *good[4:8], moved, *good[8:]]
    told = dict(zip((id(one) for one in batch), await outcomes(started(store, *batch)), strict=True))
    assert {kind: type(told[id(one)]) for kind, one in faulty.items()} == {kind: kind for kind in faulty}
    assert type(told[id(moved)]) is VersionConflict
    assert [told[id(one)].first_index for one in good] == list(range(2, 14))  # type: ignore[union-attr]  # what is asserted
    assert await store.last_index() == 13
    assert [stored.index for stored in await store.page(0, 100)] == list(range(1, 14))
    assert await store.note("here", faulty[ClaimTaken].notes[0].id) is None


async def test_what_was_judged_too_long_ago_stays_behind_and_the_others_go_in(store: PostgresStore) -> None:
    late = [request(event(stream(), 1), good_until=time.monotonic() - 1) for _ in range(2)]
    good = [request(event(stream(), 1), good_until=time.monotonic() + 60) for _ in range(3)]
    told = await outcomes(started(store, good[0], late[0], good[1], late[1], good[2]))
    assert [type(one) for one in told] == [Appended, JudgedTooLongAgo, Appended, JudgedTooLongAgo, Appended]
    assert await store.last_index() == 3
    assert [type(one) for one in await outcomes(started(store, *late))] == [JudgedTooLongAgo] * 2
    assert await store.last_index() == 3


async def test_many_faults_of_every_kind_leave_the_others_in(store: PostgresStore) -> None:
    taken = stream()
    await store.append(request(event(taken, 1)))
    batch = [request(event(taken if number % 3 else stream(), 1)) for number in range(90)]
    told = await outcomes(started(store, *batch))
    assert sum(isinstance(one, Appended) for one in told) == 30
    assert sum(type(one) is VersionConflict for one in told) == 60
    assert await store.last_index() == 31


@pytest.mark.parametrize(
    "bad",
    [
        request(event("thing-\x00", 1)),
        request(event("thing", 2**40)),
        request(event(f"thing-{secrets.token_hex(6000)}", 1)),
        request(event("thing-1", 1), claims=(Claim("key", secrets.token_hex(6000), new_id()),)),
    ],
    ids=["nul", "version", "long stream", "long claim"],
)
async def test_a_value_the_tables_do_not_take_harms_no_other(store: PostgresStore, bad: AppendRequest) -> None:
    """Unlike a conflict, nothing in the tables tells whose fault it is: each is tried alone."""
    told = await outcomes(started(store, request(event(stream(), 1)), bad, request(event(stream(), 1))))
    assert [type(one) for one in told] == [Appended, IntegrityError, Appended]
    assert await store.last_index() == 2


async def test_those_who_lost_a_race_are_all_told_with_the_next_batch(store: PostgresStore) -> None:
    await store.append(request(event(stream(), 1)))
    sent: list[str] = []
    connection = store._appender._committer._connection  # type: ignore[union-attr]  # it has one
    assert connection
    connection.add_query_logger(lambda record: sent.append(record.query))
    of = stream()
    told = await outcomes(started(store, *(request(event(of, 1), expected={of: 0}) for _ in range(50))))
    assert [type(one) for one in told] == [Appended, *[VersionConflict] * 49]
    assert len(sent) == 2, "the winner goes in, then one question for all the others"


async def test_what_was_planned_on_an_empty_log_reads_no_more_when_it_has_grown(empty: Database) -> None:
    many, asked = 500, 20
    streams, before = [stream() for _ in range(many)], await reads(empty)
    async with open_store(empty) as store:
        faulty = request(event(streams[0], 1), expected={stream(): 3})
        for _ in range(7):  # by now the plans are those it will keep
            with pytest.raises(VersionConflict):
                await store.append(faulty)
        await asyncio.gather(*(store.append(request(event(one, 1))) for one in streams))
        assert store._appender
        store._appender._committer.proven.clear()
        await asyncio.gather(*(store.append(request(event(stream(), 1), expected={one: 1})) for one in streams[:asked]))
        with pytest.raises(VersionConflict):
            await store.append(faulty)
    scans, through_index = await reads(empty)
    assert scans == before[0], "the log is never read whole"
    assert through_index - before[1] < 10 * asked, "nor is its index"


async def reads(database: Database) -> tuple[int, int]:
    """How often the log was read whole, and how many entries by stream and version, of sessions that ended."""
    row = await database.appender.fetchrow(
        "SELECT (SELECT seq_scan FROM pg_stat_user_tables WHERE relid = 'store.events'::regclass) AS scans,"
        " (SELECT idx_tup_read FROM pg_stat_user_indexes"
        "   WHERE indexrelid = 'store.events_stream_version_unique'::regclass) AS through_index"
    )
    assert row
    return row["scans"], row["through_index"]


async def test_a_commit_whose_answer_is_lost_is_resolved_by_its_command_id(empty: Database) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            wire(empty.url, Path(folder)) as (cut, through),
            opened(lambda: connect(through, "consortia_appender")) as appender,
        ):
            await appender.append(request(event(stream(), 1)))
            asked = [request(event(of := stream(), 1), event(of, 2)) for _ in range(3)]
            cut.lose("thing-")
            told = await asyncio.gather(*(appender.append(one) for one in asked))
            assert cut.cuts == 1
    store = PostgresStore(empty.appender)
    assert await store.last_index() == 7, "written once, though sent twice"
    for one, where in zip(asked, told, strict=True):
        stored = await store.command(one.command_id)
        assert [each.id for each in stored] == [each.id for each in one.events]
        assert where == Appended(stored[0].index, stored[0].recorded_at)


async def test_another_s_events_under_the_same_command_are_a_repeat_even_after_a_lost_answer(empty: Database) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            wire(empty.url, Path(folder)) as (cut, through),
            opened(lambda: connect(through, "consortia_appender")) as appender,
        ):
            await appender.append(first := request(event(stream(), 1)))
            cut.lose("thing-")
            told = await asyncio.gather(
                appender.append(request(event(stream(), 1), command_id=first.command_id)),
                appender.append(request(event(stream(), 1))),
                return_exceptions=True,
            )
    assert [type(one) for one in told] == [CommandRepeated, Appended]


async def test_killed_backends_lose_and_double_nothing(store: PostgresStore, holder: asyncpg.Connection) -> None:
    acknowledged: list[tuple[AppendRequest, Appended]] = []
    stop = asyncio.Event()

    async def client() -> None:
        of, version = stream(), 0
        while not stop.is_set():
            version += 1
            one = request(event(of, version), expected={of: version - 1})
            acknowledged.append((one, await store.append(one)))

    async def killer() -> None:
        for _ in range(15):
            await holder.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%append_batch%'"
                " AND datname = current_database() AND pid <> pg_backend_pid()"
            )
            await asyncio.sleep(0.02)
        stop.set()

    await asyncio.gather(killer(), *(client() for _ in range(16)))
    stored = {each.id: each for page in [await store.page(0, 100_000)] for each in page}
    assert len(stored) == await store.last_index() == len(acknowledged)
    for one, where in acknowledged:
        assert (stored[one.events[0].id].index, stored[one.events[0].id].recorded_at) == (
            where.first_index,
            where.recorded_at,
        )


async def test_a_server_out_of_reach_is_told_and_found_again(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "SECONDS_TO_RECONNECT", 0.2)
    reachable = False

    async def reach() -> asyncpg.Connection:
        if not reachable:
            raise ConnectionRefusedError("nobody listens")
        return await connect(empty.url, "consortia_appender")

    async with opened(reach) as appender:
        with pytest.raises(OperationalError, match="nothing was written"):
            await appender.append(request(event(stream(), 1)))
        reachable = True
        assert (await appender.append(request(event(stream(), 1)))).first_index == 1


async def test_processes_of_the_build_before_append_beside_it(empty: Database, store: PostgresStore) -> None:
    """Their function stays until none of them runs: both advance the one head."""
    before = (
        "SELECT first_index FROM store.append('here', $1::uuid, $1, NULL, now(), '{}', ARRAY[$1], ARRAY[$2::text],"
        " ARRAY[1], ARRAY['test.done.v1'], ARRAY['{}'::bytea], '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',"
        " '{}', '{}', NULL, NULL, NULL)"
    )
    found = await asyncio.gather(
        *(empty.appender.fetchval(before, new_id(), stream()) for _ in range(10)),
        *(store.append(request(event(stream(), 1))) for _ in range(10)),
    )
    indexes = [one.first_index if isinstance(one, Appended) else one for one in found]
    assert sorted(indexes) == list(range(1, 21))


async def test_what_was_read_is_remembered_within_bounds(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "MOST_PROVEN", 50)
    assert store._appender
    for number in range(200):
        store._appender.read(f"thing-{number}", 1)
    assert len(store._appender._committer.proven) <= 51
