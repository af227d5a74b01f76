"""intake over HTTP: a concept goes from draft to acceptance, and every wrong way is told why."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.services.intake.heard import publish_pathway
from tests.support.community import Caller, Communities, Community
from tests.support.databases import fresh_name
from tests.support.running import Running

SERVICES = ("partnerships", "intake")
PROPOSALS = "/intake/v1/proposals"
PUBLISHED = datetime(2025, 2, 1, tzinfo=UTC)
OUTLINE: dict[str, Any] = {
    "title": {"en": "Welding on site", "fr": "Soudage sur place"},
    "need": {"en": "Two plants cannot fill their shifts."},
    "outcomes": [{"en": "Weld overhead."}],
    "job_functions": [{"en": "Welder"}],
    "assessment": {"en": "A weld, tested."},
}
NOBODY = "01900000-0000-7000-8000-000000000000"
"""An id nothing has."""
YES = {"in_demand": True, "intended_assessment_reflects_job": True}
NO = {"in_demand": True, "intended_assessment_reflects_job": False}

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


@dataclass(frozen=True)
class Place:
    """A community with a college, a funder who accepts, two who validate, and a published pathway."""

    community: Community
    pathway: UUID

    def as_(self, position: str) -> Caller:
        return self.community.as_(position)

    @property
    def lead(self) -> Caller:
        return self.as_("nscc/lead")

    @property
    def funder(self) -> Caller:
        return self.as_("cican/programs")

    async def draft(self, **changed: Any) -> str:
        """A proposal of the college, whole unless `changed`."""
        asked = {"key": fresh_name().replace("_", "-"), "outline": {**OUTLINE, **changed}}
        return str((await self.lead.post(PROPOSALS, asked))["id"])

    async def submitted(self) -> str:
        """One laid before the funder."""
        proposal = await self.draft()
        await self.lead.post(f"{PROPOSALS}/{proposal}/submit", {"to": self.community.partners["cican"]})
        return proposal

    async def answered(self) -> str:
        """One to which two partners have responded, the second with a no."""
        proposal = await self.submitted()
        await self.as_("plant/foreman").post(f"{PROPOSALS}/{proposal}/responses", YES)
        await self.as_("clinic/chief").post(f"{PROPOSALS}/{proposal}/responses", {**NO, "comment": "Use our machines."})
        return proposal


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(communities: Communities, stack: Running) -> AsyncIterator[Place]:
    made = await communities.open()
    for key in ("nscc", "cican", "plant", "clinic"):
        await made.partner(key)
    await made.position("nscc/lead", "lena", ["delivery"])
    await made.position("nscc/dean", "dana")
    await made.position("cican/programs", "paul", ["proposal-acceptance"])
    await made.position("plant/foreman", "fred", ["industry-validation"], role="advisor")
    await made.position("clinic/chief", "cleo", ["industry-validation"], role="advisor")
    await made.invite("auditor", "auditor")
    pathway = await publish_pathway(stack, made.key, "rapid", UUID(made.partners["nscc"]), PUBLISHED)
    yield Place(made, pathway)


async def test_a_concept_goes_from_draft_to_acceptance_with_its_dissent_kept(place: Place) -> None:
    proposal = await place.answered()
    receipt = await place.funder.post(f"{PROPOSALS}/{proposal}/accept", {"pathway": "rapid", "comment": "Go ahead."})
    fact = receipt["recorded"][0]["fact"]
    assert (fact["fact"], fact["proposal"], fact["pathway"]) == (
        "intake.proposal-accepted.v1", proposal, str(place.pathway),
    )  # fmt: skip
    assert len(fact["responses"]) == 2
    assert fact["dissent"] == fact["responses"][1:]
    assert fact["proposing"]["position"] == place.community.positions["nscc/lead"]
    assert fact["by"]["position"] == place.community.positions["cican/programs"]
    seen = await place.funder.get(f"{PROPOSALS}/{proposal}")
    assert [step["state"] for step in seen["states"]] == ["draft", "submitted", "concept-validation", "accepted"]
    assert [step["position"] for step in seen["states"]] == [
        "nscc/lead", "nscc/lead", "plant/foreman", "cican/programs",
    ]  # fmt: skip
    assert seen["outline"] == OUTLINE
    assert (seen["state"], seen["waiting_on"], seen["dissent"]) == ("accepted", [], fact["dissent"])
    assert seen["digest"] == fact["digest"]


async def test_nobody_accepts_what_is_anothers_by_stating_what_it_is_about_and_everybody_sees_that(
    place: Place,
) -> None:
    here = place.community
    await here.position("cican/clerk", "cleve")
    await here.responsibility("cican/clerk", "proposal-acceptance", scope={"kind": "amount", "value": "5000"})
    proposal = await place.answered()
    path = f"{PROPOSALS}/{proposal}/accept"

    def asked(amount: str) -> dict[str, Any]:
        return {"pathway": "rapid", "about": [{"kind": "amount", "value": amount}]}

    problem = await place.as_("cican/clerk").refused(403, path, asked("1"))
    assert problem["allowed_actions"][0]["position"]["key"] == "cican/programs"
    problem = await place.funder.refused(403, path, asked("1"))
    assert problem["allowed_actions"][0]["position"]["key"] == "cican/clerk"
    two = [{"kind": "amount", "value": "250000"}, {"kind": "amount", "value": "6000"}]
    await place.funder.refused(422, path, {"pathway": "rapid", "about": two})
    receipt = await place.funder.post(path, asked("250000"))
    seen = (await place.lead.get(f"{PROPOSALS}/{proposal}"))["about"]
    assert seen == receipt["recorded"][0]["fact"]["about"] == [{"kind": "amount", "value": "250000"}]


async def test_an_acceptance_too_early_says_what_is_missing_and_who_can_give_it(place: Place) -> None:
    proposal = await place.submitted()
    await place.as_("plant/foreman").post(f"{PROPOSALS}/{proposal}/responses", YES)
    problem = await place.funder.refused(409, f"{PROPOSALS}/{proposal}/accept", {"pathway": "rapid"})
    assert problem["type"] == "/problems/too-few-responses"
    assert problem["detail"] == "1 of 2 partners has responded to the concept."
    assert problem["waiting_on"][0]["matter"] == "industry-validation"
    assert [answer["position"]["key"] for answer in problem["allowed_actions"]] == ["clinic/chief"]
    seen = await place.lead.get(f"{PROPOSALS}/{proposal}")
    assert seen["waiting_on"][0]["sentence"] == problem["detail"]


async def test_somebody_without_the_matter_is_told_who_has_it_and_every_other_reason(place: Place) -> None:
    proposal = await place.submitted()
    problem = await place.lead.refused(404, f"{PROPOSALS}/{proposal}/accept", {"pathway": "nowhere"})
    assert {reason["type"].removeprefix("/problems/") for reason in problem["reasons"]} == {
        "not-theirs-to-decide", "proposers-do-not-judge", "too-few-responses", "pathway-not-in-force",
    }  # fmt: skip
    assert problem["allowed_actions"][0]["position"]["key"] == "cican/programs"
    await place.funder.refused(403, f"{PROPOSALS}/{proposal}/responses", YES)


async def test_the_version_in_force_is_the_one_published_by_the_moment_of_acceptance(
    place: Place, stack: Running
) -> None:
    community, partner = place.community, UUID(place.community.partners["nscc"])
    soon = datetime.now(UTC) + timedelta(hours=1)
    pathway = await publish_pathway(stack, community.key, "steady", partner, PUBLISHED)
    await publish_pathway(stack, community.key, "steady", partner, PUBLISHED + timedelta(days=1), pathway, 2)
    await publish_pathway(stack, community.key, "steady", partner, soon, pathway, 3)
    proposal = await place.answered()
    receipt = await place.funder.post(f"{PROPOSALS}/{proposal}/accept", {"pathway": str(pathway)})
    assert receipt["recorded"][0]["fact"]["pathway_version"] == 2


async def test_a_repeat_under_the_same_key_answers_the_same_receipt_and_otherwise_is_silence(
    place: Place, stack: Running
) -> None:
    proposal, once = await place.submitted(), str(uuid4())
    path = f"{PROPOSALS}/{proposal}/responses"
    first = await place.as_("plant/foreman").post(path, YES, once=once)
    before = await stack.last_index()
    again = await place.as_("plant/foreman").post(path, YES, once=once)
    assert again == {**first, "repeated": True}
    silent = await place.as_("plant/foreman").post(path, YES)
    assert (silent["id"], silent["recorded"]) == (first["id"], [])
    assert await stack.last_index() == before


async def test_a_later_response_of_a_partner_counts_and_the_earlier_is_kept(place: Place) -> None:
    proposal = await place.answered()
    comment = {"words": "Les machines sont prêtes.", "language": "fr", "confidentiality": "in-confidence"}
    await place.as_("clinic/chief").post(f"{PROPOSALS}/{proposal}/responses", {**YES, "comment": comment})
    seen = await place.lead.get(f"{PROPOSALS}/{proposal}")
    assert [one["standing"] for one in seen["responses"]] == ["counts", "replaced", "counts"]
    assert seen["dissent"] == []
    assert "machines" not in str(seen)
    note = seen["responses"][2]["comment"]["id"]
    assert (await place.as_("clinic/chief").get(f"/intake/v1/notes/{note}"))["words"] == comment["words"]
    await place.lead.refused(403, f"/intake/v1/notes/{note}", method="GET")


async def test_a_returned_proposal_is_revised_submitted_and_answered_anew(place: Place) -> None:
    proposal = await place.answered()
    await place.funder.post(f"{PROPOSALS}/{proposal}/return", {"reason": "State the hours."})
    await place.as_("nscc/dean").post(f"{PROPOSALS}/{proposal}/revise", {"change": {"hours": 40, "need": None}})
    problem = await place.lead.refused(422, f"{PROPOSALS}/{proposal}/submit", {"to": place.community.partners["cican"]})
    assert problem["detail"] == "The outline does not state its need."
    await place.lead.post(f"{PROPOSALS}/{proposal}/revise", {"change": {"need": OUTLINE["need"]}})
    await place.lead.post(f"{PROPOSALS}/{proposal}/submit", {"to": place.community.partners["cican"]})
    seen = await place.lead.get(f"{PROPOSALS}/{proposal}")
    assert {one["standing"] for one in seen["responses"]} == {"before-return"}
    assert seen["outline"]["hours"] == 40
    problem = await place.funder.refused(409, f"{PROPOSALS}/{proposal}/accept", {"pathway": "rapid"})
    assert problem["detail"] == "0 of 2 partners have responded to the concept."


async def test_what_is_declined_or_withdrawn_stays_so(place: Place) -> None:
    declined, withdrawn = await place.submitted(), await place.draft()
    await place.funder.post(f"{PROPOSALS}/{declined}/decline", {"reason": "No budget."})
    await place.as_("nscc/dean").post(f"{PROPOSALS}/{withdrawn}/withdraw", {})
    for proposal in (declined, withdrawn):
        problem = await place.lead.refused(409, f"{PROPOSALS}/{proposal}/revise", {"change": {"hours": 3}})
        assert problem["type"] == "/problems/it-is-over"


async def test_a_past_state_is_folded_from_the_log_by_index_and_by_time(place: Place) -> None:
    key = fresh_name().replace("_", "-")
    monday, friday = datetime(2025, 3, 3, 13, tzinfo=UTC), datetime(2025, 3, 7, 13, tzinfo=UTC)
    drafted = await place.lead.post(PROPOSALS, {"key": key, "outline": OUTLINE}, at=monday)
    path = f"{PROPOSALS}/{drafted['id']}"
    await place.lead.post(f"{path}/submit", {"to": place.community.partners["cican"]}, at=friday)
    assert (await place.lead.get(path))["state"] == "submitted"
    assert (await place.lead.get(path, at=drafted["index"]))["state"] == "draft"
    assert (await place.lead.get(path, at="2025-03-05T00:00:00Z"))["state"] == "draft"
    assert (await place.lead.get(path, at="2025-03-07T13:00:00Z"))["since"] == "2025-03-07T13:00:00Z"
    await place.lead.refused(404, f"{path}?at=2025-03-01T00:00:00Z", method="GET")
    await place.lead.refused(400, f"{path}?at=2025-03-01T00:00:00", method="GET")
    early = await place.lead.refused(422, f"{path}/withdraw", {}, at=monday)
    assert early["type"] == "/problems/before-its-last"


async def test_a_draft_is_read_by_its_own_partner_and_by_auditors(place: Place) -> None:
    proposal = await place.draft()
    path = f"{PROPOSALS}/{proposal}"
    for reader in (place.as_("nscc/dean"), place.community.person("auditor")):
        assert (await reader.get(path))["state"] == "draft"
        assert proposal in await every_proposal(reader, state="draft")
    for reader in (place.as_("plant/foreman"), place.community.coordinator):
        await reader.refused(404, path, method="GET")
        assert proposal not in await every_proposal(reader)


async def test_what_others_could_read_they_still_read_once_it_is_withdrawn_but_not_the_draft_before(
    place: Place,
) -> None:
    drafted = await place.lead.post(PROPOSALS, {"key": fresh_name().replace("_", "-"), "outline": OUTLINE})
    path = f"{PROPOSALS}/{drafted['id']}"
    await place.lead.post(f"{path}/submit", {"to": place.community.partners["cican"]})
    await place.lead.post(f"{path}/withdraw", {})
    assert (await place.funder.get(path))["state"] == "withdrawn"
    assert drafted["id"] in await every_proposal(place.funder, state="withdrawn")
    await place.funder.refused(404, f"{path}?at={drafted['index']}", method="GET")


async def test_lists_page_through_every_proposal_once_in_order(communities: Communities) -> None:
    made = await communities.open()
    await made.partner("nscc")
    await made.position("nscc/lead", "lena")
    lead = made.as_("nscc/lead")
    drafted = [
        (await lead.post(PROPOSALS, {"key": f"p-{number}", "outline": {"title": {"en": str(number)}}}))["id"]
        for number in range(5)
    ]
    assert await every_proposal(lead, limit=2) == drafted
    page = await lead.get(PROPOSALS, limit=5)
    assert page["next"] is None
    assert page["items"][0] == {
        "proposal": drafted[0],
        "key": "p-0",
        "title": {"en": "0"},
        "drafted_at": page["items"][0]["since"],
        "state": "draft",
        "since": page["items"][0]["since"],
        "proposing_partner": made.partners["nscc"],
        "addressed_partner": None,
        "responses": 0,
    }
    await lead.post(f"{PROPOSALS}/{drafted[3]}/withdraw", {"reason": "Not now."})
    assert await every_proposal(lead, state="withdrawn") == [drafted[3]]
    await lead.refused(409, PROPOSALS, {"key": "p-0", "outline": {}})


async def test_another_community_sees_and_changes_nothing(place: Place, communities: Communities) -> None:
    proposal = await place.answered()
    other = await communities.open()
    await other.partner("nscc")
    await other.position("nscc/lead", "lena", ["proposal-acceptance", "industry-validation"])
    stranger = other.as_("nscc/lead")
    await stranger.refused(404, f"{PROPOSALS}/{proposal}", method="GET")
    await stranger.refused(404, f"{PROPOSALS}/{proposal}/accept", {"pathway": "rapid"})
    await stranger.refused(404, f"{PROPOSALS}/{proposal}/withdraw", {})
    assert await every_proposal(stranger) == []


@pytest.mark.parametrize(
    ("status", "path", "body"),
    [
        (400, "", {"key": "x", "outline": {"titel": {"en": "x"}}}),
        (400, "", {"key": "x", "outline": {}, "more": 1}),
        (400, "", {"key": "Not A Key", "outline": {}}),
        (400, "", {"key": "x", "outline": {"title": {}}}),
        (400, "", {"key": "x", "outline": {"title": "x\u0000"}}),
        (400, "", {"key": "x", "outline": {"hours": 10**30}}),
        (422, "", {"key": "x", "outline": {"outcomes": [{"en": "x" * 8000}] * 7}}),
        (400, "/{proposal}/revise", {"change": {"hour": 3}}),
        (400, "/{proposal}/submit", {"to": "cican"}),
        (404, "/{proposal}/submit", {"to": NOBODY}),
        (404, f"/{NOBODY}/withdraw", {}),
        (400, "/{proposal}/withdraw", {"reason": ""}),
        (403, "/{proposal}/responses", YES),
    ],
)
async def test_bad_input_gets_a_problem_and_changes_nothing(
    place: Place, stack: Running, status: int, path: str, body: Any
) -> None:
    proposal = await place.submitted() if "responses" in path else await place.draft()
    before = await stack.last_index()
    await place.lead.refused(status, PROPOSALS + path.format(proposal=proposal), body)
    assert await stack.last_index() == before


@pytest.mark.parametrize(
    "query",
    ["after=!!!", "after=abc", f"after={'a' * 201}", "limit=0", "limit=201", "state=lost", "page=2", "in_state=draft"],
)
async def test_a_query_that_is_not_right_is_refused(place: Place, query: str) -> None:
    await place.lead.refused(400, f"{PROPOSALS}?{query}", method="GET")


async def test_the_table_is_the_same_after_a_rebuild(place: Place, stack: Running) -> None:
    await place.answered()
    await every_proposal(place.community.coordinator)  # the table is level with the log now
    platform = stack.platforms["intake"]
    rows = "select * from read.proposals order by proposal"
    before = await platform.pool.fetch(rows)
    for projector in platform.projectors():
        assert await projector.rebuild() == await platform.log.last_index()
    assert await platform.pool.fetch(rows) == before


async def every_proposal(reader: Caller, **query: Any) -> list[str]:
    """The ids on every page of a list."""
    page = await reader.get(PROPOSALS, **query)
    found = [item["proposal"] for item in page["items"]]
    while page["next"]:
        page = await reader.get(PROPOSALS, **query, after=page["next"])
        found += [item["proposal"] for item in page["items"]]
    return found
