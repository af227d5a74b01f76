"""A log is heard anew after facts of it were lost, as docs/operating.md says; what was released stays left out."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from shared.eventstore.memory import MemoryStore
from shared.eventstore.vocabulary import AppendRequest, StoredEvent
from shared.kernel import new_id
from tests.shared.messaging.reacting import Listener, RegisterAnotherPersonForEachHeard, listening
from tests.support.databases import fresh_database
from tests.support.operating import forgetting
from tests.support.servers import Servers

pytestmark = pytest.mark.servers
ADA, BEN = UUID(int=0xADA), UUID(int=0xBE)
BROKEN = ValueError("this one is broken")


@pytest_asyncio.fixture
async def listener(servers: Servers) -> AsyncIterator[Listener]:
    """It hears of Ada (1, 3), then of Ben (2, 4), and was told to leave out 1 and 4."""
    async with fresh_database(servers, "partnerships") as database, listening(database) as made:
        for version in (1, 2):
            await made.say(ADA, version)
            await made.say(BEN, version)
        reactor = made.reactor(RegisterAnotherPersonForEachHeard(at1=BROKEN, at4=BROKEN))
        await reactor.advance()
        for letter in await made.letters.page(10):
            await made.letters.release(letter.id, "operator", "entered by mistake")
        await reactor.do_as_asked()
        yield made


async def forget(listener: Listener) -> None:
    operator = await asyncpg.connect(listener.database.url)
    await operator.execute(forgetting("partnerships"))
    await operator.close()


async def lose_all_after(listener: Listener, index: int) -> None:
    """The log keeps what came until there."""
    kept, listener.said = await listener.said.page(0, index), MemoryStore()
    for one in kept:
        event = StoredEvent(one.id, one.originator_id, one.originator_version, one.topic, one.state)
        expected = {one.originator_id: one.originator_version - 1}
        around = (one.community, new_id(), one.correlation, one.causation, one.occurred_at, one.metadata)
        await listener.said.append(AppendRequest(*around, (event,), expected))


async def test_what_was_released_is_not_acted_on_when_its_log_is_heard_anew(listener: Listener) -> None:
    await forget(listener)
    await listener.reactor(RegisterAnotherPersonForEachHeard()).advance()
    assert await listener.acted_on() == [2, 3]
    assert [(one.state, one.reason, one.asked_by) for one in await listener.letters.page(10)] == [
        ("released", "entered by mistake", "operator")
    ] * 2
    assert await listener.own.tracked(listener.reactor(RegisterAnotherPersonForEachHeard()).consumer) == 4


async def test_a_fact_in_the_place_of_one_that_was_lost_is_acted_on_though_that_was_released(
    listener: Listener,
) -> None:
    await forget(listener)
    await lose_all_after(listener, 3)
    await listener.say(ADA, 3)
    await listener.reactor(RegisterAnotherPersonForEachHeard()).advance()
    assert await listener.acted_on() == [2, 3, 4]


async def test_a_fact_that_fails_in_the_place_of_one_that_was_lost_has_a_letter_of_its_own(listener: Listener) -> None:
    await forget(listener)
    await lose_all_after(listener, 3)
    await listener.say(ADA, 3)
    await listener.reactor(RegisterAnotherPersonForEachHeard(at4=BROKEN)).advance()
    (letter,) = await listener.letters.page(10, state="waiting")
    assert (letter.place, letter.stream, letter.version) == ("partnerships@4", f"person-{ADA}", 3)
    assert (letter.reason, letter.asked_by, letter.tries) == (None, None, 3)
