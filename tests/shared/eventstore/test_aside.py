"""What a projection cannot take in holds up its own stream and no other, and rebuilds come to the same tables."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from structlog.testing import capture_logs

from shared.contracts.partnerships import PersonRegistered
from shared.eventstore import rebuild
from shared.eventstore.aside import WouldTakeBack
from shared.eventstore.dead_letters import DeadLetters
from shared.eventstore.hint import Hint
from shared.eventstore.mapper import Mapper
from shared.eventstore.vocabulary import AppendRequest, StoredEvent
from shared.kernel import Actor, Fact, Metadata, Recorded, new_id, stream_id, utc_now
from tests.shared.eventstore.projecting import Tally, holds, indexes, projector
from tests.support.databases import Database, open_store
from tests.support.operating import forgetting
from tests.support.patience import eventually, meanwhile

pytestmark = pytest.mark.servers
ADA, BEN = UUID(int=0xADA), UUID(int=0xBE)
MAPPER = Mapper("partnerships")
GARBLED = b'{"fact": "partnerships.person-registered.v1", "person": []}'
ANOTHER_IN_PLACE_OF_2 = """
alter table store.events disable trigger user;
update store.events set id = gen_random_uuid() where index = 2;
alter table store.events enable trigger user;
"""


class Stumbling(Tally):
    """Raises at those indexes, until they are taken out."""

    def __init__(self, *at: int) -> None:
        super().__init__()
        self.at = set(at)
        self.seen: list[int] = []

    async def apply(self, connection: Any, recorded: Recorded[Fact]) -> None:
        self.seen.append(recorded.index)
        if recorded.index in self.at:
            raise ValueError("not this one")
        await super().apply(connection, recorded)


async def say(database: Database, persons: Sequence[UUID], state: bytes | None = None) -> None:
    """One more fact of each of these persons, in these bytes where they are not the right ones."""
    async with open_store(database) as store:
        for person in persons:
            stream, command = stream_id("person", person), new_id()
            version = len(await store.stream("here", stream)) + 1
            event = MAPPER.to_stored(new_id(), stream, version, PersonRegistered(person))
            event = event if state is None else StoredEvent(event.id, stream, version, event.topic, state)
            around = MAPPER.metadata(Metadata(Actor(person=person)))
            await store.append(
                AppendRequest("here", command, command, None, utc_now(), around, (event,), {stream: version - 1})
            )


async def administrates(database: Database, statements: str) -> None:
    """As the owner of the server, several statements at once."""
    connection = await asyncpg.connect(database.url)
    await connection.execute(statements)
    await connection.close()


def letters(database: Database) -> DeadLetters:
    return DeadLetters(database.appender)


async def test_a_fact_that_fails_by_itself_holds_up_its_stream_and_no_other(tallied: Database) -> None:
    await say(tallied, [ADA, BEN, ADA, BEN, ADA])
    stumbling = Stumbling(3)
    await projector(tallied, stumbling).advance()
    assert await indexes(tallied) == [1, 2, 4]
    (letter,) = await letters(tallied).page(10)
    assert (letter.consumer, letter.place, letter.error, letter.parked) == (
        "tally", "partnerships@3", "ValueError: not this one", 1,
    )  # fmt: skip
    assert stumbling.seen.count(3) == letter.tries + 1 == 3
    await say(tallied, [BEN, ADA])
    await projector(tallied, stumbling).advance()
    assert await indexes(tallied) == [1, 2, 4, 6]
    assert [one.index for one in await letters(tallied).parked(letter.id, 10)] == [5, 7]


async def test_a_rebuild_comes_to_the_same_tables_and_the_same_letters(tallied: Database) -> None:
    await say(tallied, [ADA, BEN, ADA, BEN, ADA])
    await projector(tallied, Stumbling(3)).advance()
    (before,) = await letters(tallied).page(10)
    await projector(tallied, Stumbling(3)).rebuild()
    (after,) = await letters(tallied).page(10)
    assert await indexes(tallied) == [1, 2, 4]
    assert (after.id, after.state, after.parked) == (before.id, "waiting", 1)


async def test_a_rebuild_takes_back_nothing_that_the_live_tables_hold(tallied: Database) -> None:
    await say(tallied, [ADA, BEN, ADA])
    await projector(tallied).advance()
    with pytest.raises(WouldTakeBack, match=r"partnerships@2, .*Nothing was changed"):
        await projector(tallied, Stumbling(2)).rebuild()
    assert await indexes(tallied) == [1, 2, 3]
    assert await letters(tallied).page(10) == []


async def test_a_retry_once_the_code_is_mended_folds_it_in_with_what_waited(tallied: Database) -> None:
    await say(tallied, [ADA, BEN, ADA, BEN, ADA])
    stumbling = Stumbling(3)
    await projector(tallied, stumbling).advance()
    (letter,) = await letters(tallied).page(10)
    stumbling.at.clear()
    await letters(tallied).retry(letter.id, "operator")
    await projector(tallied, stumbling).advance()
    assert await indexes(tallied) == [1, 2, 3, 4, 5]
    (letter,) = await letters(tallied).page(10)
    assert (letter.state, letter.asked, letter.parked) == ("retried", None, 0)


async def test_a_retry_in_vain_changes_no_table(tallied: Database) -> None:
    await say(tallied, [ADA, BEN, ADA])
    await projector(tallied, Stumbling(1)).advance()
    (letter,) = await letters(tallied).page(10)
    await letters(tallied).retry(letter.id, "operator")
    await projector(tallied, Stumbling(1)).advance()
    assert await indexes(tallied) == [2]
    (again,) = await letters(tallied).page(10)
    assert (again.state, again.asked, again.parked, again.tries) == ("waiting", None, 1, letter.tries + 1)


async def test_a_retry_that_would_take_back_what_is_live_is_answered_in_its_letter_and_the_tables_go_on(
    tallied: Database,
) -> None:
    await say(tallied, [ADA, BEN, ADA])
    await projector(tallied, Stumbling(3)).advance()
    (letter,) = await letters(tallied).page(10)
    leads = projector(tallied, Stumbling(2))  # 3 is mended, 2 was taken in before
    await letters(tallied).retry(letter.id, "operator")
    with capture_logs() as logged:
        async with meanwhile(leads.follow(Hint())):

            async def answered() -> bool:
                return (await letters(tallied).find(letter.id)).asked is None

            await eventually(answered)
            await say(tallied, [BEN])
            await eventually(lambda: holds(tallied, 3))
    assert leads.steady.failing is None
    said = [one["event"] for one in logged]
    assert (said.count("leads"), said.count("asked-in-vain"), said.count("work-failed")) == (1, 1, 0)
    assert await indexes(tallied) == [1, 2, 4]
    found = await letters(tallied).find(letter.id)
    assert (found.state, found.tries) == ("waiting", letter.tries + 1)
    assert "partnerships@2, a partnerships.person-registered.v1, cannot be taken in" in found.error


async def test_a_retry_after_one_that_would_take_back_what_is_live_tries_all_of_it(
    tallied: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "PAGE", 1)
    await say(tallied, [ADA, BEN, ADA])
    await projector(tallied, Stumbling(1)).advance()
    (letter,) = await letters(tallied).page(10)
    for stumbling in (Stumbling(1, 2), Stumbling()):
        await letters(tallied).retry(letter.id, "operator")
        await projector(tallied, stumbling).advance()
    assert await indexes(tallied) == [1, 2, 3]
    assert (await letters(tallied).find(letter.id)).state == "retried"


async def test_a_release_leaves_it_out_of_every_later_rebuild_and_lets_its_stream_go_on(tallied: Database) -> None:
    await say(tallied, [ADA, BEN, ADA, BEN, ADA])
    await projector(tallied, Stumbling(3)).advance()
    (letter,) = await letters(tallied).page(10)
    await letters(tallied).release(letter.id, "operator", "never happened")
    await projector(tallied, Stumbling(3)).advance()
    assert await indexes(tallied) == [1, 2, 4, 5]
    (letter,) = await letters(tallied).page(10)
    assert (letter.state, letter.asked, letter.reason) == ("released", None, "never happened")
    await projector(tallied).rebuild()
    assert await indexes(tallied) == [1, 2, 4, 5]
    await say(tallied, [ADA])
    await projector(tallied).advance()
    assert await indexes(tallied) == [1, 2, 4, 5, 6]
    assert len(await letters(tallied).page(10)) == 1


async def test_what_was_released_stays_left_out_when_its_log_is_heard_anew(tallied: Database) -> None:
    await say(tallied, [ADA, BEN, ADA])
    await projector(tallied, Stumbling(1)).advance()
    (letter,) = await letters(tallied).page(10)
    await letters(tallied).release(letter.id, "operator", "never happened")
    await projector(tallied, Stumbling(1)).advance()
    await administrates(tallied, forgetting("partnerships"))
    await projector(tallied).advance()
    assert await indexes(tallied) == [2, 3]
    (letter,) = await letters(tallied).page(10)
    assert (letter.state, letter.reason, letter.asked_by) == ("released", "never happened", "operator")


@pytest.mark.parametrize("fails", [False, True])
async def test_a_fact_in_the_place_of_a_released_one_that_was_lost_stands_for_itself(
    tallied: Database, fails: bool
) -> None:
    await say(tallied, [ADA, BEN])
    await projector(tallied, Stumbling(2)).advance()
    (letter,) = await letters(tallied).page(10)
    await letters(tallied).release(letter.id, "operator", "never happened")
    await projector(tallied, Stumbling(2)).advance()
    await administrates(tallied, f"{forgetting('partnerships')} {ANOTHER_IN_PLACE_OF_2}")
    await projector(tallied, Stumbling(*[2] if fails else [])).advance()
    assert await indexes(tallied) == ([1] if fails else [1, 2])
    (found,) = await letters(tallied).page(10)
    assert (found.state, found.fact == letter.fact) == (("waiting", False) if fails else ("released", True))
    assert (found.reason is None) == fails


async def test_one_that_stumbles_behind_a_released_one_is_the_next_to_wait(tallied: Database) -> None:
    await say(tallied, [ADA, ADA, ADA])
    await projector(tallied, Stumbling(1, 2)).advance()
    (letter,) = await letters(tallied).page(10)
    await letters(tallied).release(letter.id, "operator", "never happened")
    await projector(tallied, Stumbling(1, 2)).advance()
    second, first = await letters(tallied).page(10)
    assert (first.state, second.state, second.place, second.parked) == ("released", "waiting", "partnerships@2", 1)
    assert await indexes(tallied) == []


async def test_what_cannot_be_read_is_put_aside_at_once(tallied: Database) -> None:
    await say(tallied, [ADA, BEN])
    await say(tallied, [ADA], GARBLED)
    await say(tallied, [ADA, BEN])
    await projector(tallied).advance()
    assert await indexes(tallied) == [1, 2, 5]
    (letter,) = await letters(tallied).page(10)
    assert (letter.place, letter.tries, letter.parked) == ("partnerships@3", 1, 1)
    assert await letters(tallied).message(letter.id) == GARBLED
    await projector(tallied).rebuild()
    assert await indexes(tallied) == [1, 2, 5]


async def test_the_live_tables_go_on_while_what_was_asked_is_done(tallied: Database) -> None:
    await say(tallied, [ADA, BEN])
    stumbling = Stumbling(1)
    hint = Hint()
    async with meanwhile(projector(tallied, stumbling).follow(hint)):

        async def put_aside() -> bool:
            return bool(await letters(tallied).standing())

        await eventually(put_aside)
        (letter,) = await letters(tallied).page(10)
        stumbling.at.clear()
        await letters(tallied).retry(letter.id, "operator")
        await say(tallied, [BEN, ADA])

        async def level() -> bool:
            return await indexes(tallied) == [1, 2, 3, 4]

        await eventually(level)
    assert (await letters(tallied).find(letter.id)).state == "retried"
