"""Reactions: each fact once, with the tracking in the same append."""

import asyncio
from typing import Any

import pytest

from services.partnerships.domain.community import PERSON
from shared.contracts.partnerships import PersonRegistered
from shared.eventstore.logs import OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.eventstore.refusals import Busy, NotFound
from shared.eventstore.vocabulary import Notification
from shared.eventstore.work import Work
from shared.kernel import Recorded, Refused, new_id
from shared.messaging.reactions import Reactor
from tests.shared.eventstore.deciding import NOON, Contested, commands, register


class RegisterAnotherPersonForEachHeard:
    """One new person for each person heard of; refuses the persons in `refuses`."""

    name = "register-another"
    log = "partnerships"
    to = PersonRegistered

    def __init__(self, *refuses: int) -> None:
        self.refuses = refuses
        self.decided: list[int] = []

    async def decide(self, work: Work, heard: Recorded[Any]) -> None:
        self.decided.append(heard.index)
        if heard.index in self.refuses:
            raise Refused(NotFound("person", "x"))
        work.record(PERSON, person := new_id(), PersonRegistered(person))


def reactor(said: MemoryStore, own: MemoryStore, reaction: RegisterAnotherPersonForEachHeard) -> Reactor:
    return Reactor("listener", reaction, OwnLog("partnerships", said, Mapper("partnerships")), commands(own))


async def test_each_fact_is_acted_on_once_and_names_its_cause(said: MemoryStore) -> None:
    own, reaction = MemoryStore(), RegisterAnotherPersonForEachHeard()
    heard = (await register(commands(said), [new_id(), new_id()], occurred_at=NOON)).recorded
    await reactor(said, own, reaction).advance()
    written = await own.page(0, 10)
    assert [one.causation for one in written] == [one.id for one in heard]
    assert [one.correlation for one in written] == [one.correlation for one in heard]
    assert [one.occurred_at for one in written] == [NOON, NOON]
    assert await own.tracked("listener/register-another") == 2
    assert await reactor(said, own, reaction).advance() == 0
    assert await own.last_index() == 2


async def test_two_processes_that_hear_the_same_act_once(said: MemoryStore) -> None:
    own, reaction = MemoryStore(), RegisterAnotherPersonForEachHeard()
    await register(commands(said), [new_id() for _ in range(20)])
    await asyncio.gather(*(reactor(said, own, reaction).advance() for _ in range(4)))
    causes = [one.causation for one in await own.page(0, 100)]
    assert len(causes) == len(set(causes)) == 20


async def test_a_fact_fed_again_after_the_tracking_was_lost_is_not_acted_on_again(said: MemoryStore) -> None:
    """The command's id derives from the fact, so even a consumer that starts over writes nothing twice."""
    own, reaction = MemoryStore(), RegisterAnotherPersonForEachHeard()
    await register(commands(said), [new_id(), new_id()])
    await reactor(said, own, reaction).advance()
    own._tracking.clear()
    await reactor(said, own, reaction).advance()
    assert await own.last_index() == 2


async def test_what_nothing_follows_from_is_passed(said: MemoryStore) -> None:
    own, reaction = MemoryStore(), RegisterAnotherPersonForEachHeard(1)
    await register(commands(said), [new_id(), new_id()])
    await reactor(said, own, reaction).advance()
    assert reaction.decided == [1, 2]
    assert await own.last_index() == 1
    assert await own.tracked("listener/register-another") == 2


async def test_facts_of_other_kinds_are_passed_over_but_tracked(said: MemoryStore) -> None:
    class DeafToPersons(RegisterAnotherPersonForEachHeard):
        to = Notification  # type: ignore[assignment]  # a kind that no fact is of

    own, reaction = MemoryStore(), DeafToPersons()
    await register(commands(said), [new_id(), new_id()])
    await reactor(said, own, reaction).advance()
    assert (reaction.decided, await own.last_index(), await own.tracked("listener/register-another")) == ([], 0, 2)


async def test_after_a_conflict_it_is_decided_again(said: MemoryStore) -> None:
    own, reaction = Contested(races=2), RegisterAnotherPersonForEachHeard()
    await register(commands(said), [new_id()])
    await reactor(said, own, reaction).advance()
    assert reaction.decided == [1, 1, 1]
    assert await own.last_index() == 1


async def test_a_fact_that_could_not_be_decided_for_conflicts_is_tried_again_and_never_passed_over(
    said: MemoryStore,
) -> None:
    own, reaction = Contested(races=3), RegisterAnotherPersonForEachHeard()
    await register(commands(said), [new_id()])
    with pytest.raises(Refused) as refused:
        await reactor(said, own, reaction).advance()
    assert refused.value.names(Busy)
    assert await own.tracked("listener/register-another") == 0
    await reactor(said, own, reaction).advance()
    assert await own.last_index() == 1
