"""The board as a page: columns, lanes, cards, filters in its address, the past, and whether it has moved."""

import re
from collections.abc import AsyncIterator
from html import unescape
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio

from shared.contracts.intake import ProposalDrafted
from shared.contracts.values import Acting, Outline
from tests.services.oversight.place import OWNS, Place
from tests.services.oversight.telling import CAST, Telling
from tests.support.community import Communities
from tests.support.running import Running

SERVICES = ("partnerships", "oversight")
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]
LONG = "A very long title of a microcredential that goes on and on " * 130
MANY = 60


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(communities: Communities, stack: Running) -> AsyncIterator[Place]:
    """Many concepts with long titles; one being validated, one being approved by people who cannot, one renewed."""
    made = await communities.open()
    for key in sorted({name.partition("/")[0] for name in CAST}):
        await made.partner(key)
    owns = OWNS | {"nscc/lead": ["delivery", "academic-approval"], "nscc/dean": ["review"], "b/dean": []}
    for name in CAST:
        await made.position(name, name.replace("/", "-"), owns[name])
    cast = {
        name: Acting(
            UUID(made.persons[made.holders[name]]),
            UUID(made.positions[name]),
            UUID(made.partners[name.partition("/")[0]]),
        )
        for name in CAST
    }
    there = Place(made, stack, cast)
    old, signing, approving = (there.telling(key) for key in ("old", "signing", "approving"))
    old.drafted()
    for said in (signing, approving):
        said.concept_accepted()
        said.opened()
        said.requested()
        said.step_opened("validation")
    approving.granted("validation")
    approving.step_opened("approval")
    many = [there.telling(f"concept-{number}") for number in range(MANY)]
    for said in many:
        outline = Outline(title={"en": LONG})
        said.say(f"proposal-{said.proposal}", ProposalDrafted(said.proposal, said.key, cast["nscc/lead"], outline))
        said.submitted()
    await there.hears(old, signing, approving, *many, Telling(cast, made.key, "whole").whole())
    yield there


async def asked(
    place: Place, address: str, *, as_: str = "coordinator", language: str = "en", **headers: str
) -> httpx2.Response:
    """What a browser gets there."""
    caller = place.community.person(as_)
    sent = {"Authorization": f"Bearer {caller.key}", "Accept-Language": language, "Accept": "text/html", **headers}
    sent["Wait-For"] = ", ".join(f"{log}@{index}" for log, index in place.community.seen.items())
    return await place.community.http.get(address, headers=sent)


async def page(place: Place, query: str = "", *, as_: str = "coordinator", language: str = "en") -> str:
    """The page as that person reads it."""
    response = await asked(place, f"/board{query}", as_=as_, language=language)
    while b'class="notice" role="status"' in response.content:  # a page does not wait for long, and says so
        response = await asked(place, f"/board{query}", as_=as_, language=language)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/html")
    assert len(response.content) < 150_000
    return unescape(response.text)


def cards(drawn: str) -> list[str]:
    """The ids of the cards on the page."""
    return re.findall(r'id="card-([0-9a-f-]{36})"', drawn)


async def test_the_board_has_a_column_for_every_stage_and_a_lane_for_each_proposing_partner(place: Place) -> None:
    drawn = await page(place)
    assert drawn.count('<th scope="col">') == 8
    assert drawn.count('<th scope="row">') == 1
    assert len(cards(drawn)) == 12 + 2 + 1
    assert "waiting on foreman, plant, " in drawn
    assert "validation: Granted" in drawn
    assert f"Concept: {MANY - 12} more" in drawn


async def test_a_filter_lives_in_the_address_and_one_left_empty_is_none(place: Place) -> None:
    drawn = await page(place, "?stage=sign-off&partner=&waiting_on=plant&at=")
    assert len(cards(drawn)) == 1
    assert "Waiting on: PLANT" in drawn
    assert "No card is as these filters want it." in await page(place, "?partner=cican")
    assert (await asked(place, "/board?stage=nowhere")).status_code == 400
    assert (await asked(place, "/board?at=2999-01-01")).status_code == 422


async def test_what_is_overdue_is_counted_and_picked(place: Place) -> None:
    drawn = await page(place)
    assert "Overdue (2)" in drawn
    assert len(cards(await page(place, "?overdue=true"))) == 2
    assert len(cards(await page(place, "?overdue=true&waiting_on=plant"))) == 1


async def test_a_card_on_which_nobody_can_act_says_why(place: Place) -> None:
    drawn = await page(place)
    assert "Nobody can act (1)" in drawn
    assert "1 card waits on nobody who can act: have somebody named there first." in drawn
    barred = await page(place, "?unowned=true&waiting_on=nscc")
    assert len(cards(barred)) == 1
    assert "whoever holds it wrote the outline or is recused" in barred
    unowned = await page(place, "?unowned=true&waiting_on=b")
    assert cards(unowned) == cards(barred)
    assert "nobody at b is accountable for it" in unowned
    assert cards(await page(place, "?unowned=true&waiting_on=plant")) == []


async def test_a_long_column_goes_on_page_by_page_and_no_page_is_large(place: Place) -> None:
    seen, query = [], "?stage=concept"
    while query:
        drawn = await page(place, query)
        seen += cards(drawn)
        onward = re.search(r'<nav class="more".*?href="/board(\?[^"]*beyond=[^"]*)"', drawn, re.DOTALL)
        query = onward[1] if onward else ""
    assert len(seen) == len(set(seen)) == MANY


async def test_a_card_says_in_words_how_unusual_its_age_is(place: Place) -> None:
    drawn = await page(place, "?stage=draft", as_="nscc-lead")
    assert "half stayed 1 day at most" in drawn
    assert "longer than 95 % of those before" in drawn
    assert "longer than" not in await page(place, "?stage=sign-off")


async def test_the_board_of_a_past_day_is_as_it_stood(place: Place) -> None:
    drawn = await page(place, "?at=2026-03-07")
    assert len(cards(await page(place, "?at=2026-03-07&stage=preparation"))) == 0
    assert len(cards(await page(place, "?at=2026-03-08&stage=preparation"))) == 3
    assert "with everything known of it now" in drawn
    assert "/board/moved" not in drawn
    assert len(cards(await page(place, "?at=2026-03-10&stage=sign-off&waiting_on=plant"))) == 3
    assert len(cards(await page(place, "?at=2026-03-11&stage=sign-off&waiting_on=plant"))) == 1
    assert len(cards(await page(place, "?at=2026-03-11&overdue=true"))) == 0


async def test_how_it_was_before_it_was_submitted_is_shown_of_the_past_to_its_own_and_to_coordinators(
    place: Place,
) -> None:
    then = "?at=2026-03-03&stage=draft"
    assert len(cards(await page(place, then))) == 50
    assert len(cards(await page(place, then, as_="plant-foreman"))) == 0
    assert len(cards(await page(place, "?at=2026-03-04&stage=concept", as_="plant-foreman"))) == 50


async def test_a_browser_is_told_whether_the_board_has_moved_since_it_drew_it(place: Place) -> None:
    drawn = await page(place)
    found = re.search(r'id="seen" name="seen" value="([^"]+)"', drawn)
    assert found
    seen = {"seen": found[1]}
    moved = await asked(place, f"/board/moved?seen={seen['seen']}")
    assert (moved.status_code, moved.content) == (204, b"")
    said = place.telling("new")
    said.drafted()
    said.submitted()
    said.responded("plant/foreman")
    await place.hears(said)
    moved = await asked(place, f"/board/moved?seen={seen['seen']}")
    assert moved.status_code == 200
    assert "<html" not in moved.text
    assert 'role="status"' in moved.text
    assert 'name="_back" value="/board"' in moved.text
    assert 'value="/board/moved' not in moved.text, "forms lead back to the whole page"
    moved = await asked(place, f"/board/moved?seen={seen['seen']}&stage=ended")
    assert "<table" not in moved.text, "that column did not move"


async def test_the_board_speaks_french(place: Place) -> None:
    drawn = await page(place, "?stage=sign-off", language="fr")
    assert '<html lang="fr">' in drawn
    for english in ("waiting on", "days in", "Overdue", "Nobody", "Show", "Load again", "overdue", "Approved"):
        assert english not in drawn.replace('name="overdue"', "").replace("overdue=", ""), english
    assert "jours à cette étape" in drawn
