"""Matters are delegated, holders are away, others decide in their stead; a decision says on whose authority."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.community import BEGINNING, INSTRUMENT, Caller, Communities, Community

SERVICES = ("partnerships",)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
V1 = "/partnerships/v1"
FAR = "2090-01-01T00:00:00Z"


async def who(here: Community, matter: str = "agreement-signing", **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = await here.coordinator.get(f"{V1}/who-decides", matter=matter, partner="nscc", **query)
    return answer


async def college(communities: Communities) -> Community:
    """nscc's dean owns agreement-signing; its head of school stands in, its president is above; health signs too."""
    here = await communities.open()
    for partner in ("nscc", "health"):
        await here.partner(partner)
    await here.position("nscc/president", held_by="pat")
    await here.position("nscc/head", held_by="hana")
    administrator = here.as_("nscc/authority-administrator")
    asked = {
        "partner": here.partners["nscc"],
        "key": "dean",
        "title": {"en": "Dean"},
        "instrument": INSTRUMENT,
        "alternate": here.positions["nscc/head"],
        "escalation": here.positions["nscc/president"],
    }
    here.positions["nscc/dean"] = (await administrator.post(f"{V1}/positions", asked, at=BEGINNING))["id"]
    await here.holder("nscc/dean", "dana")
    await here.responsibility("nscc/dean", "agreement-signing")
    await here.position("health/head", held_by="hugo", answers_for=["agreement-signing"])
    return here


async def agreement(here: Community, key: str) -> tuple[str, dict[str, str]]:
    """Where an agreement between the two is signed, and what is sent to sign it."""
    parties = [here.partners["nscc"], here.partners["health"]]
    terms = {"partners": parties, "content_ownership": {"en": "shared"}, "delivery_method": {"en": "blended"}}
    proposed = await here.coordinator.post(f"{V1}/agreements", {"key": key, "terms": terms})
    return f"{V1}/agreements/{proposed['id']}/sign", {"digest": proposed["recorded"][0]["fact"]["digest"]}


def delegation(here: Community, to: str, **others: Any) -> dict[str, Any]:
    return {
        "to": here.persons[to], "matters": ["agreement-signing"], "until": FAR, "reason": "On the road.",
        "instrument": INSTRUMENT, **others,
    }  # fmt: skip


async def test_a_delegation_is_granted_void_confirmed_used_on_behalf_and_revoked(communities: Communities) -> None:
    here = await college(communities)
    await here.invite("dora")
    dora = Caller(here, here.keys["dora"], "nscc/dean")
    path, signing = await agreement(here, "care")
    positions = f"{V1}/positions/{here.positions['nscc/dean']}/delegations"
    dana = here.as_("nscc/dean")
    granted = await dana.post(positions, delegation(here, "dora"))
    assert (await dora.refused(403, path, signing))["type"] == "/problems/not-your-position"
    assert (await who(here))["delegates"] == []

    await here.as_("health/head").refused(403, f"{positions}/{granted['id']}/confirm")
    await here.as_("nscc/authority-administrator").post(f"{positions}/{granted['id']}/confirm")
    answer = await who(here)
    (delegate,) = answer["delegates"]
    assert (delegate["person"], delegate["by"]) == (here.persons["dora"], here.persons["dana"])
    assert {one["id"] for one in granted["recorded"]} <= set(answer["facts"])
    (acting,) = (await here.person("dora").get(f"{V1}/whoami"))["acts_in"]
    assert (acting["position"]["key"], acting["matters"]) == ("nscc/dean", ["agreement-signing"])

    signed = await dora.post(path, signing)
    fact = signed["recorded"][0]["fact"]
    assert fact["by"] == {
        "person": here.persons["dora"], "position": here.positions["nscc/dean"], "partner": here.partners["nscc"],
        "delegation": granted["id"],
    }  # fmt: skip
    assert fact["evidence"]["on_behalf_of"] == here.persons["dana"]
    assert {one["id"] for one in granted["recorded"]} <= set(fact["evidence"]["facts"])

    ended = await dora.post(f"{positions}/{granted['id']}/end", {"until": datetime.now(UTC).isoformat()})
    assert ended["recorded"][0]["fact"]["by"] == here.persons["dora"]
    path, signing = await agreement(here, "more-care")
    problem = await dora.refused(403, path, signing)
    assert problem["type"] == "/problems/not-your-position"
    (seen,) = problem["allowed_actions"]
    assert [one["person"] for one in seen["position"]["holders"]] == [here.persons["dana"]]
    await dana.post(path, signing)


async def test_a_delegate_decides_what_was_delegated_and_nothing_else(communities: Communities) -> None:
    here = await college(communities)
    await here.invite("dora")
    await here.responsibility("nscc/dean", "fees")
    path, signing = await agreement(here, "care")
    positions = f"{V1}/positions/{here.positions['nscc/dean']}/delegations"
    problem = await here.as_("nscc/dean").refused(422, positions, delegation(here, "dora", matters=["branding"]))
    assert problem["type"] == "/problems/wider-than-held"
    problem = await here.as_("nscc/dean").refused(422, positions, delegation(here, "dora", matters=["brandings"]))
    assert problem["type"] == "/problems/unknown-matter"
    problem = await here.as_("health/head").refused(403, positions, delegation(here, "dora"))
    assert problem["type"] == "/problems/not-theirs-to-delegate"
    assert problem["allowed_actions"][0]["position"]["key"] == "nscc/dean"
    granted = await here.as_("nscc/dean").post(positions, delegation(here, "dora", matters=["fees"]))
    await here.as_("nscc/authority-administrator").post(f"{positions}/{granted['id']}/confirm")
    problem = await Caller(here, here.keys["dora"], "nscc/dean").refused(403, path, signing)
    assert problem["type"] == "/problems/not-theirs-in-it"
    assert problem["allowed_actions"][0]["position"]["key"] == "nscc/dean"


async def test_while_the_holder_is_away_the_alternate_decides_and_no_longer(communities: Communities) -> None:
    here = await college(communities)
    hana = Caller(here, here.keys["hana"], "nscc/dean")
    path, signing = await agreement(here, "care")
    problem = await hana.refused(403, path, signing)
    assert problem["type"] == "/problems/not-your-position"
    absences = f"{V1}/positions/{here.positions['nscc/dean']}/absences"
    away = await here.as_("nscc/dean").post(absences, {"until": FAR})
    answer = await who(here)
    assert (answer["status"], answer["stands_in"]["key"]) == ("decided", "nscc/head")
    assert [(one["key"], one["because"]) for one in answer["passed"]] == [("nscc/dean", "absent")]
    assert answer["sentence"].endswith("whose holder is away; nscc/head stands in for it.")

    fact = (await hana.post(path, signing))["recorded"][0]["fact"]
    assert fact["by"]["position"] == here.positions["nscc/dean"]
    assert fact["by"]["alternate"] == here.positions["nscc/head"]
    assert fact["evidence"]["on_behalf_of"] == here.persons["dana"]

    problem = await hana.refused(403, f"{absences}/{away['id']}/end", {})
    assert problem["type"] == "/problems/not-their-absence"
    await here.as_("nscc/dean").post(f"{absences}/{away['id']}/end", {})


async def test_while_the_authority_administrator_is_away_whoever_stands_in_confirms(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc")
    await here.position("nscc/dean", "dana")
    await here.position("nscc/deputy", "dep", role="authority-administrator")
    await here.invite("eve")
    administrator, deputy = here.as_("nscc/authority-administrator"), here.person("dep")
    items = (await here.coordinator.get(f"{V1}/positions"))["items"]
    own = next(f"{V1}/positions/{one['position']}" for one in items if one["key"] == "nscc/authority-administrator")
    alternate = {"instrument": INSTRUMENT, "alternate": here.positions["nscc/deputy"]}
    await administrator.post(f"{own}/change", alternate)
    holders = f"{V1}/positions/{here.positions['nscc/dean']}/holders"
    asked = {"person": here.persons["eve"], "instrument": INSTRUMENT}
    holding = (await here.coordinator.post(holders, asked))["id"]
    problem = await deputy.refused(403, f"{holders}/{holding}/confirm")
    assert [one["key"] for one in problem["allowed_actions"]] == ["nscc/authority-administrator"]
    await administrator.post(f"{own}/absences", {})
    confirmed = await deputy.post(f"{holders}/{holding}/confirm")
    assert confirmed["recorded"][0]["fact"]["by"] == here.persons["dep"]


async def test_a_vacant_position_resolves_to_its_alternate_and_then_to_its_escalation(communities: Communities) -> None:
    here = await college(communities)
    administrator = here.as_("nscc/authority-administrator")
    positions = (await here.coordinator.get(f"{V1}/positions"))["items"]

    async def leave(position: str, at: datetime) -> None:
        (entry,) = (one for one in positions if one["key"] == position)
        (held,) = entry["holdings"]
        path = f"{V1}/positions/{entry['position']}/holders/{held['holding']}/end"
        await administrator.post(path, {"instrument": INSTRUMENT, "until": at.isoformat()}, at=at)

    await leave("nscc/dean", MARCH)
    await leave("nscc/head", MARCH + DAY)
    stood = [(await who(here, at=(MARCH + day * DAY).isoformat()))["stands_in"] for day in (-1, 0, 1)]
    assert [one and one["key"] for one in stood] == [None, "nscc/head", "nscc/president"]
    await leave("nscc/president", MARCH + 2 * DAY)
    answer = await who(here)
    assert answer["status"] == "vacant"
    assert [one["because"] for one in answer["passed"]] == ["vacant"] * 3
    known = {one["key"]: one for one in (await here.coordinator.get(f"{V1}/positions"))["items"]}
    assert [gap["since"] for gap in known["nscc/dean"]["gaps"]] == ["2026-03-01T00:00:00Z"]


async def test_a_changed_position_is_another_from_then_on_and_what_it_was_before_stays_so(
    communities: Communities,
) -> None:
    here = await college(communities)
    path = f"{V1}/positions/{here.positions['nscc/dean']}/change"
    change = {"title": {"en": "Dean of health"}, "alternate": None, "instrument": INSTRUMENT}
    problem = await here.as_("health/authority-administrator").refused(403, path, change)
    assert problem["type"] == "/problems/not-their-administrator"
    elsewhere = {"alternate": here.positions["health/head"], "instrument": INSTRUMENT}
    await here.as_("nscc/authority-administrator").refused(404, path, elsewhere)
    await here.as_("nscc/authority-administrator").post(path, change, at=MARCH)
    before, after = [await who(here, at=moment.isoformat()) for moment in (MARCH - DAY, MARCH)]
    assert before["position"]["title"] == {"en": "Dean"}
    assert (after["position"]["title"], after["alternate"]) == ({"en": "Dean of health"}, None)
    assert before["alternate"]["key"] == "nscc/head"


async def test_what_was_answered_is_answered_again_with_what_was_known_then(communities: Communities) -> None:
    here = await college(communities)
    said = await who(here)
    await here.holder("nscc/dean", "dora", at=MARCH)
    assert len((await who(here))["position"]["holders"]) == 2
    moment = said["at"]
    assert await who(here, at=moment, known_at=moment) == said
    assert await who(here, at=moment, known_at=f"partnerships@{said['log_index']}") == said
    now = await who(here, at=moment)
    assert [one["person"] for one in now["position"]["holders"]] == [here.persons["dana"], here.persons["dora"]]
    assert said["log_index"] < now["log_index"]
    for wrong in ("yesterday", "credentials@1", "partnerships@99999999"):
        response = await here.coordinator.send(
            "GET", f"{V1}/who-decides", query={"matter": "fees", "partner": "nscc", "known_at": wrong}
        )
        assert response.status_code in (400, 404), response.text


async def test_of_two_responsibilities_for_the_same_at_once_exactly_one_is_recorded(communities: Communities) -> None:
    here = await college(communities)
    administrator = here.as_("nscc/authority-administrator")
    path = f"{V1}/partners/{here.partners['nscc']}/responsibilities"
    asked = [
        {"matter": "fees", "position": here.positions[position], "instrument": INSTRUMENT}
        for position in ("nscc/dean", "nscc/head", "nscc/president", "nscc/dean")
    ]
    answers = await asyncio.gather(*(administrator.send("POST", path, json=one) for one in asked))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert (await who(here, "fees"))["status"] == "decided"


async def test_a_community_adds_matters_in_english_and_french_and_unknown_ones_are_refused(
    communities: Communities,
) -> None:
    here = await college(communities)
    path = f"{V1}/partners/{here.partners['nscc']}/responsibilities"
    asked = {"matter": "safety", "position": here.positions["nscc/dean"], "instrument": INSTRUMENT}
    administrator = here.as_("nscc/authority-administrator")
    problem = await administrator.refused(422, path, asked)
    assert problem["type"] == "/problems/unknown-matter"
    assert "translation" in problem["detail"]
    one_language = {"matter": "safety", "name": {"en": "Safety"}}
    problem = await here.coordinator.refused(422, f"{V1}/matters", one_language)
    assert problem["type"] == "/problems/name-in-both-languages"
    both = {"matter": "safety", "name": {"en": "Safety", "fr": "Sécurité"}}
    await administrator.refused(403, f"{V1}/matters", both)
    answers = await asyncio.gather(*(here.coordinator.send("POST", f"{V1}/matters", json=both) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    await administrator.post(path, asked)
    assert (await who(here, "safety"))["status"] == "decided"
    items = (await here.coordinator.get(f"{V1}/matters"))["items"]
    assert items[-1] == {"matter": "safety", "name": {"en": "Safety", "fr": "Sécurité"}, "added": True}
    assert all(set(one["name"]) >= {"en", "fr"} for one in items)
    then = (await here.coordinator.get(f"{V1}/matters", at=MARCH.isoformat()))["items"]
    assert "safety" not in [one["matter"] for one in then]
