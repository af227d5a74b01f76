"""credentials over HTTP: signed by whoever may, on what they read, refused with every reason, replayed as it was."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.services.credentials.journeys import MICROCREDENTIALS, accepted, requested
from tests.support.community import Communities
from tests.support.running import Running
from tests.support.tables import dumped

pytestmark = pytest.mark.servers
LONG = {"en": "x" * 8000, "fr": "x" * 8000, "mi": "x" * 8000, "de": "x" * 8000, "es": "x" * 8000}


async def test_a_sign_off_answers_a_dated_receipt_and_the_same_again_answers_it_again(communities: Communities) -> None:
    world = await requested(communities)
    first = await world.sign("plant/foreman", "industry-validation", "endorse")
    again = await world.sign("plant/foreman", "industry-validation", "endorse")
    assert again["repeated"]
    assert again["id"] == first["id"]
    assert again["recorded"][0] == first["recorded"][0]


async def test_a_sign_off_on_content_that_has_changed_is_refused_with_the_new_digest(communities: Communities) -> None:
    world = await requested(communities)
    stale = await world.given("industry-validation", "endorse")
    await world.as_("nscc/lead").post(f"{world.path}/outline", {"change": {"assessment": {"en": "on the job"}}})
    problem = await world.as_("plant/foreman").refused(409, f"{world.path}/steps/industry-validation/sign-offs", stale)
    assert problem["type"] == "/problems/content-changed"
    assert problem["reasons"][0]["digest"] == (await world.step("industry-validation"))["digest"]


async def test_a_refusal_says_what_is_missing_and_who_can_act(communities: Communities) -> None:
    world = await requested(communities)
    await world.sign("plant/foreman", "industry-validation", "endorse")
    asked = await world.given("approval", "approve")
    early = await world.as_("nscc/dean").refused(409, f"{world.path}/steps/approval/sign-offs", asked)
    assert "industry-validation has 1 of 2" in early["detail"]
    assert [(one["partner"], one["position"]) for one in early["waiting_on"]] == [("clinic", "clinic/chief")]
    stranger = await world.as_("plant/foreman").refused(403, f"{world.path}/steps/approval/sign-offs", asked)
    assert [one["position"]["key"] for one in stranger["allowed_actions"]] == ["nscc/dean"]


async def test_concurrent_sign_offs_grant_once(communities: Communities) -> None:
    world = await requested(communities)
    given = await world.given("industry-validation", "endorse")
    path = f"{world.path}/steps/industry-validation/sign-offs"
    answers = await asyncio.gather(
        *(world.as_(position).send("POST", path, json=given) for position in ("plant/foreman", "clinic/chief"))
    )
    assert [answer.status_code for answer in answers] == [201, 201]
    facts = [one["fact"]["fact"] for answer in answers for one in answer.json()["recorded"]]
    assert facts.count("credentials.step-granted.v1") == 1


async def test_the_past_is_folded_by_time_and_by_index(communities: Communities) -> None:
    world = await requested(communities)
    before = await world.read()
    signed = await world.sign("plant/foreman", "industry-validation", "endorse")
    await world.sign("clinic/chief", "industry-validation", "endorse")
    by_index = await world.read(at=signed["recorded"][0]["index"])
    by_time = await world.read(at=signed["recorded"][0]["occurred_at"])
    assert by_index == by_time
    assert [step["state"] for step in by_index["steps"]] == ["open", "waiting"]
    assert len(by_index["steps"][0]["sign_offs"]) == 1
    assert (await world.read(at=before["as_of"])) == before
    problem = await world.as_("nscc/lead").refused(404, f"{world.path}?at=credentials@999999", method="GET")
    assert problem["type"] == "/problems/not-recorded-yet"


async def test_whoever_owns_delivery_of_this_very_microcredential_does_not_decide_its_review(
    communities: Communities,
) -> None:
    world = await requested(communities)
    await world.approve()
    await world.community.position("nscc/runner", "dana")
    await world.community.responsibility(
        "nscc/runner", "delivery", scope={"kind": "microcredential", "value": world.id}
    )
    review = await world.as_("nscc/runner").send("POST", f"{world.path}/reviews", json={"feedback": {"employers": 5}})
    assert review.status_code == 201
    await world.community.holder("nscc/runner", "rita")
    world.community.holders["nscc/dean"] = "dana"
    other = {"decision": "renew"}
    problem = await world.as_("nscc/dean").refused(403, f"{world.path}/reviews/{review.json()['id']}/decide", other)
    assert "who-delivers-does-not-decide" in problem["type"]


async def test_no_outline_grows_beyond_what_its_approval_can_carry(communities: Communities) -> None:
    world = await accepted(communities)
    problem = await world.as_("nscc/lead").refused(422, f"{world.path}/outline", {"change": {"need": LONG}})
    assert problem["type"] == "/problems/outline-too-long"


@pytest.mark.parametrize("path", ["/partnerships/v1/communities", "/credentials/v1/pathways"])
async def test_what_does_not_fit_into_a_fact_is_refused(communities: Communities, path: str) -> None:
    here = await communities.open()
    much = {f"a{letter}": "x" * 8000 for letter in "abcdefg"}
    step = {"key": "a", "verb": "approve", "matter": "fees", "covers": ["title"]}
    await here.partner("nscc")
    rule = {"type": "owner", "partner": here.partners["nscc"]}
    asked: dict[str, Any] = {"key": "much", "title": much, "steps": [{**step, "rule": rule}]}
    who = here.coordinator
    if path.endswith("communities"):
        asked, who = {"key": "much", "name": much}, here.person("operator")
    problem = await who.refused(422, path, asked)
    assert problem["type"] == "/problems/fact-too-long"


async def test_a_list_is_paged_and_a_cursor_of_nobody_is_refused(communities: Communities) -> None:
    world = await accepted(communities)
    page = await world.as_("nscc/lead").get(MICROCREDENTIALS, limit=1)
    assert (len(page["items"]), page["next"]) == (1, None)
    for after in ("WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0", "x"):
        problem = await world.as_("nscc/lead").refused(400, f"{MICROCREDENTIALS}?after={after}", method="GET")
        assert problem["type"] == "/problems/query-not-right"


async def test_a_repeat_in_another_position_is_another_request(communities: Communities) -> None:
    world = await requested(communities)
    given = await world.given("industry-validation", "endorse")
    path = f"{world.path}/steps/industry-validation/sign-offs"
    first = await world.as_("plant/foreman").send("POST", path, json=given, once="once")
    assert first.status_code == 201
    await world.community.position("plant/deputy", "fred")
    other = await world.as_("plant/deputy").send("POST", path, json=given, once="once")
    assert (other.status_code, other.json()["type"]) == (409, "/problems/same-key-other-body")


async def test_tables_are_the_same_after_a_rebuild(communities: Communities, stack: Running) -> None:
    world = await requested(communities)
    await world.sign("plant/foreman", "industry-validation", "request-changes", comment="Say how welds are tested.")
    await world.approve()
    run = {"starts": "2026-01-05", "ends": "2026-03-05", "learners": 9}
    await world.as_("nscc/lead").post(f"{world.path}/offerings", run)
    platform = stack.platforms["credentials"]
    await platform.level()
    before = await dumped(platform)
    for projector in platform.projectors():
        assert await projector.rebuild() > 0
    assert await dumped(platform) == before
    assert all(before.values())


async def test_options_of_a_route_are_no_fault(http: httpx2.AsyncClient, communities: Communities) -> None:
    here = await communities.open()
    answer = await here.coordinator.send("OPTIONS", MICROCREDENTIALS)
    assert answer.status_code < 500
