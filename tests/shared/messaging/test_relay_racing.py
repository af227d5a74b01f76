"""Two relays of one log, as in a deployment that keeps one in reserve: fenced, quiet, and each ready to go on alone."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.eventstore.hint import Hint
from shared.eventstore.memory import MemoryStore
from tests.shared.messaging.conftest import Broker
from tests.shared.messaging.said import holds, indexes, say, say_at_once, whole
from tests.support.patience import eventually, meanwhile


async def test_of_two_racing_relays_one_is_fenced_and_nothing_is_doubled(broker: Broker, said: MemoryStore) -> None:
    hint = Hint()
    async with meanwhile(broker.relay(said).follow(hint), broker.relay(said).follow(hint)):
        for _ in range(10):
            await say(said, 20)
            hint.ring()
        await holds(broker, 200)
    assert await indexes(broker) == whole(200)


@pytest.mark.parametrize("together", [True, False], ids=["in batches", "each alone"])
async def test_under_load_three_relays_keep_the_order_and_those_that_lost_stand_by_quietly(
    broker: Broker, said: MemoryStore, *, together: bool
) -> None:
    hint, relays = Hint(), [broker.relay(said, together=together) for _ in range(3)]
    with capture_logs() as logs:
        async with meanwhile(*(relay.follow(hint) for relay in relays)):
            async with broker.saying(said, hint):
                await asyncio.sleep(3)
            await eventually(lambda: is_level(broker, said))
            assert [relay.steady.failing for relay in relays] == [None, None, None]
    assert await indexes(broker) == whole(await said.last_index())
    assert 2 <= len(lines(logs, "stands-by")) <= 12, "who stands by stays so while another publishes"
    assert [line for line in logs if line["log_level"] in ("warning", "error")] == []


async def test_who_stands_by_takes_over_when_the_other_is_gone(broker: Broker, said: MemoryStore) -> None:
    hint = Hint()
    with capture_logs() as logs:
        async with meanwhile(broker.relay(said).follow(hint)):
            async with meanwhile(broker.relay(said).follow(hint)), broker.saying(said, hint):
                await eventually(lambda: said_that(logs, "stands-by"))
            await say(said, 20)  # one of the two is gone, and it may be the one that led
            await eventually(lambda: is_level(broker, said))
    assert await indexes(broker) == whole(await said.last_index())


@pytest.mark.parametrize("together", [True, False], ids=["in batches", "each alone"])
async def test_a_stream_lost_under_both_is_refilled_whole(broker: Broker, said: MemoryStore, *, together: bool) -> None:
    hint, relays = Hint(), [broker.relay(said, together=together) for _ in range(2)]
    await say_at_once(said, 300)
    async with meanwhile(*(relay.follow(hint) for relay in relays)):
        await holds(broker, 300)
        for _ in range(3):
            async with broker.saying(said, hint):
                await broker.jetstream.delete_stream(broker.stream)
                await asyncio.sleep(0.2)
            await eventually(lambda: is_level(broker, said))
    assert await indexes(broker) == whole(await said.last_index())


def lines(logs: list[Any], event: str) -> list[Any]:
    return [line for line in logs if line["event"] == event]


async def said_that(logs: list[Any], event: str) -> bool:
    return bool(lines(logs, event))


async def is_level(broker: Broker, said: MemoryStore) -> bool:
    return await broker.count() == await said.last_index()
