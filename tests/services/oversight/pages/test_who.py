"""Who to go to, as pages: in both languages, today and on a day gone by, and what to do where nobody decides."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest_asyncio

from shared.security.keys import parse_key
from shared.security.sessions import Sessions
from tests.support.community import INSTRUMENT, Communities, Community
from tests.support.running import Running

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


async def page(
    here: Community,
    path: str = "/who",
    *,
    status: int = 200,
    language: str = "en",
    by: str = "coordinator",
    **query: Any,
) -> str:
    """The page's text as somebody reads it, without its marks."""
    headers = {"Authorization": f"Bearer {here.keys[by]}", "Cookie": f"consortia-language={language}"}
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


async def test_the_matrix_of_a_partner_marks_its_gaps_by_words(here: Community) -> None:
    said = await page(here, "/who/matrix", partner="nscc")
    for part in (
        "Who answers for what at NSCC", "dean nscc/dean", "bursar nscc/bursar vacant", "Fees fees Vacant",
        "Privacy privacy Nobody accountable", "A Accountable", "C Consulted", "All on one person",
    ):  # fmt: skip
        assert part in said, said
    gaps = await page(here, "/who/matrix", partner="nscc", only="gaps")
    assert "Fees fees" in gaps
    assert "Academic approval academic-approval" not in gaps
    before = await page(here, "/who/matrix", partner="nscc", at="2025-03-01")
    assert "nscc/chief" not in before
    french = await page(here, "/who/matrix", language="fr", partner="nscc")
    assert "Qui répond de quoi" in french
    assert "Sans responsable" in french


async def test_the_matrix_is_had_as_files_by_whoever_is_signed_in(here: Community, stack: Running) -> None:
    cookie = {"Cookie": f"consortia-session={session(here, stack)}"}
    sheet = await here.http.get(f"{V1}/partners/nscc/raci.csv", headers=cookie)
    assert (sheet.status_code, "nscc/dean" in sheet.text) == (200, True)
    drawing = await here.http.get(f"{V1}/partners/nscc/raci.svg", params={"language": "fr"}, headers=cookie)
    assert (drawing.status_code, "<svg" in drawing.text) == (200, True)


async def test_what_is_missing_is_listed_with_what_to_mend_and_who_does_it(here: Community) -> None:
    said = await page(here, "/who/gaps")
    for part in (
        "Nobody can decide", "Fees: nscc/bursar decides. The position is vacant.", "nscc/bursar is vacant.",
        "all of it hangs on one person", "Nobody is accountable for: ", "This is for nscc/authority-administrator:",
    ):  # fmt: skip
        assert part in said, said
    one = await page(here, "/who/gaps", partner="nscc", kind="vacant-position")
    assert "nscc/bursar is vacant." in one
    assert "all of it hangs" not in one
    french = await page(here, "/who/gaps", language="fr")
    assert "tout repose sur une seule personne" in french
    assert "hangs" not in french
    await page(here, "/who/gaps", status=400, kind="anything")
    assert "No partner is called" in await page(here, "/who/gaps", partner="nowhere")


async def test_whoever_is_signed_in_sees_what_they_answer_for(here: Community) -> None:
    said = await page(here, "/who/mine", by="dana")
    for part in ("dean nscc/dean , since Dec 31, 2024", "Academic approval nscc", "within the sector healthcare"):
        assert part in said, said
    assert "nobody else could decide it" not in said.split("Delivery")[0].split("Academic approval")[1]
    lea = await page(here, "/who/mine", by="lea")
    assert "delegated until" in lea
    assert "you stand in for it as" not in lea
    assert "Nothing, today." in await page(here, "/who/mine")


def session(here: Community, stack: Running) -> str:
    key, secret = parse_key(here.keys["coordinator"]), stack.platforms["oversight"].settings.session_secret
    assert key is not None
    assert secret is not None
    return Sessions(secret, secure=False).sealed(key.id)
