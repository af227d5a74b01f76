"""The relay, on a real NATS: in order, verbatim, from where the stream stands."""

import asyncpg
import pytest

from shared.eventstore.connections import Connections
from shared.eventstore.hint import Hint
from shared.eventstore.memory import MemoryStore
from shared.eventstore.outgoing import OutgoingLog
from shared.kernel import new_id
from shared.messaging.cloudevents import encode
from tests.shared.eventstore.deciding import commands, register
from tests.shared.messaging.conftest import LOG, Broker
from tests.shared.messaging.said import holds, indexes, say, say_at_once, whole
from tests.support.databases import fresh_database, open_store
from tests.support.patience import meanwhile
from tests.support.servers import Servers


async def test_it_publishes_in_index_order_verbatim_under_the_fact_s_id(broker: Broker, said: MemoryStore) -> None:
    await say(said, 10)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 10)
    stored, messages = await said.page(0, 100), await broker.messages()
    assert [message.data for message in messages] == [encode(LOG, one) for one in stored]
    assert [(message.headers or {})["Nats-Msg-Id"] for message in messages] == [str(one.id) for one in stored]
    assert [message.seq for message in messages] == [one.index for one in stored]
    assert {message.subject for message in messages} == {f"{broker.prefix}.here.{LOG}.person.person-registered"}


async def test_it_goes_on_where_the_stream_stands(broker: Broker, said: MemoryStore) -> None:
    await say(said, 4)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 4)
    await say(said, 4)
    async with meanwhile(broker.relay(said).follow(Hint())):
        await holds(broker, 8)
    assert await indexes(broker) == whole(8)


@pytest.mark.parametrize("together", [True, False], ids=["in batches", "each alone"])
async def test_many_more_facts_than_go_under_way_at_once_arrive_in_order_verbatim(
    broker: Broker, said: MemoryStore, *, together: bool
) -> None:
    await say_at_once(said, 2000)
    async with meanwhile(broker.relay(said, together=together).follow(Hint())):
        await holds(broker, 2000)
    messages = await broker.messages()
    assert [message.data for message in messages] == [encode(LOG, one) for one in await said.page(0, 2000)]
    assert ("Nats-Batch-Id" in (messages[500].headers or {})) is together


async def test_what_is_recorded_while_it_rests_goes_out_at_the_next_ring(broker: Broker, said: MemoryStore) -> None:
    hint = Hint()
    async with meanwhile(broker.relay(said).follow(hint, poll=60)):
        await say(said, 2)
        hint.ring()
        await holds(broker, 2)
        await say(said, 2)
        hint.ring()
        await holds(broker, 4)


async def test_it_reads_the_log_of_a_service_over_a_connection_of_its_own_and_survives_the_loss_of_it(
    broker: Broker, servers: Servers
) -> None:
    async with fresh_database(servers, LOG) as database, open_store(database) as store:
        outgoing = OutgoingLog(Connections(database.url, "consortia_appender"))
        async with meanwhile(broker.relay(outgoing).follow(Hint())):
            await register(commands(store), [new_id(), new_id()])
            await holds(broker, 2)
            assert await end_its_connection(database.url) == 1
            await register(commands(store), [new_id(), new_id()])
            await holds(broker, 4)
        await outgoing.close()
    assert await indexes(broker) == whole(4)


async def end_its_connection(url: str) -> int:
    """As the superuser; how many there were."""
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(END_ITS_CONNECTION))
    finally:
        await connection.close()


END_ITS_CONNECTION = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
 where application_name like 'consortia relays%' and datname = current_database()
"""
