"""A council with a required sector, one that is changed in an open round, agreements in versions, and their limits."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.services.credentials.journeys import OUTLINE, World, pathway, requested
from tests.support.community import BEGINNING, INSTRUMENT, Communities, Community

pytestmark = pytest.mark.servers
P = "/partnerships/v1"
WORDS = {"en": "As agreed."}
STEP = "industry-validation"
MEMBERS = ("plant/foreman", "port/master", "clinic/chief")


async def council(here: Community, **more: Any) -> str:
    """Three partners, one of them from healthcare; three voices, one of them from there."""
    for key, sectors in (("nscc", ()), ("plant", ()), ("port", ()), ("clinic", ("healthcare",))):
        await here.partner(key, sectors=sectors)
    await here.position("nscc/lead", "lena", ["delivery"])
    await here.position(
        "nscc/dean", "dana", ["proposal-acceptance", "academic-approval", "review", "agreement-signing"]
    )
    for position in MEMBERS:
        person = f"of-{position.partition('/')[0]}"
        await here.position(position, person, ["industry-validation", "agreement-signing"], role="advisor")
    asked = {
        "key": "advisory",
        "name": {"en": "Advisory"},
        "seats": [here.positions[one] for one in MEMBERS],
        "quorum": {"size": 3, "sectors": ["healthcare"]},
        "chair": here.positions["port/master"],
    }
    return str((await here.coordinator.post(f"{P}/councils", asked | more, at=BEGINNING))["id"])


async def validating(here: Community, of: str) -> World:
    """A microcredential whose industry validation is open, before that council."""
    await here.coordinator.post("/credentials/v1/pathways", pathway(of, here.partners["nscc"]))
    lead = here.as_("nscc/lead")
    proposal = (await lead.post("/intake/v1/proposals", {"key": "welding", "outline": OUTLINE}))["id"]
    await lead.post(f"/intake/v1/proposals/{proposal}/submit", {"to": here.partners["nscc"]})
    for position in MEMBERS[:2]:
        answer = {"in_demand": True, "intended_assessment_reflects_job": True}
        await here.as_(position).post(f"/intake/v1/proposals/{proposal}/responses", answer)
    await here.as_("nscc/dean").post(f"/intake/v1/proposals/{proposal}/accept", {"pathway": "rapid"})
    world = World(here, str(proposal))
    await lead.post(f"{world.path}/request-validation")
    return world


async def test_a_council_s_quorum_explains_what_it_needs_until_healthcare_speaks(communities: Communities) -> None:
    here = await communities.open()
    world = await validating(here, await council(here))
    await world.sign("plant/foreman", STEP, "endorse")
    await world.sign("port/master", STEP, "endorse")
    step = await world.step(STEP)
    assert step["explanation"] == "has 2 of 3; needs one more from healthcare"
    assert step["rule"]["sectors"] == {here.partners["clinic"]: ["healthcare"]}
    early = await world.given("approval", "approve")
    problem = await here.as_("nscc/dean").refused(409, f"{world.path}/steps/approval/sign-offs", early)
    assert "has 2 of 3; needs one more from healthcare" in problem["detail"]
    assert [one["position"] for one in problem["waiting_on"]] == ["clinic/chief"]
    third = await world.sign("clinic/chief", STEP, "endorse")
    assert "credentials.step-granted.v1" in [one["fact"]["fact"] for one in third["recorded"]]


async def test_a_round_keeps_the_quorum_and_the_seats_it_opened_with(communities: Communities) -> None:
    here = await communities.open()
    board = await council(here)
    world = await validating(here, board)
    before = datetime.now(UTC)
    smaller = {"seats": [here.positions["plant/foreman"]], "quorum": {"size": 1}}
    changed = await here.coordinator.post(f"{P}/councils/{board}/change", smaller)
    await world.sign("plant/foreman", STEP, "endorse")
    await world.sign("clinic/chief", STEP, "endorse")
    assert (await world.step(STEP))["explanation"] == "has 2 of 3"
    await world.sign("port/master", STEP, "endorse")
    assert (await world.step(STEP))["state"] == "granted"

    async def seats(**query: str) -> list[str]:
        (found,) = (await here.coordinator.get(f"{P}/councils", **query))["items"]
        return [seat["key"] for seat in found["seats"]]

    assert await seats() == ["plant/foreman"]
    assert await seats(at=before.isoformat()) == list(MEMBERS)
    number = int(changed["index"].partition("@")[2])
    assert await seats(at=f"partnerships@{number - 1}") == list(MEMBERS)
    assert await seats(at=changed["index"]) == ["plant/foreman"]


async def test_a_seat_whose_term_is_over_shows_as_vacant_and_has_no_voice(communities: Communities) -> None:
    here = await communities.open()
    await council(here)
    (found,) = (await here.coordinator.get(f"{P}/councils"))["items"]
    assert found["sentence"] == "3 voices of different partners, among them one from healthcare"
    assert found["chair"]["key"] == "port/master"
    until = BEGINNING + timedelta(days=30)
    asked = [{"position": here.positions["plant/foreman"], "until": until.isoformat()}]
    asked += [{"position": here.positions[one], "capacity": "for-partner"} for one in MEMBERS[1:]]
    path = f"{P}/councils/{found['council']}/change"
    body = {"seats": asked, "quorum": {"size": 2, "sectors": ["healthcare"]}}
    await here.coordinator.post(path, body, at=BEGINNING + timedelta(days=1))
    problem = await here.coordinator.refused(422, path, {**body, "quorum": {"size": 3}})
    assert problem["type"] == "/problems/quorum-out-of-reach"

    async def vacant(at: datetime) -> bool:
        (stood,) = (await here.coordinator.get(f"{P}/councils", at=at.isoformat()))["items"]
        return bool(stood["seats"][0]["vacant"])

    assert not await vacant(until - timedelta(days=1))
    assert await vacant(until)
    world = await validating(here, found["council"])
    signed = await world.given(STEP, "endorse")
    problem = await here.as_("plant/foreman").refused(403, f"{world.path}/steps/{STEP}/sign-offs", signed)
    assert problem["type"] == "/problems/seat-has-no-voice"
    assert [one["key"] for one in problem["allowed_actions"]] == ["port/master", "clinic/chief"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"quorum": {"size": 1, "sectors": ["mining"]}}, "nobody-from-that-sector"),
        ({"quorum": {"size": 4}}, "quorum-out-of-reach"),
        ({"chair": "00000000-0000-0000-0000-000000000001"}, "chair-has-no-seat"),
        ({"quorum": {"size": 1, "seats": ["00000000-0000-0000-0000-000000000001"]}}, "required-seat-missing"),
    ],
)
async def test_a_council_that_could_never_speak_is_not_convened(
    communities: Communities, change: dict[str, Any], problem: str
) -> None:
    here = await communities.open()
    await council(here)
    asked = {"key": "other", "name": WORDS, "seats": list(here.positions.values())[-3:], "quorum": {"size": 1}}
    refused = await here.coordinator.refused(422, f"{P}/councils", asked | change)
    assert refused["type"] == f"/problems/{problem}"
    mistyped = {**asked, "quorum": {"size": 1, "sector": ["healthcare"]}}
    assert "unknown field" in (await here.coordinator.refused(400, f"{P}/councils", mistyped))["detail"]


def terms(here: Community, *parties: str, **more: Any) -> dict[str, Any]:
    partners = [here.partners[one] for one in parties]
    return {"partners": partners, "content_ownership": WORDS, "delivery_method": WORDS, **more}


async def laid(here: Community, agreed: dict[str, Any], at: datetime | None = None) -> tuple[str, str]:
    """An agreement's path, and the digest to sign."""
    receipt = await here.coordinator.post(f"{P}/agreements", {"key": "care", "terms": agreed}, at=at)
    return f"{P}/agreements/{receipt['id']}", receipt["recorded"][0]["fact"]["digest"]


async def test_an_agreement_s_second_version_supersedes_the_first_when_all_have_signed_it(
    communities: Communities,
) -> None:
    here = await communities.open()
    await council(here)
    path, first = await laid(here, terms(here, "nscc", "clinic"))
    await here.as_("nscc/dean").post(f"{path}/sign", {"digest": first})
    (listed,) = (await here.coordinator.get(f"{P}/agreements"))["items"]
    assert [one["position"]["key"] for one in listed["waits_on"]] == ["clinic/chief"]
    await here.as_("clinic/chief").post(f"{path}/sign", {"digest": first})

    agreed = terms(here, "nscc", "clinic", "plant", reuse=["CA-NB"])
    revised = await here.coordinator.post(f"{path}/versions", {"terms": agreed})
    second = {"digest": revised["recorded"][0]["fact"]["digest"]}
    assert (await here.as_("port/master").refused(403, f"{path}/sign", second))["type"] == "/problems/not-a-party"
    await here.as_("plant/foreman").post(f"{path}/sign", second)
    meanwhile = await here.as_("nscc/dean").post(f"{path}/sign", second)
    seen = await here.coordinator.get(path)
    assert [(one["version"], one["standing"]) for one in seen["versions"]] == [(1, "in-force"), (2, "waiting")]
    assert [one["sentence"] for one in seen["waits_on"]] == ["agreement-signing is decided by clinic/chief."]
    assert [one["position"] for one in seen["versions"][1]["signatures"]] == ["plant/foreman", "nscc/dean"]
    (listed,) = (await here.coordinator.get(f"{P}/agreements"))["items"]
    assert (listed["version"], listed["pending"]["version"], len(listed["waits_on"])) == (1, 2, 1)

    (unsigned,) = (await here.coordinator.get("/oversight/v1/board"))["agreements"]
    assert [one["position"]["key"] for one in unsigned["waits_on"]] == ["clinic/chief"]
    assert (await here.as_("plant/foreman").get("/oversight/v1/inbox"))["signatures"] == []
    (asked,) = (await here.as_("clinic/chief").get("/oversight/v1/inbox"))["signatures"]
    assert (asked["version"], asked["partner"], asked["do"]["body"]) == (2, "clinic", second)

    last = await here.as_("clinic/chief").post(asked["do"]["path"], asked["do"]["body"])
    assert last["recorded"][-1]["fact"] == {
        "fact": "partnerships.agreement-in-force.v1", "agreement": seen["agreement"], "version": 2,
    }  # fmt: skip
    assert (await here.coordinator.get("/oversight/v1/board"))["agreements"] == []
    now = await here.coordinator.get(path)
    assert [one["standing"] for one in now["versions"]] == ["superseded", "in-force"]
    assert (now["in_force"], len(now["parties"]), now["waits_on"]) == (2, 3, [])
    then = await here.coordinator.get(path, at=meanwhile["index"])
    answers = [one.pop("waits_on") for one in (seen, then)]
    assert then == seen
    assert [one["position"]["key"] for one in answers[1]] == ["clinic/chief"]
    (listed,) = (await here.coordinator.get(f"{P}/agreements"))["items"]
    assert (listed["version"], listed["pending"], listed["waits_on"]) == (2, None, [])


async def test_of_two_partners_who_sign_at_once_one_puts_the_agreement_in_force(communities: Communities) -> None:
    here = await communities.open()
    await council(here)
    for number in range(4):
        agreed = terms(here, "nscc", "clinic", reuse=["CA-NB"], sustainability={"en": f"Year {number}"})
        receipt = await here.coordinator.post(f"{P}/agreements", {"key": f"care-{number}", "terms": agreed})
        path, signed = f"{P}/agreements/{receipt['id']}/sign", {"digest": receipt["recorded"][0]["fact"]["digest"]}
        answers = await asyncio.gather(*(here.as_(one).post(path, signed) for one in ("nscc/dean", "clinic/chief")))
        facts = [one["fact"]["fact"] for answer in answers for one in answer["recorded"]]
        assert sorted(facts) == [
            "partnerships.agreement-in-force.v1", "partnerships.agreement-signed.v1", "partnerships.agreement-signed.v1"
        ]  # fmt: skip


RUN = {"starts": "2026-05-01", "ends": "2026-06-30"}


async def test_reuse_outside_of_the_agreement_is_refused_with_its_reason(communities: Communities) -> None:
    world = await requested(communities)
    await world.approve()
    here = world.community
    for position in ("nscc/signer", "clinic/signer"):
        await here.position(position, f"signer-of-{position.partition('/')[0]}", ["agreement-signing"])
    parts = [
        {"partner": here.partners["nscc"], "plays": ["lead", "awards", "owns", "delivers"]},
        {"partner": here.partners["clinic"], "plays": ["funds"]},
    ]
    path, digest = await laid(here, terms(here, "nscc", "clinic", parts=parts, reuse=["CA-NB"]), BEGINNING)
    lead, named = here.as_("nscc/lead"), {"agreement": path.rpartition("/")[2]}
    problem = await lead.refused(409, f"{world.path}/agreement", named)
    assert problem["type"] == "/problems/agreement-not-in-force"
    for position in ("nscc/signer", "clinic/signer"):
        await here.as_(position).post(f"{path}/sign", {"digest": digest}, at=BEGINNING)
    refused = await here.as_("plant/foreman").send("POST", f"{world.path}/agreement", json=named)
    assert refused.status_code == 403
    await lead.post(f"{world.path}/agreement", named)
    assert (await world.read())["agreement"] == named["agreement"]

    opened = await lead.post(f"{world.path}/offerings", {**RUN, "jurisdiction": "CA-NB"})
    assert opened["recorded"][0]["fact"]["agreement"] == {**named, "version": 1}
    problem = await lead.refused(422, f"{world.path}/offerings", {**RUN, "jurisdiction": "CA-QC"})
    assert problem["detail"] == (
        "Version 1 of the agreement care allows delivery in CA-NS and reuse in CA-NB; CA-QC is outside of it."
    )
    problem = await lead.refused(403, f"{world.path}/offerings", {**RUN, "delivered_by": here.partners["clinic"]})
    assert problem["detail"] == "Under version 1 of the agreement care, nscc delivers; clinic does not deliver."

    a_minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    left = await here.as_("clinic/signer").post(f"{path}/withdraw", {"instrument": INSTRUMENT}, at=a_minute_ago)
    assert left["recorded"][-1]["fact"]["fact"] == "partnerships.agreement-terminated.v1"
    problem = await lead.refused(409, f"{world.path}/offerings", RUN)
    assert problem["type"] == "/problems/agreement-not-in-force"
    (run,) = (await world.read())["offerings"]
    assert (run["jurisdiction"], run["delivered_by"]) == ("CA-NB", "nscc")


async def test_whoever_delivers_a_run_reads_what_it_runs_with_its_small_counts_and_who_proposed_does_not(
    communities: Communities,
) -> None:
    world = await requested(communities)
    here, lead = world.community, world.as_("nscc/lead")
    await world.approve()
    await here.partner("port")
    for position in ("nscc/signer", "port/signer"):
        await here.position(position, f"signer-of-{position.partition('/')[0]}", ["agreement-signing"])
    parts = [
        {"partner": here.partners["nscc"], "plays": ["lead", "awards", "owns"]},
        {"partner": here.partners["port"], "plays": ["delivers"]},
    ]
    path, digest = await laid(here, terms(here, "nscc", "port", parts=parts), BEGINNING)
    for position in ("nscc/signer", "port/signer"):
        await here.as_(position).post(f"{path}/sign", {"digest": digest}, at=BEGINNING)
    await lead.post(f"{world.path}/agreement", {"agreement": path.rpartition("/")[2]})
    port = here.as_("port/signer")
    assert (await port.refused(404, world.path, method="GET"))["type"] == "/problems/not-found"
    opened = await lead.post(f"{world.path}/offerings", {**RUN, "delivered_by": here.partners["port"], "learners": 3})
    closed = await lead.post(f"/credentials/v1/offerings/{opened['id']}/close", {"completed": 2})
    assert closed["recorded"][0]["fact"]["delivered_by"] == here.partners["port"]

    for reader, counts in ((port, (3, 2)), (lead, (None, None))):
        (run,) = (await reader.get(world.path))["offerings"]
        assert (run["learners"], run["completed"]) == counts
        (run,) = (await reader.get(f"/oversight/v1/microcredentials/{world.id}/figures"))["offerings"]
        assert (run["delivered_by"], run["learners"], run["completed"]) == ("port", *counts)
    sign_off = next(one["sign_off"] for step in (await port.get(world.path))["steps"] for one in step["sign_offs"])
    problem = await port.refused(404, f"{world.path}/sign-offs/{sign_off}/signature", method="GET")
    assert problem["type"] == "/problems/not-signed"
