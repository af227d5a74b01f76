"""The board as a page: columns, lanes, cards, filters in its address."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from shared.contracts.values import Acting
from tests.services.oversight.telling import CAST, Telling
from tests.services.oversight.test_http import OWNS, Place
from tests.support.community import Communities
from tests.support.running import Running

SERVICES = ("partnerships", "oversight")
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(communities: Communities, stack: Running) -> AsyncIterator[Place]:
    """One community, with a concept, one being signed off, and one renewed."""
    made = await communities.open()
    for key in sorted({name.partition("/")[0] for name in CAST}):
        await made.partner(key)
    for name in CAST:
        await made.position(name, name.replace("/", "-"), OWNS[name])
    cast = {
        name: Acting(
            UUID(made.persons[made.holders[name]]),
            UUID(made.positions[name]),
            UUID(made.partners[name.partition("/")[0]]),
        )
        for name in CAST
    }
    there = Place(made, stack, cast)
    concept, signing = there.telling("concept"), there.telling("signing")
    concept.drafted()
    concept.submitted()
    signing.concept_accepted()
    signing.opened()
    signing.requested()
    signing.step_opened("validation")
    await there.hears(concept, signing, Telling(cast, made.key, "whole").whole())
    yield there


async def page(place: Place, address: str = "/board", language: str = "en") -> str:
    """The page as a coordinator gets it."""
    caller = place.community.person("coordinator")
    headers = {"Authorization": f"Bearer {caller.key}", "Accept-Language": language, "Accept": "text/html"}
    headers["Wait-For"] = ", ".join(f"{log}@{index}" for log, index in place.community.seen.items())
    response = await place.community.http.get(address, headers=headers)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/html")
    return response.text


async def test_the_board_has_a_column_for_every_stage_and_a_lane_for_each_proposing_partner(place: Place) -> None:
    drawn = await page(place)
    assert drawn.count('<th scope="col">') == 8
    assert drawn.count('<th scope="row">') == 1
    assert drawn.count('class="item"') == 3
    assert "waiting on plant/foreman, plant" in drawn


async def test_a_filter_lives_in_the_address_and_one_left_empty_is_none(place: Place) -> None:
    assert (await page(place, "/board?stage=concept&partner=&waiting_on=")).count('class="item"') == 1
    assert 'class="item"' not in await page(place, "/board?partner=cican")
