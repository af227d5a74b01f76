"""Forms over HTTP: hostile ones change nothing, a refusal is shown in place with what was typed, and twice is once."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from tests.support.browsing import SENT_WITH, Browser
from tests.support.community import Communities, Community
from tests.support.patience import eventually
from tests.support.running import Running

SERVICES = ("partnerships", "intake", "oversight")
PROPOSALS = "/intake/v1/proposals"
FORM = "application/x-www-form-urlencoded"
POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'")
SCRIPT = '"><script>alert(1)</script>'
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(communities: Communities) -> Community:
    made = await communities.open()
    await made.partner("nscc")
    await made.position("nscc/dean", "dana", ["delivery"])
    await made.invite("auditor", "auditor")
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(here: Community, stack: Running) -> AsyncIterator[Browser]:
    async with Browser(stack.url) as made:
        await made.sign_in(here.keys["dana"])
        yield made


def draft(key: str, title: str = "Welding") -> dict[str, str]:
    return {"key": key, "outline.title.en": title, "_acting_as": "nscc/dean"}


@pytest.mark.parametrize(
    "body",
    [
        b"key=a&key=b",
        b"key=a%00",
        b"&".join(b"f%d=1" % one for one in range(201)),
        b"a.b.c.d.e.f.g.h=1",
        b"key=1&key.x=2",
        b"key.x=2&key=1",
        b"key=%ff%fe",
        b"key=\xff",
        b"key=a&unknown=b",
        b"key=a&outline.hours=many",
        b"key=a&outline.hours=1e400",
        b"key=a&outline.outcomes.99999.en=x",
        b"outline.title.0=x",
        b".=1&..=2",
        b"key=" + b"a" * 2_000_000,
        b"%",
        b"",
        b"=",
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_a_hostile_form_is_refused_and_changes_nothing(browser: Browser, stack: Running, body: bytes) -> None:
    before, token = await stack.last_index(), (await browser.token()).encode()
    headers = {**SENT_WITH, "Content-Type": FORM}
    for content in (b"_csrf_token=" + token + b"&_back=/board&" + body, body):
        answer = await browser.post(PROPOSALS, content=content, headers=headers)
        assert answer.status_code == 303 or 400 <= answer.status_code < 500, answer.text[:300]
        fragment = await browser.post(PROPOSALS, content=content, headers={**headers, "HX-Request": "true"})
        assert 400 <= fragment.status_code < 500, fragment.text[:300]
        assert 'role="alert"' in fragment.text
    await browser.open("/board")
    assert await stack.last_index() == before


async def test_a_form_sent_twice_acts_once(browser: Browser, stack: Running) -> None:
    fields, token = draft("twice") | {"_key": "one-click"}, await browser.token()
    first = await browser.send(PROPOSALS, fields, token=token)
    before = await stack.last_index()
    again = await browser.send(PROPOSALS, fields, token=token)
    assert (again.status_code, again.headers["location"]) == (first.status_code, first.headers["location"])
    assert await stack.last_index() == before
    other = await browser.send(PROPOSALS, fields | {"key": "other"}, token=token, **{"HX-Request": "true"})
    assert other.status_code == 409


async def test_a_refusal_is_shown_once_on_the_page_it_belongs_to_with_what_was_typed(
    browser: Browser, here: Community
) -> None:
    answer = await browser.send(PROPOSALS, draft(f"Not a key {SCRIPT}", SCRIPT), back="/board?stage=draft")
    assert (answer.status_code, answer.headers["location"]) == (303, "/board?stage=draft#refused")
    elsewhere = await browser.open("/problems/body-not-right")
    part = await browser.open("/board?stage=draft", **{"HX-Request": "true"})
    assert 'role="alert"' not in elsewhere.text
    assert 'role="alert"' not in part.text
    shown = await browser.open("/board?stage=draft")
    assert "The request is not right" in shown.text
    assert shown.text.count('id="refused"') == 1, "a browser without scripts goes to where it is said"
    assert SCRIPT not in shown.text
    assert 'role="alert"' not in (await browser.open("/board?stage=draft")).text


async def test_a_refusal_too_long_for_a_cookie_is_shown_all_the_same(browser: Browser) -> None:
    long = "".join(chr(0x4E00 + place * 37 % 20000) for place in range(7000))
    answer = await browser.send(PROPOSALS, draft("Not a key", long), back="/board")
    assert answer.status_code == 303
    shown = await browser.open("/board")
    assert "The request is not right" in shown.text
    assert "Not all that you had typed could be kept" in shown.text


async def test_a_refusal_speaks_the_reader_s_language_and_is_kept_with_the_position_stated(
    here: Community, stack: Running
) -> None:
    async with Browser(stack.url, "fr-CA,fr;q=0.9,en;q=0.5") as french:
        await french.sign_in(here.keys["dana"])
        fields = draft("welding") | {"_acting_as": "nscc/authority-administrator"}
        answer = await french.send(PROPOSALS, fields, **{"HX-Request": "true"})
    assert answer.status_code == 403
    assert "Vous n’agissez pas à ce titre" in answer.text
    assert "n’agit pas à titre de nscc/authority-administrator" in answer.text
    kept = (await here.coordinator.get("/intake/v1/attempts"))["items"]
    assert kept[0]["position"] == "nscc/authority-administrator" or kept[0]["position"] is None
    assert kept[0]["status"] == 403


async def test_what_others_typed_is_never_markup(browser: Browser, here: Community) -> None:
    proposal = await browser.send(PROPOSALS, draft("hostile-title", SCRIPT + "{{ 7 * 7 }}{n}%s"))
    board = (await browser.open(proposal.headers["location"])).text
    assert "alert(1)" in board
    assert "<script>alert" not in board
    assert "{{ 7 * 7 }}{n}%s" in board or "49" not in board


async def test_every_answer_to_a_browser_forbids_what_is_not_ours(browser: Browser, stack: Running) -> None:
    async with Browser(stack.url) as fresh:
        answers = [await fresh.open("/sign-in"), await fresh.open("/nowhere"), await fresh.open("/problems/not-found"),
                   await fresh.open("/problems/nowhere")]  # fmt: skip
    answers += [await browser.open(path) for path in ("/board", "/board?stage=zoo", "/board?zoo=1", "/nowhere")]
    assert [one.status_code for one in answers] == [200, 404, 200, 404, 200, 400, 400, 404]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert all(part in policy for part in POLICY), answer.url
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    ["/board?stage=%00", "/board?stage=%ff", "/board?after=x", "/board?after=intake@999999999999999999999",
     "/board?at=0001-01-01", "/static/" + "a" * 5000, "/board?stage=draft&stage=draft", "/board?partner=" + "a" * 5000,
     "/problems/%00", "/problems/" + "a" * 5000,
     "/language/zoo?next=//x", "/language/%ff", "/static/../pyproject.toml", "/static/%2e%2e/%2e%2e/pyproject.toml",
     "/static/..%2f..%2flanguages.py", "/static//etc/passwd", "/static/%00", "/static/", "/%2f%2fevil"],
)  # fmt: skip
async def test_no_address_is_a_fault_and_none_leaves_the_folder_of_static_files(browser: Browser, address: str) -> None:
    answer = await browser.open(address)
    assert answer.status_code < 500, answer.text[:300]
    assert "[project]" not in answer.text
    assert "root:" not in answer.text
    assert (await browser.http.head(address)).status_code < 500


async def test_what_a_session_reads_of_the_api_stays_in_no_cache(browser: Browser) -> None:
    for address in ("/partnerships/v1/whoami", "/oversight/v1/board", f"/oversight/v1/microcredentials/{UUID(int=1)}"):
        answer = await browser.http.get(address)
        assert answer.headers["cache-control"] == "no-store", answer.text
    feed = await browser.http.get("/board.csv")
    assert feed.headers.get_list("cache-control") == ["private, no-cache"]


async def test_static_files_may_be_kept_for_ever(browser: Browser) -> None:
    answer = await browser.open("/static/base.css")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [("fr", "fr"), ("fr-CA;q=0.8, en;q=0.9", "en"), ("fr; q=0.1, en", "en"), ("fr;q=0", "en"), ("de, fr;q=0.5", "fr"),
     ("*", "en"), ("fr;q=nan", "en"), (",;=,q=1;fr", "en"), ("fr;Q=1.0", "fr")],
)  # fmt: skip
async def test_the_language_is_the_one_the_browser_asks_for_first(browser: Browser, accepted: str, spoken: str) -> None:
    answer = await browser.open("/problems/not-found", **{"Accept-Language": accepted})
    assert answer.headers["content-language"] == spoken
    assert f'<html lang="{spoken}">' in answer.text


async def test_what_auditors_open_is_kept(here: Community, stack: Running) -> None:
    async with Browser(stack.url) as auditor:
        await auditor.sign_in(here.keys["auditor"])
        assert (await auditor.open("/board?stage=draft")).status_code == 200

    async def is_kept() -> bool:
        reads = (await here.coordinator.get("/oversight/v1/auditor-reads"))["items"]
        return ("/board", "stage=draft") in [(one["path"], one["query"]) for one in reads]

    await eventually(is_kept)
