"""How fresh a picture is: a pure question of beats, index and two clocks; and the same over a real NATS."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import nats
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from shared.eventstore.hint import Hint
from shared.eventstore.memory import MemoryStore
from shared.messaging.freshness import NEVER, Freshness, Picture
from shared.messaging.heartbeats import Heartbeat, Heartbeats
from shared.messaging.subjects import heartbeat_subject
from tests.shared.messaging.conftest import LOG, Broker
from tests.shared.messaging.hearing import noticed
from tests.shared.messaging.said import holds, restored, say
from tests.support.patience import eventually, meanwhile
from tests.support.servers import Servers

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def picture(*beats: tuple[int, float, float]) -> Picture:
    """Of beats given as index, seconds after noon by the relay's clock, and seconds of the listener's when it came."""
    made = Picture()
    for index, sent, came in beats:
        made.take(index, at(sent), came)
    return made


def test_without_a_beat_nobody_knows() -> None:
    assert Picture().age(0, 100, NOON) == NEVER
    assert picture((5, 0, 0)).age(4, 1, at(1)) == NEVER


def test_a_picture_is_as_old_as_the_newest_beat_whose_index_it_holds() -> None:
    seen = picture((3, 0, 0), (5, 1, 1), (9, 2, 2))
    assert [seen.age(index, 4, at(4)) for index in (2, 3, 4, 5, 8, 9, 12)] == [NEVER, 4, 4, 3, 3, 2, 2]


def test_a_picture_gets_fresh_when_the_facts_come_after_the_beat() -> None:
    seen = picture((3, 0, 0), (9, 6, 6))
    assert seen.age(8, 6.5, at(6.5)) == 6.5
    assert seen.age(9, 6.5, at(6.5)) == 0.5


@given(
    st.lists(st.tuples(st.integers(0, 9), st.floats(0, 9), st.floats(0, 9)), max_size=9),
    st.integers(0, 9),
    st.floats(9, 14),
)
def test_how_long_a_picture_may_be_used_is_what_is_left_of_its_age(
    beats: list[tuple[int, float, float]], index: int, moment: float
) -> None:
    seen = picture(*sorted(beats, key=lambda beat: beat[2]))
    left = seen.fresh_for(index, moment, at(moment), limit=2)
    assert left == pytest.approx(max(0.0, 2 - seen.age(index, moment, at(moment))), abs=1e-5)


def test_a_picture_of_a_log_that_has_lost_facts_may_not_be_used() -> None:
    seen = picture((9, 0, 0))
    seen.hold_more(9, 0)
    seen.take(5, at(4), 4)
    assert seen.fresh_for(9, 4, at(4), limit=2) == 0
    seen.hold_more(8, 5)  # by somebody who is a little behind what was seen elsewhere
    assert seen.log_ends_below() == 5


def test_a_beat_that_was_held_up_is_as_old_as_it_says() -> None:
    assert picture((3, 0, 30)).age(3, 31, at(31)) == 31


def test_a_clock_set_back_here_makes_nothing_fresher() -> None:
    assert picture((3, 0, 0)).age(3, 8, at(-3600)) == 8


def test_a_clock_that_is_ahead_here_shows_as_age() -> None:
    assert picture((3, 0, 0)).age(3, 0, at(3600)) == 3600


def test_a_relay_whose_clock_is_behind_does_not_stand_in_the_way_of_another() -> None:
    seen = picture((3, 0, 0), (3, -3599.5, 0.5))
    assert seen.age(3, 1, at(1)) == 1


def test_beats_that_stay_below_what_was_held_before_they_came_make_no_picture_fresh() -> None:
    seen = picture((100, 0, 0))
    seen.hold(100, 0.5)
    for beat in range(1, 20):
        seen.take(50, at(beat / 2), beat / 2)
    assert seen.log_ends_below() == 50
    assert [seen.age(index, 10, at(10)) for index in (50, 100, 200)] == [NEVER, NEVER, NEVER]
    seen.take(100, at(10), 10)
    assert (seen.log_ends_below(), seen.age(100, 10, at(10))) == (None, 0)


def test_facts_that_overtake_each_beat_under_load_leave_the_picture_fresh() -> None:
    seen = picture()
    for step in range(400):  # a beat every half second, asked for at every tenth, 1000 facts a second
        now = step / 10
        if step % 5 == 0:
            seen.take(max(0, step * 100 - 90), at(now), now)
        seen.hold(step * 100, now)
        assert seen.log_ends_below() is None
        assert seen.age(step * 100, now, at(now)) < 0.6


def test_a_beat_sent_just_before_the_last_facts_stays_good_however_long_no_other_comes() -> None:
    seen = picture((4, 0, 0))
    seen.hold(6, 0.1)
    assert (seen.age(6, 60, at(60)), seen.log_ends_below()) == (60, None)


def test_a_listener_restored_to_less_is_not_measured_by_what_it_held_before() -> None:
    seen = picture()
    seen.hold(100, 0)
    seen.hold(40, 5)
    seen.take(60, at(9), 9)
    assert seen.log_ends_below() is None


def test_no_age_is_below_zero() -> None:
    assert picture((3, 60, 5)).age(3, 5, at(0)) == 0


def test_a_silent_relay_is_told_from_one_that_is_ahead() -> None:
    assert Picture().silent_for(7) == NEVER
    assert picture((3, 0, 2)).silent_for(7) == 5


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 2)), max_size=600), st.integers(0, 900))
def test_however_many_beats_come_the_picture_stays_small_and_is_never_called_fresher_than_it_is(
    steps: list[tuple[int, float]], index: int
) -> None:
    kept, every, ends, now = Picture(), Picture(), 0, 0.0
    for grown, passed in steps:
        ends, now = ends + grown, now + passed
        kept.take(ends, at(now), now)
        every._beats.append(kept._beats[-1])
    assert len(kept._beats) <= 128
    assert kept.age(index, now, at(now)) >= every.age(index, now, at(now))


@pytest.mark.servers
async def test_who_has_heard_all_is_fresh_and_who_lags_is_as_old_as_what_it_lacks(
    broker: Broker, said: MemoryStore
) -> None:
    heard = 0

    async def reached() -> int:
        return heard

    freshness, relay = Freshness(broker.prefix, "intake", {LOG: reached}, broker.client), broker.relay(said)
    beats = Heartbeats(LOG, broker.prefix, said, broker.client, lambda: relay.may_publish)
    await say(said, 4)
    async with meanwhile(freshness.follow(), relay.follow(Hint()), beats.follow()):

        async def is_fresh() -> bool:
            return await freshness.age(LOG) < 2

        async def is_heard() -> bool:
            return freshness._pictures[LOG].silent_for(freshness._monotonic()) < NEVER

        await eventually(is_heard)
        assert await freshness.age(LOG) == NEVER
        assert (await freshness.all())[LOG].seconds is None
        heard = 4
        await eventually(is_fresh)
        assert freshness.age_at(LOG, 3) == NEVER
        assert freshness.age_at(LOG, 4) == pytest.approx(await freshness.age(LOG), abs=0.5)
        assert await freshness.age("intake") == 0.0
        assert (await freshness.all())[LOG].index == 4
        assert freshness.in_the_way(LOG, (await freshness.all())[LOG], 5) is None


@pytest.mark.servers
async def test_a_relay_that_may_not_publish_does_not_beat(broker: Broker, said: MemoryStore) -> None:
    """Another installation's, or one whose log lacks what others have heard, says nothing of how fresh anything is."""
    await say(said, 6)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 6)
    for not_this in (MemoryStore(), restored(said, until=2)):
        relay, came = broker.relay(not_this), await broker.client.subscribe(heartbeat_subject(broker.prefix, LOG))
        beats = Heartbeats(LOG, broker.prefix, not_this, broker.client, lambda: relay.may_publish)  # noqa: B023 - run here
        async with meanwhile(relay.follow(Hint()), beats.follow()):

            async def is_refused() -> bool:
                return relay.may_publish is False  # noqa: B023 - awaited within the same turn

            await eventually(is_refused)
            await asyncio.sleep(0.3)
        assert came.pending_msgs == 0
        await came.unsubscribe()


@pytest.mark.servers
async def test_a_beat_says_a_time_before_it_read_the_index(broker: Broker, said: MemoryStore) -> None:
    times: list[str] = []

    class Watched(MemoryStore):
        async def last_index(self) -> int:
            times.append("index")
            return 7

    def clock() -> datetime:
        times.append("time")
        return NOON

    came = await broker.client.subscribe(heartbeat_subject(broker.prefix, LOG))
    await Heartbeats(LOG, broker.prefix, Watched(), broker.client, lambda: True, clock).beat()
    assert msgspec.json.decode((await came.next_msg(timeout=5)).data, type=Heartbeat) == Heartbeat(LOG, 7, NOON)
    assert times == ["time", "index"]


@pytest.mark.servers
async def test_listening_that_failed_at_first_is_well_once_it_listens(servers: Servers, broker: Broker) -> None:
    client = await nats.connect(servers.nats.url)
    await client.close()
    freshness = Freshness(broker.prefix, "intake", {LOG: nothing}, client)

    async def fails() -> bool:
        return freshness.steady.failing is not None

    async def is_well() -> bool:
        return freshness.steady.failing is None

    async with meanwhile(freshness.follow()):
        await eventually(fails)
        await client.connect(servers.nats.url)
        await eventually(is_well)
    await client.close()


@pytest.mark.servers
async def test_what_comes_as_a_beat_and_is_none_is_counted_said_once_and_stops_no_beat(
    servers: Servers, broker: Broker
) -> None:
    errors: list[Exception] = []

    async def note(error: Exception) -> None:
        errors.append(error)

    client = await nats.connect(servers.nats.url, error_cb=note)
    freshness, subject = (
        Freshness(broker.prefix, "intake", {LOG: nothing}, client),
        heartbeat_subject(broker.prefix, LOG),
    )
    another = msgspec.json.encode(Heartbeat("credentials", 1, NOON))

    async def is_heard() -> bool:
        await broker.client.publish(subject, msgspec.json.encode(Heartbeat(LOG, 0, NOON)))
        return freshness._pictures[LOG].silent_for(freshness._monotonic()) < NEVER

    with capture_logs() as logs:
        async with meanwhile(freshness.follow()):
            await eventually(is_heard)
            for strange in (b"", b"{", b"\xff", b'{"log":"\xff"}', b'{"log":"' + LOG.encode() + b'"}', another):
                await broker.client.publish(subject, strange)

            async def all_came() -> bool:
                return freshness.strange == 6

            await eventually(all_came)
    assert (noticed(logs, "no-heartbeat"), errors) == (1, [])
    await client.close()


async def nothing() -> int:
    return 0


async def test_what_is_in_the_way_says_where_to_look() -> None:
    now = 100.0

    async def reached() -> int:
        return 4

    freshness = Freshness("facts", "intake", {LOG: reached}, None, lambda: at(now), lambda: now)  # type: ignore[arg-type]  # nothing is asked of the broker
    seen = freshness._pictures[LOG]

    async def said() -> str:
        return freshness.in_the_way(LOG, (await freshness.all())[LOG], 5) or ""

    assert "never heard" in await said()
    seen.take(9, at(99), 99)
    assert "`react`" in await said()
    seen.take(4, at(99), 99)
    assert await said() == ""
    now = 110.0
    assert "last heard 11 s ago" in await said()
    seen.take(4, at(110 - 3600), 110)
    assert "clocks" in await said()
    seen.take(3, at(111), 111)
    assert "behind what was heard: its relay says that it ends at 3, and this service holds 4" in await said()
    seen.take(4, at(110), 111)
    assert await said() == ""
