"""Who to go to for a whole pathway, and what somebody is blocking: over the three services and oversight."""

from tests.services.credentials.journeys import requested
from tests.support.community import Communities

BLOCKING = "/oversight/v1/blocking"


async def test_a_pathway_names_whom_each_step_asks_and_where_it_would_get_stuck(communities: Communities) -> None:
    world = await requested(communities)
    here = world.community
    (listed,) = (await here.coordinator.get("/credentials/v1/pathways"))["items"]
    path = f"/credentials/v1/pathways/{listed['pathway']}/who-decides"
    found = await here.coordinator.get(path)
    validation, approval = found["steps"]
    assert (validation["council"], validation["quorum"]["size"]) == ("advisory", 2)
    assert [one["position"]["key"] for one in validation["seats"]] == ["plant/foreman", "clinic/chief"]
    assert [one["position"]["key"] for one in approval["owners"]] == ["nscc/dean"]
    assert found["sentence"] == "Everybody it asks could speak."

    other = await here.coordinator.refused(
        404, path.replace(listed["pathway"], here.positions["nscc/dean"]), method="GET"
    )
    assert other["type"] == "/problems/no-such-pathway"
    await here.coordinator.refused(404, f"{path}?version=2", method="GET")


async def test_a_pathway_names_whom_each_step_asks_of_what_lies_within_something_narrower(
    communities: Communities,
) -> None:
    world = await requested(communities)
    here = world.community
    await here.position("nscc/clerk", "cleve")
    await here.responsibility("nscc/clerk", "academic-approval", scope={"kind": "amount", "value": "5000"})
    (listed,) = (await here.coordinator.get("/credentials/v1/pathways"))["items"]
    path = f"/credentials/v1/pathways/{listed['pathway']}/who-decides"
    for within, owner in (("amount:5000", "nscc/clerk"), ("amount:5001", "nscc/dean"), ("unit:health", "nscc/dean")):
        _, approval = (await here.coordinator.get(path, within=within))["steps"]
        assert [one["position"]["key"] for one in approval["owners"]] == [owner]
    problem = await here.coordinator.refused(400, f"{path}?within=credit:maybe", method="GET")
    assert problem["type"] == "/problems/query-not-right"
    assert (await world.read())["about"] == []


async def test_an_advisor_sees_what_they_are_blocking_and_what_waits_behind_it(communities: Communities) -> None:
    world = await requested(communities)
    chief = world.as_("clinic/chief")
    found = await chief.get(BLOCKING)
    (block,) = found["blocks"]
    assert (block["item"]["what"], block["item"]["holds_up"]) == ("industry-validation", ["approval"])
    assert "behind it wait approval" in block["sentence"]
    assert found["sentence"].startswith("1 thing waits on them")
    await world.sign("clinic/chief", "industry-validation", "endorse")
    assert (await chief.get(BLOCKING))["sentence"] == "Nothing waits on them."

    dana = world.community.persons["dana"]
    await world.sign("plant/foreman", "industry-validation", "endorse")
    of_another = await world.community.coordinator.get(BLOCKING, person=dana)
    (block,) = of_another["blocks"]
    assert (block["item"]["what"], block["alone"]) == ("approval", True)
    await chief.refused(403, f"{BLOCKING}?person={dana}", method="GET")
