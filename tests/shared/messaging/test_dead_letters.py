"""What a reaction cannot take in is put aside, its stream's later facts behind it, until a person says what to do."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from shared.eventstore.dead_letters import Letter, LetterSettled, NoSuchLetter, ReasonNeeded
from shared.eventstore.parking import Parking
from shared.eventstore.refusals import NotFound
from shared.kernel import Refused, new_id
from tests.shared.messaging.reacting import CONSUMER, Listener, RegisterAnotherPersonForEachHeard, listening
from tests.support.databases import fresh_database
from tests.support.patience import eventually
from tests.support.servers import Servers

pytestmark = pytest.mark.servers
ADA, BEN = UUID(int=0xADA), UUID(int=0xBE)
BROKEN = ValueError("this one is broken")


@pytest_asyncio.fixture
async def listener(servers: Servers) -> AsyncIterator[Listener]:
    """It hears of Ada (1, 3, 5) and Ben (2, 4)."""
    async with fresh_database(servers, "partnerships") as database, listening(database) as made:
        for version in (1, 2):
            await made.say(ADA, version)
            await made.say(BEN, version)
        await made.say(ADA, 3)
        yield made


async def test_a_fact_that_fails_by_itself_is_tried_a_few_times_and_put_aside(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN)
    await listener.reactor(reaction).advance()
    assert reaction.decided.count(1) == 3
    (letter,) = await listener.letters.page(10)
    assert (letter.consumer, letter.place, letter.tries) == (CONSUMER, "partnerships@1", 3)
    assert (letter.stream, letter.version, letter.state) == (f"person-{ADA}", 1, "waiting")
    assert letter.error == "ValueError: this one is broken"
    assert letter.first_at <= letter.last_at


async def test_its_stream_waits_behind_it_and_no_other_stream_does(listener: Listener) -> None:
    await listener.reactor(RegisterAnotherPersonForEachHeard(at1=BROKEN)).advance()
    (letter,) = await listener.letters.page(10)
    assert [one.index for one in await listener.letters.parked(letter.id, 10)] == [3, 5]
    assert letter.parked == 2
    assert await listener.acted_on() == [2, 4]
    assert await listener.own.tracked(CONSUMER) == 5


async def test_what_is_refused_is_put_aside_without_a_second_try(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at2=Refused(NotFound("pathway", "x")))
    await listener.reactor(reaction).advance()
    (letter,) = await listener.letters.page(10)
    assert (letter.place, letter.tries, reaction.decided.count(2)) == ("partnerships@2", 1, 1)
    assert letter.error == "refused: There is no pathway x in this community."


async def test_a_fact_that_cannot_be_read_is_put_aside_unasked(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard()
    await listener.say(other := new_id(), 1, b'{"fact": "partnerships.person-registered.v1", "person": 7}')
    await listener.say(other, 2)
    await listener.reactor(reaction).advance()
    (letter,) = await listener.letters.page(10)
    assert (letter.place, letter.parked) == ("partnerships@6", 1)
    assert letter.error.startswith("cannot be read: ValidationError")
    assert await listener.acted_on() == [1, 2, 3, 4, 5]


async def test_after_a_retry_that_succeeds_what_waited_follows_in_order(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (letter,) = await listener.letters.page(10)
    reaction.stumbles.clear()
    assert (await listener.letters.retry(letter.id, "operator")).asked == "retry"
    await reactor.do_as_asked()
    assert await listener.acted_on() == [2, 4, 1, 3, 5]
    settled = await listener.letters.find(letter.id)
    assert (settled.state, settled.asked, settled.asked_by, settled.parked) == ("retried", None, "operator", 0)
    await listener.say(ADA, 4)
    await reactor.advance()
    assert await listener.acted_on() == [2, 4, 1, 3, 5, 6]


async def test_a_retry_in_vain_leaves_it_with_the_new_error(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (letter,) = await listener.letters.page(10)
    reaction.stumbles[1] = KeyError("another")
    await listener.letters.retry(letter.id, "operator")
    await reactor.do_as_asked()
    found = await listener.letters.find(letter.id)
    assert (found.state, found.asked, found.error, found.tries) == ("waiting", None, "KeyError: 'another'", 6)
    assert await listener.acted_on() == [2, 4]


async def test_a_release_leaves_it_out_keeps_the_reason_and_lets_the_others_follow(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (letter,) = await listener.letters.page(10)
    await listener.letters.release(letter.id, "operator", "entered by mistake")
    await reactor.do_as_asked()
    assert await listener.acted_on() == [2, 4, 3, 5]
    found = await listener.letters.find(letter.id)
    assert (found.state, found.reason, found.asked_by) == ("released", "entered by mistake", "operator")


async def test_one_that_stumbles_while_it_follows_holds_up_those_behind_it(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN, at3=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (first,) = await listener.letters.page(10)
    await listener.letters.release(first.id, "operator", "entered by mistake")
    await reactor.do_as_asked()
    second, first = await listener.letters.page(10)
    assert (first.state, second.state, second.place, second.parked) == ("released", "waiting", "partnerships@3", 1)
    reaction.stumbles.clear()
    await listener.letters.retry(second.id, "operator")
    await reactor.do_as_asked()
    assert await listener.acted_on() == [2, 4, 3, 5]


async def test_a_retry_asked_while_a_release_is_done_comes_too_late_and_the_letter_says_so(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (letter,) = await listener.letters.page(10)
    await listener.letters.release(letter.id, "operator", "entered by mistake")
    reaction.stumbles.clear()
    reaction.meanwhile = lambda: listener.letters.retry(letter.id, "another")
    await reactor.do_as_asked()
    found = await listener.letters.find(letter.id)
    assert (found.state, found.asked, found.asked_by, found.reason) == (
        "released", None, "operator", "entered by mistake",
    )  # fmt: skip
    await reactor.do_as_asked()
    assert await listener.acted_on() == [2, 4, 3, 5]


async def test_a_retry_asked_before_anything_follows_a_release_is_done_instead(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at5=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (letter,) = await listener.letters.page(10)
    await listener.letters.release(letter.id, "operator", "entered by mistake")
    reaction.stumbles.clear()
    settle = Parking.settle

    async def asked_otherwise(parking: Parking, one: Letter, *, for_good: bool) -> bool:
        await listener.letters.retry(one.id, "another")
        return await settle(parking, one, for_good=for_good)

    with monkeypatch.context() as patched:
        patched.setattr(Parking, "settle", asked_otherwise)
        await reactor.do_as_asked()
    assert ((found := await listener.letters.find(letter.id)).state, found.asked) == ("waiting", "retry")
    await reactor.do_as_asked()
    found = await listener.letters.find(letter.id)
    assert (found.state, found.asked, found.asked_by, found.reason) == ("retried", None, "another", None)
    assert await listener.acted_on() == [1, 2, 3, 4, 5]


async def test_a_release_asked_while_a_retry_is_in_vain_is_done_next(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (letter,) = await listener.letters.page(10)
    await listener.letters.retry(letter.id, "operator")
    reaction.meanwhile = lambda: listener.letters.release(letter.id, "another", "entered by mistake")
    await reactor.do_as_asked()
    assert ((found := await listener.letters.find(letter.id)).state, found.asked) == ("waiting", "release")
    await reactor.do_as_asked()
    found = await listener.letters.find(letter.id)
    assert (found.state, found.asked_by, found.reason) == ("released", "another", "entered by mistake")
    assert await listener.acted_on() == [2, 4, 3, 5]


async def test_a_release_asked_while_a_retry_succeeds_comes_too_late_and_the_letter_says_so(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (letter,) = await listener.letters.page(10)
    reaction.stumbles.clear()
    await listener.letters.retry(letter.id, "operator")
    reaction.meanwhile = lambda: listener.letters.release(letter.id, "another", "entered by mistake")
    await reactor.do_as_asked()
    found = await listener.letters.find(letter.id)
    assert (found.state, found.asked, found.asked_by, found.reason) == ("retried", None, "operator", None)
    assert await listener.acted_on() == [2, 4, 1, 3, 5]


async def test_what_is_asked_twice_is_done_once(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (letter,) = await listener.letters.page(10)
    reaction.stumbles.clear()
    for _ in range(2):
        await listener.letters.retry(letter.id, "operator")
    await reactor.do_as_asked()
    assert (await listener.letters.retry(letter.id, "operator")).state == "retried"
    await reactor.do_as_asked()
    assert await listener.acted_on() == [2, 4, 1, 3, 5]


async def test_what_was_taken_in_is_not_released_any_more_nor_released_without_a_reason(listener: Listener) -> None:
    reaction = RegisterAnotherPersonForEachHeard(at1=BROKEN)
    reactor = listener.reactor(reaction)
    await reactor.advance()
    (letter,) = await listener.letters.page(10)
    with pytest.raises(Refused) as refused:
        await listener.letters.release(letter.id, "operator", " ")
    assert refused.value.names(ReasonNeeded)
    reaction.stumbles.clear()
    await listener.letters.retry(letter.id, "operator")
    await reactor.do_as_asked()
    with pytest.raises(Refused) as refused:
        await listener.letters.release(letter.id, "operator", "too late")
    assert refused.value.names(LetterSettled)
    with pytest.raises(Refused) as refused:
        await listener.letters.retry(4711, "operator")
    assert refused.value.names(NoSuchLetter)


async def test_processes_that_race_with_each_other_and_with_an_operator_keep_every_stream_in_order(
    listener: Listener,
) -> None:
    persons, facts = [new_id() for _ in range(4)], 12
    reactions = [RegisterAnotherPersonForEachHeard(at6=BROKEN, at9=BROKEN, at23=BROKEN) for _ in range(3)]
    stop = asyncio.Event()

    async def process(reaction: RegisterAnotherPersonForEachHeard) -> None:
        reactor = listener.reactor(reaction)
        while not stop.is_set():
            await reactor.do_as_asked()
            await reactor.advance()
            await asyncio.sleep(0.003)

    async def operator() -> None:
        while not stop.is_set():
            for letter in await listener.letters.page(50, state="waiting"):
                await listener.letters.release(letter.id, "operator", "in the way")
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as group:
        for reaction in reactions:
            group.create_task(process(reaction))
        group.create_task(operator())
        for version in range(1, facts + 1):
            for person in persons:
                await listener.say(person, version)
            await asyncio.sleep(0.005)
        last = await listener.said.last_index()

        async def all_settled() -> bool:
            return await listener.own.tracked(CONSUMER) == last and not await listener.letters.standing()

        await eventually(all_settled, 30)
        stop.set()
    acted = await listener.acted_on()
    assert len(acted) == len(set(acted))
    assert set(range(1, last + 1)) - set(acted) == {6, 9, 23}
    said = {one.index: one.originator_id for one in await listener.said.page(0, 1000)}
    for stream in set(said.values()):
        of_stream = [index for index in acted if said[index] == stream]
        assert of_stream == sorted(of_stream)
