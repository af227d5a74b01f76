"""Who may read what, as a table: each reader at each stage, asked of every reading route, in lists and one by one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.services.credentials.journeys import OUTLINE, pathway
from tests.support.community import INSTRUMENT, Caller, Communities, Community

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]

READERS = ("coordinator", "auditor", "nscc-dean", "invited", "funder", "fred", "stranger", "guest")
SEES = {
    # stage: who sees it; everybody else is told that there is no such thing
    "draft": {"auditor", "nscc-dean", "invited"},
    "submitted": {"auditor", "nscc-dean", "invited", "coordinator", "funder", "fred"},
    "answered": {"auditor", "nscc-dean", "invited", "coordinator", "funder", "fred"},
    "accepted": {"auditor", "nscc-dean", "invited", "coordinator", "funder", "fred"},
    "opened": {"auditor", "nscc-dean", "coordinator", "funder", "fred"},
    "granted": {"auditor", "nscc-dean", "coordinator", "funder", "fred"},
}
"""`fred` validates for industry; `funder` decides proposals; `stranger` holds a position nobody asks for anything."""

NOBODY = "0198c0de-0000-7000-8000-0000000000ff"
"""An id nothing has."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(communities: Communities) -> AsyncIterator[Community]:
    made = await communities.open()
    for key in ("nscc", "cican", "plant", "clinic", "farm"):
        await made.partner(key)
    await made.position("nscc/lead", "lena", ["delivery"])
    await made.position("nscc/dean", "nscc-dean", ["academic-approval", "review"])
    await made.position("cican/programs", "funder", ["proposal-acceptance"])
    await made.position("plant/foreman", "fred", ["industry-validation"])
    await made.position("clinic/chief", "cleo", ["industry-validation"])
    await made.position("farm/owner", "stranger", ["branding"])
    await made.position("farm/hand", "invited")
    await made.invite("auditor", "auditor")
    await made.invite("guest")
    council = await made.council("advisory", ["plant/foreman", "clinic/chief"], 2)
    await made.coordinator.post("/credentials/v1/pathways", pathway(council, made.partners["nscc"]))
    yield made


async def stages(here: Community) -> dict[str, str]:
    """A proposal at each stage, and what became of it, by the id they share."""
    return {stage: await _at(here, stage, place) for place, stage in enumerate(SEES)}


async def _at(here: Community, stage: str, place: int) -> str:
    lead, reached = here.as_("nscc/lead"), list(SEES).index(stage)
    outline = {**OUTLINE, "title": {"en": f"Stage {stage}"}}
    one = str((await lead.post("/intake/v1/proposals", {"key": f"stage-{place}", "outline": outline}))["id"])
    path = f"/intake/v1/proposals/{one}"
    await lead.post(f"{path}/readers", {"person": here.persons["invited"]})
    if reached >= 1:
        await lead.post(f"{path}/submit", {"to": here.partners["cican"]})
    answer = {"in_demand": True, "intended_assessment_reflects_job": True, "contribution": "Two machines."}
    if reached >= 2:
        for position in ("plant/foreman", "clinic/chief"):
            await here.as_(position).post(f"{path}/responses", answer)
    if reached >= 3:
        await here.as_("cican/programs").post(f"{path}/accept", {"pathway": "rapid"})
    if reached >= 4:
        await lead.post(f"/credentials/v1/microcredentials/{one}/request-validation")
    if reached >= 5:
        for position in ("plant/foreman", "clinic/chief"):
            await _endorse(here, position, one)
    return one


async def _endorse(here: Community, position: str, one: str) -> None:
    path = f"/credentials/v1/microcredentials/{one}"
    seen = await here.as_("nscc/lead").get(path)
    digest = next(step["digest"] for step in seen["steps"] if step["key"] == "industry-validation")
    asked = {"decision": "endorse", "digest": digest, "in_demand": True, "assessment_reflects_job": True}
    await here.as_(position).post(f"{path}/steps/industry-validation/sign-offs", asked)


async def _shows(reader: Caller, path: str) -> bool:
    response = await reader.send("GET", path)
    assert response.status_code in (200, 404), response.text
    return response.status_code == 200


async def _proposals(reader: Caller) -> set[str]:
    return {one["proposal"] for one in (await reader.get("/intake/v1/proposals", limit=200))["items"]}


async def _microcredentials(reader: Caller) -> set[str]:
    answer = await reader.get("/credentials/v1/microcredentials", limit=200)
    return {one["microcredential"] for one in answer["items"]}


async def _cards(reader: Caller) -> set[str]:
    columns = (await reader.get("/oversight/v1/board", limit=200))["columns"]
    assert all(column["more"] == 0 for column in columns)
    return {card["id"] for column in columns for card in column["cards"]}


async def test_each_reader_sees_at_each_stage_what_the_table_says_on_every_route(here: Community) -> None:
    made = await stages(here)
    wrong = []
    for name in READERS:
        reader = here.person(name)
        proposals, opened, cards = await _proposals(reader), await _microcredentials(reader), await _cards(reader)
        for stage, one in made.items():
            # a proposal stays readable to whoever could read it; from its opening on the microcredential has its own
            may = name in SEES[stage]
            proposal = may or name == "invited"
            later, about = _later(stage, name, may), f"/oversight/v1/microcredentials/{one}"
            found = {
                "one proposal": (await _shows(reader, f"/intake/v1/proposals/{one}"), proposal),
                "proposals": (one in proposals, proposal),
                "story": (await _shows(reader, f"{about}/story"), later),
                "figures": (await _shows(reader, f"{about}/figures"), later),
                "board": (one in cards, later),
            }
            if list(SEES).index(stage) >= 3:
                path = f"/credentials/v1/microcredentials/{one}"
                found["one microcredential"] = (await _shows(reader, path), later)
                found["microcredentials"] = (one in opened, later)
            wrong += [f"{name} at {stage}: {route}" for route, (seen, should) in found.items() if seen != should]
    assert wrong == []


def _later(stage: str, name: str, may: bool) -> bool:
    """An accepted proposal is a microcredential already, which invitations to the draft do not open."""
    return may and not (stage == "accepted" and name == "invited")


async def test_the_history_leaves_out_drafts_for_coordinators_and_shows_auditors_everything(here: Community) -> None:
    draft = await _at(here, "draft", 90)
    for name, sees in (("coordinator", False), ("auditor", True)):
        facts = await here.person(name).get("/intake/v1/facts", limit=200)
        assert (draft in str(facts)) is sees


async def test_an_invitation_ends_and_then_the_draft_is_closed_again(here: Community) -> None:
    lead, invited = here.as_("nscc/lead"), here.person("invited")
    one = str((await lead.post("/intake/v1/proposals", {"key": "ended", "outline": OUTLINE}))["id"])
    path = f"/intake/v1/proposals/{one}"
    invitation = (await lead.post(f"{path}/readers", {"partner": here.partners["farm"]}))["id"]
    assert (await invited.get(path))["state"] == "draft"
    await here.as_("plant/foreman").refused(404, f"{path}/readers", {"partner": here.partners["plant"]})
    await lead.post(f"{path}/readers/{invitation}/end")
    await invited.refused(404, path, method="GET")
    assert one not in await _proposals(invited)
    assert (await lead.post(f"{path}/readers/{invitation}/end"))["recorded"] == []


def _writes_to(here: Community, proposal: str, microcredential: str, offering: str) -> list[tuple[str, dict[str, Any]]]:
    """A well-formed write for each route that names one of those."""
    p, m = f"/intake/v1/proposals/{proposal}", f"/credentials/v1/microcredentials/{microcredential}"
    signed = {"decision": "approve", "digest": "sha-256:" + "0" * 64}
    paper = {
        "form": "minutes", "decided_by": here.persons["fred"], "position": "plant/foreman", "dated": "2026-02-01",
        "file": "sha-256:" + "a" * 64, "revision": 0,
    }  # fmt: skip
    return [
        (f"{p}/revise", {"change": {"hours": 3}}),
        (f"{p}/submit", {"to": here.partners["farm"]}),
        (f"{p}/withdraw", {"reason": "x"}),
        (f"{p}/readers", {"person": here.persons["fred"]}),
        (f"{p}/readers/{NOBODY}/end", {}),
        (f"{p}/responses", {"in_demand": True, "intended_assessment_reflects_job": True}),
        (f"{p}/accept", {"pathway": "rapid"}),
        (f"{p}/return", {"reason": "x"}),
        (f"{p}/decline", {"reason": "x"}),
        (f"{m}/outline", {"change": {"hours": 3}}),
        (f"{m}/request-validation", {}),
        (f"{m}/agreement", {"agreement": NOBODY}),
        (f"{m}/steps/approval/sign-offs", signed),
        (f"{m}/steps/nowhere/sign-offs", signed),
        (f"{m}/steps/approval/sign-offs/on-behalf", {**signed, "paper": paper}),
        (f"{m}/sign-offs/{NOBODY}/confirm", {}),
        (f"{m}/sign-offs/{NOBODY}/dispute", {}),
        (f"{m}/conditions/{NOBODY}/met", {}),
        (f"{m}/offerings", {"starts": "2026-01-05", "ends": "2026-03-05"}),
        (f"{m}/reviews", {"feedback": {"answers": 3}}),
        (f"{m}/reviews/{NOBODY}/decide", {"decision": "renew"}),
        (f"/credentials/v1/offerings/{offering}/close", {}),
    ]


async def _run(here: Community, one: str) -> str:
    """Its approval is granted, and a run of it is open."""
    path, dean = f"/credentials/v1/microcredentials/{one}", here.as_("nscc/dean")
    step = next(step for step in (await dean.get(path))["steps"] if step["key"] == "approval")
    await dean.post(f"{path}/steps/approval/sign-offs", {"decision": "approve", "digest": step["digest"]})
    run = {"starts": "2026-01-05", "ends": "2026-03-05"}
    return str((await here.as_("nscc/lead").post(f"{path}/offerings", run))["id"])


async def test_who_may_not_read_is_answered_in_writing_too_as_if_it_were_not_there(here: Community) -> None:
    draft, granted = await _at(here, "draft", 94), await _at(here, "granted", 95)
    there = _writes_to(here, draft, granted, await _run(here, granted))
    elsewhere = _writes_to(here, NOBODY, NOBODY, NOBODY)
    stranger = here.as_("farm/owner")
    for (path, asked), (nowhere, _) in zip(there, elsewhere, strict=True):
        seen = await stranger.refused(404, path, asked)
        unknown = await stranger.refused(404, nowhere, asked)
        assert (seen["type"], seen["title"]) == ("/problems/not-found", unknown["title"])
        assert seen["detail"].replace(path.split("/")[4], NOBODY) == unknown["detail"], path
        assert set(seen) == set(unknown)


async def test_who_may_read_and_not_write_is_told_who_can(here: Community) -> None:
    one = await _at(here, "opened", 96)
    asked = {"decision": "approve", "digest": "sha-256:" + "0" * 64}
    path = f"/credentials/v1/microcredentials/{one}/steps/approval/sign-offs"
    problem = await here.as_("clinic/chief").refused(403, path, asked)
    assert [one["position"]["key"] for one in problem["allowed_actions"]] == ["nscc/dean"]


async def test_what_was_supplied_in_confidence_is_for_council_coordinator_and_auditor(here: Community) -> None:
    one = await _at(here, "opened", 91)
    path = f"/credentials/v1/microcredentials/{one}"
    secret = {"words": "Our wages.", "confidentiality": "in-confidence"}
    digest = (await here.as_("nscc/lead").get(path))["steps"][0]["digest"]
    asked = {"decision": "request-changes", "digest": digest, "comment": secret}
    receipt = await here.as_("plant/foreman").post(f"{path}/steps/industry-validation/sign-offs", asked)
    note = f"/credentials/v1/notes/{receipt['recorded'][0]['fact']['comment']['id']}"
    for name in ("coordinator", "auditor", "fred", "cleo"):
        assert (await here.person(name).get(note))["words"] == "Our wages."
    await here.person("nscc-dean").refused(403, note, method="GET")
    await here.person("stranger").refused(404, note, method="GET")
    page = note.replace("/v1/", "/")
    for name, status in (("coordinator", 200), ("nscc-dean", 403), ("stranger", 404)):
        headers = {"Authorization": f"Bearer {here.keys[name]}", "Accept": "text/html"}
        shown = await here.http.get(page, headers=headers)
        assert (shown.status_code, "Our wages." in shown.text) == (status, status == 200)


async def test_small_counts_are_shown_to_the_delivering_partner_only(here: Community) -> None:
    one = await _at(here, "granted", 92)
    path = f"/credentials/v1/microcredentials/{one}"
    step = next(step for step in (await here.as_("nscc/dean").get(path))["steps"] if step["key"] == "approval")
    await here.as_("nscc/dean").post(
        f"{path}/steps/approval/sign-offs", {"decision": "approve", "digest": step["digest"]}
    )
    run = {"starts": "2026-01-05", "ends": "2026-03-05", "learners": 30}
    offering = (await here.as_("nscc/lead").post(f"{path}/offerings", run))["id"]
    closing = {"learners": 30, "completed": 27, "reported": {"completion_rate": "90%"}}
    await here.as_("nscc/lead").post(f"/credentials/v1/offerings/{offering}/close", closing)
    for name, completed in (("nscc-dean", 27), ("coordinator", None), ("fred", None), ("auditor", None)):
        reader = here.person(name)
        [seen] = (await reader.get(path))["offerings"]
        assert (seen["learners"], seen["completed"], seen["suppressed"]) == (30, completed, completed is None)
        figures = await reader.get(f"/oversight/v1/microcredentials/{one}/figures")
        story = await reader.get(f"/oversight/v1/microcredentials/{one}/story")
        told = str([seen, figures, [line["fact"] for line in story["lines"]], [x["sentence"] for x in story["lines"]]])
        assert ("27" in _counts(figures) or "90" in str(seen["reported"])) is (completed is not None), told
    facts = await here.coordinator.get("/credentials/v1/facts", limit=200)
    closed = [one["recorded"]["fact"] for one in facts["items"] if "offering-closed" in one["tag"]]
    assert all(fact.get("completed") is None for fact in closed)


def _counts(figures: dict[str, Any]) -> str:
    return str([(one["learners"], one["completed"], one["completion_rate"]) for one in figures["offerings"]])


async def test_an_auditor_reads_within_the_dates_of_a_mandate_and_each_read_is_kept(here: Community) -> None:
    await here.invite("inspector", "auditor")
    inspector, now = here.person("inspector"), datetime.now(UTC)
    await inspector.get("/credentials/v1/microcredentials")
    later = {"since": (now + timedelta(days=1)).isoformat(), "until": (now + timedelta(days=30)).isoformat()}
    asked = {"person": here.persons["inspector"], "instrument": INSTRUMENT}
    await here.coordinator.post("/partnerships/v1/mandates", {**asked, **later})
    for path in ("/credentials/v1/microcredentials", "/oversight/v1/board", "/intake/v1/facts"):
        assert (await inspector.refused(403, path, method="GET"))["type"] == "/problems/no-mandate"
    assert (await inspector.get("/partnerships/v1/whoami"))["role"] == "auditor"
    mandate = await here.coordinator.post(
        "/partnerships/v1/mandates", {**asked, "until": (now + timedelta(days=30)).isoformat()}
    )
    await inspector.get("/credentials/v1/microcredentials", state="approved")
    kept = await here.coordinator.get("/credentials/v1/auditor-reads", person=here.persons["inspector"])
    latest = kept["items"][0]
    assert (latest["path"], latest["query"]) == ("/credentials/v1/microcredentials", "state=approved")
    ended = {"until": datetime.now(UTC).isoformat()}
    await here.coordinator.post(f"/partnerships/v1/mandates/{mandate['id']}/end", ended)
    await inspector.refused(403, "/credentials/v1/microcredentials", method="GET")
