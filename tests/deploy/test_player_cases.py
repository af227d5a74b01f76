"""The real cases, played over the real stack: every act comes out as its case expects, however often it is played."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.case_file import Case, read_cases
from deploy.local.client import Client, Who
from deploy.local.kept import Kept, Keys, Outcome
from deploy.local.player import play
from shared.contracts import LOGS
from shared.kernel import Fact
from tests.services.deciders import deciders
from tests.services.test_states import goes_on_as_before
from tests.support.patience import eventually
from tests.support.running import Running
from tests.support.tables import dumped

pytestmark = pytest.mark.servers
PROBLEMS_OF_THE_PLAYER = {400, 401, 404}
"""Statuses of a request that was not understood; a refusal on its merits is none of them."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, stack: Running) -> Kept:
    kept = Kept(tmp_path_factory.mktemp("player"))
    kept.save_keys(Keys(stack.operator_key))
    return kept


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return read_cases()


def told_nobody(case: Case, outcomes: Sequence[Outcome]) -> None:
    """A player that is not listened to."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outcomes(stack: Running, kept: Kept, cases: list[Case]) -> list[Outcome]:
    """Played for the first time."""
    return await play(cases, stack.url, kept, told_nobody)


async def test_all_acts_agree_and_only_the_named_sign_offs_lapse(outcomes: list[Outcome]) -> None:
    assert [outcome for outcome in outcomes if not outcome.agrees] == []
    assert (len(outcomes), sum(outcome.actual == "accepted" for outcome in outcomes)) == (51, 47)
    refused = [outcome for outcome in outcomes if outcome.actual == "refused"]
    assert len(refused) == 4
    assert PROBLEMS_OF_THE_PLAYER.isdisjoint(outcome.status for outcome in refused)
    lapsed = [(outcome.case, outcome.act, sorted(outcome.lapsed)) for outcome in outcomes if outcome.lapsed]
    assert lapsed == [("nscc-cican", 17, ["academic-approval by consortium-b/dean", "academic-approval by nscc/dean"])]


async def test_playing_again_finds_everything_there_and_writes_nothing(
    stack: Running, kept: Kept, cases: list[Case], outcomes: list[Outcome]
) -> None:
    before = await stack.last_index()
    assert await play(cases, stack.url, kept, told_nobody) == outcomes
    assert await stack.last_index() == before


async def test_playing_again_without_the_journal_gives_the_same_outcomes(
    stack: Running, kept: Kept, cases: list[Case], outcomes: list[Outcome]
) -> None:
    before = await stack.last_index()
    kept.journal_file.unlink()
    assert all(outcome.agrees for outcome in await play(cases, stack.url, kept, told_nobody))
    assert await stack.last_index() == before


async def test_keys_that_were_lost_with_a_killed_run_are_issued_again(
    stack: Running, kept: Kept, cases: list[Case], outcomes: list[Outcome]
) -> None:
    keys = kept.keys()
    assert keys is not None
    lost = keys.cases["nscc-cican"].people.pop("nscc/dean")
    kept.save_keys(keys)
    assert all(outcome.agrees for outcome in await play(cases, stack.url, kept, told_nobody))
    found = kept.keys()
    assert found is not None
    assert found.cases["nscc-cican"].people["nscc/dean"] != lost


async def test_a_community_whose_coordinator_key_was_lost_is_opened_anew(
    stack: Running, tmp_path: Path, cases: list[Case], outcomes: list[Outcome]
) -> None:
    other = Kept(tmp_path)
    other.save_keys(Keys(stack.operator_key))
    assert all(outcome.agrees for outcome in await play(cases[:1], stack.url, other, told_nobody))
    keys = other.keys()
    assert keys is not None
    assert keys.cases[cases[0].key].community.startswith("skills-evolution-")


async def test_every_person_has_a_key_of_their_own_that_says_who_they_are(
    stack: Running, kept: Kept, outcomes: list[Outcome]
) -> None:
    keys = kept.keys()
    assert keys is not None
    people = keys.cases["nscc-cican"].people
    persons = set()
    async with Client.of(stack.url) as client:
        for key in people.values():
            persons.add((await client.read("/partnerships/v1/whoami", Who(key))).body["person"])
    assert len(persons) == len(people) == 22  # 11 positions, 9 administrators, the coordinator, the auditor


async def test_every_table_of_every_service_is_the_same_after_a_rebuild(
    stack: Running, outcomes: list[Outcome]
) -> None:
    for name, platform in stack.platforms.items():
        for log in ("partnerships", "intake", "credentials"):
            await eventually(partial(is_level, stack, name, log))
        before = await dumped(platform)
        for projector in platform.projectors():
            assert await projector.rebuild() > 0
        assert await dumped(platform) == before
        assert any(before.values())


async def test_every_recorded_state_is_kept_and_read_back_as_it_was(stack: Running, outcomes: list[Outcome]) -> None:
    """What snapshots rest on, on what was really recorded: at every version of every stream."""
    known, seen = deciders(), set[str]()
    for service in LOGS:
        platform, histories = stack.platforms[service], defaultdict[str, list[Fact]](list)
        for recorded in await platform.log.after(0, 100_000):
            histories[recorded.stream].append(recorded.fact)
        for stream, facts in histories.items():
            name = f"{service}/{stream[:-37]}"
            assert list(goes_on_as_before(known[name], facts))
            seen.add(name)
    assert len(seen) > 5


async def is_level(stack: Running, service: str, log: str) -> bool:
    reached = await stack.platforms[service].reached(log)
    return reached is None or reached == await stack.platforms[log].log.last_index()
