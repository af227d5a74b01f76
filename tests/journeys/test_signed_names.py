"""The name and title a decision was signed with: shown to who may read it, and kept when the signer is erased."""

from typing import Any

from tests.services.credentials.journeys import MICROCREDENTIALS, OUTLINE, World, pathway, requested
from tests.support.community import Communities, Community

NAMED = {"name": "The dean as she signs"}
TITLED: dict[str, Any] = {"name": "The dean as she signs", "title": {"fr": "Doyenne par intérim", "en": "Acting dean"}}
BY_POSITION = {**NAMED, "title": {"en": "dean"}}


def with_the_step(seen: dict[str, Any], key: str) -> list[Any]:
    step = next(one for one in seen["steps"] if one["key"] == key)
    return [one["signed_as"] for one in step["sign_offs"]]


async def test_a_sign_off_shows_the_name_and_the_title_it_was_signed_with(communities: Communities) -> None:
    world = await requested(communities)
    await world.sign("plant/foreman", "industry-validation", "endorse")
    receipt = await world.sign("clinic/chief", "industry-validation", "endorse", signed_as=TITLED)
    assert receipt["signed_as"] == TITLED
    assert with_the_step(await world.read(), "industry-validation") == [None, TITLED]

    fact = receipt["recorded"][0]["fact"]["signed_as"]
    assert set(fact) == {"id", "digest", "language", "confidentiality"}
    assert TITLED["name"] not in str(receipt["recorded"])
    again = await world.sign("clinic/chief", "industry-validation", "endorse", signed_as=NAMED)
    assert (again["repeated"], again["signed_as"]) == (True, TITLED)


async def test_the_title_is_the_position_s_where_none_is_stated_and_outlives_the_signer(
    communities: Communities,
) -> None:
    world = await requested(communities)
    for position in ("plant/foreman", "clinic/chief"):
        await world.sign(position, "industry-validation", "endorse")
    receipt = await world.sign("nscc/dean", "approval", "approve", signed_as=NAMED)
    assert receipt["signed_as"] == BY_POSITION
    here = world.community
    path = f"/partnerships/v1/persons/{here.persons['dana']}"
    await here.coordinator.post(f"{path}/contact", {"name": "The dean"})
    await here.coordinator.post(f"{path}/erase", {"reason": "She asked for it."})
    assert (await here.coordinator.get(path))["contact"] is None
    assert with_the_step(await world.read(), "approval") == [BY_POSITION]


async def proposed(here: Community) -> str:
    for key in ("nscc", "plant", "clinic"):
        await here.partner(key)
    await here.position("nscc/lead", "lena")
    await here.position("nscc/dean", "dana", ["proposal-acceptance", "academic-approval"])
    for position, person in (("plant/foreman", "fred"), ("clinic/chief", "cleo")):
        await here.position(position, person, ["industry-validation"], role="advisor")
    council = await here.council("advisory", ["plant/foreman", "clinic/chief"], 2)
    await here.coordinator.post("/credentials/v1/pathways", pathway(council, here.partners["nscc"]))
    lead = here.as_("nscc/lead")
    proposal = (await lead.post("/intake/v1/proposals", {"key": "welding", "outline": OUTLINE}))["id"]
    await lead.post(f"/intake/v1/proposals/{proposal}/submit", {"to": here.partners["nscc"]})
    return str(proposal)


async def test_a_response_and_an_acceptance_show_the_names_they_were_signed_with(communities: Communities) -> None:
    here = await communities.open()
    path = f"/intake/v1/proposals/{await proposed(here)}"
    answer = {"in_demand": True, "intended_assessment_reflects_job": True}
    foreman = {"name": "Foreman, day shift"}
    first = await here.as_("plant/foreman").post(f"{path}/responses", {**answer, "signed_as": foreman})
    assert first["signed_as"] == {**foreman, "title": {"en": "foreman"}}
    await here.as_("clinic/chief").post(f"{path}/responses", answer)
    accepted = await here.as_("nscc/dean").post(f"{path}/accept", {"pathway": "rapid", "signed_as": NAMED})
    assert accepted["signed_as"] == BY_POSITION
    seen = await here.as_("nscc/dean").get(path)
    assert [one["signed_as"] for one in seen["responses"]] == [first["signed_as"], None]
    assert [one["signed_as"] for one in seen["states"] if one["state"] == "accepted"] == [BY_POSITION]


async def test_a_return_shows_the_name_it_was_signed_with(communities: Communities) -> None:
    here = await communities.open()
    path = f"/intake/v1/proposals/{await proposed(here)}"
    await here.as_("nscc/dean").post(f"{path}/return", {"reason": "Say more.", "signed_as": NAMED})
    seen = await here.as_("nscc/dean").get(path)
    assert [one["signed_as"] for one in seen["states"] if one["state"] == "returned"] == [BY_POSITION]


async def test_an_agreement_shows_the_names_its_partners_signed_with(communities: Communities) -> None:
    here = await communities.open()
    for partner in ("nscc", "plant"):
        await here.partner(partner)
        await here.position(f"{partner}/head", f"{partner}-head", ["agreement-signing"])
    terms = {
        "partners": [here.partners["nscc"], here.partners["plant"]],
        "content_ownership": {"en": "shared"},
        "delivery_method": {"en": "blended"},
    }
    proposed = await here.coordinator.post("/partnerships/v1/agreements", {"key": "care", "terms": terms})
    asked = {"digest": proposed["recorded"][0]["fact"]["digest"], "signed_as": {"name": "The president"}}
    path = f"/partnerships/v1/agreements/{proposed['id']}/sign"
    signed = await here.as_("nscc/head").post(path, asked)
    assert signed["signed_as"] == {"name": "The president", "title": {"en": "head"}}
    (seen,) = (await here.coordinator.get("/partnerships/v1/agreements"))["items"]
    assert [one["signed_as"] for one in seen["signatures"]] == [signed["signed_as"]]


async def test_one_person_acts_for_two_partners_and_is_reached_through_either(communities: Communities) -> None:
    here = await communities.open()
    for partner in ("nscc", "plant", "clinic"):
        await here.partner(partner)
    for position in ("nscc/dean", "plant/advisor"):
        await here.position(position, "dana", ["industry-validation"])
    await here.position("clinic/chief", "cleo")
    person = here.persons["dana"]
    await here.person("dana").post(f"/partnerships/v1/persons/{person}/contact", {"email": "dean@college.example"})
    for partner in ("nscc", "plant"):
        answer = await here.as_("clinic/chief").get(
            "/partnerships/v1/who-decides", matter="industry-validation", partner=partner
        )
        assert [one["person"] for one in answer["position"]["holders"]] == [person]
    seen = await here.as_("clinic/chief").get(f"/partnerships/v1/persons/{person}")
    assert sorted(one["key"] for one in seen["positions"]) == ["nscc/dean", "plant/advisor"]
    assert seen["contact"]["email"] == "dean@college.example"
    stated = {f"{partner}/{role}": partner for partner, role in (("nscc", "dean"), ("plant", "advisor"))}
    await here.position("clinic/lead", "lena")
    lead = here.as_("clinic/lead")
    proposal = (await lead.post("/intake/v1/proposals", {"key": "welding", "outline": OUTLINE}))["id"]
    await lead.post(f"/intake/v1/proposals/{proposal}/submit", {"to": here.partners["clinic"]})
    answer = {"in_demand": True, "intended_assessment_reflects_job": True}
    unstated = await here.person("dana").refused(403, f"/intake/v1/proposals/{proposal}/responses", answer)
    assert unstated["type"] == "/problems/state-your-position"
    (first, partner), (second, _) = stated.items()
    voice = await here.as_(first).post(f"/intake/v1/proposals/{proposal}/responses", answer)
    by = voice["recorded"][0]["fact"]["by"]
    assert (by["partner"], by["person"]) == (here.partners[partner], person)
    again = await here.as_(second).refused(409, f"/intake/v1/proposals/{proposal}/responses", answer)
    assert again["type"] == "/problems/one-person-one-partner"


async def test_a_name_that_is_not_right_is_refused(communities: Communities) -> None:
    world: World = await requested(communities)
    path = f"{MICROCREDENTIALS}/{world.id}/steps/industry-validation/sign-offs"
    asked = await world.given("industry-validation", "endorse")
    for wrong in (
        {"name": ""},
        {"name": "Two\nlines"},
        {"name": "x" * 201},
        {"title": {"en": "Dean"}},
        {**NAMED, "a": 1},
    ):
        problem = await world.as_("plant/foreman").refused(400, path, {**asked, "signed_as": wrong})
        assert problem["type"] == "/problems/body-not-right"
