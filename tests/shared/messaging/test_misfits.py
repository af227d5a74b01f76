"""Messages that are no fact of the log: put aside with their bytes after a few deliveries; what follows is heard."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.eventstore.dead_letters import HEARING
from shared.eventstore.memory import MemoryStore
from shared.messaging.cloudevents import encode
from tests.shared.messaging.conftest import LOG, Broker
from tests.shared.messaging.hearing import Ears, ears, make_stream, publish
from tests.shared.messaging.said import say
from tests.shared.messaging.test_hearer import all_acknowledged
from tests.support.patience import eventually, meanwhile
from tests.support.servers import Servers

pytestmark = pytest.mark.servers
HOSTILE = (
    b"",
    b"\xff\xfe not UTF-8",
    b'{"specversion": "1.0"}',
    b"[" * 100_000,
)


@pytest_asyncio.fixture
async def listening(servers: Servers) -> AsyncIterator[Ears]:
    async with ears(servers) as made:
        yield made


async def test_it_is_put_aside_with_its_bytes_and_place_and_what_follows_is_heard(
    broker: Broker, listening: Ears, said: MemoryStore
) -> None:
    await say(said, 4)
    stored = await said.page(0, 4)
    genuine = encode(LOG, stored[0])
    forged = (
        genuine.replace(b'"/partnerships"', b'"/intake"'),
        genuine.replace(b'"sequence":"0000000000000000001"', b'"sequence":"9999999999999999999"'),
        genuine.replace(b'"sequence":"0000000000000000001",', b"").replace(b'"logindex":1', b'"logindex":-1'),
        genuine.replace(b'"community":"here"', b'"community":"he\\u0000re"'),
        genuine.replace(b'"community":"here"', b'"community":"\\ud800"'),
    )
    await make_stream(broker)
    await publish(broker, *stored[:2], *HOSTILE, *forged, *stored[2:])
    hearer = listening.hearer(broker)
    async with meanwhile(hearer.follow()):
        await listening.reach(4)

        async def all_put_aside() -> bool:
            return len(await listening.letters.page(50)) == len(HOSTILE) + len(forged)

        await eventually(all_put_aside)
        await eventually(lambda: all_acknowledged(broker))
        assert hearer.steady.failing is None
    letters = sorted(await listening.letters.page(50), key=lambda letter: letter.sequence or 0)
    assert [letter.sequence for letter in letters] == list(range(3, 12))
    assert [await listening.letters.message(letter.id) for letter in letters] == [*HOSTILE, *forged]
    assert {(letter.consumer, letter.tries, letter.index) for letter in letters} == {(HEARING, 3, None)}
    assert {letter.subject for letter in letters} == {f"{broker.prefix}.here.{LOG}.person.by-hand"}
    async with meanwhile(listening.hearer(broker).follow()):  # which reads the stream anew: none is put aside twice
        await eventually(lambda: all_acknowledged(broker))
    assert len(await listening.letters.page(50)) == len(letters)


async def test_a_person_releases_it_or_has_it_tried_again(broker: Broker, listening: Ears) -> None:
    await make_stream(broker)
    await publish(broker, b"no event", b"none either")
    async with meanwhile(listening.hearer(broker).follow()):

        async def both_put_aside() -> bool:
            return len(await listening.letters.page(10)) == 2

        await eventually(both_put_aside)
        second, first = await listening.letters.page(10)
        await listening.letters.release(first.id, "operator", "sent by mistake")
        await listening.letters.retry(second.id, "operator")

        async def both_done() -> bool:
            return [letter.asked for letter in await listening.letters.page(10)] == [None, None]

        await eventually(both_done)
    second, first = await listening.letters.page(10)
    assert (first.state, second.state, second.tries) == ("released", "waiting", 4)


async def test_tags_are_counted_as_they_are_heard_repeats_once(listening: Ears, said: MemoryStore) -> None:
    await say(said, 4)
    messages = [encode(LOG, one) for one in await said.page(0, 4)]
    messages[1] = messages[1].replace(b"person-registered", b"person-sung-about")
    for part in (messages[:3], messages):
        await listening.heard.hear(part)
    rows = await listening.database.appender.fetch("select log, tag, facts from store.heard_tags order by tag")
    assert [tuple(row) for row in rows] == [
        (LOG, "partnerships.person-registered.v1", 3),
        (LOG, "partnerships.person-sung-about.v1", 1),
    ]
