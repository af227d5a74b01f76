"""Reactions: each fact once, with the tracking in the same append."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.contracts.partnerships import CommunityOpened
from shared.eventstore.refusals import Busy
from shared.eventstore.vocabulary import Appended, AppendRequest, OperationalError, VersionConflict
from shared.kernel import Refused, new_id
from tests.shared.eventstore.deciding import NOON, commands, register
from tests.shared.eventstore.projecting import as_administrator
from tests.shared.messaging.reacting import CONSUMER, Listener, RegisterAnotherPersonForEachHeard, listening
from tests.support.databases import fresh_database
from tests.support.servers import Servers

pytestmark = pytest.mark.servers


@pytest_asyncio.fixture
async def listener(servers: Servers) -> AsyncIterator[Listener]:
    async with fresh_database(servers, "partnerships") as database, listening(database) as made:
        yield made


class Contested:
    """A store on which others win the first `races`, or whose database is away as often."""

    def __init__(self, listener: Listener, races: int = 0, away: int = 0) -> None:
        self._listener = listener
        self._races = races
        self._away = away

    async def append(self, request: AppendRequest) -> Appended:
        if self._away:
            self._away -= 1
            raise OperationalError("the database is away")
        if self._races:
            self._races -= 1
            raise VersionConflict("others were faster")
        return await self._listener.own.append(request)

    def __getattr__(self, name: str) -> object:
        return getattr(self._listener.own, name)


async def test_each_fact_is_acted_on_once_and_names_its_cause(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard()
    heard = (await register(commands(listener.said), [new_id(), new_id()], occurred_at=NOON)).recorded
    await listener.reactor(reaction).advance()
    written = await listener.own.page(0, 10)
    assert [one.causation for one in written] == [one.id for one in heard]
    assert [one.correlation for one in written] == [one.correlation for one in heard]
    assert [one.occurred_at for one in written] == [NOON, NOON]
    assert await listener.own.tracked(CONSUMER) == 2
    assert await listener.reactor(reaction).advance() == 0
    assert await listener.own.last_index() == 2


async def test_two_processes_that_hear_the_same_act_once(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard()
    await register(commands(listener.said), [new_id() for _ in range(20)])
    await asyncio.gather(*(listener.reactor(reaction).advance() for _ in range(4)))
    assert await listener.acted_on() == list(range(1, 21))


async def test_a_fact_fed_again_after_the_tracking_was_lost_is_not_acted_on_again(listener: Listener) -> None:
    """The command's id derives from the fact, so even a consumer that starts over writes nothing twice."""
    reaction = RegisterAnotherPersonForEachHeard()
    await register(commands(listener.said), [new_id(), new_id()])
    await listener.reactor(reaction).advance()
    await as_administrator(listener.database, "delete from store.tracking")
    await listener.reactor(reaction).advance()
    assert await listener.own.last_index() == 2
    assert await listener.own.tracked(CONSUMER) == 2


async def test_facts_of_other_kinds_are_passed_over_but_tracked(listener: Listener) -> None:
    class DeafToPersons(RegisterAnotherPersonForEachHeard):
        to = CommunityOpened  # type: ignore[assignment]  # another kind than it was made for

    reaction = DeafToPersons()
    await register(commands(listener.said), [new_id(), new_id()])
    await listener.reactor(reaction).advance()
    assert (reaction.decided, await listener.own.last_index(), await listener.own.tracked(CONSUMER)) == ([], 0, 2)


async def test_after_a_conflict_it_is_decided_again(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard()
    await register(commands(listener.said), [new_id()])
    await listener.reactor(reaction, Contested(listener, races=2)).advance()  # type: ignore[arg-type]  # stands before one
    assert reaction.decided == [1, 1, 1]
    assert await listener.own.last_index() == 1


async def test_a_fact_that_could_not_be_decided_for_conflicts_is_tried_again_and_never_passed_over(
    listener: Listener,
) -> None:
    contested, reaction = Contested(listener, races=3), RegisterAnotherPersonForEachHeard()
    await register(commands(listener.said), [new_id()])
    with pytest.raises(Refused) as refused:
        await listener.reactor(reaction, contested).advance()  # type: ignore[arg-type]  # stands before a store
    assert refused.value.names(Busy)
    assert await listener.own.tracked(CONSUMER) == 0
    await listener.reactor(reaction, contested).advance()  # type: ignore[arg-type]  # stands before a store
    assert await listener.own.last_index() == 1


async def test_a_database_that_is_away_is_never_counted_against_a_fact(listener: Listener) -> None:
    contested, reaction = Contested(listener, away=20), RegisterAnotherPersonForEachHeard()
    await register(commands(listener.said), [new_id()])
    for _ in range(20):
        with pytest.raises(OperationalError):
            await listener.reactor(reaction, contested).advance()  # type: ignore[arg-type]  # stands before a store
    await listener.reactor(reaction, contested).advance()  # type: ignore[arg-type]  # stands before a store
    assert await listener.own.last_index() == 1
    assert await listener.letters.page(10) == []
