"""intake hears over NATS: a pathway published a moment ago can be named, and credentials hears the acceptance."""

from datetime import UTC, datetime

import pytest

from tests.support.community import Communities

SERVICES = ("partnerships", "intake", "credentials")
PROPOSALS = "/intake/v1/proposals"

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


async def test_a_pathway_published_a_moment_ago_is_named_and_a_microcredential_opens(communities: Communities) -> None:
    here = await communities.open()
    for key in ("nscc", "plant", "clinic"):
        await here.partner(key)
    await here.position("nscc/lead", "lena")
    await here.position("nscc/dean", "dana", ["proposal-acceptance", "academic-approval"])
    for position, person in (("plant/foreman", "fred"), ("clinic/chief", "cleo")):
        await here.position(position, person, ["industry-validation"], role="advisor")
    lead, text = here.as_("nscc/lead"), {"en": "Welding"}
    outline = {"title": text, "need": text, "outcomes": [text], "job_functions": [text], "assessment": text}
    proposal = (await lead.post(PROPOSALS, {"key": "welding", "outline": outline}))["id"]
    await lead.post(f"{PROPOSALS}/{proposal}/submit", {"to": here.partners["nscc"]})
    answer = {"in_demand": True, "intended_assessment_reflects_job": True}
    for position in ("plant/foreman", "clinic/chief"):
        await here.as_(position).post(f"{PROPOSALS}/{proposal}/responses", answer)
    step = {
        "key": "approval",
        "verb": "approve",
        "matter": "academic-approval",
        "rule": {"type": "owner", "partner": here.partners["nscc"]},
        "covers": ["title"],
    }
    asked = {"key": "rapid", "title": {"en": "Rapid"}, "steps": [step]}
    published = await here.coordinator.post("/credentials/v1/pathways", asked, at=datetime(2025, 6, 1, tzinfo=UTC))
    accepted = await here.as_("nscc/dean").post(f"{PROPOSALS}/{proposal}/accept", {"pathway": "rapid"})
    assert accepted["recorded"][0]["fact"]["pathway"] == published["id"]
    opened = await lead.get(f"/credentials/v1/microcredentials/{proposal}")
    assert opened["key"] == "welding"
