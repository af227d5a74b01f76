"""No input, however hostile, gets a 5xx: each is answered by a problem whose page resolves, and changes nothing."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import pytest_asyncio

from shared.security.keys import new_key
from tests.support.community import INSTRUMENT, Communities, Community
from tests.support.running import Running

SERVICES = ("partnerships",)
MEBIBYTE = 1024 * 1024
COUNCILS = "/partnerships/v1/councils"
COMMUNITIES = "/partnerships/v1/communities"
PARTNERS = "/partnerships/v1/partners"
POSITIONS = "/partnerships/v1/positions"
KEYS = "/partnerships/v1/keys"
WHO_DECIDES = "/partnerships/v1/who-decides"
NOBODY = "0198c0de-0000-7000-8000-0000000000ff"
PARTNER: dict[str, Any] = {
    "key": "nscc",
    "name": {"en": "NSCC"},
    "kind": "post-secondary",
    "jurisdiction": "CA-NS",
    "administrator": NOBODY,
    "instrument": INSTRUMENT,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(communities: Communities) -> Community:
    made = await communities.open("hostile")
    await made.partner("known")
    await made.position("known/dean", held_by="dana", answers_for=["registrar"])
    return made


@pytest_asyncio.fixture(autouse=True)
async def nothing_changes(here: Community, stack: Running) -> AsyncIterator[None]:
    before = await stack.last_index()
    yield
    assert await stack.last_index() == before


def bearer(here: Community, person: str = "coordinator") -> dict[str, str]:
    return {"Authorization": f"Bearer {here.keys[person]}"}


async def problem(here: Community, response: httpx2.Response, *expected: int) -> dict[str, Any]:
    """The problem in the answer, once it is shown to be one, of an expected status, leading to a page of ours."""
    assert response.status_code in expected, f"{response.status_code}: {response.text[:500]}"
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance", "request_id"} <= found.keys()
    assert found["status"] == response.status_code
    assert found["request_id"] == response.headers["request-id"]
    page = await here.http.get(found["type"])
    assert page.status_code == 200, found["type"]
    assert page.headers["content-type"].startswith("text/html")
    return found


BODIES: dict[str, tuple[str, bytes, int]] = {
    "an unknown field": (PARTNERS, json.dumps(PARTNER | {"colour": "blue"}).encode(), 400),
    "an unknown field deep inside": (
        PARTNERS,
        json.dumps(PARTNER | {"instrument": INSTRUMENT | {"colour": "blue"}}).encode(),
        400,
    ),
    "a field missing": (PARTNERS, b'{"key": "nscc"}', 400),
    "a naive time": (
        KEYS,
        json.dumps({"person": NOBODY, "role": "member", "expires": "2030-01-01T00:00:00"}).encode(),
        400,
    ),
    "a time as a number": (KEYS, json.dumps({"person": NOBODY, "role": "member", "expires": 1900000000}).encode(), 400),
    "a time before time": (
        KEYS,
        json.dumps({"person": NOBODY, "role": "member", "expires": "0001-01-01T00:00:00+14:00"}).encode(),
        400,
    ),
    "a time after time": (
        KEYS,
        json.dumps({"person": NOBODY, "role": "member", "expires": "9999-12-31T23:59:59-14:00"}).encode(),
        400,
    ),
    "a date out of range, nested": (
        PARTNERS,
        json.dumps(PARTNER | {"instrument": INSTRUMENT | {"dated": "0001-01-01"}}).encode(),
        400,
    ),
    "a date that is none": (
        PARTNERS,
        json.dumps(PARTNER | {"instrument": INSTRUMENT | {"dated": "2025-02-30"}}).encode(),
        400,
    ),
    "NUL, escaped": (PARTNERS, json.dumps(PARTNER | {"name": {"en": "a\x00b"}}).encode(), 400),
    "NUL, raw": (PARTNERS, json.dumps(PARTNER).encode().replace(b"NSCC", b"NS\x00CC"), 400),
    "NUL in a key": (PARTNERS, json.dumps(PARTNER | {"name": {"e\x00n": "x"}}).encode(), 400),
    "half of a surrogate pair": (PARTNERS, json.dumps(PARTNER).encode().replace(b"NSCC", b"\\ud800"), 400),
    "a number beyond 64 bits": (
        COUNCILS,
        json.dumps({"key": "c", "name": {"en": "C"}, "seats": [], "quorum": {"size": 10**30}}).encode(),
        400,
    ),
    "a number below its range": (
        COUNCILS,
        json.dumps({"key": "c", "name": {"en": "C"}, "seats": [], "quorum": {"size": -1}}).encode(),
        400,
    ),
    "a number as text": (
        COUNCILS,
        json.dumps({"key": "c", "name": {"en": "C"}, "seats": [], "quorum": {"size": "1"}}).encode(),
        400,
    ),
    "a number that is none": (
        COUNCILS,
        b'{"key": "c", "name": {"en": "C"}, "seats": [], "quorum": {"size": NaN}}',
        400,
    ),
    "a number of a thousand digits": (
        COUNCILS,
        b'{"key": "c", "name": {"en": "C"}, "seats": [], "quorum": {"size": 1e' + b"9" * 1000 + b"}}",
        400,
    ),
    "broken UTF-8": (PARTNERS, json.dumps(PARTNER).encode().replace(b"NSCC", b"\xff\xfe"), 400),
    "UTF-16": (PARTNERS, json.dumps(PARTNER).encode("utf-16"), 400),
    "lists nested 100 000 deep": (PARTNERS, b"[" * 100_000 + b"]" * 100_000, 400),
    "objects nested 100 000 deep": (PARTNERS, b'{"name":' * 100_000 + b"1" + b"}" * 100_000, 400),
    "lists opened 100 000 times": (PARTNERS, b"[" * 100_000, 400),
    "no JSON": (PARTNERS, b"{", 400),
    "two JSON values": (PARTNERS, json.dumps(PARTNER).encode() * 2, 400),
    "nothing": (PARTNERS, b"", 400),
    "null": (PARTNERS, b"null", 400),
    "a list": (PARTNERS, b"[]", 400),
    "an empty name": (PARTNERS, json.dumps(PARTNER | {"name": {}}).encode(), 400),
    "a language that is none": (PARTNERS, json.dumps(PARTNER | {"name": {"English please": "x"}}).encode(), 400),
    "a key nobody could type": (PARTNERS, json.dumps(PARTNER | {"key": "NSCC!"}).encode(), 400),
    "an id that is none": (PARTNERS, json.dumps(PARTNER | {"administrator": "somebody"}).encode(), 400),
    "a key that ends in a line break": (PARTNERS, json.dumps(PARTNER | {"key": "nscc\n"}).encode(), 400),
    "a language that ends in a line break": (PARTNERS, json.dumps(PARTNER | {"name": {"en\n": "x"}}).encode(), 400),
    "a jurisdiction in other letters": (PARTNERS, json.dumps(PARTNER | {"jurisdiction": "CA-\u0418"}).encode(), 400),
    "a kind that is none": (PARTNERS, json.dumps(PARTNER | {"kind": "zoo"}).encode(), 400),
    "a person nobody knows": (PARTNERS, json.dumps(PARTNER).encode(), 404),
    "a seat nobody knows": (
        COUNCILS,
        json.dumps({"key": "c", "name": {"en": "C"}, "seats": [NOBODY], "quorum": {"size": 1}}).encode(),
        404,
    ),
    "a scope no role has": (
        KEYS,
        json.dumps({"person": NOBODY, "role": "member", "scopes": ["keys:issue"]}).encode(),
        404,
    ),
}


@pytest.mark.parametrize("what", BODIES)
async def test_a_hostile_body_is_a_problem(here: Community, what: str) -> None:
    path, body, status = BODIES[what]
    headers = bearer(here) | {"Content-Type": "application/json"}
    await problem(here, await here.http.post(path, content=body, headers=headers), status)


async def test_a_field_named_twice_in_an_object_is_refused(here: Community) -> None:
    body = json.dumps(PARTNER).encode().replace(b'"key": "nscc"', b'"key": "nscc", "key": "other"')
    await problem(here, await here.http.post(PARTNERS, content=body, headers=bearer(here)), 400)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]
)
async def test_a_body_of_another_kind_is_a_problem(here: Community, kind: str) -> None:
    body = json.dumps(PARTNER).encode()
    response = await here.http.post(PARTNERS, content=body, headers=bearer(here) | {"Content-Type": kind})
    await problem(here, response, 400, 415)


async def test_a_body_over_a_mebibyte_is_a_problem(here: Community) -> None:
    body = json.dumps(PARTNER | {"name": {"en": "x" * (MEBIBYTE + 1)}}).encode()
    found = await problem(here, await here.http.post(PARTNERS, content=body, headers=bearer(here)), 413)
    assert found["type"] == "/problems/body-too-large"


async def test_a_body_over_a_mebibyte_that_does_not_say_so_is_a_problem(here: Community) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"key": "'
        for _ in range(20):
            yield b"x" * 65536
        yield b'"}'

    response = await here.http.post(PARTNERS, content=chunks(), headers=bearer(here))
    found = await problem(here, response, 413)
    assert found["type"] == "/problems/body-too-large"


async def test_a_body_just_under_a_mebibyte_is_read(here: Community) -> None:
    body = json.dumps(PARTNER).encode()
    body += b" " * (MEBIBYTE - len(body))
    await problem(here, await here.http.post(PARTNERS, content=body, headers=bearer(here)), 404)


QUERIES: dict[str, tuple[str, int]] = {
    "an unknown query key": (f"{PARTNERS}?colour=blue", 400),
    "a query key where none is known": ("/partnerships/v1/whoami?a=1", 400),
    "a repeated query key": (f"{WHO_DECIDES}?matter=registrar&matter=fees&partner=known", 400),
    "a query key missing": (f"{WHO_DECIDES}?matter=registrar", 400),
    "NUL in the query": (f"{WHO_DECIDES}?matter=registrar%00&partner=known", 400),
    "NUL in a query key": (f"{PARTNERS}?at%00=x", 400),
    "NUL in the path": (f"{POSITIONS}%00", 404),
    "NUL in an id": ("/partnerships/v1/keys/ab%00cd", 404),
    "broken UTF-8 in the query": (f"{WHO_DECIDES}?matter=%ff%fe&partner=known", 400),
    "broken UTF-8 in the path": ("/partnerships/v1/%ff%fe", 404),
    "a naive time in at": (f"{PARTNERS}?at=2026-01-01T00:00:00", 400),
    "a number in at": (f"{PARTNERS}?at=1700000000", 400),
    "no time in at": (f"{PARTNERS}?at=yesterday", 400),
    "a time before time in at": (f"{PARTNERS}?at=0001-01-01T00:00:00%2B14:00", 400),
    "a time after time in at": (f"{PARTNERS}?at=9999-12-31T23:59:59-14:00", 400),
    "an index of another log in at": (f"{PARTNERS}?at=intake@1", 400),
    "an index of no log in at": (f"{PARTNERS}?at=nowhere@1", 400),
    "an index beyond 64 bits in at": (f"{PARTNERS}?at=partnerships@{10**30}", 400),
    "a negative index in at": (f"{PARTNERS}?at=partnerships@-1", 400),
    "an index in other digits": (f"{PARTNERS}?at=partnerships@%D9%A1", 400),
    "a scope of no kind": (f"{WHO_DECIDES}?matter=registrar&partner=known&scope=zoo:x", 400),
    "a partner nobody knows": (f"{WHO_DECIDES}?matter=registrar&partner=nobody", 404),
    "a limit out of range": ("/partnerships/v1/facts?limit=201", 400),
    "a limit of zero": ("/partnerships/v1/facts?limit=0", 400),
    "a limit that is no number": ("/partnerships/v1/facts?limit=many", 400),
    "an index beyond 64 bits in after": (f"/partnerships/v1/facts?after={10**30}", 400),
    "a note nobody wrote": (f"/partnerships/v1/notes/{NOBODY}", 404),
    "a note id that is none": ("/partnerships/v1/notes/something", 404),
    "an unknown path": ("/partnerships/v1/zoo", 404),
    "an address that ends in a line break": (f"{PARTNERS}%0a", 404),
    "an unknown prefix": ("/zoo/v1/partners", 404),
    "a path that climbs": ("/partnerships/v1/..%2f..%2fetc/passwd", 404),
    "a path of 4000 characters": (f"/partnerships/{'x' * 4000}", 404),
}


async def test_an_unknown_problem_is_a_page_that_says_so(here: Community) -> None:
    response = await here.http.get("/problems/zoo")
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no problem called zoo." in response.text


@pytest.mark.parametrize("what", QUERIES)
async def test_a_hostile_address_is_a_problem(here: Community, what: str) -> None:
    path, status = QUERIES[what]
    await problem(here, await here.http.get(path, headers=bearer(here)), status)


@pytest.mark.parametrize(
    "path",
    [
        f"{POSITIONS}/{NOBODY}/confirm",
        f"{POSITIONS}/{NOBODY}/holders/{NOBODY}/confirm",
        f"{PARTNERS}/{NOBODY}/responsibilities/{NOBODY}/confirm",
    ],
)
async def test_an_id_nobody_knows_is_not_found(here: Community, path: str) -> None:
    headers = bearer(here, "known-administrator")
    await problem(here, await here.http.post(path, headers=headers), 404)


@pytest.mark.parametrize("key", ["0" * 16, "zz", "f" * 40, "%00", "-1", "0x10", "1_0", "%D9%A1", " 10"])
async def test_a_key_id_nobody_knows_is_not_found(here: Community, key: str) -> None:
    response = await here.http.post(f"{KEYS}/{key}/revoke", json={}, headers=bearer(here))
    await problem(here, response, 400, 404)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer zoo",
        "Basic zoo",
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Digest x",
        "Bearer consortia_0123456789abcdef_" + "0" * 49,
        "Bearer " + "x" * 5000,
    ],
)
async def test_no_key_or_a_wrong_one_is_a_problem_that_says_how_to_ask(
    here: Community, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = await here.http.get(PARTNERS, headers=headers)
    found = await problem(here, response, 401)
    assert found["type"] == "/problems/key-needed"
    assert "Bearer" in response.headers["www-authenticate"]


async def test_a_mistyped_key_is_told_from_an_unknown_one(here: Community) -> None:
    right = here.keys["coordinator"]
    swapped = right[:-1] + ("a" if right[-1] != "a" else "b")
    found = await problem(here, await here.http.get(PARTNERS, headers={"Authorization": f"Bearer {swapped}"}), 401)
    assert "mistyped" in found["detail"]


async def test_a_key_is_taken_as_basic_password_too(here: Community) -> None:
    asked = httpx2.BasicAuth("anything", here.keys["coordinator"])
    assert (await here.http.get(PARTNERS, auth=asked)).status_code == 200


async def test_a_key_without_the_scope_is_told_which(here: Community) -> None:
    found = await problem(here, await here.http.post(PARTNERS, json=PARTNER, headers=bearer(here, "dana")), 403)
    assert found["type"] == "/problems/scope-missing"
    assert found["reasons"][0]["scope"] == "partners:register"


async def test_a_stated_moment_needs_its_scope(here: Community) -> None:
    headers = {"Authorization": f"Bearer {here.keys['operator']}", "Occurred-At": "2025-01-01T00:00:00Z"}
    response = await here.http.post(COMMUNITIES, json={"key": "x", "name": {"en": "X"}}, headers=headers)
    found = await problem(here, response, 403)
    assert found["reasons"][0]["scope"] == "backdate"


HEADERS: dict[str, tuple[dict[str, str], int]] = {
    "Wait-For of no form": ({"Wait-For": "tomorrow"}, 400),
    "Wait-For of no log": ({"Wait-For": "nowhere@1"}, 400),
    "Wait-For of a log not followed here": ({"Wait-For": "intake@1"}, 400),
    "Wait-For beyond 64 bits": ({"Wait-For": f"partnerships@{10**30}"}, 400),
    "Wait-For empty": ({"Wait-For": ""}, 400),
    "Wait-For of too many": ({"Wait-For": ",".join(["partnerships@1"] * 500)}, 400),
    "Occurred-At naive": ({"Occurred-At": "2025-01-01T00:00:00"}, 400),
    "Occurred-At of no form": ({"Occurred-At": "yesterday"}, 400),
    "Occurred-At before time": ({"Occurred-At": "0001-01-01T00:00:00+14:00"}, 400),
    "Occurred-At in the future": ({"Occurred-At": "2190-01-01T00:00:00Z"}, 422),
    "Idempotency-Key empty": ({"Idempotency-Key": ""}, 400),
    "Idempotency-Key over-long": ({"Idempotency-Key": "x" * 201}, 400),
    "Acting-As empty": ({"Acting-As": ""}, 400),
    "Acting-As over-long": ({"Acting-As": "x" * 201}, 400),
}


@pytest.mark.parametrize("what", HEADERS)
async def test_a_hostile_header_is_a_problem(here: Community, what: str) -> None:
    headers, status = HEADERS[what]
    response = await here.http.post("/partnerships/v1/persons", headers=bearer(here) | headers)
    await problem(here, response, status)


async def test_what_never_comes_is_waited_for_5_seconds_and_no_longer(here: Community) -> None:
    async with asyncio.timeout(8):
        response = await here.http.get(PARTNERS, headers=bearer(here) | {"Wait-For": "partnerships@999999"})
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.json()["type"] == "/problems/not-there-yet"
    assert (await here.http.get("/problems/not-there-yet")).status_code == 200


async def test_a_key_not_heard_of_yet_is_asked_to_come_again_while_what_is_waited_for_is_not_there(
    here: Community,
) -> None:
    unheard = {"Authorization": f"Bearer {new_key().text}"}
    behind = await here.http.get(PARTNERS, headers=unheard | {"Wait-For": "partnerships@999999"})
    assert (behind.status_code, behind.json()["type"]) == (503, "/problems/not-there-yet")
    level = await here.http.get(PARTNERS, headers=unheard | {"Wait-For": "partnerships@1"})
    assert (level.status_code, level.json()["type"]) == (401, "/problems/key-needed")


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "PROPFIND"])
async def test_a_method_not_known_there_is_a_problem(here: Community, method: str) -> None:
    response = await here.http.request(method, PARTNERS, headers=bearer(here))
    await problem(here, response, 405, 501)


RAW: dict[str, bytes] = {
    "bytes above ASCII in a header": b"GET %b HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n"
    % PARTNERS.encode(),
    "bytes above ASCII in the idempotency key": (
        b"POST /partnerships/v1/persons HTTP/1.1\r\nHost: x\r\nIdempotency-Key: \xff\xfe\r\nContent-Length: 0\r\n\r\n"
    ),
    "NUL in a header": b"GET %b HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \x00\r\n\r\n" % PARTNERS.encode(),
    "a length that is no number": b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n" % PARTNERS.encode(),
    "a negative length": b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" % PARTNERS.encode(),
    "two lengths at odds": (
        b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        % PARTNERS.encode()
    ),
    "no HTTP at all": b"\x16\x03\x01 hello\r\n\r\n",
    "a header of 100 KiB": b"GET %b HTTP/1.1\r\nHost: x\r\nX: " % PARTNERS.encode() + b"x" * 100_000 + b"\r\n\r\n",
    "an absolute address": b"GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a raw byte in the path": b"GET /partnerships/v1/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("what", RAW)
async def test_hostile_bytes_are_answered_below_500(here: Community, stack: Running, what: str) -> None:
    """Below HTTP's own form there may be no problem document, but there is an answer or a closed door; never a 5xx."""
    where = urlsplit(stack.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(RAW[what])
    writer.write_eof()
    answered = await asyncio.wait_for(reader.read(4096), 10)
    writer.close()
    await writer.wait_closed()
    assert not answered or int(answered.split(b" ", 2)[1]) < 500, answered[:300]
