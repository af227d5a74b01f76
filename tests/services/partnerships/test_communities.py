"""Communities: opened by the operator, each with a first coordinator who can always be let in again."""

import asyncio
from datetime import UTC, datetime

import httpx2

from tests.support.community import INSTRUMENT, Communities, Community
from tests.support.running import Running

SERVICES = ("partnerships",)


async def test_the_operator_gives_a_first_coordinator_another_key_when_the_first_was_lost(
    http: httpx2.AsyncClient, stack: Running
) -> None:
    operator = {"Authorization": f"Bearer {stack.operator_key}"}
    opened = await http.post(
        "/partnerships/v1/communities", json={"key": "lost-and-found", "name": {"en": "Lost"}}, headers=operator
    )
    again = await http.post("/partnerships/v1/communities/lost-and-found/coordinator-key", headers=operator)
    assert again.status_code == 201
    keys = (opened.json()["secret"], again.json()["secret"])
    seen = [
        (await http.get("/partnerships/v1/whoami", headers={"Authorization": f"Bearer {key}"})).json() for key in keys
    ]
    assert seen[0]["person"] == seen[1]["person"]
    assert {one["role"] for one in seen} == {"coordinator"}


async def test_a_community_nobody_opened_has_no_coordinator_to_let_in(http: httpx2.AsyncClient, stack: Running) -> None:
    operator = {"Authorization": f"Bearer {stack.operator_key}"}
    answer = await http.post("/partnerships/v1/communities/nowhere/coordinator-key", headers=operator)
    assert answer.status_code == 404


async def test_the_operators_community_is_not_opened_to_others(http: httpx2.AsyncClient, stack: Running) -> None:
    operator = {"Authorization": f"Bearer {stack.operator_key}"}
    taken = {"key": "operators", "name": {"en": "Operators"}}
    answer = await http.post("/partnerships/v1/communities", json=taken, headers=operator)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/key-reserved"


async def test_a_repeated_opening_answers_the_first_community(http: httpx2.AsyncClient, stack: Running) -> None:
    headers = {"Authorization": f"Bearer {stack.operator_key}", "Idempotency-Key": "open-once"}
    body = {"key": "once", "name": {"en": "Once"}}
    first = (await http.post("/partnerships/v1/communities", json=body, headers=headers)).json()
    again = (await http.post("/partnerships/v1/communities", json=body, headers=headers)).json()
    assert again == {**{name: value for name, value in first.items() if name != "secret"}, "repeated": True}


async def test_of_several_administrators_appointed_at_once_to_a_vacant_partner_one_is_confirmed(
    communities: Communities,
) -> None:
    here = await communities.open()
    await here.partner("nscc")
    await here.invite("ada", "authority-administrator")
    partner = (await here.coordinator.get("/partnerships/v1/partners"))["items"][0]
    position = partner["authority_administrator"]["position"]
    path = f"/partnerships/v1/positions/{position}/holders"
    holding = await first_holding(here)
    now = {"instrument": INSTRUMENT, "until": datetime.now(UTC).isoformat()}
    await here.as_("nscc/authority-administrator").post(f"{path}/{holding}/end", now)
    asked = [{"person": here.persons["ada"], "instrument": INSTRUMENT}]
    for name in ("bea", "cy", "dot"):
        await here.invite(name, "authority-administrator")
        asked.append({"person": here.persons[name], "instrument": INSTRUMENT})
    answers = await asyncio.gather(*(here.coordinator.send("POST", path, json=one) for one in asked))
    confirmed = [
        one
        for answer in answers
        if answer.status_code == 201
        for one in answer.json()["recorded"]
        if one["fact"]["fact"] == "partnerships.holder-confirmed.v1"
    ]
    assert len(confirmed) == 1


async def test_while_somebody_stands_in_for_the_administrator_a_coordinators_administrator_waits_to_be_confirmed(
    communities: Communities,
) -> None:
    here = await communities.open()
    await here.partner("nscc")
    deputy = await here.position("nscc/deputy", "dora")
    await here.invite("bea", "authority-administrator")
    partner = (await here.coordinator.get("/partnerships/v1/partners"))["items"][0]
    position = f"/partnerships/v1/positions/{partner['authority_administrator']['position']}"
    administrator = here.as_("nscc/authority-administrator")
    await administrator.post(f"{position}/change", {"instrument": INSTRUMENT, "alternate": deputy})
    now = {"instrument": INSTRUMENT, "until": datetime.now(UTC).isoformat()}
    await administrator.post(f"{position}/holders/{await first_holding(here)}/end", now)
    asked = {"person": here.persons["bea"], "instrument": INSTRUMENT}
    facts = (await here.coordinator.post(f"{position}/holders", asked))["recorded"]
    assert [one["fact"]["fact"] for one in facts] == ["partnerships.holder-appointed.v1"]


async def first_holding(here: Community) -> str:
    facts = (await here.coordinator.get("/partnerships/v1/facts", limit=200))["items"]
    appointed = (one["recorded"]["fact"] for one in facts if one["tag"] == "partnerships.holder-appointed.v1")
    return str(next(appointed)["holding"])


async def test_who_may_record_but_not_confirm_records_unconfirmed(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc")
    asked = {"person": here.persons["nscc-administrator"], "role": "authority-administrator"}
    key = await here.coordinator.post("/partnerships/v1/keys", {**asked, "scopes": ["read", "authority:record"]})
    here.keys["clerk"] = key["secret"]
    position = {"partner": here.partners["nscc"], "key": "dean", "title": {"en": "Dean"}, "instrument": INSTRUMENT}
    recorded = (await here.person("clerk").post("/partnerships/v1/positions", position))["recorded"]
    assert [one["fact"]["fact"] for one in recorded] == ["partnerships.position-established.v1"]


async def test_a_refused_recorder_is_told_who_administers_the_partner(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc")
    await here.partner("plant")
    position = {"partner": here.partners["nscc"], "key": "dean", "title": {"en": "Dean"}, "instrument": INSTRUMENT}
    stranger = here.as_("plant/authority-administrator")
    problem = await stranger.refused(403, "/partnerships/v1/positions", position)
    assert [one["key"] for one in problem["allowed_actions"]] == ["nscc/authority-administrator"]
