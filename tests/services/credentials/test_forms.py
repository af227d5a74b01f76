"""Sign-offs on paper over HTTP: recorded on behalf, confirmed or disputed by whoever decided; refusals are kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.services.credentials.journeys import World, requested
from tests.support.community import Communities

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]
FILE = "sha-256:" + "a" * 64
PLANT, CLINIC, DEAN = "plant/foreman", "clinic/chief", "nscc/dean"


async def on_behalf(world: World, position: str, step: str, decision: str, **paper: Any) -> tuple[str, dict[str, Any]]:
    """Where to record, and what: minutes of today, of the outline as it is, unless stated otherwise."""
    stated = {
        "form": "minutes",
        "decided_by": world.community.persons[world.community.holders[position]],
        "position": position,
        "dated": datetime.now(UTC).date().isoformat(),
        "file": FILE,
        "revision": (await world.read())["revision"],
        **paper,
    }
    return f"{world.path}/steps/{step}/sign-offs/on-behalf", await world.given(step, decision, paper=stated)


async def sign_offs(world: World, step: str) -> list[dict[str, Any]]:
    return list((await world.step(step))["sign_offs"])


async def test_what_a_coordinator_records_counts_at_once_and_is_shown_as_recorded_on_behalf_until_confirmed(
    communities: Communities,
) -> None:
    world = await requested(communities)
    path, asked = await on_behalf(world, PLANT, "industry-validation", "endorse", form="e-mail")
    receipt = await world.community.coordinator.post(path, asked)
    fact = receipt["recorded"][0]["fact"]
    assert (fact["by"]["position"], fact["evidence"]["position"]) == (world.community.positions[PLANT],) * 2
    assert (fact["paper"]["form"], fact["paper"]["file"]) == ("e-mail", FILE)
    [seen] = await sign_offs(world, "industry-validation")
    assert (seen["form"], seen["confirmed"], seen["standing"]) == ("e-mail", False, True)
    [asks] = [one for one in await inbox(world, PLANT) if one["what"].startswith("confirmation of")]
    assert asks["do"]["path"] == f"{world.path}/sign-offs/{receipt['id']}/confirm"
    assert not [one for one in await inbox(world, CLINIC) if one["what"].startswith("confirmation of")]
    await world.as_(PLANT).post(f"{world.path}/sign-offs/{receipt['id']}/confirm")
    [seen] = await sign_offs(world, "industry-validation")
    assert seen["confirmed"] is True
    assert not [one for one in await inbox(world, PLANT) if one["what"].startswith("confirmation of")]
    again = await world.as_(PLANT).post(f"{world.path}/sign-offs/{receipt['id']}/confirm")
    assert again["recorded"] == []
    story = await world.as_("nscc/lead").get(f"/oversight/v1/microcredentials/{world.id}/story")
    told = [line["sentence"] for line in story["lines"] if "on their behalf" in line["sentence"]]
    assert "recorded on their behalf by a coordinator" in told[0]
    assert told[1].startswith("What was recorded on their behalf on industry-validation was confirmed")


async def inbox(world: World, position: str) -> list[dict[str, Any]]:
    return list((await world.as_(position).get("/oversight/v1/inbox"))["items"])


async def test_the_same_paper_again_answers_the_first_receipt(communities: Communities) -> None:
    world = await requested(communities)
    path, asked = await on_behalf(world, PLANT, "industry-validation", "endorse")
    first = await world.community.coordinator.post(path, asked)
    again = await world.community.coordinator.post(path, asked)
    assert (again["id"], again["repeated"]) == (first["id"], True)


async def test_who_decides_here_what_a_paper_said_of_them_gets_a_receipt_of_their_own_or_confirms_it(
    communities: Communities,
) -> None:
    world = await requested(communities)
    path, asked = await on_behalf(world, PLANT, "industry-validation", "endorse")
    paper = await world.community.coordinator.post(path, asked)
    own = await world.sign(PLANT, "industry-validation", "endorse")
    fact = own["recorded"][0]["fact"]
    assert (own.get("repeated", False), fact.get("paper"), fact["replaces"]) == (False, None, paper["id"])
    assert not [one for one in await inbox(world, PLANT) if one["what"].startswith("confirmation of")]
    path, asked = await on_behalf(world, CLINIC, "industry-validation", "endorse")
    paper = await world.community.coordinator.post(path, asked)
    assert (await world.step("industry-validation"))["state"] == "granted"
    own = await world.sign(CLINIC, "industry-validation", "endorse")
    assert own["id"] == paper["id"]
    assert [one["fact"]["fact"] for one in own["recorded"]] == ["credentials.sign-off-confirmed.v1"]
    [stands] = [one for one in await sign_offs(world, "industry-validation") if one["sign_off"] == paper["id"]]
    assert (stands["standing"], stands["confirmed"]) == (True, True)


async def test_who_may_not_record_a_paper_gets_no_receipt_of_it(communities: Communities) -> None:
    world = await requested(communities)
    path, asked = await on_behalf(world, PLANT, "industry-validation", "endorse")
    await world.community.coordinator.post(path, asked)
    await world.community.partner("farm")
    await world.community.position("farm/owner", "stranger", ["branding"])
    problem = await world.as_("farm/owner").refused(404, path, asked)
    assert problem["type"] == "/problems/not-found"


async def test_a_disputed_paper_counts_no_longer_and_a_granted_step_waits_again(communities: Communities) -> None:
    world = await requested(communities)
    await world.sign(CLINIC, "industry-validation", "endorse")
    path, asked = await on_behalf(world, PLANT, "industry-validation", "endorse")
    receipt = await world.community.coordinator.post(path, asked)
    assert (await world.step("industry-validation"))["state"] == "granted"
    problem = await world.as_(CLINIC).refused(403, f"{world.path}/sign-offs/{receipt['id']}/dispute", {})
    assert problem["type"] == "/problems/not-theirs-to-confirm"
    disputed = await world.as_(PLANT).post(f"{world.path}/sign-offs/{receipt['id']}/dispute", {"reason": "Never."})
    assert [one["fact"]["fact"] for one in disputed["recorded"]] == [
        "credentials.sign-off-disputed.v1", "credentials.step-reopened.v1",
    ]  # fmt: skip
    step = await world.step("industry-validation")
    assert (step["state"], [one["position"] for one in step["waits_on"]]) == ("reopened", [PLANT])
    assert (await world.as_(PLANT).post(f"{world.path}/sign-offs/{receipt['id']}/dispute", {}))["recorded"] == []
    problem = await world.community.coordinator.refused(409, path, asked)
    assert problem["type"] == "/problems/disputed-before"
    assert [one for one in await inbox(world, PLANT) if one["step"] == "industry-validation"]
    await world.sign(PLANT, "industry-validation", "endorse")
    assert (await world.step("industry-validation"))["state"] == "granted"


async def test_a_disputed_paper_takes_back_the_approval_and_no_run_opens_until_it_is_given_again(
    communities: Communities,
) -> None:
    world = await requested(communities)
    await world.sign(PLANT, "industry-validation", "endorse")
    await world.sign(CLINIC, "industry-validation", "endorse")
    path, asked = await on_behalf(world, DEAN, "approval", "approve")
    receipt = await world.community.coordinator.post(path, asked)
    assert (await world.read())["state"] == "approved"
    disputed = await world.as_(DEAN).post(f"{world.path}/sign-offs/{receipt['id']}/dispute", {})
    assert [one["fact"]["fact"] for one in disputed["recorded"]] == [
        "credentials.sign-off-disputed.v1", "credentials.approval-voided.v1", "credentials.step-reopened.v1",
    ]  # fmt: skip
    assert ((await world.read())["state"], (await world.step("approval"))["state"]) == ("validating", "reopened")
    run = {"starts": "2026-05-01", "ends": "2026-06-30"}
    await world.as_("nscc/lead").refused(409, f"{world.path}/offerings", run)
    await world.sign(DEAN, "approval", "approve")
    assert (await world.read())["state"] == "approved"


async def test_a_letter_grants_no_validation_and_approves_elsewhere(communities: Communities) -> None:
    world = await requested(communities)
    path, asked = await on_behalf(world, PLANT, "industry-validation", "endorse", form="letter")
    problem = await world.community.coordinator.refused(422, path, asked)
    assert "/problems/letter-grants-no-validation" in [one["type"] for one in problem["reasons"]]
    await world.sign(PLANT, "industry-validation", "endorse")
    await world.sign(CLINIC, "industry-validation", "endorse")
    path, asked = await on_behalf(world, DEAN, "approval", "approve", form="letter")
    receipt = await world.community.coordinator.post(path, asked)
    assert receipt["recorded"][-1]["fact"]["fact"] == "credentials.microcredential-approved.v1"


@pytest.mark.parametrize(
    ("paper", "reason"),
    [
        ({"dated": (datetime.now(UTC) + timedelta(days=2)).date().isoformat()}, "dated-in-the-future"),
        ({"dated": (datetime.now(UTC) - timedelta(days=9)).date().isoformat()}, "dated-too-early"),
        ({"revision": 7}, "revision-is-another"),
    ],
)
async def test_a_paper_that_cannot_be_about_this_content_is_refused(
    communities: Communities, paper: dict[str, Any], reason: str
) -> None:
    world = await requested(communities)
    path, asked = await on_behalf(world, PLANT, "industry-validation", "endorse", **paper)
    response = await world.community.coordinator.send("POST", path, json=asked)
    assert response.status_code in (409, 422)
    assert f"/problems/{reason}" in [one["type"] for one in response.json()["reasons"]]


async def test_the_content_changed_since_the_paper_so_it_is_refused(communities: Communities) -> None:
    world = await requested(communities)
    path, asked = await on_behalf(world, PLANT, "industry-validation", "endorse")
    await world.as_("nscc/lead").post(f"{world.path}/outline", {"change": {"assessment": {"en": "Another."}}})
    problem = await world.community.coordinator.refused(409, path, asked)
    assert "/problems/content-changed" in [one["type"] for one in problem["reasons"]]


async def test_whoever_has_no_part_in_it_records_nothing_and_neither_does_who_decided_or_proposed(
    communities: Communities,
) -> None:
    world = await requested(communities)
    path, asked = await on_behalf(world, PLANT, "industry-validation", "endorse")
    lena = await world.as_("nscc/lead").refused(403, path, asked)
    assert {one["type"] for one in lena["reasons"]} == {
        "/problems/not-theirs-to-record", "/problems/who-proposed-may-not-record",
    }  # fmt: skip
    await world.as_("plant/authority-administrator").post(path, asked)
    path, asked = await on_behalf(world, DEAN, "approval", "approve")
    own = await world.as_(DEAN).send("POST", path, json=asked)
    assert "/problems/own-decision" in [one["type"] for one in own.json()["reasons"]]


async def test_what_somebody_decided_here_themselves_no_paper_replaces(communities: Communities) -> None:
    world = await requested(communities)
    await world.sign(PLANT, "industry-validation", "endorse")
    path, asked = await on_behalf(world, PLANT, "industry-validation", "decline")
    problem = await world.community.coordinator.refused(409, path, {**asked, "comment": "The minutes say why."})
    assert problem["type"] == "/problems/decided-in-system"


async def test_whoever_did_not_hold_the_position_on_the_day_did_not_decide_on_paper(communities: Communities) -> None:
    world = await requested(communities)
    path, asked = await on_behalf(
        world, PLANT, "industry-validation", "endorse", decided_by=world.community.persons["cleo"]
    )
    problem = await world.community.coordinator.refused(403, path, asked)
    assert problem["type"] == "/problems/did-not-hold-it-then"


async def test_refused_writes_are_kept_for_coordinators_and_auditors_without_words(communities: Communities) -> None:
    world = await requested(communities)
    asked = {"decision": "approve", "digest": FILE, "comment": "Secret words."}
    await world.as_(PLANT).refused(403, f"{world.path}/steps/approval/sign-offs", asked)
    await world.as_(PLANT).refused(403, f"{world.path}/request-validation")
    kept = await world.community.coordinator.get("/credentials/v1/attempts", subject=world.id)
    assert [(one["route"].rsplit("/", 1)[-1], one["part"], one["status"]) for one in kept["items"]] == [
        ("request-validation", None, 403), ("sign-offs", "approval", 403),
    ]  # fmt: skip
    first = kept["items"][1]
    assert (first["person"], first["position"], first["method"]) == (world.community.persons["fred"], PLANT, "POST")
    assert "content-changed" in first["reasons"]
    assert "Secret" not in str(kept)
    page = await world.community.coordinator.get("/credentials/v1/attempts", subject=world.id, limit=1)
    rest = await world.community.coordinator.get("/credentials/v1/attempts", subject=world.id, after=page["next"])
    assert [one["id"] for one in rest["items"]] == [first["id"]]
    await world.as_(PLANT).refused(403, "/credentials/v1/attempts", method="GET")
    facts = await world.community.coordinator.get("/credentials/v1/facts", limit=200)
    assert "request-validation" not in str([one["tag"] for one in facts["items"]])
