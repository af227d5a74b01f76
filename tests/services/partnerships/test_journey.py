"""partnerships over HTTP."""

from tests.support.community import Communities

SERVICES = ("partnerships",)


async def test_a_position_recorded_by_its_administrator_decides(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc", sectors=["healthcare"])
    await here.position("nscc/dean", held_by="dana", answers_for=["academic-approval"])
    answer = await here.as_("nscc/dean").get("/partnerships/v1/who-decides", matter="academic-approval", partner="nscc")
    assert answer["status"] == "decided"
