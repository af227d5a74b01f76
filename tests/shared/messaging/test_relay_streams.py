"""How a log's stream is kept: on disk, without limits, on as many servers as the settings say."""

from uuid import UUID

from nats.js.api import DiscardPolicy, PersistMode, RetentionPolicy, StorageType
from structlog.testing import capture_logs

from shared.eventstore.hint import Hint
from shared.eventstore.memory import MemoryStore
from shared.messaging.streams import OWNER, configuration
from tests.shared.messaging.conftest import Broker
from tests.shared.messaging.said import holds, say
from tests.support.patience import eventually, meanwhile


def test_a_stream_is_kept_on_as_many_servers_as_the_settings_say_and_names_its_log() -> None:
    made = configuration("intake", "facts", UUID(int=7), replicas=3)
    assert (made.name, made.subjects, made.num_replicas) == ("facts-intake", ["facts.*.intake.>"], 3)
    assert made.metadata == {OWNER: str(UUID(int=7))}


async def test_the_broker_keeps_it_on_disk_without_limits_and_lets_go_of_nothing(
    broker: Broker, said: MemoryStore
) -> None:
    async with meanwhile(broker.relay(said).follow(Hint())):
        await say(said, 2)
        await holds(broker, 2)
    kept = (await broker.jetstream.stream_info(broker.stream)).config
    assert (kept.storage, kept.retention, kept.discard) == (StorageType.FILE, RetentionPolicy.LIMITS, DiscardPolicy.NEW)
    assert (kept.max_age, kept.max_msgs, kept.max_bytes, kept.max_msgs_per_subject) == (0, -1, -1, -1)
    assert kept.persist_mode in (None, PersistMode.DEFAULT), "what is acknowledged is on the disk"
    assert not kept.allow_direct, "a follower may not have the last message yet"


async def test_limits_somebody_has_set_are_taken_off_and_what_else_they_set_stays(
    broker: Broker, said: MemoryStore
) -> None:
    await say(said, 4)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 4)
    config = (await broker.jetstream.stream_info(broker.stream)).config
    theirs = config.evolve(max_age=3600, max_msgs=100, discard="old", description="theirs")
    await broker.jetstream.update_stream(theirs)
    await say(said, 4)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 8)
    kept = (await broker.jetstream.stream_info(broker.stream)).config
    assert (kept.max_age, kept.max_msgs, kept.discard, kept.description) == (0, -1, "new", "theirs")


async def test_more_replicas_than_there_are_servers_are_refused_with_what_to_do(
    broker: Broker, said: MemoryStore
) -> None:
    relay = broker.relay(said, replicas=3)

    async def is_told() -> bool:
        failing = relay.steady.failing or ""
        return "kept on 3 servers" in failing and "CONSORTIA_NATS_REPLICAS" in failing

    async with meanwhile(relay.follow(Hint())):
        await eventually(is_told)


async def test_where_replicas_cannot_be_changed_now_facts_flow_and_it_is_said(
    broker: Broker, said: MemoryStore
) -> None:
    await say(said, 2)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 2)
    await say(said, 2)
    with capture_logs() as logs:
        async with meanwhile(broker.relay(said, replicas=3).follow(Hint())):
            await holds(broker, 4)
    (told,) = [line for line in logs if line["event"] == "replicas-not-changed"]
    assert (told["now"], told["wanted"], told["log_level"]) == (1, 3, "error")
    assert "CONSORTIA_NATS_REPLICAS" in told["do"]
