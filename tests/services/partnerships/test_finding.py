"""A partner's matrix, what is amiss there, and what would fall vacant if somebody left; over HTTP."""

import csv
import io
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from tests.support.community import Communities, Community

SERVICES = ("partnerships",)
V1 = "/partnerships/v1"
JUNE = datetime(2025, 6, 1, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


async def opened(communities: Communities) -> Community:
    """nscc with a dean who owns two matters, a vacant bursar, and since June a head."""
    here = await communities.open()
    await here.partner("nscc")
    await here.position("nscc/dean", "dana", ["academic-approval", "review"])
    await here.position("nscc/bursar")
    await here.responsibility("nscc/bursar", "fees")
    await here.position("nscc/head", "hana", ["delivery"], at=JUNE)
    return here


async def test_a_matrix_is_answered_as_json_csv_and_drawing_now_and_then(communities: Communities) -> None:
    here = await opened(communities)
    now = await here.coordinator.get(f"{V1}/partners/nscc/raci")
    assert [one["key"] for one in now["positions"]] == ["nscc/bursar", "nscc/dean", "nscc/head"]
    rows = {row["matter"]: row for row in now["rows"]}
    assert (rows["review"]["status"], rows["review"]["decides"]) == ("decided", [here.persons["dana"]])
    assert (rows["fees"]["status"], rows["funding"]["status"]) == ("vacant", "unowned")
    assert rows["fees"]["name"]["fr"]
    before = await here.coordinator.get(f"{V1}/partners/nscc/raci", at=(JUNE - timedelta(days=1)).isoformat())
    assert [one["key"] for one in before["positions"]] == ["nscc/bursar", "nscc/dean"]

    sheet = await here.coordinator.send("GET", f"{V1}/partners/nscc/raci.csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    told = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert {row["matter"]: row["nscc/dean"] for row in told if row["nscc/dean"]} == {
        "academic-approval": "A",
        "review": "A",
    }

    drawn = await here.coordinator.send("GET", f"{V1}/partners/nscc/raci.svg", query={"language": "fr"})
    assert drawn.headers["content-type"] == "image/svg+xml"
    root = ET.fromstring(drawn.content)
    words = {list(text.itertext())[-1] for text in root.iter(f"{SVG}text")}
    assert {"dean", "bursar · vacant", "head", "Examen périodique"} <= words


async def test_what_is_amiss_is_listed_with_what_to_do_of_one_partner_or_all(communities: Communities) -> None:
    here = await opened(communities)
    await here.partner("health")
    own = await here.coordinator.get(f"{V1}/findings", partner="nscc", kind="vacant-position")
    assert [(one["position"], bool(one["next"])) for one in own["items"]] == [("nscc/bursar", True)]
    assert own["counts"]["single-point-of-failure"] == 3
    every = await here.coordinator.get(f"{V1}/findings", limit=1)
    assert (len(every["items"]), every["more"]) == (1, True)
    assert every["counts"]["unowned-matter"] == own["counts"]["unowned-matter"] + 21
    problem = await here.coordinator.refused(404, f"{V1}/findings?partner=nowhere", method="GET")
    assert problem["type"] == "/problems/unknown-partner"


async def test_what_would_fall_vacant_if_somebody_left_is_told_before_they_do(communities: Communities) -> None:
    here = await opened(communities)
    dana = here.persons["dana"]
    found = await here.coordinator.get(f"{V1}/persons/{dana}/departure")
    assert found["falls"] == ["academic-approval at nscc", "review at nscc"]
    await here.holder("nscc/dean", "eve")
    assert (await here.coordinator.get(f"{V1}/persons/{dana}/departure"))["falls"] == []
    await here.coordinator.refused(404, f"{V1}/persons/{here.partners['nscc']}/departure", method="GET")


async def test_nothing_of_another_community_is_seen(communities: Communities) -> None:
    here, there = await opened(communities), await communities.open()
    for path in (f"{V1}/partners/{here.partners['nscc']}/raci", f"{V1}/persons/{here.persons['dana']}/departure"):
        await there.coordinator.refused(404, path, method="GET")
    assert (await there.coordinator.get(f"{V1}/findings"))["items"] == []
