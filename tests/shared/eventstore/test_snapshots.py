"""Snapshots: a cache that may be lost, broken or of other code, and changes no answer."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from services.partnerships.domain import partner as partners
from services.partnerships.domain.partner import PARTNER, AssignResponsibility, PartnerState
from shared.contracts.partnerships import PartnerRegistered
from shared.contracts.values import Instrument
from shared.eventstore.commands import Commands
from shared.eventstore.hint import Hint
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.eventstore.refusals import BeforeItsLast, NotFound
from shared.eventstore.snapshot_stores import MemorySnapshots, PostgresSnapshots
from shared.eventstore.snapshots import Snapshots, SnapshotStore
from shared.eventstore.vocabulary import EventStore, Notification, VersionConflict
from shared.eventstore.work import Work
from shared.kernel import Refused, new_id, stream_id
from tests.shared.eventstore.deciding import NOON, PlainVault, context
from tests.support.databases import Database, fresh_database, open_store

LETTER = Instrument("letter", "L-1", NOON.date())
EVERY = 5


class Kept:
    """A store with its snapshots; `commands` makes those of a process started now, with that code."""

    def __init__(self, store: EventStore, kept: SnapshotStore, pool: Any) -> None:
        self.store = store
        self.kept = kept
        self._pool = pool

    def commands(self, code: str = "this code", kept: SnapshotStore | None = None, every: int = EVERY) -> Commands:
        mapper = Mapper("partnerships")
        snapshots = Snapshots(kept or self.kept, self.store, mapper, code, every)
        return Commands(self.store, mapper, PlainVault(), lambda: NOON, Hint(), snapshots)

    async def all(self) -> dict[tuple[str, int, str], bytes]:
        """What is kept, by stream, version and schema."""
        if isinstance(self.kept, MemorySnapshots):
            return dict(self.kept.kept)
        rows = await self._pool.fetch("select stream, version, schema, state from store.snapshots")
        return {(row["stream"], row["version"], row["schema"]): row["state"] for row in rows}

    async def put(self, all_: dict[tuple[str, int, str], bytes]) -> None:
        """Have exactly these, as a vandal or an operator would."""
        if isinstance(self.kept, MemorySnapshots):
            self.kept.kept = dict(all_)
            return
        await self._pool.execute("delete from store.snapshots")
        for (stream, version, schema), state in all_.items():
            await self.kept.keep(stream, version, schema, state)


@pytest_asyncio.fixture(params=["memory", "postgres"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[Kept]:
    if request.param == "memory":
        yield Kept(store := MemoryStore(), MemorySnapshots(store), None)
        return
    async with (
        fresh_database(request.getfixturevalue("servers"), "partnerships") as made,
        open_store(made) as opened,
    ):
        yield Kept(opened, PostgresSnapshots(made.appender), made.appender)


async def assign(run: Commands, partner: UUID, **others: Any) -> None:
    """One more responsibility at the partner, registered first where it is not."""

    async def attempt(work: Work) -> None:
        state = await work.current(PARTNER, partner)
        if state == PARTNER.initial:
            registered = PartnerRegistered(partner, "nscc", {"en": "x"}, "employer", "CA-NS", new_id(), LETTER)
            work.record(PARTNER, partner, registered)
            return
        intent = AssignResponsibility("funding", new_id(), LETTER, "informed")
        work.record(PARTNER, partner, *partners.assign(state, new_id(), intent, work.at))

    await run.execute(context(**others), attempt)
    await settled(run)


async def settled(run: Commands) -> None:
    assert run.snapshots is not None
    await run.snapshots.settled()


async def loaded(run: Commands, partner: UUID) -> tuple[PartnerState, dict[str, int], Any]:
    """The state a command would see, the version it would expect, and the moment it would happen at."""
    work = run.work(context())
    state = await work.load(PARTNER, partner)
    expected = dict(work.request(None).expected)
    at = work.at
    await settled(run)
    return state, expected, at


async def grown(kept: Kept, versions: int) -> UUID:
    partner, run = new_id(), kept.commands()
    for _ in range(versions):
        await assign(run, partner)
    return partner


async def test_a_stream_is_kept_once_enough_events_follow_and_only_the_newest_stays(kept: Kept) -> None:
    partner, run, versions = new_id(), kept.commands(), []
    for _ in range(20):
        await assign(run, partner)
        versions.append([version for _, version, _ in await kept.all()])
    # each command loads what was there before it: six events are the first that are more than five
    assert versions[:6] == [[]] * 6
    assert [newest for (newest,) in versions[6:]] == [6] * 6 + [12] * 6 + [18] * 2


async def test_all_deleted_or_broken_or_of_other_code_the_answer_is_the_same(kept: Kept) -> None:
    partner = await grown(kept, 12)
    plain = Commands(kept.store, Mapper("partnerships"), PlainVault(), lambda: NOON, Hint())
    folded = plain.work(context())
    state = await folded.load(PARTNER, partner)
    truth = (state, folded.request(None).expected, folded.at)

    whole = await kept.all()
    assert whole
    assert await loaded(kept.commands(), partner) == truth
    await kept.put({})
    assert await loaded(kept.commands(), partner) == truth
    for at in range(0, len(next(iter(whole.values()))), 7):
        await kept.put({key: state[:at] + bytes([state[at] ^ 1]) + state[at + 1 :] for key, state in whole.items()})
        assert await loaded(kept.commands(), partner) == truth
    for broken in (b"", b"{}", b"\x00" * 500):
        await kept.put(dict.fromkeys(whole, broken))
        assert await loaded(kept.commands(), partner) == truth
    assert await loaded(kept.commands(code="other code"), partner) == truth


async def test_a_broken_one_is_logged_deleted_and_kept_anew(kept: Kept) -> None:
    partner = await grown(kept, 12)
    whole = await kept.all()
    await kept.put(dict.fromkeys(whole, b"not what was kept"))
    with capture_logs() as logs:
        await loaded(kept.commands(), partner)
    assert [line["event"] for line in logs] == ["snapshot-broken"]
    assert [version for _, version, _ in await kept.all()] == [12]
    assert b"not what was kept" not in (await kept.all()).values()


async def test_a_broken_one_of_a_stream_too_short_to_keep_is_only_deleted(kept: Kept) -> None:
    partner = await grown(kept, 12)
    await kept.put(dict.fromkeys(await kept.all(), b"not what was kept"))
    await loaded(kept.commands(every=100), partner)
    assert await kept.all() == {}


async def test_one_moved_to_another_version_or_stream_is_broken(kept: Kept) -> None:
    partner, other = await grown(kept, 12), await grown(kept, 12)
    one = stream_id(PARTNER.category, partner), stream_id(PARTNER.category, other)
    whole = await kept.all()
    (version, schema, state), *_ = [(at, by, state) for (of, at, by), state in whole.items() if of == one[0]]
    await kept.put({(one[1], version, schema): state, (one[0], version - 1, schema): state})
    with capture_logs() as logs:
        seen = await loaded(kept.commands(), partner), await loaded(kept.commands(), other)
    assert [line["event"] for line in logs] == ["snapshot-broken"] * 2
    assert isinstance(seen[0][0], partners.Registered)
    assert isinstance(seen[1][0], partners.Registered)
    assert (seen[0][0].partner, seen[1][0].partner) == (partner, other)


async def test_one_that_stands_on_no_event_is_passed_over(kept: Kept) -> None:
    """As after a restore of the events alone."""
    partner = await grown(kept, 4)
    stream = stream_id(PARTNER.category, partner)
    before = await loaded(kept.commands(), partner)
    longer = await grown(kept, 12)
    schema = next(schema for _, _, schema in await kept.all())
    await kept.put({(stream, 9, schema): (await kept.all())[stream_id(PARTNER.category, longer), 6, schema]})
    assert await loaded(kept.commands(), partner) == before


async def test_another_community_finds_nothing_by_a_snapshot(kept: Kept) -> None:
    partner = await grown(kept, 12)
    assert await kept.all()
    with pytest.raises(Refused) as refused:
        await kept.commands().work(context(community="elsewhere")).load(PARTNER, partner)
    assert refused.value.names(NotFound)


async def test_a_conflict_and_a_moment_too_early_are_seen_through_a_snapshot(kept: Kept) -> None:
    partner = await grown(kept, 13)
    run = kept.commands()
    work = run.work(context(occurred_at=NOON - timedelta(days=1)))
    state = await work.load(PARTNER, partner)
    intent = AssignResponsibility("funding", new_id(), LETTER, "informed")
    with pytest.raises(Refused) as refused:
        work.record(PARTNER, partner, *partners.assign(state, new_id(), intent, work.at))
    assert refused.value.names(BeforeItsLast)
    stale = run.work(context())
    await stale.load(PARTNER, partner)
    await assign(run, partner)
    stale.record(PARTNER, partner, *partners.assign(state, new_id(), intent, stale.at))
    with pytest.raises(VersionConflict):
        await kept.store.append(stale.request(None))


async def test_what_other_builds_and_the_library_keep_stays_until_the_build_is_long_gone(empty: Database) -> None:
    async with open_store(empty) as opened:
        await whose_stays(Kept(opened, PostgresSnapshots(empty.appender), empty.appender), empty)


async def whose_stays(kept: Kept, empty: Database) -> None:
    partner = await grown(kept, 6)
    stream = stream_id(PARTNER.category, partner)
    await empty.appender.execute(
        """insert into store.snapshots (stream, version, schema, state, taken_at)
           select $1, 1, schema, '', clock_timestamp() - age
             from unnest($2::text[], $3::interval[]) as _(schema, age)""",
        stream,
        ["fold-1-running", "fold-1-gone", "library.topic:Snapshot"],
        [timedelta(days=6), timedelta(days=8), timedelta(days=80)],
    )
    await loaded(kept.commands(), partner)
    schemas = {schema for _, _, schema in await kept.all()}
    assert len(schemas) == 3
    assert {"fold-1-running", "library.topic:Snapshot"} < schemas


async def test_the_role_that_appends_can_change_no_snapshot(empty: Database) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await empty.appender.execute("update store.snapshots set state = ''")


class Failing:
    """Reads from another store and fails to keep anything; counts how often it is asked to."""

    def __init__(self, reads: SnapshotStore) -> None:
        self._reads = reads
        self.asked = 0

    async def since(self, community: str, stream: str, schema: str) -> tuple[bytes | None, list[Notification]]:
        return await self._reads.since(community, stream, schema)

    async def keep(self, stream: str, version: int, schema: str, state: bytes) -> None:
        self.asked += 1
        raise OSError("the disk is full")

    async def forget(self, stream: str, version: int, schema: str) -> None:
        raise OSError("the disk is full")


async def test_what_cannot_be_kept_is_logged_and_fails_nobody(kept: Kept) -> None:
    partner = await grown(kept, 5)
    run = kept.commands(kept=Failing(kept.kept))
    await assign(run, partner)
    with capture_logs() as logs:
        await assign(run, partner)
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["snapshot-not-kept"]
    assert (await loaded(run, partner))[1] == {stream_id(PARTNER.category, partner): 7}


async def test_a_stream_is_kept_once_at_a_time() -> None:
    """The store in memory never gives way, so nothing is kept before all have loaded."""
    kept = Kept(store := MemoryStore(), MemorySnapshots(store), None)
    partner = await grown(kept, 12)
    await kept.put({})
    failing = Failing(kept.kept)
    run = kept.commands(kept=failing)
    for _ in range(10):
        await run.work(context()).load(PARTNER, partner)
    await settled(run)
    assert failing.asked == 1


async def test_what_is_under_way_ends_with_the_process(kept: Kept) -> None:
    partner = await grown(kept, 12)
    await kept.put({})
    run = kept.commands()
    assert run.snapshots is not None
    await run.work(context()).load(PARTNER, partner)
    await run.snapshots.close()
    await run.snapshots.settled()
    assert (await loaded(kept.commands(), partner))[1] == {stream_id(PARTNER.category, partner): 12}


async def test_a_snapshot_spares_reading_what_lies_before_it(kept: Kept) -> None:
    partner = await grown(kept, 14)
    schema = next(schema for _, _, schema in await kept.all())
    sealed, events = await kept.kept.since("here", stream_id(PARTNER.category, partner), schema)
    assert sealed is not None
    assert [event.originator_version for event in events] == [12, 13, 14]
