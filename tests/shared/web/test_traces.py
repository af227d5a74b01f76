"""A request's trace: in what it writes and in every line it logs, whoever began it."""

from typing import Any

import httpx2
import pytest

from tests.support.community import Caller, Communities, Community
from tests.support.logged import logged

SERVICES = ("partnerships",)
PERSONS = "/partnerships/v1/persons"
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"


async def last_fact(here: Community) -> dict[str, Any]:
    """The community's newest fact, as the history shows it."""
    found: dict[str, Any] = (await here.coordinator.get("/partnerships/v1/facts", limit=200))["items"][-1]
    return found


def traced(here: Community, traceparent: str = TRACEPARENT) -> Caller:
    return here.coordinator.traced(traceparent)


async def test_what_a_request_writes_is_of_its_trace_under_a_span_of_its_own(communities: Communities) -> None:
    here = await communities.open()
    await traced(here).post(PERSONS)
    _, trace, span, flags = (await last_fact(here))["traceparent"].split("-")
    assert (trace, flags) == (TRACE, "01")
    assert span != CALLER


async def test_without_one_or_with_one_that_is_not_right_a_trace_begins(communities: Communities) -> None:
    here = await communities.open()
    seen = set()
    for wrong in (None, f"00-{TRACE}-{'0' * 16}-01", "nonsense"):
        await here.coordinator.traced(wrong).post(PERSONS)
        seen.add((await last_fact(here))["traceparent"].split("-")[1])
    assert len(seen) == 3
    assert TRACE not in seen


async def test_of_two_traceparents_neither_is_believed(communities: Communities, http: httpx2.AsyncClient) -> None:
    here = await communities.open()
    headers = [("Authorization", f"Bearer {here.coordinator.key}"), *[("traceparent", TRACEPARENT)] * 2]
    assert (await http.post(PERSONS, headers=headers)).is_success
    assert TRACE not in (await last_fact(here))["traceparent"]


async def test_every_line_a_request_logs_says_its_trace(communities: Communities) -> None:
    here = await communities.open()
    with logged() as taken:
        answer = await traced(here).send("POST", PERSONS, json={})
    lines = [line for line in taken.lines if line.get("request") == answer.headers["request-id"]]
    assert {"recorded", "request"} <= {line["event"] for line in lines}
    assert {line["trace_id"] for line in lines} == {TRACE}
    (_, _, span, _) = (await last_fact(here))["traceparent"].split("-")
    assert {line["span_id"] for line in lines} == {span}


async def test_a_repeat_in_another_trace_answers_as_the_first_and_its_log_leads_there(
    communities: Communities,
) -> None:
    here = await communities.open()
    first = await traced(here).post(PERSONS, {}, once="the-same")
    again = "1" * 32
    with logged() as taken:
        repeat = await traced(here, f"00-{again}-{CALLER}-01").post(PERSONS, {}, once="the-same")
    assert (repeat["repeated"], repeat["recorded"]) == (True, first["recorded"])
    assert TRACE in (await last_fact(here))["traceparent"]
    (line,) = [line for line in taken.lines if line["event"] == "repeated"]
    assert (line["trace_id"], line["first_trace_id"]) == (again, TRACE)


@pytest.mark.parametrize("path", ["/partnerships/v1/nowhere", "/partnerships/healthz"])
async def test_a_request_that_writes_nothing_has_a_trace_in_its_log_too(http: httpx2.AsyncClient, path: str) -> None:
    with logged() as taken:
        answer = await http.get(path, headers={"traceparent": TRACEPARENT})
    (line,) = [line for line in taken.lines if line.get("request") == answer.headers["request-id"]]
    assert line["trace_id"] == TRACE
