"""Who to go to, as pages: in both languages, today and on a day gone by, and what to do where nobody decides."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest_asyncio

from tests.support.community import INSTRUMENT, Communities, Community

SERVICES = ("partnerships", "oversight")
V1 = "/partnerships/v1"
JUNE = datetime(2025, 6, 1, tzinfo=UTC)
DEAN = {"name": "Dean of today", "email": "dean@college.example"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(communities: Communities) -> Community:
    """nscc: a dean with an alternate and an escalation, a vacant bursar, two equal owners, a delegate, one away."""
    here = await communities.open()
    await here.partner("nscc")
    administrator = here.as_("nscc/authority-administrator")
    await here.position("nscc/president", "petra")
    await here.position("nscc/vice-dean", "vera")
    await here.position("nscc/dean", "dana", ["academic-approval"])
    named: dict[str, Any] = {
        "alternate": here.positions["nscc/vice-dean"],
        "escalation": here.positions["nscc/president"],
    }
    named["instrument"] = INSTRUMENT
    await administrator.post(f"{V1}/positions/{here.positions['nscc/dean']}/change", named)
    await here.position("nscc/bursar", None, ["fees"])
    await here.position("nscc/head", "hana", ["branding"])
    await here.responsibility("nscc/head", "delivery", scope={"kind": "sector", "value": "energy"})
    await here.responsibility("nscc/dean", "delivery", scope={"kind": "sector", "value": "healthcare"})
    await here.responsibility("nscc/head", "funding", scope={"kind": "unit", "value": "school-of-health"})
    await here.delegate("nscc/head", "lea", ["branding"])
    await here.coordinator.post(f"{V1}/persons/{here.persons['dana']}/contact", DEAN)
    await here.position("nscc/chief", "june", ["review"], at=JUNE)
    asked = {"matter": "academic-approval", "position": here.positions["nscc/head"], "instrument": INSTRUMENT}
    await administrator.post(f"{V1}/partners/{here.partners['nscc']}/responsibilities", asked | {"letter": "consulted"})
    return here


async def page(here: Community, path: str = "/who", *, status: int = 200, language: str = "en", **query: Any) -> str:
    """The page's text as somebody reads it, without its marks; asked with the coordinator's key."""
    headers = {"Authorization": f"Bearer {here.keys['coordinator']}", "Cookie": f"consortia-language={language}"}
    query["after"] = f"partnerships@{here.seen['partnerships']}"
    answer = await here.http.get(path, params=query, headers=headers)
    assert answer.status_code == status, answer.text
    assert len(answer.content) < 150_000
    return told(answer.text)


def told(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def test_the_answer_names_position_holder_alternate_escalation_instrument_and_since_when(here: Community) -> None:
    said = await page(here, matter="academic-approval", partner="nscc")
    assert "Academic approval: dean (nscc/dean) decides." in said or "Academic approval: nscc/dean decides." in said
    for part in (
        "how to reach the holder , since Jan 1, 2025", "Alternate vice-dean nscc/vice-dean",
        "Escalation president nscc/president", "policy P-1, Jan 1, 2025", "in effect since Jan 1, 2025",
        "Confirmed on Jan 1, 2025", "how to reach whoever confirmed it", "Consulted head nscc/head",
    ):  # fmt: skip
        assert part in said, said
    assert DEAN["name"] not in said


async def test_the_same_in_french(here: Community) -> None:
    said = await page(here, language="fr", matter="academic-approval", partner="nscc")
    for part in ("À qui s’adresser", "Approbation des études", "Suppléance", "comment joindre le titulaire"):
        assert part in said
    assert "decides." not in said


async def test_where_nobody_decides_it_is_told_why_and_who_can_mend_it(here: Community) -> None:
    cases = {
        "fees": ("Vacant", "The position is vacant.", "Appoint a holder"),
        "delivery": ("Ambiguous", "equally accountable", "End one of the responsibilities"),
        "privacy": ("Nobody accountable", "nobody at nscc is accountable", "Give it to a position"),
        "funding": ("Nobody accountable", "only within the unit school-of-health", "Say above what it is about"),
    }
    for matter, parts in cases.items():
        about = "sector:energy,sector:healthcare" if matter == "delivery" else ""
        said = await page(here, matter=matter, partner="nscc", within=about)
        for part in (*parts, "nscc/authority-administrator) can put this right."):
            assert part in said, said
        french = await page(here, language="fr", matter=matter, partner="nscc", within=about)
        assert "peut y remédier" in french
        assert not set(parts[1:]) & {part for part in parts[1:] if part in french}


async def test_within_what_it_lies_is_chosen_from_what_is_recorded_or_typed(here: Community) -> None:
    offered = await page(here, matter="funding", partner="nscc")
    assert "the unit school-of-health" in offered
    typed: dict[str, Any] = {"kind": "unit", "value": "school-of-health"}
    for query in ({"within": "unit:school-of-health"}, typed):
        said = await page(here, matter="funding", partner="nscc", **query)
        assert "nscc/head) decides" in said or "nscc/head decides" in said
        assert "accountable for this within the unit school-of-health" in said


async def test_a_delegate_is_named_with_what_says_so(here: Community) -> None:
    said = await page(here, matter="branding", partner="nscc")
    assert "It was delegated to one person as well." in said
    assert "how to reach the delegate" in said


async def test_on_a_day_gone_by_it_is_told_how_it_was(here: Community) -> None:
    assert "nscc/chief" in await page(here, matter="review", partner="nscc")
    before = await page(here, matter="review", partner="nscc", at="2025-03-01")
    assert "as of Mar 1, 2025" in before
    assert "nobody at nscc is accountable" in before
    assert "How it is today" in before
    assert "nscc/chief" in await page(here, matter="review", partner="nscc", at="2025-06-01")
    index = await page(here, matter="review", partner="nscc", at=f"partnerships@{here.seen['partnerships']}")
    assert "nscc/chief" in index


async def test_bad_questions_are_refused_and_empty_fields_are_not_asked(here: Community) -> None:
    assert "Who decides?" in await page(here, matter="", partner="", within="", kind="", value="", at="")
    empty: dict[str, Any] = {"matter": "academic-approval", "partner": "nscc"}
    for status, wrong in (
        (400, {"at": "2025-13-45"}),
        (400, {"at": "noon"}),
        (400, {"within": "x"}),
        (422, {"matter": "x"}),
    ):
        await page(here, status=status, **(empty | wrong))
    await page(here, status=404, matter="fees", partner="nscc", at="partnerships@99999999")
    assert "No partner is called “nowhere”." in await page(here, matter="fees", partner="nowhere")
