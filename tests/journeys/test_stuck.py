"""What is stuck, and on whom: the board and the inbox, from the outside."""

from typing import Any

import pytest

from tests.services.credentials.journeys import OUTLINE, World, requested
from tests.support.community import INSTRUMENT, Caller, Communities, Community

pytestmark = pytest.mark.servers


async def waits(world: World) -> list[tuple[str, str, str]]:
    """What the board says the card waits on: what, position and status."""
    board = await world.community.coordinator.get("/oversight/v1/board")
    cards = [card for column in board["columns"] for card in column["cards"] if card["id"] == world.id]
    return [(one["what"], one["position"], one["status"]) for one in cards[0]["waits_on"]]


async def inbox(world: World, position: str) -> list[dict[str, Any]]:
    found = await world.as_(position).get("/oversight/v1/inbox")
    return [item for item in found["items"] if item["id"] == world.id]


async def test_the_board_follows_a_card_from_the_council_to_the_owner(communities: Communities) -> None:
    world = await requested(communities)
    assert await waits(world) == [
        ("industry-validation", "plant/foreman", "decided"),
        ("industry-validation", "clinic/chief", "decided"),
    ]
    await world.sign("plant/foreman", "industry-validation", "endorse")
    assert await waits(world) == [("industry-validation", "clinic/chief", "decided")]
    assert await inbox(world, "plant/foreman") == []
    await world.sign("clinic/chief", "industry-validation", "endorse")
    assert await waits(world) == [("approval", "nscc/dean", "decided")]


async def test_what_the_inbox_hands_out_is_accepted_once_filled_in(communities: Communities) -> None:
    world = await requested(communities)
    [item] = await inbox(world, "plant/foreman")
    do = item["do"]
    filled = {**do["body"], "decision": "endorse", "in_demand": True, "assessment_reflects_job": True}
    receipt = await world.as_("plant/foreman").post(do["path"], filled)
    assert receipt["recorded"][0]["fact"]["decision"] == "endorse"


async def test_a_step_whose_only_owner_may_not_act_is_shown_as_barred_and_in_nobody_s_inbox(
    communities: Communities,
) -> None:
    world = await requested(communities)
    await world.sign("plant/foreman", "industry-validation", "endorse")
    await world.sign("clinic/chief", "industry-validation", "endorse")
    await world.sign("nscc/dean", "approval", "recuse", comment="My institute offers it.")
    assert await waits(world) == [("approval", "nscc/dean", "barred")]
    assert await inbox(world, "nscc/dean") == []


async def test_a_delegate_of_a_seat_finds_what_waits_and_signs_it_as_the_inbox_says(communities: Communities) -> None:
    world = await requested(communities)
    here = world.community
    await here.delegate("plant/foreman", "dora", ["industry-validation"])
    [own] = await inbox(world, "plant/foreman")
    assert own["others"] == [here.persons["dora"]]
    found = await here.person("dora").get("/oversight/v1/inbox")
    [item] = found["items"]
    assert (found["positions"], item["what"]) == (["plant/foreman"], "industry-validation")
    filled = {**item["do"]["body"], "decision": "endorse", "in_demand": True, "assessment_reflects_job": True}
    receipt = await Caller(here, here.keys["dora"], "plant/foreman").post(item["do"]["path"], filled)
    assert receipt["recorded"][0]["fact"]["evidence"]["on_behalf_of"] == here.persons["fred"]


async def test_a_delegate_of_whoever_recused_is_not_asked_and_may_not_sign(communities: Communities) -> None:
    world = await requested(communities)
    here = world.community
    await world.sign("plant/foreman", "industry-validation", "endorse")
    await world.sign("clinic/chief", "industry-validation", "endorse")
    await world.sign("nscc/dean", "approval", "recuse", comment="My institute offers it.")
    await here.delegate("nscc/dean", "dora", ["academic-approval"])
    assert await waits(world) == [("approval", "nscc/dean", "barred")]
    assert (await here.person("dora").get("/oversight/v1/inbox"))["items"] == []
    dora, asked = Caller(here, here.keys["dora"], "nscc/dean"), await world.given("approval", "approve")
    problem = await dora.refused(409, f"{world.path}/steps/approval/sign-offs", asked)
    assert problem["type"] == "/problems/recusal-stands"


async def plant_with_a_deputy(communities: Communities) -> Community:
    """The plant's foreman is away, and the deputy stands in."""
    here = await communities.open()
    for key in ("nscc", "plant"):
        await here.partner(key)
    await here.position("nscc/lead", "lena", ["agreement-signing"])
    await here.position("plant/foreman", "fred", ["industry-validation", "agreement-signing"])
    await here.position("plant/deputy", "dora")
    path = f"/partnerships/v1/positions/{here.positions['plant/foreman']}"
    change = {"instrument": INSTRUMENT, "alternate": here.positions["plant/deputy"]}
    await here.as_("plant/authority-administrator").post(f"{path}/change", change)
    await here.as_("plant/foreman").post(f"{path}/absences", {})
    return here


async def test_whoever_stands_in_finds_reads_and_answers_what_waits_on_the_owner(communities: Communities) -> None:
    here = await plant_with_a_deputy(communities)
    lead, dora = here.as_("nscc/lead"), Caller(here, here.keys["dora"], "plant/foreman")
    proposal = (await lead.post("/intake/v1/proposals", {"key": "welding", "outline": OUTLINE}))["id"]
    await lead.post(f"/intake/v1/proposals/{proposal}/submit", {"to": here.partners["nscc"]})
    assert (await dora.get(f"/intake/v1/proposals/{proposal}"))["key"] == "welding"
    [item] = (await dora.get("/oversight/v1/inbox"))["items"]
    assert (item["id"], item["position"]) == (proposal, "plant/foreman")
    filled = {**item["do"]["body"], "in_demand": True, "intended_assessment_reflects_job": True}
    await dora.post(item["do"]["path"], filled)


async def test_delegates_and_stand_ins_find_the_agreements_they_may_sign(communities: Communities) -> None:
    here = await plant_with_a_deputy(communities)
    await here.delegate("nscc/lead", "dana", ["agreement-signing"])
    terms = {"content_ownership": {"en": "shared"}, "delivery_method": {"en": "blended"}}
    terms |= {"partners": [here.partners["nscc"], here.partners["plant"]]}  # type: ignore[dict-item]  # ids
    await here.coordinator.post("/partnerships/v1/agreements", {"key": "care", "terms": terms})
    for person, position in (("dana", "nscc/lead"), ("dora", "plant/foreman")):
        found = (await here.person(person).get("/oversight/v1/inbox"))["signatures"]
        assert [one["position"] for one in found] == [position]
        do = found[0]["do"]
        await Caller(here, here.keys[person], do["acting_as"]).post(do["path"], do["body"])
