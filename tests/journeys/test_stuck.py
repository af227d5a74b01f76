"""What is stuck, and on whom: the board and the inbox, from the outside."""

from typing import Any

import pytest

from tests.services.credentials.journeys import World, requested
from tests.support.community import Communities

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
