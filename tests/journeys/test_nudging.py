"""Reminding whom something waits on: over the API, and by a form in front of a browser, in both languages."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from shared.security.keys import parse_key
from shared.security.sessions import Sessions
from tests.services.credentials.journeys import OUTLINE, World, requested
from tests.support.community import Caller, Communities
from tests.support.running import Running

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(communities: Communities) -> AsyncIterator[World]:
    """Validation was requested: it waits on the plant and the clinic, and nscc's dean waits behind them."""
    yield await requested(communities)


def sign_off(partner: str) -> dict[str, str]:
    return {"act": "sign-off", "step": "industry-validation", "partner": partner}


async def nudged(by: Caller, subject: str) -> dict[str, Any] | None:
    """When whoever asks was last reminded of that, as their inbox says."""
    (item,) = (one for one in (await by.get("/oversight/v1/inbox"))["items"] if one["id"] == subject)
    found: dict[str, Any] | None = item["nudged"]
    return found


async def test_a_nudge_is_shown_to_who_is_waited_on_and_in_the_story_and_once_a_day(world: World) -> None:
    path, coordinator, once = f"{world.path}/nudges", world.community.coordinator, str(uuid4())
    receipt = await coordinator.post(path, sign_off("plant"), once=once)
    assert receipt["recorded"][0]["fact"]["fact"] == "credentials.microcredential-nudged.v1"
    again = await coordinator.post(path, sign_off("plant"), once=once)
    assert (again["index"], again["repeated"]) == (receipt["index"], True)
    problem = await world.as_("nscc/lead").refused(409, path, sign_off("plant"))
    assert problem["type"] == "/problems/nudged-already"
    assert "by a coordinator" in problem["detail"]

    told = await nudged(world.as_("plant/foreman"), world.id)
    assert told is not None
    assert (told["by"], told["times"]) == (None, 1)
    assert await nudged(world.as_("clinic/chief"), world.id) is None
    story = await coordinator.get(f"/oversight/v1/microcredentials/{world.id}/story", wait="credentials@0")
    assert any(one["tag"] == "credentials.microcredential-nudged.v1" for one in story["lines"])


async def test_what_is_not_waited_for_is_refused_with_what_is(world: World) -> None:
    path, lead = f"{world.path}/nudges", world.as_("nscc/lead")
    asked = {"act": "sign-off", "step": "approval", "partner": "nscc"}
    problem = await lead.refused(409, path, asked)
    assert problem["type"] == "/problems/nothing-like-that-waits"
    assert {one["partner"] for one in problem["waiting_on"]} == {"plant", "clinic"}
    assert {one["act"] for one in problem["waiting_on"]} == {"sign-off"}
    problem = await lead.refused(409, path, sign_off("nscc"))
    assert problem["type"] == "/problems/not-on-that-partner"
    await lead.refused(404, path, sign_off("nobody"))
    await lead.refused(400, path, {**sign_off("plant"), "act": "dance"})
    problem = await world.as_("clinic/chief").refused(403, path, sign_off("plant"))
    assert problem["type"] == "/problems/scope-missing"


async def test_a_draft_is_nudged_by_its_own_and_is_not_there_for_a_coordinator(world: World) -> None:
    lead = world.as_("nscc/lead")
    draft = (await lead.post("/intake/v1/proposals", {"key": f"draft-{uuid4().hex[:6]}", "outline": OUTLINE}))["id"]
    path, asked = f"/intake/v1/proposals/{draft}/nudges", {"act": "submit-proposal", "partner": "nscc"}
    await world.community.coordinator.refused(404, path, asked)
    receipt = await lead.post(path, asked)
    assert receipt["recorded"][0]["fact"]["acting_as"] == world.community.positions["nscc/lead"]
    assert (await nudged(lead, draft) or {})["by"] == "nscc/lead"
    await lead.post(f"/intake/v1/proposals/{draft}/submit", {"to": world.community.partners["nscc"]})
    problem = await lead.refused(409, path, asked)
    assert problem["type"] == "/problems/nothing-like-that-waits"
    await lead.post(path, {"act": "respond", "partner": "clinic"})
    assert await nudged(world.as_("clinic/chief"), draft)
    assert await nudged(world.as_("plant/foreman"), draft) is None


class Browser:
    """A session, and the pages it is shown."""

    def __init__(self, stack: Running, http: httpx2.AsyncClient, key: str, language: str = "en") -> None:
        parsed = parse_key(key)
        assert parsed is not None
        settings = stack.platforms["oversight"].settings
        session = Sessions(settings.session_secret or "", secure=False).sealed(parsed.id)
        self.cookies = {"consortia-session": session, "consortia-language": language}
        self.http = http

    async def see(self, address: str) -> str:
        answer = await self.http.get(address, headers={"Cookie": self._cookies(), "Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        self._keep(answer)
        return answer.text

    async def send(self, page: str, action: str) -> httpx2.Response:
        """The form of that page that posts there, as it stands."""
        form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in one)
        fields = {
            unescape(name): unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)
        }
        answer = await self.http.post(action, data=fields, headers={"Cookie": self._cookies(), "Accept": "text/html"})
        self._keep(answer)
        return answer

    def _keep(self, answer: httpx2.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value

    def _cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


async def test_a_form_nudges_and_leads_back_to_the_page_which_shows_it_with_the_message(
    world: World, stack: Running, http: httpx2.AsyncClient
) -> None:
    here = world.community
    browser = Browser(stack, http, here.keys[here.holders["nscc/lead"]])
    index = here.seen["credentials"]
    address = f"/microcredentials/{world.id}/nudge?act=sign-off&partner=clinic&step=industry-validation"
    page = await browser.see(f"{address}&after=credentials@{index}")
    assert "waits on" in page
    assert "mailto:?subject=" in page
    action, stale = f"{world.path}/nudges", re.sub(r'name="_key" value="[^"]*"', 'name="_key" value="again"', page)
    answer = await browser.send(page, action)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(address.partition("?")[0])
    page = await browser.see(answer.headers["location"])
    assert "by nscc/lead" in page
    assert f'action="{action}"' not in page, "nobody nudges twice a day"
    answer = await browser.send(stale, action)
    assert answer.status_code == 303, answer.text
    page = await browser.see(answer.headers["location"].partition("#")[0])
    assert page.count('role="alert"') == 1, "though its form is gone, the refusal is told"
    french = await browser.see(f"{address}&written_in=fr")
    words = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", french, re.DOTALL)[1])  # type: ignore[index]  # there
    assert "attend" in words
    assert f"/microcredentials/{world.id}" in words
    assert "<h1>Nudge</h1>" in french, "the page keeps its language; the message has its own"


async def test_the_page_speaks_french_and_says_what_no_longer_waits(
    world: World, stack: Running, http: httpx2.AsyncClient
) -> None:
    here = world.community
    browser = Browser(stack, http, here.keys["coordinator"], "fr")
    address = f"/microcredentials/{world.id}/nudge?act=sign-off&partner=plant&step=industry-validation"
    page = await browser.see(f"{address}&after=credentials@{here.seen['credentials']}")
    assert "<h1>Relancer</h1>" in page
    assert "par la coordination" in page
    gone = await browser.see(address.replace("industry-validation", "approval"))
    assert "Ce n’est plus attendu." in gone
