"""API keys over HTTP: at most two at a time, rotated by whose they are, listed without what opens them."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.partnerships.domain.allowance import TwoLiveKeys
from shared.security.keys import key_of, new_key
from tests.support.community import Caller, Communities, Community
from tests.support.patience import eventually
from tests.support.running import Running

V1 = "/partnerships/v1"
KEYS = f"{V1}/keys"


def id_of(key: str) -> str:
    return key.split("_")[1]


def with_key(community: Community, key: str) -> Caller:
    return Caller(community, key)


async def live(caller: Caller) -> list[str]:
    return [one["key"] for one in (await caller.get(KEYS))["items"] if one["live"]]


async def test_a_key_is_rotated_and_the_former_one_ends_when_it_says_so(communities: Communities) -> None:
    here = await communities.open()
    dana = await here.invite("dana")
    ends = datetime.now(UTC) + timedelta(hours=1)
    issued = await dana.post(f"{KEYS}/rotate", {"former_ends": ends.isoformat()})
    follower = with_key(here, issued["secret"])
    former, later = (await follower.get(KEYS))["items"]
    assert (former["key"], later["key"], later["asking"]) == (id_of(dana.key), issued["id"], True)
    assert (former["live"], former["role"], former["scopes"]) == (True, later["role"], later["scopes"])
    assert datetime.fromisoformat(former["revoked"]) == ends
    assert (await follower.get(f"{V1}/whoami"))["person"] == here.persons["dana"]
    assert not {"secret", "secret_hash"} & former.keys()


async def test_a_third_live_key_is_refused_with_the_two_there_are(communities: Communities) -> None:
    here = await communities.open()
    dana = await here.invite("dana")
    second = await dana.post(f"{KEYS}/rotate", {})
    for by, path, asked in (
        (dana, f"{KEYS}/rotate", {}),
        (here.coordinator, KEYS, {"person": here.persons["dana"], "role": "member"}),
    ):
        problem = await by.refused(409, path, asked)
        assert problem["type"] == "/problems/two-live-keys"
        assert all(key in problem["detail"] for key in (id_of(dana.key), second["id"]))
    await dana.post(f"{KEYS}/{second['id']}/end", {})
    await eventually(lambda: _ended(dana, second["id"]))
    assert (await dana.post(f"{KEYS}/rotate", {}))["secret"]


async def _ended(caller: Caller, key: str) -> bool:
    return key not in await live(caller)


async def test_of_many_who_ask_at_once_two_have_a_key(communities: Communities) -> None:
    here = await communities.open()
    dana = await here.invite("dana")
    asked = {"person": here.persons["dana"], "role": "member"}
    answers = await asyncio.gather(
        *(here.coordinator.send("POST", KEYS, json=asked) for _ in range(3)),
        *(dana.send("POST", f"{KEYS}/rotate", json={}) for _ in range(3)),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {"/problems/two-live-keys"}
    assert len(await live(dana)) == 2


async def test_nobody_ends_or_reads_of_another_s_keys_but_a_coordinator_reads(communities: Communities) -> None:
    here = await communities.open()
    dana, fred = await here.invite("dana"), await here.invite("fred", "advisor")
    await fred.refused(404, f"{KEYS}/{id_of(dana.key)}/end", {})
    problem = await fred.refused(403, f"{KEYS}?person={here.persons['dana']}", method="GET")
    assert problem["type"] == "/problems/not-your-keys"
    (seen,) = (await here.coordinator.get(KEYS, person=here.persons["dana"]))["items"]
    assert (seen["key"], seen["asking"]) == (id_of(dana.key), False)
    there = await communities.open()
    assert (await there.coordinator.get(KEYS, person=here.persons["dana"]))["items"] == []


async def test_a_key_s_expiry_is_within_two_years(communities: Communities) -> None:
    here = await communities.open()
    person = (await here.coordinator.post(f"{V1}/persons"))["id"]
    asked = {"person": person, "role": "member"}
    now = datetime.now(UTC)
    problem = await here.coordinator.refused(422, KEYS, asked | {"expires": (now + timedelta(days=800)).isoformat()})
    assert problem["type"] == "/problems/expires-too-late"
    problem = await here.coordinator.refused(422, KEYS, asked | {"expires": (now - timedelta(days=1)).isoformat()})
    assert problem["type"] == "/problems/expires-too-early"
    fact = (await here.coordinator.post(KEYS, asked))["recorded"][0]["fact"]
    assert 364 <= (datetime.fromisoformat(fact["expires"]) - now).days <= 365


async def test_each_service_tells_when_it_last_saw_a_key_used(communities: Communities, stack: Running) -> None:
    here = await communities.open()
    dana = await here.invite("dana")
    key, before = id_of(dana.key), await stack.last_index()

    async def used(service: str) -> list[str]:
        found = await here.coordinator.get(f"/{service}/v1/key-uses", person=here.persons["dana"])
        return [one["key"] for one in found["items"]]

    async def seen_in(service: str) -> bool:
        return await used(service) == [key]

    await dana.get("/intake/v1/proposals")
    await eventually(lambda: seen_in("intake"))
    assert await used("credentials") == []
    listed = await here.coordinator.get(KEYS, person=here.persons["dana"])
    assert listed["items"][0]["last_used"] is None
    told = [await here.coordinator.get(path, person=here.persons["dana"]) for path in listed["used_elsewhere"]]
    assert [one["key"] for found in told for one in found["items"]] == [key]
    assert all(path in str(TwoLiveKeys.__doc__) for path in listed["used_elsewhere"])
    await dana.get(f"{V1}/whoami")
    await eventually(lambda: seen_in("partnerships"))
    (seen,) = (await dana.get(KEYS))["items"]
    assert datetime.fromisoformat(seen["last_used"]).tzinfo is not None
    assert await stack.last_index() == before


async def test_an_integration_s_key_rotates_itself_and_never_signs(communities: Communities) -> None:
    here = await communities.open()
    robot = await here.invite("robot", "integration")
    again = with_key(here, (await robot.post(f"{KEYS}/rotate", {}))["secret"])
    nothing = "0198c0de-0000-7000-8000-0000000000ff"
    path = f"/credentials/v1/microcredentials/{nothing}/steps/approval/sign-offs"
    problem = await again.refused(403, path, {"decision": "approve", "digest": "sha-256:" + "0" * 64})
    assert problem["type"] == "/problems/scope-missing"
    asked = {"person": here.persons["robot"], "role": "integration", "scopes": ["read", "decide"]}
    await here.coordinator.refused(422, KEYS, asked)


async def test_a_first_coordinator_s_lost_keys_are_replaced_and_at_most_two_open(communities: Communities) -> None:
    here = await communities.open()
    path = f"{V1}/communities/{here.key}/coordinator-key"
    second = await here.person("operator").post(path)
    third = await here.person("operator").post(path)
    last = with_key(here, third["secret"])
    await eventually(lambda: _ended(last, id_of(here.keys["coordinator"])))
    assert sorted(await live(last)) == sorted([second["id"], third["id"]])


async def test_what_is_tried_with_a_key_that_has_ended_is_kept_but_not_with_a_wrong_secret(
    communities: Communities,
) -> None:
    here = await communities.open()
    dana = await here.invite("dana")
    other = new_key()
    stranger = with_key(here, key_of(id_of(dana.key), 1).text)
    await here.coordinator.post(f"{KEYS}/{id_of(dana.key)}/revoke", {"effective": datetime.now(UTC).isoformat()})
    for caller in (dana, stranger, with_key(here, other.text)):
        await caller.refused(401, f"{KEYS}/rotate", {})
    await dana.refused(401, KEYS, method="GET")
    kept = (await here.coordinator.get(f"{V1}/attempts"))["items"]
    assert [(one["person"], one["key"], one["status"], one["reasons"]) for one in kept] == [
        (here.persons["dana"], id_of(dana.key), 401, ["key-needed"])
    ]
