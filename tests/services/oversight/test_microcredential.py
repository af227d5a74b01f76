"""One microcredential over HTTP: its picture now and at any of its moments, and what differs between two."""

from typing import Any

import pytest

from tests.services.oversight.telling import Telling
from tests.services.oversight.test_http import Place, place

__all__ = ["place"]
SERVICES = ("partnerships", "oversight")
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


async def picture(place: Place, said: Telling, as_: str = "coordinator", **query: Any) -> dict[str, Any]:
    path = f"/oversight/v1/microcredentials/{said.proposal}"
    return dict(await place.community.person(as_).get(path, **query))


async def test_a_microcredential_is_drawn_as_it_stands_and_as_it_stood(place: Place) -> None:
    said = place.telling("pictured").whole()
    await place.hears(said)
    now = await picture(place, said)
    assert (now["stage"], now["is_past"], [step["state"] for step in now["steps"]]) == (
        "approved", False, ["granted", "granted", "waiting"],
    )  # fmt: skip
    [lapsed] = [one for one in now["steps"][1]["sign_offs"] if one["fate"]["kind"] == "lapsed"]
    assert (lapsed["by"]["position"], lapsed["fate"]["fields"], lapsed["standing"]) == ("nscc/dean", ["hours"], False)
    begun = now["steps"][1]["sign_offs"][0]["index"]
    past = await picture(place, said, at=begun)
    assert (past["stage"], past["is_past"], past["as_of"], past["steps"][1]["state"]) == (
        "sign-off", True, begun, "open",
    )  # fmt: skip
    [signed] = past["steps"][1]["sign_offs"]
    assert signed["standing"]
    assert past["at"] == signed["occurred_at"]
    assert [line["position"] for line in past["waits_on"]] == ["b/dean"]


async def test_who_may_not_read_it_is_told_that_there_is_none(place: Place) -> None:
    said = place.telling("pictured-draft")
    drafted = said.drafted()
    await place.hears(said)
    path = f"microcredentials/{said.proposal}"
    await place.community.person("clinic-chief").refused(404, f"/oversight/v1/{path}", method="GET")
    assert (await place.community.person("clinic-chief").send("GET", f"/{path}")).status_code == 404
    submitted = place.telling("pictured-draft")
    submitted.proposal, submitted.at = said.proposal, said.at
    submitted.submitted()
    await place.hears(submitted)
    assert (await picture(place, said, "clinic-chief"))["stage"] == "concept"
    before = drafted.occurred_at.isoformat().replace("+00:00", "Z")
    refused = f"/oversight/v1/{path}?at={before}"
    await place.community.person("clinic-chief").refused(404, refused, method="GET")
    assert (await picture(place, said, "nscc-dean", at=before))["stage"] == "draft"


async def test_a_moment_nobody_could_mean_is_refused(place: Place) -> None:
    said = place.telling("pictured-when").concept_accepted()
    subject = said.fact.proposal
    for at, status in (("credentials@999999", 404), ("partnerships@1", 400), ("yesterday", 400)):
        path = f"/oversight/v1/microcredentials/{subject}?at={at}"
        assert (await place.community.coordinator.send("GET", path)).status_code == status


async def test_the_page_draws_it(place: Place) -> None:
    said = place.telling("paged").whole()
    await place.hears(said)
    page = await place.community.coordinator.send("GET", f"/microcredentials/{said.proposal}")
    assert page.status_code == 200
    assert "Welding" in page.text


async def test_the_difference_between_two_moments_names_fields_steps_sign_offs_and_offerings(place: Place) -> None:
    said = place.telling("differs").whole()
    await place.hears(said)
    now = await picture(place, said)
    signed = now["steps"][1]["sign_offs"][0]["index"]
    path = f"/oversight/v1/microcredentials/{said.proposal}/difference"
    found = await place.community.coordinator.get(path, **{"from": signed})
    assert found["from"]["as_of"] == signed
    assert (found["from"]["stage"], found["to"]["stage"]) == ("sign-off", "approved")
    assert found["outline"] == [{"field": "hours", "before": None, "after": 40}]
    assert found["steps"] == [{"key": "approval", "before": "open", "after": "granted"}]
    assert [one["by"]["position"] for one in found["added"]] == ["b/dean", "nscc/dean", "b/dean"]
    assert [(one["by"]["position"], one["fate"]["kind"]) for one in found["ended"]] == [("nscc/dean", "lapsed")]
    assert [(one["before"], one["after"]) for one in found["offerings"]] == [(None, "closed")]
    back = await place.community.coordinator.get(path, **{"from": now["as_of"], "to": signed})
    assert (back["from"]["as_of"], back["to"]["as_of"]) == (signed, now["as_of"])
    assert (await place.community.coordinator.get(path, **{"from": now["as_of"]}))["facts"] == 0
    await place.community.coordinator.refused(400, path, method="GET")


async def test_small_counts_are_shown_to_whoever_delivers_alone(place: Place) -> None:
    said = place.telling("few")
    said.concept_accepted()
    said.opened()
    said.approved()
    said.offered("run", 4)
    said.closed("run", 2)
    await place.hears(said)
    [own] = (await picture(place, said, "nscc-lead"))["offerings"]
    [others] = (await picture(place, said))["offerings"]
    assert (own["learners"], own["completed"], own["suppressed"]) == (4, 2, False)
    assert (others["learners"], others["completed"], others["suppressed"]) == (None, None, True)
