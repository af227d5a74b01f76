"""One microcredential over HTTP: its picture now and at any of its moments, and what differs between two."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.contracts import credentials as c
from shared.contracts.values import Party
from shared.kernel import new_id, utc_now
from tests.services.oversight.place import Place, place
from tests.services.oversight.telling import Telling

__all__ = ["place"]
SERVICES = ("partnerships", "oversight")
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


async def picture(place: Place, said: Telling, as_: str = "coordinator", **query: Any) -> dict[str, Any]:
    path = f"/oversight/v1/microcredentials/{said.proposal}"
    return dict(await place.community.person(as_).get(path, **query))


async def page(place: Place, said: Telling, as_: str = "coordinator", language: str = "en", **query: Any) -> str:
    """Its page, whole, in that language; with an index to wait for, as whoever has just acted has it."""
    community = place.community
    await community.person(as_).get("/oversight/v1/disagreements")  # waits for what this community has seen written
    headers = {"Authorization": f"Bearer {community.keys[as_]}", "Accept-Language": language}
    answer = await community.http.get(f"/microcredentials/{said.proposal}", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < 150_000
    return answer.text


def words(text: str) -> str:
    """What is read of it, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


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


async def test_the_page_draws_the_pathway_and_lists_the_same_in_words(place: Place) -> None:
    said = place.telling("drawn").whole()
    await place.hears(said)
    drawn = await page(place, said, "nscc-lead")
    assert drawn.count('class="node granted"') == 2
    assert drawn.count('class="arrow done"') == 1
    [graph] = re.findall(r"<svg role=.img.*?</svg>", drawn, re.DOTALL)
    assert "<title" in graph
    assert "<desc" in graph
    assert not re.search(r"<style|\sstyle=|<script(?! src=)|\son[a-z]+=", drawn)
    told = words(drawn)
    for sentence in (
        "validation Granted",
        "Quorum of",
        "2 of 2 different partners. Nothing is lacking.",
        "nscc/lead changed hours.",
        "Carried over",
        "88%",
        "nscc/dean decided to renew it, answering 1 condition.",
    ):
        assert sentence in told, sentence


async def test_a_void_sign_off_a_reopened_step_and_a_void_approval_are_told_with_why(place: Place) -> None:
    said = place.telling("void")
    said.concept_accepted()
    said.opened()
    said.requested()
    said.step_opened("validation")
    said.signed("plant/foreman", "validation", "endorse")
    signed = said.signed("clinic/chief", "validation", "endorse")
    said.granted("validation")
    said.approved()
    of, party = signed.fact, Party(said.cast["clinic/chief"].partner, "industry-validation", signed.fact.by.position)
    stream = f"microcredential-{said.proposal}"
    said.say(
        stream,
        c.SignOffVoided(
            said.proposal, of.step, of.sign_off, of.by, of.decision, new_id(), "holding", signed.occurred_at, (party,)
        ),
    )
    said.say(stream, c.ApprovalVoided(said.proposal, 1, ("validation",)))
    said.reopened("validation", party)
    await place.hears(said)
    drawn = await page(place, said)
    assert 'class="node reopened"' in drawn
    told = words(drawn)
    assert "Void: they held the position no longer since" in told
    assert "Version 1 of revision 0, approved on" in told
    assert "Void since" in told
    assert "1 of 2 different partners. 1 more is needed." in told
    assert 'href="/who?matter=industry-validation&amp;partner=clinic"' in drawn
    french = words(await page(place, said, language="fr-CA"))
    assert "Nulle : la personne n’occupait plus le poste depuis" in french
    assert "Rouverte" in french
    assert "Il en manque 1." in french
    english = {"It waits on", "Pathway", "Story", "Stands.", "Reopened", "Its moments"}
    assert not [one for one in english if one in french]


async def test_a_refused_step_is_marked_and_the_outline_waits_to_be_revised(place: Place) -> None:
    said = place.telling("refused-page")
    said.concept_accepted()
    said.opened()
    said.requested()
    said.step_opened("validation")
    said.signed("plant/foreman", "validation", "decline")
    said.refused("validation")
    said.outline_returned("validation")
    await place.hears(said)
    drawn = await page(place, said)
    assert 'class="node refused"' in drawn
    assert "The step validation was refused: its rule can no longer be met." in words(drawn)
    assert "revision of the outline" in words(drawn)


async def test_the_slider_leads_to_a_moment_whose_page_says_that_it_is_the_past(place: Place) -> None:
    said = place.telling("slid").whole()
    await place.hears(said)
    own = len([one for one in said.told if one.log in ("intake", "credentials")])
    drawn = await page(place, said)
    assert f'name="moment" min="1" max="{own}"' in drawn
    at = f"/microcredentials/{said.proposal}"
    slid = await place.community.coordinator.send("GET", at, query={"moment": 8, "from": "intake@1", "at": ""})
    assert slid.status_code == 303
    assert (await place.community.coordinator.send("GET", at, query={"moment": own})).headers["location"] == at
    index = unescape(slid.headers["location"]).partition("at=")[2].partition("&")[0].replace("%40", "@")
    assert "This is the past: as it stood on Mar 10, 2026" in words(await page(place, said, at=index))
    day = words(await page(place, said, at="2026-03-10"))
    assert "This is the past: as it stood on Mar 10, 2026" in day
    assert "The step validation opened" in day
    assert "Endorsed" not in day
    refused = await place.community.coordinator.send("GET", at, query={"at": "2026-13-45"})
    assert refused.status_code == 400


async def test_a_number_that_no_moment_and_no_part_has_is_refused(place: Place) -> None:
    said = place.telling("unnumbered").whole()
    await place.hears(said)
    at = f"/microcredentials/{said.proposal}"
    for query in ({"moment": -999}, {"moment": 0}, {"part": 0}, {"part": -5}):
        assert (await place.community.coordinator.send("GET", at, query=query)).status_code == 400


async def test_a_day_that_is_not_over_is_now_and_one_to_come_is_no_past(place: Place) -> None:
    said = place.telling("today").whole()
    await place.hears(said)
    today = utc_now().astimezone(ZoneInfo("America/Halifax")).date()
    assert "This is the past" not in words(await page(place, said, at=today.isoformat()))
    at = f"/microcredentials/{said.proposal}"
    later = (today + timedelta(days=2)).isoformat()
    for query in ({"at": later}, {"from": later}, {"from": "2026-03-10", "to": later}):
        assert (await place.community.coordinator.send("GET", at, query=query)).status_code == 422


async def test_a_day_before_anything_says_where_it_begins(place: Place) -> None:
    said = place.telling("before").whole()
    await place.hears(said)
    at = f"/microcredentials/{said.proposal}"
    refused = await place.community.coordinator.send("GET", at, query={"at": "1990-01-01"})
    assert refused.status_code == 404
    assert "what you may read of it begins at intake@" in words(refused.text)


async def test_two_pins_show_the_difference_down_to_the_words(place: Place) -> None:
    said = place.telling("pinned")
    said.concept_accepted()
    said.opened()
    said.revised(assessment={"en": "A practical test on the floor."})
    said.revised(assessment={"en": "A practical test at the bench."})
    await place.hears(said)
    first = (await picture(place, said))["as_of"]
    log, _, index = first.partition("@")
    drawn = await page(place, said, **{"from": f"{log}@{int(index) - 1}"})
    assert "What differs between the two pins" in words(drawn)
    assert "[removed:" in drawn
    assert re.search(r"<del>.*floor\..*</del>", drawn)
    assert re.search(r"<ins>.*bench\..*</ins>", drawn)
    assert "Nothing that is shown here differs." in words(await page(place, said, **{"from": first}))


async def test_the_story_can_be_narrowed_to_what_it_is_about(place: Place) -> None:
    said = place.telling("narrowed").whole()
    await place.hears(said)
    narrow = words(await page(place, said, only="delivery"))
    assert "opened an offering" in narrow
    assert "accepted the proposal" not in narrow.partition("Story everything")[2]
    assert "accepted the proposal" in words(await page(place, said, only=""))


@pytest.mark.parametrize(
    "query", [{"only": "everything"}, {"to": "2026-03-04"}, {"from": "x" * 100}, {"at": "x" * 100}, {"only": "x" * 100}]
)
async def test_what_cannot_be_asked_of_a_story_is_refused(place: Place, query: dict[str, str]) -> None:
    said = place.telling(f"asked-{next(iter(query))}-{len(str(query))}").whole()
    await place.hears(said)
    headers = {"Authorization": f"Bearer {place.community.keys['coordinator']}", "Accept": "text/html"}
    answer = await place.community.http.get(f"/microcredentials/{said.proposal}", params=query, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "query-not-right" in answer.text


async def test_who_may_not_read_it_gets_a_page_that_says_there_is_none(place: Place) -> None:
    said = place.telling("unseen")
    said.drafted()
    await place.hears(said)
    answer = await place.community.person("clinic-chief").send("GET", f"/microcredentials/{said.proposal}")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]
    assert "Welding" not in answer.text
