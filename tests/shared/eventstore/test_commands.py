"""load → decide → append, as every command goes through it."""

import time
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from services.partnerships.domain.person import PERSON
from shared.contracts.partnerships import PersonRegistered
from shared.eventstore.commands import Result
from shared.eventstore.memory import MemoryStore
from shared.eventstore.refusals import BeforeItsLast, Busy, KeyTaken, NotFound, SameKeyOtherBody
from shared.eventstore.vocabulary import Tracking
from shared.eventstore.work import Work
from shared.kernel import Actor, Comment, Refused, new_id
from tests.shared.eventstore.deciding import NOON, Contested, PlainVault, commands, context, register


async def test_after_a_conflict_it_is_decided_again() -> None:
    store, decided = Contested(races=2), []

    async def attempt(work: Work) -> None:
        decided.append(work)
        work.record(PERSON, person := new_id(), PersonRegistered(person))

    result = await commands(store).execute(context(), attempt)
    assert len(decided) == 3
    assert len(result.recorded) == await store.last_index() == 1


async def test_after_three_conflicts_it_is_busy_and_nothing_is_written() -> None:
    store = Contested(races=3)
    with pytest.raises(Refused) as refused:
        await register(commands(store), [new_id()])
    assert refused.value.names(Busy)
    assert await store.last_index() == 0


class Aging:
    """A picture that is too old when it is handed in; renewed, it is good `for_` so many seconds."""

    index = 0

    def __init__(self, *for_: float) -> None:
        self.good_until = time.monotonic() - 1
        self.left = list(for_)

    async def renew(self) -> None:
        if not self.left:
            raise self.stale()
        self.good_until = time.monotonic() + self.left.pop(0)

    def stale(self) -> Refused:
        return Refused(NotFound("picture", "that is fresh"))


async def test_what_was_judged_too_long_ago_is_judged_again_on_a_newer_picture() -> None:
    store, picture, decided = MemoryStore(), Aging(-0.5, 60), []

    async def attempt(work: Work) -> None:
        decided.append(work)
        work.record(PERSON, person := new_id(), PersonRegistered(person))

    await commands(store).execute(context(picture=picture), attempt)
    assert (len(decided), picture.left) == (2, [])
    assert await store.last_index() == 1


@pytest.mark.parametrize("renewed", [(), (-1.0,), (-1.0, -1.0, -1.0)])
async def test_where_no_picture_is_fresh_enough_nothing_is_written(renewed: tuple[float, ...]) -> None:
    store = MemoryStore()
    with pytest.raises(Refused, match="picture that is fresh"):
        await register(commands(store), [new_id()], picture=Aging(*renewed))
    assert await store.last_index() == 0


async def test_a_reaction_s_facts_never_lie_before_what_is_recorded_already() -> None:
    store, person = MemoryStore(), new_id()
    run = commands(store)
    await register(run, [person])

    async def attempt(work: Work) -> None:
        await work.current(PERSON, person)
        work.record(PERSON, person, PersonRegistered(person))

    reacting = context(actor=Actor(service="here"), occurred_at=NOON)
    result = await run.execute(reacting, attempt)
    first, second = await store.page(0, 2)
    assert result.recorded[0].occurred_at == second.occurred_at == first.occurred_at


async def test_a_repeat_gets_the_first_result_and_writes_nothing() -> None:
    store, command, persons = MemoryStore(), new_id(), [new_id(), new_id()]
    first = await register(commands(store), persons, command_id=command, body_digest="same")
    again = await register(commands(store), [new_id()], command_id=command, body_digest="same")
    assert again.recorded == first.recorded
    assert (first.repeated, again.repeated) == (False, True)
    assert await store.last_index() == 2


async def test_the_same_key_with_another_body_is_refused() -> None:
    store, command = MemoryStore(), new_id()
    await register(commands(store), [new_id()], command_id=command, body_digest="this")
    with pytest.raises(Refused) as refused:
        await register(commands(store), [new_id()], command_id=command, body_digest="that")
    assert refused.value.names(SameKeyOtherBody)


async def test_a_repeat_that_would_now_be_refused_gets_the_first_result() -> None:
    store, command = MemoryStore(), new_id()
    first = await register(commands(store), [new_id()], command_id=command, body_digest="same")

    async def refused(_: Work) -> None:
        raise Refused(NotFound("person", "anybody"))

    again = await commands(store).execute(context(command_id=command, body_digest="same"), refused)
    assert (again.repeated, again.recorded) == (True, first.recorded)
    with pytest.raises(Refused) as other:
        await commands(store).execute(context(body_digest="same"), refused)
    assert other.value.names(NotFound)


async def test_a_repeat_with_a_comment_keeps_no_other_key() -> None:
    store, vault, asked = MemoryStore(), PlainVault(), context(body_digest="same")

    async def attempt(work: Work) -> None:
        work.note("agreed")
        work.record(PERSON, person := new_id(), PersonRegistered(person))

    await commands(store, vault=vault).execute(asked, attempt)
    kept = set(vault.kept)
    assert (await commands(store, vault=vault).execute(asked, attempt)).repeated
    assert vault.kept == kept


async def test_a_command_that_wrote_nothing_is_decided_anew() -> None:
    store, command = MemoryStore(), new_id()
    assert (await register(commands(store), [], command_id=command)).recorded == ()
    assert len((await register(commands(store), [new_id()], command_id=command)).recorded) == 1


async def test_a_repeat_that_raced_its_first_gets_the_first_result() -> None:
    """Both looked, neither found anything; the second to append finds the command written."""
    store, command, persons = MemoryStore(), new_id(), [new_id()]
    run, done = commands(store), list[Result]()

    async def slow(work: Work) -> None:
        if not done:
            done.append(await register(run, persons, command_id=command, body_digest="same"))
        work.record(PERSON, other := new_id(), PersonRegistered(other))

    again = await run.execute(context(command_id=command, body_digest="same"), slow)
    assert again.repeated
    assert again.recorded == done[0].recorded


async def test_a_stated_moment_before_the_stream_s_last_is_refused() -> None:
    store, person = MemoryStore(), new_id()
    await register(commands(store), [person], occurred_at=NOON)

    async def attempt(work: Work) -> None:
        await work.load(PERSON, person)
        work.record(PERSON, person, PersonRegistered(person))

    with pytest.raises(Refused) as refused:
        await commands(store).execute(context(occurred_at=NOON - timedelta(seconds=1)), attempt)
    assert refused.value.names(BeforeItsLast)
    assert (await commands(store).execute(context(occurred_at=NOON), attempt)).recorded[0].version == 2


async def test_what_is_stated_is_marked_as_backdated() -> None:
    store = MemoryStore()
    (stated,) = (await register(commands(store), [new_id()], occurred_at=NOON)).recorded
    (unstated,) = (await register(commands(store), [new_id()])).recorded
    assert (stated.metadata.backdated, stated.occurred_at) == (True, NOON)
    assert stated.recorded_at > stated.occurred_at
    assert not unstated.metadata.backdated


async def test_without_a_stated_moment_nothing_happens_before_what_was_loaded() -> None:
    store, person = MemoryStore(), new_id()
    await register(commands(store), [person], occurred_at=NOON)
    moments = []

    async def attempt(work: Work) -> None:
        await work.load(PERSON, person)
        moments.append(work.at)

    await commands(store, clock=lambda: NOON - timedelta(hours=1)).execute(context(), attempt)
    assert moments == [NOON]


async def test_notes_are_sealed_once_however_often_it_is_decided() -> None:
    store, vault, kept = Contested(races=2), PlainVault(), []

    async def attempt(work: Work) -> None:
        kept.append(work.note(Comment("bon", "fr", "in-confidence")))
        assert work.note(None) is None
        work.record(PERSON, person := new_id(), PersonRegistered(person))

    await commands(store, vault=vault).execute(context(), attempt)
    assert len(set(kept)) == len(vault.sealed) == 1
    assert vault.kept == {kept[0].id}
    sealed = await store.note("here", kept[0].id)
    assert sealed is not None
    assert (sealed.language, sealed.confidentiality, sealed.author) == ("fr", "in-confidence", context().actor.person)


async def test_notes_are_written_only_with_events() -> None:
    store, vault, kept = MemoryStore(), PlainVault(), []

    async def attempt(work: Work) -> None:
        kept.append(work.note("said, but nothing was decided"))

    await commands(store, vault=vault).execute(context(), attempt, Tracking("consumer", "elsewhere", 1))
    assert await store.note("here", kept[0].id) is None
    assert vault.kept == set()
    assert await store.tracked("consumer") == 1


async def test_a_taken_key_is_refused_by_its_kind_and_value() -> None:
    store = MemoryStore()

    async def attempt(work: Work) -> None:
        work.claim("partner", "nscc", new_id())
        work.record(PERSON, person := new_id(), PersonRegistered(person))

    await commands(store).execute(context(), attempt)
    with pytest.raises(Refused) as refused:
        await commands(store).execute(context(), attempt)
    assert refused.value.reasons == (KeyTaken("partner", "nscc"),)


async def test_what_nobody_recorded_or_another_community_did_is_not_found() -> None:
    store, person = MemoryStore(), new_id()
    await register(commands(store), [person], community="elsewhere")

    async def attempt(work: Work) -> None:
        await work.load(PERSON, person)

    with pytest.raises(Refused) as refused:
        await commands(store).execute(context(), attempt)
    assert refused.value.names(NotFound)


async def test_the_result_is_what_a_reader_finds_afterwards() -> None:
    store = MemoryStore()
    run = commands(store)
    result = await register(run, [new_id(), new_id()])
    stored = tuple(run.mapper.to_recorded(one) for one in await store.page(0, 10))
    assert result.recorded == stored


async def a_person(work: Work) -> None:
    work.record(PERSON, person := new_id(), PersonRegistered(person))


async def test_what_is_recorded_is_logged_with_its_event_and_correlation_ids() -> None:
    asked = context()
    with capture_logs() as logs:
        result = await commands(MemoryStore()).execute(asked, a_person)
    (line,) = [one for one in logs if one["event"] == "recorded"]
    assert line["correlation"] == str(asked.correlation)
    assert line["events"] == [str(recorded.id) for recorded in result.recorded]


async def test_a_clock_set_back_turns_no_decision_back() -> None:
    moments = [NOON, NOON - timedelta(hours=1)]
    decided = []

    async def attempt(work: Work) -> None:
        decided.append(work.at)
        work.record(PERSON, person := new_id(), PersonRegistered(person))

    run = commands(MemoryStore(lambda: NOON), lambda: moments.pop(0))
    results = [await run.execute(context(), attempt) for _ in range(2)]
    assert decided == [NOON, NOON]
    assert [result.recorded[0].occurred_at for result in results] == [NOON, NOON]


async def test_a_command_that_wrote_nothing_moves_no_clock() -> None:
    async def nothing(work: Work) -> None:
        """Decide on nothing."""

    run = commands(MemoryStore(lambda: NOON), lambda: NOON - timedelta(hours=1))
    await run.execute(context(), nothing, Tracking("reader", "elsewhere", 1))
    assert run.clock() == NOON - timedelta(hours=1)
