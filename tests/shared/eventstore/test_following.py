"""Folds that follow a log: level with it, and as it stood."""

from datetime import timedelta
from typing import Any

from shared.eventstore.following import Following
from shared.eventstore.logs import OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.kernel import Moment, Recorded, new_id
from tests.shared.eventstore.deciding import NOON, commands, register

HOUR = timedelta(hours=1)


class Indexes:
    """Which facts were applied, in which order."""

    def __init__(self) -> None:
        self.index = 0
        self.applied: list[int] = []

    def apply(self, recorded: Recorded[Any]) -> None:
        self.index = recorded.index
        self.applied.append(recorded.index)


async def log_of(*hours: int) -> tuple[MemoryStore, Following[Indexes]]:
    """One fact for each of these hours after noon, recorded in this order."""
    store = MemoryStore()
    for hour in hours:
        await register(commands(store), [new_id()], occurred_at=NOON + hour * HOUR)
    return store, Following(OwnLog("partnerships", store, Mapper("partnerships")), Indexes)


async def test_it_catches_up_and_applies_each_fact_once() -> None:
    store, following = await log_of(0, 0)
    assert (await following.current()).applied == [1, 2]
    await register(commands(store), [new_id()])
    assert (await following.current()).applied == [1, 2, 3]
    assert (await following.current()).index == 3


async def test_it_folds_anew_a_log_that_lost_its_end_and_got_another() -> None:
    _, following = await log_of(0, 0, 0)
    folded = await following.current()
    promoted = Promoted()
    await register(commands(promoted), [new_id() for _ in range(4)])
    following._log = OwnLog("partnerships", promoted, Mapper("partnerships"))
    anew = await following.current()
    assert (anew.applied, anew is folded) == ([1, 2, 3, 4], False)
    assert await following.current() is anew


class Promoted(MemoryStore):
    """As after the promotion of a standby."""

    @property
    def era(self) -> int:
        return 2


async def test_it_follows_a_log_longer_than_a_page() -> None:
    store, following = await log_of()
    for _ in range(3):
        await register(commands(store), [new_id() for _ in range(700)])
    assert (await following.current()).applied == list(range(1, 2101))


async def test_as_of_an_index_stops_there_and_stands_for_when_that_was_recorded() -> None:
    store, following = await log_of(0, 1, 2)
    folded, stands_for = await following.as_of(Moment(log="partnerships", index=2), NOON)
    assert folded.applied == [1, 2]
    assert stands_for == (await store.page(1, 1))[0].recorded_at


async def test_as_of_a_time_everything_known_now_is_asked_about_that_time() -> None:
    _, following = await log_of(0, 2, 1)
    folded, stands_for = await following.as_of(Moment(at=NOON + HOUR), NOON + 5 * HOUR)
    assert folded.applied == [1, 2, 3]
    assert stands_for == NOON + HOUR


async def test_what_was_known_goes_by_the_time_of_recording_whatever_it_tells_of() -> None:
    store, following = await log_of(2, 0, 1)
    second = (await store.page(1, 1))[0].recorded_at
    for known in (Moment(at=second), Moment(log="partnerships", index=2)):
        folded, stands_for = await following.as_of(Moment(at=NOON), NOON + HOUR, known)
        assert (folded.applied, stands_for) == ([1, 2], NOON)
    nothing, _ = await following.as_of(Moment(), NOON, Moment(at=NOON - 1000 * 24 * HOUR))
    assert nothing.applied == []


async def test_an_index_may_be_asked_about_with_what_was_known_later() -> None:
    store, following = await log_of(0, 1, 2)
    folded, stands_for = await following.as_of(
        Moment(log="partnerships", index=1), NOON, Moment(log="partnerships", index=3)
    )
    assert (folded.applied, stands_for) == ([1, 2, 3], (await store.page(0, 1))[0].recorded_at)


async def test_as_of_no_moment_is_now() -> None:
    _, following = await log_of(0)
    folded, stands_for = await following.as_of(Moment(), NOON + HOUR)
    assert (folded.applied, stands_for) == ([1], NOON + HOUR)


async def test_the_past_leaves_the_present_as_it_is() -> None:
    _, following = await log_of(0, 1)
    await following.as_of(Moment(log="partnerships", index=1), NOON)
    assert (await following.current()).applied == [1, 2]


async def test_at_index_0_there_is_nothing() -> None:
    _, following = await log_of(0)
    folded, _ = await following.as_of(Moment(log="partnerships", index=0), NOON)
    assert folded.applied == []
