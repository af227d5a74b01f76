"""Ten thousand repeats at once, on a real server."""

import asyncio
from collections import Counter

import pytest

from shared.eventstore.commands import Result
from shared.eventstore.refusals import SameKeyOtherBody
from shared.kernel import Refused, new_id
from tests.shared.eventstore.deciding import commands, register
from tests.support.databases import Database, open_store

COMMANDS, REPEATS = 100, 100


@pytest.mark.slow
async def test_ten_thousand_concurrent_repeats_of_a_hundred_commands_have_a_hundred_effects(empty: Database) -> None:
    ids = [new_id() for _ in range(COMMANDS)]
    async with open_store(empty, most_waiting=COMMANDS * REPEATS) as store:
        run = commands(store)

        async def ask(number: int) -> Result:
            return await register(run, [new_id(), new_id()], command_id=ids[number % COMMANDS], body_digest="same")

        results = await asyncio.gather(*(ask(number) for number in range(COMMANDS * REPEATS)))
        assert await store.last_index() == 2 * COMMANDS
    answers = Counter(tuple(recorded.id for recorded in result.recorded) for result in results)
    assert sorted(answers.values()) == [REPEATS] * COMMANDS, "each repeat is given the first result"
    assert sum(not result.repeated for result in results) == COMMANDS


async def test_of_two_bodies_racing_under_one_key_one_is_refused(empty: Database) -> None:
    command = new_id()
    async with open_store(empty) as store:
        run = commands(store)
        told = await asyncio.gather(
            *(register(run, [new_id()], command_id=command, body_digest=digest) for digest in ("this", "that")),
            return_exceptions=True,
        )
        assert await store.last_index() == 1
    (refused,) = [one for one in told if isinstance(one, Refused)]
    assert refused.names(SameKeyOtherBody)
