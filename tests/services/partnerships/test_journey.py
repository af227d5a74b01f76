"""Partners join; their positions and authorities are recorded, confirmed, asked for and ended, and agreed on."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.community import BEGINNING, INSTRUMENT, Caller, Communities, Community

SERVICES = ("partnerships",)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
V1 = "/partnerships/v1"


async def who(here: Community, matter: str = "funding", partner: str = "nscc", **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = await here.coordinator.get(f"{V1}/who-decides", matter=matter, partner=partner, **query)
    return answer


async def record_by_coordinator(here: Community, at: datetime) -> tuple[str, str, str]:
    """The coordinator records a dean, a holder and a matter at nscc; the ids of the three entries."""
    by, nscc = here.coordinator, here.partners["nscc"]
    asked = {"partner": nscc, "key": "dean", "title": {"en": "Dean"}, "instrument": INSTRUMENT}
    dean = (await by.post(f"{V1}/positions", asked, at=at))["id"]
    await here.invite("dana")
    holder = {"person": here.persons["dana"], "instrument": INSTRUMENT}
    holding = (await by.post(f"{V1}/positions/{dean}/holders", holder, at=at))["id"]
    matter = {"matter": "funding", "position": dean, "instrument": INSTRUMENT}
    responsibility = (await by.post(f"{V1}/partners/{nscc}/responsibilities", matter, at=at))["id"]
    return dean, holding, responsibility


async def test_what_the_coordinator_records_is_void_until_the_partner_s_administrator_confirms(
    communities: Communities,
) -> None:
    here = await communities.open()
    await here.partner("nscc", at=BEGINNING)
    await here.partner("health", kind="employer", at=BEGINNING)
    dean, holding, responsibility = await record_by_coordinator(here, MARCH)
    assert (await who(here))["status"] == "unconfirmed"

    paths = (
        f"{V1}/positions/{dean}/confirm",
        f"{V1}/positions/{dean}/holders/{holding}/confirm",
        f"{V1}/partners/{here.partners['nscc']}/responsibilities/{responsibility}/confirm",
    )
    statuses, receipts = [], []
    for day, path in enumerate(paths):
        problem = await here.as_("health/authority-administrator").refused(403, path)
        assert problem["type"] == "/problems/not-their-administrator"
        assert (await here.coordinator.refused(403, path))["type"] == "/problems/scope-missing"
        administrator = here.as_("nscc/authority-administrator")
        receipts.append(await administrator.post(path, at=MARCH + (1 + day) * DAY))
        statuses.append((await who(here))["status"])
    assert statuses == ["unconfirmed", "unconfirmed", "decided"]

    answer = await who(here)
    assert answer["position"]["key"] == "nscc/dean"
    assert [holder["person"] for holder in answer["position"]["holders"]] == [here.persons["dana"]]
    assert answer["instrument"] == INSTRUMENT
    assert {recorded["id"] for receipt in receipts for recorded in receipt["recorded"]} <= set(answer["facts"])

    assert (await who(here, at=(MARCH + 2 * DAY).isoformat()))["status"] == "unconfirmed"
    assert (await who(here, at=(MARCH + 3 * DAY).isoformat()))["status"] == "decided"
    before = int(receipts[-1]["index"].split("@")[1]) - 1
    assert (await who(here, at=f"partnerships@{before}"))["status"] == "unconfirmed"
    assert (await who(here, at=receipts[-1]["index"]))["status"] == "decided"
    assert (await who(here, at="2025-06-01T00:00:00Z", partner=here.partners["nscc"]))["status"] == "unowned"


async def test_who_decides_follows_holders_over_time(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc")
    await here.position("nscc/dean", answers_for=["funding"])
    first = await here.holder("nscc/dean", "dana")
    end = {"instrument": INSTRUMENT, "until": MARCH.isoformat()}
    path = f"{V1}/positions/{here.positions['nscc/dean']}/holders/{first}/end"
    await here.as_("nscc/authority-administrator").post(path, end, at=MARCH)
    await here.holder("nscc/dean", "hana", at=MARCH + DAY)

    async def holder(at: datetime) -> tuple[str, list[str]]:
        answer = await who(here, at=at.isoformat())
        return answer["status"], [one["person"] for one in answer["position"]["holders"]]

    assert await holder(MARCH - DAY) == ("decided", [here.persons["dana"]])
    assert await holder(MARCH) == ("vacant", [])
    assert await holder(MARCH + DAY) == ("decided", [here.persons["hana"]])


async def test_an_agreement_is_in_force_when_every_partner_has_signed(communities: Communities) -> None:
    here = await communities.open()
    for partner in ("nscc", "health", "union"):
        await here.partner(partner)
        await here.position(f"{partner}/head", held_by=f"{partner}-head", answers_for=["agreement-signing"])
    await here.position("nscc/clerk", held_by="clerk")
    parties = [here.partners["nscc"], here.partners["health"]]
    terms = {"partners": parties, "content_ownership": {"en": "shared"}, "delivery_method": {"en": "blended"}}
    proposed = await here.coordinator.post(f"{V1}/agreements", {"key": "care", "terms": terms})
    path, digest = f"{V1}/agreements/{proposed['id']}/sign", proposed["recorded"][0]["fact"]["digest"]

    async def in_force(by: Caller) -> bool:
        (found,) = (await by.get(f"{V1}/agreements"))["items"]
        return found["in_force_since"] is not None

    problem = await here.as_("nscc/clerk").refused(403, path, {"digest": digest})
    assert problem["type"] == "/problems/not-theirs-to-decide"
    assert problem["allowed_actions"][0]["position"]["key"] == "nscc/head"
    assert (await here.as_("union/head").refused(403, path, {"digest": digest}))["type"] == "/problems/not-a-party"
    other = {"digest": "sha-256:" + "0" * 64}
    assert (await here.as_("nscc/head").refused(409, path, other))["type"] == "/problems/other-terms"

    signed = await here.as_("nscc/head").post(path, {"digest": digest})
    assert signed["recorded"][0]["fact"]["evidence"]["position"] == here.positions["nscc/head"]
    assert not await in_force(here.coordinator)
    last = await here.as_("health/head").post(path, {"digest": digest})
    assert [one["fact"]["fact"] for one in last["recorded"]] == [
        "partnerships.agreement-signed.v1",
        "partnerships.agreement-in-force.v1",
    ]
    assert await in_force(here.coordinator)
    assert (await here.as_("nscc/head").post(path, {"digest": digest}))["recorded"] == []


async def test_two_communities_see_nothing_of_each_other(communities: Communities) -> None:
    here, there = await communities.open(), await communities.open()
    for community in (here, there):
        await community.partner("nscc")
        await community.position("nscc/dean", held_by="dana", answers_for=["funding"])
    dean_there, nscc_there = there.positions["nscc/dean"], there.partners["nscc"]
    assert [one["partner"] for one in (await here.coordinator.get(f"{V1}/partners"))["items"]] == [
        here.partners["nscc"]
    ]
    await here.coordinator.refused(404, f"{V1}/who-decides?matter=funding&partner={nscc_there}", method="GET")
    administrator = here.as_("nscc/authority-administrator")
    await administrator.refused(404, f"{V1}/positions/{dean_there}/confirm")
    holder = {"person": here.persons["dana"], "instrument": INSTRUMENT}
    await administrator.refused(404, f"{V1}/positions/{dean_there}/holders", holder)
    stranger = {"person": there.persons["dana"], "instrument": INSTRUMENT}
    await administrator.refused(404, f"{V1}/positions/{here.positions['nscc/dean']}/holders", stranger)
    matter = {"matter": "fees", "position": dean_there, "instrument": INSTRUMENT}
    await administrator.refused(404, f"{V1}/partners/{here.partners['nscc']}/responsibilities", matter)
    key = there.keys["dana"].split("_")[1]
    await here.coordinator.refused(404, f"{V1}/keys/{key}/revoke", {})
    await here.invite("auditor", "auditor")
    facts = await here.person("auditor").get(f"{V1}/facts", limit=200)
    streams = {item["recorded"]["stream"] for item in facts["items"]}
    assert f"position-{here.positions['nscc/dean']}" in streams
    assert f"position-{dean_there}" not in streams


async def test_a_repeat_gets_the_first_receipt_and_the_same_key_for_something_else_is_refused(
    communities: Communities,
) -> None:
    here = await communities.open()
    first = await here.coordinator.post(f"{V1}/persons", once="register-one")
    again = await here.coordinator.post(f"{V1}/persons", once="register-one")
    assert (again["id"], again["recorded"], again["repeated"]) == (first["id"], first["recorded"], True)
    response = await here.coordinator.send("POST", f"{V1}/councils", json={}, once="register-one")
    assert response.status_code == 400
    asked = {"person": first["id"], "role": "member"}
    response = await here.coordinator.send("POST", f"{V1}/keys", json=asked, once="register-one")
    assert (response.status_code, response.json()["type"]) == (409, "/problems/same-key-other-body")


async def test_a_key_s_secret_is_shown_once(communities: Communities) -> None:
    here = await communities.open()
    person = (await here.coordinator.post(f"{V1}/persons"))["id"]
    asked = {"person": person, "role": "member"}
    first = await here.coordinator.post(f"{V1}/keys", asked, once="issue")
    again = await here.coordinator.post(f"{V1}/keys", asked, once="issue")
    assert first["secret"].startswith("consortia_")
    assert (again["id"], "secret" in again) == (first["id"], False)


async def test_a_revoked_key_opens_nothing_from_then_on(communities: Communities) -> None:
    here = await communities.open()
    dana = await here.invite("dana")
    assert (await dana.get(f"{V1}/whoami"))["person"] == here.persons["dana"]
    now = {"effective": datetime.now(UTC).isoformat()}
    await here.coordinator.post(f"{V1}/keys/{dana.key.split('_')[1]}/revoke", now)
    assert (await dana.refused(401, f"{V1}/whoami", method="GET"))["type"] == "/problems/key-needed"


async def test_a_partner_s_key_is_unique_even_when_two_ask_at_once(communities: Communities) -> None:
    here = await communities.open()
    await here.invite("ada", "authority-administrator")
    asked = {
        "key": "nscc",
        "name": {"en": "NSCC"},
        "kind": "post-secondary",
        "jurisdiction": "CA-NS",
        "administrator": here.persons["ada"],
        "instrument": INSTRUMENT,
    }
    answers = await asyncio.gather(*(here.coordinator.send("POST", f"{V1}/partners", json=asked) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_nobody_states_a_moment_before_the_last_or_to_come(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc")
    await here.position("nscc/dean", at=MARCH)
    path = f"{V1}/positions/{here.positions['nscc/dean']}/holders"
    await here.invite("dana")
    holder = {"person": here.persons["dana"], "instrument": INSTRUMENT}
    administrator = here.as_("nscc/authority-administrator")
    problem = await administrator.refused(422, path, holder, at=MARCH - DAY)
    assert problem["type"] == "/problems/before-its-last"
    problem = await administrator.refused(422, path, holder, at=datetime.now(UTC) + DAY)
    assert problem["type"] == "/problems/in-the-future"
