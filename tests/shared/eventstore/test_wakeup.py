"""Hints across processes: told once for many rings, passed on by nobody, and made up for when they were missed."""

import asyncio
from functools import partial

import pytest

from shared.eventstore.connections import Connections
from shared.eventstore.hint import Hint
from shared.eventstore.wakeup import Listener, Notifier
from tests.shared.eventstore.projecting import SESSIONS, as_administrator, kill
from tests.support.databases import Database
from tests.support.patience import eventually, meanwhile

pytestmark = pytest.mark.servers


def messengers(database: Database, hint: Hint) -> list[Notifier | Listener]:
    """Of one process."""
    connections = Connections(database.url, "consortia_appender")
    return [Notifier(connections, "appended", hint), Listener(connections, {"appended": hint})]


async def listening(database: Database, processes: int) -> bool:
    found = await as_administrator(database, f"select pid {SESSIONS} and query = 'select'", "listens")
    return len(found) == processes


async def has_rung(hint: Hint, more_than: int) -> bool:
    return hint.rings > more_than


async def test_a_ring_in_one_process_wakes_the_others_and_nobody_passes_it_on(empty: Database) -> None:
    one, other = Hint(), Hint()
    both = [*messengers(empty, one), *messengers(empty, other)]
    async with meanwhile(*(each.follow() for each in both)):
        await eventually(partial(listening, empty, 2))
        await eventually(partial(has_rung, other, 0))  # for what was said while it was not listening
        before = other.rings
        one.ring()
        await eventually(partial(has_rung, other, before))
        await asyncio.sleep(0.2)  # if it were passed on, it would go back and forth all this time
        assert (one.own, other.own) == (1, 0)
        assert other.rings <= before + 1


async def test_many_rings_at_once_are_told_as_few(empty: Database) -> None:
    one, other = Hint(), Hint()
    both = [*messengers(empty, one), *messengers(empty, other)]
    async with meanwhile(*(each.follow() for each in both)):
        await eventually(partial(listening, empty, 2))
        await eventually(partial(has_rung, other, 0))
        before = other.rings
        for _ in range(1000):
            one.ring()
        await eventually(partial(has_rung, other, before))
        assert other.rings <= before + 2


async def test_after_a_lost_connection_both_sides_connect_again(empty: Database) -> None:
    one, other = Hint(), Hint()
    both = [*messengers(empty, one), *messengers(empty, other)]
    async with meanwhile(*(each.follow() for each in both)):
        await eventually(partial(listening, empty, 2))
        one.ring()
        await eventually(partial(has_rung, other, 1))
        assert await kill(empty, "") == 3  # two listeners, and the notifier that had something to tell

        async def told_again() -> bool:
            before = other.rings
            one.ring()
            await asyncio.sleep(0.05)
            return await listening(empty, 2) and other.rings > before

        await eventually(told_again)


async def test_who_has_nothing_to_tell_opens_no_connection(empty: Database) -> None:
    hint = Hint()
    notifier = messengers(empty, hint)[0]
    async with meanwhile(notifier.follow()):
        hint.echo()
        await asyncio.sleep(0.1)
        assert await kill(empty, "notifies") == 0
