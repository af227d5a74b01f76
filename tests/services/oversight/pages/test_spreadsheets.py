"""Board and inbox as spreadsheets read them: with a plain HTTP client that knows Basic and nothing else of ours."""

import asyncio
import csv
import io
import urllib.error
import urllib.request
from email.message import Message
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from python_calamine import CalamineWorkbook

from shared.security.sessions import Sessions
from tests.services.oversight import test_http
from tests.services.oversight.place import Place

SERVICES = ("partnerships", "oversight")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TRICK = "=HYPERLINK(1)"
place = test_http.place
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


class Got(NamedTuple):
    status: int
    headers: Message
    body: bytes

    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.body.decode("utf-8-sig"), newline="")))


def ask(url: str, key: str | None = None, *, method: str = "GET", **headers: str) -> Got:
    """As a spreadsheet asks: without credentials first, and with Basic once that is asked for."""
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    if key is not None:
        passwords.add_password(None, url, "anything", key)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPBasicAuthHandler(passwords)
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with opener.open(urllib.request.Request(url, headers=named, method=method)) as answer:
            return Got(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Got(error.code, error.headers, error.read())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there(place: Place) -> Place:
    """The same, with a concept, and one being signed off whose title begins like a formula."""
    concept, signing = place.telling("concept"), place.telling("signing")
    signing.title = {"en": TRICK, "fr": "Soudure"}
    concept.drafted()
    concept.submitted()
    signing.concept_accepted()
    signing.opened()
    signing.requested()
    signing.step_opened("validation")
    await place.hears(concept, signing)
    await place.community.coordinator.get("/oversight/v1/board")
    return place


async def fetched(place: Place, path: str, who: str | None = "coordinator", **more: Any) -> Got:
    key = place.community.keys[who] if who else None
    return await asyncio.to_thread(ask, f"{place.stack.url}{path}", key, **more)


async def test_without_credentials_a_key_is_asked_for_and_nobody_is_led_to_a_form(there: Place) -> None:
    for path in ("/board.csv", "/board.xlsx", "/inbox.csv", "/inbox.xlsx"):
        refused = await fetched(there, path, None)
        assert refused.status == 401
        assert 'Basic realm="consortia"' in refused.headers["WWW-Authenticate"]
        assert refused.headers["Content-Type"] == "application/problem+json"


async def test_the_board_has_a_row_for_each_thing_a_card_waits_for(there: Place) -> None:
    got = await fetched(there, "/board.csv")
    assert got.headers["Content-Type"] == "text/csv; header=present; charset=utf-8"
    assert "attachment; filename=" in got.headers["Content-Disposition"]
    rows = got.rows()
    assert {row["Code"] for row in rows} == {"concept", "signing"}
    signing = [row for row in rows if row["Code"] == "signing"]
    assert {row["Stage"] for row in signing} == {"Sign-off"}
    assert {row["Waiting on partner"] for row in signing} == {"plant", "clinic", "farm"}
    assert {row["Title"] for row in signing} == {f"'{TRICK}"}
    assert all(row["Waiting since"] and int(row["Days waiting"]) > 100 for row in rows)


async def test_xlsx_says_the_same_with_dates_that_are_dates_and_no_formula(there: Place) -> None:
    rows, got = (await fetched(there, "/board.csv")).rows(), await fetched(there, "/board.xlsx")
    assert got.headers["Content-Type"] == XLSX
    first, *others = CalamineWorkbook.from_filelike(io.BytesIO(got.body)).get_sheet_by_index(0).to_python()
    assert first == list(rows[0])
    told = [dict(zip(first, other, strict=True)) for other in others]
    assert [(one["Code"], one["Waiting on partner"]) for one in told] == [
        (row["Code"], row["Waiting on partner"]) for row in rows
    ]
    assert TRICK in {one["Title"] for one in told}
    assert all(
        f"{one['Waiting since']:%Y-%m-%d %H:%M}" == row["Waiting since"] for one, row in zip(told, rows, strict=True)
    )


async def test_the_filters_of_the_page_narrow_it_down(there: Place) -> None:
    assert {row["Code"] for row in (await fetched(there, "/board.csv?stage=concept")).rows()} == {"concept"}
    assert {row["Code"] for row in (await fetched(there, "/board.csv?stage=&waiting_on=b")).rows()} == set()
    assert (await fetched(there, "/board.csv?colour=red")).status == 400
    assert (await fetched(there, "/board.csv?stage=nowhere")).status == 400


async def test_headings_and_words_are_french_for_who_asks_for_french(there: Place) -> None:
    for got in (
        await fetched(there, "/board.csv?lang=fr"),
        await fetched(there, "/board.csv", Accept_Language="fr-CA,fr;q=0.9"),
    ):
        assert got.headers["Content-Language"] == "fr"
        [first, *_] = [row for row in got.rows() if row["Code"] == "signing"]
        assert (first["Titre"], first["En retard"]) == ("Soudure", "oui")
    assert (await fetched(there, "/board.csv?lang=xx")).status == 400


async def test_what_has_not_changed_is_not_sent_again_and_head_tells_of_it_alone(there: Place) -> None:
    for path in ("/board.csv", "/board.xlsx"):
        got = await fetched(there, path)
        again = await fetched(there, path, If_None_Match=got.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        assert (await fetched(there, path, If_None_Match='"other"')).status == 200
        head = await fetched(there, path, method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["ETag"] == got.headers["ETag"]
        assert abs(int(head.headers["Content-Length"]) - len(got.body)) < 10
    assert (await fetched(there, "/board.csv")).headers["ETag"] != (await fetched(there, "/board.xlsx")).headers["ETag"]


async def test_the_inbox_says_what_waits_on_whoever_asks_and_what_it_holds_up(there: Place) -> None:
    advisor = there.community.holders["clinic/chief"]
    rows = (await fetched(there, "/inbox.csv", advisor)).rows()
    [signing] = [row for row in rows if row["Code"] == "signing"]
    assert (signing["What waits"], signing["Stage"], signing["Title"]) == ("validation", "Sign-off", f"'{TRICK}")
    assert "clinic/chief" in signing["Acting in"]
    assert signing["Page"].startswith(f"{there.stack.url}/inbox?item=")
    sheet = await fetched(there, "/inbox.xlsx", advisor)
    told = CalamineWorkbook.from_filelike(io.BytesIO(sheet.body)).get_sheet_by_index(0).to_python()
    assert len(told) == len(rows) + 1
    person = there.community.persons[advisor]
    of_another = (await fetched(there, f"/inbox.csv?person={person}")).rows()
    assert [row["Code"] for row in of_another] == [row["Code"] for row in rows]
    assert (await fetched(there, f"/inbox.csv?person={person}", there.community.holders["farm/owner"])).status == 403


async def test_a_session_opens_them_too_and_the_pages_lead_there(there: Place) -> None:
    sessions = Sessions(there.stack.platforms["oversight"].settings.session_secret or "", secure=False)
    cookie = f"{sessions.cookie}={sessions.sealed(there.community.keys['coordinator'].split('_')[1])}"
    page = await fetched(there, "/board?stage=concept", None, Cookie=cookie)
    assert 'href="/board.csv?stage=concept"' in page.body.decode()
    assert {row["Code"] for row in (await fetched(there, "/board.csv?stage=concept", None, Cookie=cookie)).rows()} == {
        "concept"
    }
    assert (await fetched(there, "/inbox.xlsx", None, Cookie=cookie)).headers["Content-Type"] == XLSX
