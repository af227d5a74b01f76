"""What the library's cases do not ask of the door: what it refuses, what it keeps apart, and how it ends."""

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from eventsourcing.persistence import (
    DataError,
    InfrastructureFactoryError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Tracking,
)
from eventsourcing.utils import Environment

from shared.eventstore.door import DoorIsReadOnly, Factory, bridge
from shared.eventstore.door.recorders import StoreApplicationRecorder, StoreProcessRecorder
from shared.eventstore.door.refusals import DoorIsClosed, NotOfThisIdType, ServicesLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.vocabulary import LARGEST_FACT
from shared.kernel import Actor, new_id
from tests.shared.eventstore.door.conftest import environment
from tests.support.servers import CHECKOUT

pytestmark = pytest.mark.servers
NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"


class Doors:
    """Opens doors to one database and closes them at the end."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opened: list[Factory] = []

    def factory(self, name: str = "", /, **others: str) -> Factory:
        made = Factory(Environment(name, environment(self.url, **others)))
        self.opened.append(made)
        return made

    def recorder(self, name: str = "", /, **others: str) -> StoreProcessRecorder:
        """To write through, unless `others` say otherwise; ids are text."""
        made = self.factory(name, **{"ORIGINATOR_ID_TYPE": "text", **others}).process_recorder()
        assert isinstance(made, StoreProcessRecorder)
        return made


@pytest.fixture
def doors(url: str) -> Iterator[Doors]:
    made = Doors(url)
    yield made
    for factory in made.opened:
        factory.close()


def event(version: int = 1, *, of: str | None = None, topic: str = "done", state: bytes = b"{}") -> StoredEvent:
    return StoredEvent(of or f"thing-{new_id()}", version, topic, state)


def test_a_door_is_for_reading_unless_it_is_told_otherwise(doors: Doors) -> None:
    written = event()
    doors.recorder().insert_events([written])
    reading = doors.recorder(CONSORTIA_READ_ONLY="")
    assert reading.select_events(written.originator_id) == [written]
    snapshots = doors.factory(CONSORTIA_READ_ONLY="y").aggregate_recorder("snapshots")
    told = "set CONSORTIA_READ_ONLY=n and CONSORTIA_COMMUNITY"
    with pytest.raises(DoorIsReadOnly, match=told):
        reading.insert_events([event()])
    with pytest.raises(DoorIsReadOnly, match=told):
        reading.insert_tracking(Tracking("upstream", 1))
    with pytest.raises(DoorIsReadOnly, match=told):
        snapshots.insert_events([event()])
    assert reading.max_notification_id() == 1


def test_a_read_only_door_may_read_the_librarys_snapshots(doors: Doors) -> None:
    kept = event()
    doors.factory().aggregate_recorder("snapshots").insert_events([kept])
    reading = doors.factory(CONSORTIA_READ_ONLY="y", ORIGINATOR_ID_TYPE="text").aggregate_recorder("snapshots")
    assert reading.select_events(kept.originator_id) == [kept]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("delete from store.events", NotSupportedError),  # a read-only transaction
        ("set transaction read write; delete from store.events", ProgrammingError),  # no permission
        ("set transaction read write; select store.append(" + ", ".join(["null"] * 25) + ")", ProgrammingError),
        ("set transaction read write; delete from store.snapshots", ProgrammingError),
    ],
)
def test_the_database_itself_refuses_what_a_read_only_door_would_write(
    doors: Doors, statement: str, error: type[Exception]
) -> None:
    bridge = doors.recorder(CONSORTIA_READ_ONLY="y").bridge
    with pytest.raises(error):
        bridge.run(lambda connections: connections.pool.execute(statement))


@pytest.mark.parametrize("tag", ["credentials.sign-off-recorded.v1", "partnerships.partner-registered.v1"])
def test_a_services_log_is_not_opened_for_writing(doors: Doors, tag: str) -> None:
    doors.recorder().insert_events([event(topic=tag)])
    assert doors.recorder(CONSORTIA_READ_ONLY="y").max_notification_id() == 1
    with pytest.raises(ServicesLog, match="which that service alone writes"):
        doors.recorder().insert_events([event()])


def test_everything_that_is_wrong_with_the_settings_is_said_at_once() -> None:
    said = {"CONSORTIA_READ_ONLY": "n", "CONSORTIA_LOG": "oversight", "ORIGINATOR_ID_TYPE": "uuid"}
    with pytest.raises(InfrastructureFactoryError) as refused:
        Factory(said)
    for name in ("CONSORTIA_DATABASE_URL", "CONSORTIA_LOG", "CONSORTIA_COMMUNITY", "ORIGINATOR_ID_TYPE"):
        assert name in str(refused.value)
    with pytest.raises(InfrastructureFactoryError, match="CONSORTIA_READ_ONLY is y or n"):
        Factory({"CONSORTIA_DATABASE_URL": NOBODY, "CONSORTIA_READ_ONLY": "perhaps"})


def test_a_name_before_a_variable_makes_it_one_applications(doors: Doors) -> None:
    factory = doors.factory("Counters", COUNTERS_CONSORTIA_COMMUNITY="there")
    assert factory.settings.community == "there"


def test_streams_named_by_text_are_not_taken_for_uuids(doors: Doors) -> None:
    written = event()
    doors.recorder().insert_events([written])
    with pytest.raises(NotOfThisIdType, match="ORIGINATOR_ID_TYPE=text"):
        doors.recorder(ORIGINATOR_ID_TYPE="uuid").select_notifications(1, 10)


def test_what_the_library_wrote_is_readable_as_anything_of_ours(doors: Doors) -> None:
    doors.recorder().insert_events([event(1, of="thing-1"), event(2, of="thing-1")])
    rows = doors.recorder().bridge.run(lambda connections: connections.store.page(0, 10))
    assert [(row.index, row.ordinal, row.community) for row in rows] == [(1, 1, "here"), (2, 2, "here")]
    assert Mapper("credentials").to_recorded(rows[0]).metadata.actor == Actor(service="eventsourcing")


def test_a_community_is_read_apart_from_the_others(doors: Doors) -> None:
    one, other = doors.recorder(), doors.recorder(CONSORTIA_COMMUNITY="there")
    for recorder in (one, other, one):
        recorder.insert_events([event()])
    assert [found.id for found in one.select_notifications(None, 10)] == [1, 3]
    assert [found.id for found in other.select_notifications(None, 10)] == [2]
    assert (other.max_notification_id(), other.head()) == (2, 3)
    assert doors.recorder(CONSORTIA_COMMUNITY="elsewhere").max_notification_id() is None


def test_no_two_applications_or_upstreams_share_a_place(doors: Doors) -> None:
    for index, (name, upstream) in enumerate([("a", "b:c"), ("a:b", "c"), ("", "a:b:c"), ("a", "b"), ("A", "b")], 1):
        recorder = doors.recorder(name)
        assert recorder.max_tracking_id(upstream) is None
        recorder.insert_tracking(Tracking(upstream, index))
        assert recorder.max_tracking_id(upstream) == index


def test_an_event_and_its_tracking_are_written_together_or_not_at_all(doors: Doors) -> None:
    recorder = doors.recorder("Counters")
    recorder.insert_events([event()], tracking=Tracking("upstream", 7))
    with pytest.raises(IntegrityError):
        recorder.insert_events([event()], tracking=Tracking("upstream", 7))
    assert (recorder.max_notification_id(), recorder.max_tracking_id("upstream")) == (1, 7)


def test_an_event_too_large_for_the_log_is_refused_with_its_size(doors: Doors) -> None:
    recorder = doors.recorder()
    with pytest.raises(DataError, match=f"{LARGEST_FACT + 1} bytes"):
        recorder.insert_events([event(state=b"x" * (LARGEST_FACT + 1))])
    assert recorder.insert_events([event(state=b"x" * LARGEST_FACT)]) == [1]


@pytest.mark.parametrize(
    "impossible",
    [event(topic="nul\0"), event(of="nul\0"), event(topic="half \ud800"), event(2**31), event(-1)],
    ids=["a topic with a NUL", "an id with a NUL", "half a character", "a version too high", "a version below 0"],
)
def test_what_the_database_cannot_store_is_a_data_error(doors: Doors, impossible: StoredEvent) -> None:
    recorder = doors.recorder()
    with pytest.raises(DataError):
        recorder.insert_events([event(), impossible])
    assert recorder.insert_events([event(2**31 - 1)]) == [1]


@pytest.mark.parametrize(
    "impossible", [Tracking("up\0stream", 1), Tracking("upstream", 2**63), Tracking("upstream", -1)]
)
def test_tracking_the_database_cannot_store_is_a_data_error(doors: Doors, impossible: Tracking) -> None:
    with pytest.raises(DataError):
        doors.recorder().insert_tracking(impossible)


def test_a_database_that_is_not_there_is_an_operational_error() -> None:
    factory = Factory({"CONSORTIA_DATABASE_URL": NOBODY})
    with pytest.raises(OperationalError, match="not reached"):
        factory.tracking_recorder().max_tracking_id("upstream")
    factory.close()


def test_a_subscription_yields_what_another_factory_wrote_and_looks_past_other_topics(doors: Doors) -> None:
    reader, writer = doors.recorder(), doors.recorder()
    with reader.subscribe(topics=["wanted"]) as subscription:
        writer.insert_events([event() for _ in range(3)])
        writer.insert_events([event(topic="wanted")])
        assert next(subscription).id == 4
        writer.insert_events([event(), event(topic="wanted")])
        assert next(subscription).id == 6


def test_a_subscription_reads_a_log_of_several_pages_without_a_gap(doors: Doors) -> None:
    recorder = doors.recorder()
    recorder.insert_events([event(version, of="thing-1") for version in range(1, 1203)])
    with recorder.subscribe(gt=1) as subscription:
        assert [next(subscription).id for _ in range(1201)] == list(range(2, 1203))


def test_a_waiting_subscription_ends_when_another_thread_stops_it(doors: Doors) -> None:
    subscription = doors.recorder().subscribe()
    waiting = threading.Thread(target=lambda: list(subscription))
    waiting.start()
    subscription.stop()
    waiting.join(5)
    assert not waiting.is_alive()


def loops() -> int:
    return sum(thread.name == "consortia-door" for thread in threading.enumerate())


def test_closing_ends_the_loop_and_whoever_asks_later_is_told(doors: Doors) -> None:
    before = loops()
    factory = doors.factory(ORIGINATOR_ID_TYPE="text")
    recorder = factory.application_recorder()
    recorder.insert_events([event()])
    assert loops() == before + 1
    factory.close()
    factory.close()
    assert loops() == before
    with pytest.raises(DoorIsClosed):
        recorder.max_notification_id()


def test_closing_lets_work_under_way_finish(doors: Doors) -> None:
    recorder = doors.recorder()
    recorder.max_notification_id()
    answers: list[object] = []

    def slow() -> None:
        answers.append(
            recorder.bridge.run(lambda connections: connections.pool.fetchval("select 1 from pg_sleep(0.3)"))
        )

    working = threading.Thread(target=slow)
    working.start()
    while not recorder.bridge._thread._under_way:
        time.sleep(0.001)
    recorder.bridge.close()
    working.join()
    assert answers == [1]


def test_closing_does_not_wait_for_ever_and_says_so_to_whoever_waits(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "PATIENCE", 0.05)
    recorder = doors.recorder()
    recorder.max_notification_id()
    errors: list[Exception] = []

    def endless() -> None:
        try:
            recorder.bridge.run(lambda connections: connections.pool.execute("select pg_sleep(600)"))
        except DoorIsClosed as error:
            errors.append(error)

    working = threading.Thread(target=endless)
    working.start()
    while not recorder.bridge._thread._under_way:
        time.sleep(0.001)
    recorder.bridge.close()
    working.join()
    assert [str(error) for error in errors] == [
        "The door was closed over this work. If it was to write, look whether it did."
    ]


def test_a_recorder_keeps_its_door_open_and_a_forgotten_one_closes_it(url: str) -> None:
    before = loops()
    recorder: StoreApplicationRecorder | None = StoreApplicationRecorder(
        (factory := Factory(environment(url)))._bridge, factory.settings
    )
    del factory
    gc.collect()
    assert recorder is not None
    assert recorder.max_notification_id() is None
    assert loops() == before + 1
    recorder = None
    gc.collect()
    assert loops() == before


def test_an_interpreter_that_ends_with_an_open_door_ends_in_good_order(url: str) -> None:
    program = """
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
app = Application()
app.save(Aggregate())
print(app.recorder.max_notification_id())
"""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error::ResourceWarning", "-c", program],
        cwd=CHECKOUT,
        env=environment(url, PYTHONPATH=str(CHECKOUT)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
