"""Sessions over HTTP: what the cookie is, when it ends, what it opens, and that nobody else's page writes with it."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
import pytest_asyncio

from shared.authority import GRACE
from shared.security.keys import new_key, parse_key
from tests.support.browsing import SENT_WITH, Browser
from tests.support.community import Communities, Community
from tests.support.running import Running

SERVICES = ("partnerships", "intake", "oversight")
PROPOSALS = "/intake/v1/proposals"
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(communities: Communities) -> Community:
    made = await communities.open()
    await made.partner("nscc")
    await made.position("nscc/dean", "dana", ["delivery"])
    await made.position("nscc/chair", "dana")
    return made


@pytest_asyncio.fixture(loop_scope="module")
async def browser(here: Community, stack: Running) -> AsyncIterator[Browser]:
    """Signed in as the dean."""
    async with Browser(stack.url) as made:
        answer = await made.sign_in(here.keys["dana"])
        assert (answer.status_code, answer.headers["location"]) == (303, "/board"), answer.text
        yield made


def draft(key: str, title: str = "Welding") -> dict[str, str]:
    return {"key": key, "outline.title.en": title, "_acting_as": "nscc/dean"}


async def test_the_cookie_is_for_this_host_alone_unseen_by_scripts_and_lasts_half_a_day(
    here: Community, stack: Running
) -> None:
    async with Browser(stack.url) as fresh:
        cookie = (await fresh.sign_in(here.keys["dana"])).headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"))
    assert "Domain" not in cookie
    key = parse_key(here.keys["dana"])
    assert key is not None
    assert here.keys["dana"].rpartition("_")[2] not in cookie


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "ImsxIg.x.y", "\u00ff.\u00ff", "." * 3000])
async def test_a_cookie_that_is_none_of_ours_opens_nothing(stack: Running, cookie: str) -> None:
    async with Browser(stack.url) as fresh:
        answer = await fresh.http.get("/board", headers=[(b"cookie", b"consortia-session=" + cookie.encode("latin-1"))])
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fboard")


async def test_a_key_issued_a_moment_ago_signs_in(here: Community, stack: Running) -> None:
    for number in range(5):
        await here.invite(f"new-{number}")
        async with Browser(stack.url) as fresh:
            assert (await fresh.sign_in(here.keys[f"new-{number}"])).status_code == 303


async def test_a_key_that_nobody_issued_is_refused_once_it_could_have_been_heard_of(stack: Running) -> None:
    async with Browser(stack.url) as fresh:
        answer = await fresh.sign_in(new_key().text)
    assert (answer.status_code, "is not known here" in answer.text) == (401, True)


async def test_a_session_ends_with_its_key_at_every_service(here: Community, stack: Running) -> None:
    await here.invite("erin", "coordinator")
    key = parse_key(here.keys["erin"])
    assert key is not None
    async with Browser(stack.url) as fresh:
        await fresh.sign_in(here.keys["erin"])
        token = await fresh.token()
        assert (await fresh.open("/board")).status_code == 200
        revoked = await here.coordinator.post(f"/partnerships/v1/keys/{key.id}/revoke", {})
        wait = {"Wait-For": f"partnerships@{revoked['index'].partition('@')[2]}"}
        await asyncio.sleep(GRACE.total_seconds() + 0.1)
        assert (await fresh.open("/board", **wait)).headers["location"] == "/sign-in?next=%2Fboard"
        before = await stack.last_index()
        form = await fresh.send(PROPOSALS, draft("late"), token=token, back="/board", **wait)
        assert (form.status_code, form.headers["location"]) == (303, "/sign-in?next=%2Fboard")
        assert await stack.last_index() == before


async def test_a_session_acts_as_its_key_s_person_in_the_position_the_form_states(
    browser: Browser, here: Community
) -> None:
    answer = await browser.send(PROPOSALS, draft("as-dean"), back="/board?stage=draft#top")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/board?stage=draft&after=intake%40")
    assert answer.headers["location"].endswith("#top")
    here.seen["intake"] = int(answer.headers["index"].partition("@")[2])
    [recorded] = (await here.as_("nscc/dean").get(PROPOSALS))["items"]
    proposal = await here.as_("nscc/dean").get(f"{PROPOSALS}/{recorded['proposal']}")
    assert proposal["proposing_position"] == "nscc/dean"
    assert proposal["proposed_by"]["person"] == here.persons["dana"]
    assert "Welding" in (await browser.open(answer.headers["location"].partition("#")[0])).text


async def test_signing_out_makes_the_browser_forget(browser: Browser) -> None:
    answer = await browser.send("/sign-out", {})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "consortia-session" not in browser.cookies
    assert (await browser.open("/board")).status_code == 303


async def test_a_key_that_opens_nothing_signs_nobody_in_and_what_was_wrong_is_said(stack: Running) -> None:
    async with Browser(stack.url, "fr") as fresh:
        for key in ("", "consortia_x_y", "é\x7f", "a" * 5000):
            answer = await fresh.sign_in(key)
            assert answer.status_code == 401
            assert "Il faut ici une clé d’API valide" in answer.text
            assert "consortia-session" not in fresh.cookies


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/\tboard", "/%0d%0aSet-Cookie:x=y", "evil", "",
     "/\r\nX: y", "javascript:alert(1)", "/" + "a" * 3000, "/日本?q=é"],
)  # fmt: skip
async def test_signing_in_leads_to_pages_of_ours_alone(here: Community, stack: Running, to: str) -> None:
    async with Browser(stack.url) as fresh:
        location = (await fresh.sign_in(here.keys["dana"], to)).headers["location"]
        assert location.startswith("/")
        assert location[1:2] not in ("/", "\\")
        assert location.isascii()
        for address in (f"/language/fr?next={quote(to)}", f"/sign-in?next={quote(to)}"):
            answer = await fresh.http.get(address)
            assert answer.status_code in (200, 303)
            assert "evil" not in answer.headers.get("location", "")


# nobody else's page writes


async def test_a_form_without_the_token_of_this_very_session_changes_nothing(
    browser: Browser, here: Community, stack: Running
) -> None:
    before = await stack.last_index()
    async with Browser(stack.url) as other:
        await other.sign_in(here.keys["dana"])
        foreign = await other.token()
    for token in ("", "x", "é", foreign, foreign.upper()):
        answer = await browser.send(PROPOSALS, draft("forged"), token=token)
        assert answer.status_code == 403, token
        assert answer.headers["content-type"].startswith("text/html")
        assert "This form was not made for this browser" in answer.text
        assert "set-cookie" not in answer.headers
    assert await stack.last_index() == before


async def test_what_is_no_form_is_not_taken_from_a_session(browser: Browser, stack: Running) -> None:
    before, token = await stack.last_index(), await browser.token()
    for given in (
        {"json": {"key": "json", "outline": {}}},
        {"data": {"key": "multi", "_csrf_token": token}, "files": {"f": b"x"}},
        {"content": b"key=plain", "headers": {"Content-Type": "text/plain"}},
    ):
        answer = await browser.post(PROPOSALS, **given)
        assert answer.status_code == 415, answer.text
    assert await stack.last_index() == before


@pytest.mark.parametrize("site", ["cross-site", "same-site", "zoo"])
async def test_another_site_s_page_writes_nothing_whatever_the_browser_adds(
    browser: Browser, here: Community, stack: Running, site: str
) -> None:
    before = await stack.last_index()
    answer = await browser.send(PROPOSALS, draft("elsewhere"), **{"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    remembered = {"Authorization": f"Bearer {here.keys['dana']}", "Sec-Fetch-Site": site}
    answer = await browser.post(PROPOSALS, json={"key": "basic", "outline": {}}, headers=remembered)
    assert answer.json()["type"] == "/problems/from-another-site"
    assert (await browser.open("/board", **{"Sec-Fetch-Site": site})).status_code == 200
    assert await stack.last_index() == before


async def test_nobody_is_signed_in_by_another_s_page(here: Community, stack: Running) -> None:
    async with Browser(stack.url) as fresh:
        fields = {"key": here.keys["dana"], "next": "/board"}
        assert (await fresh.post("/sign-in", data=fields, headers=SENT_WITH)).status_code == 403
        token = await fresh.token("/sign-in")
        crossed = {**SENT_WITH, "Sec-Fetch-Site": "cross-site"}
        answer = await fresh.post("/sign-in", data={**fields, "_csrf_token": token}, headers=crossed)
        assert answer.status_code == 403
        assert "consortia-session" not in fresh.cookies


@pytest.mark.parametrize("kept", [True, False], ids=["the cookie is there", "the browser has let go of it"])
async def test_a_form_sent_after_the_session_s_end_leads_to_signing_in_and_back(stack: Running, kept: bool) -> None:
    async with Browser(stack.url) as fresh:
        if kept:
            fresh.http.cookies.set("consortia-session", "over")
        answer = await fresh.send(PROPOSALS, draft("late"), token="x", back="/board?stage=draft")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fboard%3Fstage%3Ddraft")
        scripted = await fresh.send(PROPOSALS, draft("late"), token="x", **{"HX-Request": "true"})
        assert scripted.headers["hx-redirect"].startswith("/sign-in?")


async def test_a_form_that_no_page_of_ours_sent_is_told_that_a_key_is_needed(stack: Running) -> None:
    async with Browser(stack.url) as fresh:
        answer = await fresh.post(PROPOSALS, data={"key": "late"}, headers=SENT_WITH)
        assert (answer.status_code, "www-authenticate" in answer.headers) == (401, True)


@pytest.mark.parametrize(
    ("runs_on", "back"),
    [("{here}/board?stage=draft", "%2Fboard%3Fstage%3Ddraft"), ("http://elsewhere/x", "%2Fboard%2Fmoved"),
     ("http://[", "%2Fboard%2Fmoved"), ("{here}//evil", "%2Fboard")],
)  # fmt: skip
async def test_a_part_asked_for_after_the_session_s_end_leads_back_to_the_page_it_is_a_part_of(
    stack: Running, runs_on: str, back: str
) -> None:
    async with Browser(stack.url) as fresh:
        headers = {"HX-Request": "true", "HX-Current-URL": runs_on.format(here=stack.url)}
        answer = await fresh.open("/board/moved", **headers)
    assert answer.headers["hx-redirect"] == f"/sign-in?next={back}"
