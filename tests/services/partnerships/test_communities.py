"""Communities: opened by the operator, each with a first coordinator who can always be let in again."""

import httpx2

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
