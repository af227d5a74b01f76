"""A small world for journeys: a college, a plant and a clinic, an advisory council, a pathway of two steps."""

from typing import Any

from tests.support.community import Caller, Communities, Community

MICROCREDENTIALS = "/credentials/v1/microcredentials"
TEXT = {"en": "Welding"}
OUTLINE = {
    "title": TEXT,
    "need": TEXT,
    "outcomes": [TEXT],
    "job_functions": [TEXT],
    "assessment": TEXT,
    "hours": 20,
}


class World:
    """The community, and the microcredential at hand."""

    def __init__(self, community: Community, microcredential: str) -> None:
        self.community = community
        self.id = microcredential
        self.path = f"{MICROCREDENTIALS}/{microcredential}"

    def as_(self, position: str) -> Caller:
        return self.community.as_(position)

    async def read(self, **query: str) -> dict[str, Any]:
        """The microcredential as the college's lead reads it."""
        found: dict[str, Any] = await self.as_("nscc/lead").get(self.path, **query)
        return found

    async def step(self, key: str) -> dict[str, Any]:
        return next(step for step in (await self.read())["steps"] if step["key"] == key)

    async def given(self, step: str, decision: str, **more: Any) -> dict[str, Any]:
        """The body of a sign-off on what the step covers now."""
        yes = {"in_demand": True, "assessment_reflects_job": True} if decision.startswith("endorse") else {}
        return {"decision": decision, "digest": (await self.step(step))["digest"], **yes, **more}

    async def sign(self, position: str, step: str, decision: str, **more: Any) -> dict[str, Any]:
        asked = await self.given(step, decision, **more)
        return await self.as_(position).post(f"{self.path}/steps/{step}/sign-offs", asked)

    async def approve(self) -> None:
        """Both steps granted."""
        await self.sign("plant/foreman", "industry-validation", "endorse")
        await self.sign("clinic/chief", "industry-validation", "endorse")
        await self.sign("nscc/dean", "approval", "approve")


async def accepted(communities: Communities, traceparent: str | None = None, signed: bool = False) -> World:
    """A proposal was accepted, in that trace, so its microcredential is open and in preparation.

    Where it is `signed`, the last step takes sign-offs with a signature only.
    """
    here = await communities.open()
    for key in ("nscc", "plant", "clinic"):
        await here.partner(key)
    await here.position("nscc/lead", "lena", ["delivery"])
    await here.position("nscc/dean", "dana", ["proposal-acceptance", "academic-approval", "review"])
    for position, person in (("plant/foreman", "fred"), ("clinic/chief", "cleo")):
        await here.position(position, person, ["industry-validation"], role="advisor")
    council = await here.council("advisory", ["plant/foreman", "clinic/chief"], 2)
    await here.coordinator.post("/credentials/v1/pathways", pathway(council, here.partners["nscc"], signed))
    lead = here.as_("nscc/lead")
    proposal = (await lead.post("/intake/v1/proposals", {"key": "welding", "outline": OUTLINE}))["id"]
    await lead.post(f"/intake/v1/proposals/{proposal}/submit", {"to": here.partners["nscc"]})
    for position in ("plant/foreman", "clinic/chief"):
        answer = {"in_demand": True, "intended_assessment_reflects_job": True}
        await here.as_(position).post(f"/intake/v1/proposals/{proposal}/responses", answer)
    dean = here.as_("nscc/dean").traced(traceparent)
    await dean.post(f"/intake/v1/proposals/{proposal}/accept", {"pathway": "rapid"})
    return World(here, str(proposal))


async def requested(communities: Communities, signed: bool = False) -> World:
    """Validation was requested."""
    world = await accepted(communities, signed=signed)
    await world.as_("nscc/lead").post(f"{world.path}/request-validation")
    return world


def pathway(council: str, college: str, signed: bool = False) -> dict[str, Any]:
    return {
        "key": "rapid",
        "title": {"en": "Rapid"},
        "steps": [
            {
                "key": "industry-validation",
                "verb": "endorse",
                "matter": "industry-validation",
                "rule": {"type": "quorum", "council": council},
                "covers": ["outcomes", "assessment"],
            },
            {
                "key": "approval",
                "verb": "approve",
                "matter": "academic-approval",
                "rule": {"type": "owner", "partner": college},
                "covers": ["title", "hours"],
                "after": ["industry-validation"],
                "requires_signature": signed,
            },
        ],
    }
