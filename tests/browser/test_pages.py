"""What every page owes everybody, whoever looks at it and with what."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it ships no types

from shared.pages.languages import catalogue_of
from tests.browser.conftest import Visit
from tests.browser.stand import Stand
from tests.browser.visiting import Visitor
from tests.services.credentials.journeys import OUTLINE, World, requested
from tests.support.community import Communities

SERIOUS = ("serious", "critical")
ENGLISH = re.compile(r"\b(the|and|is|are|was|of|with|which|nobody|yet|this|that|who|your|has|have)\b")
"""Words no French sentence has."""
OF_THE_CASE = re.compile("letter of participation, 3 January 2023|Colleges and Institutes Canada")
"""Names and references that are recorded as they stand, in English alone."""
SAID = """
() => {
  const said = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const ours = one => !one.closest('[lang="en"], code, pre, script, style');
  while (walker.nextNode()) {
    const text = walker.currentNode.data.replace(/\\s+/g, ' ').trim();
    if (text && ours(walker.currentNode.parentElement)) said.push(text);
  }
  for (const one of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      if (one.getAttribute(name) && ours(one)) said.push(one.getAttribute(name).trim());
  return [document.title, ...said];
}
"""
"""All that the page says in its own language: what is marked as English, and codes, excepted."""


def addresses(stand: Stand) -> Iterator[str]:
    """Every page there is, where it has something to show."""
    yield "/board"
    yield "/board?stage=approved"
    yield f"/microcredentials/{stand.microcredential()}"
    yield f"/microcredentials/{stand.microcredential()}/nudge?act=request-validation&partner=nscc"
    yield "/inbox"
    yield "/problems/content-changed"
    yield "/who"
    yield "/who?partner=nscc"
    yield "/who?partner=cican&matter=funding"
    yield "/who/matrix?partner=nscc"
    yield "/who/gaps"
    yield "/who/mine"
    yield "/board?at=2023-02-13"
    yield f"/microcredentials/{stand.microcredential()}?from=credentials@35&to=credentials@45"


async def acting(visitor: Visitor, world: World) -> AsyncIterator[str]:
    """Where there is something to do: an advisor's inbox with what they are to sign chosen, the receipt of what they
    signed, and a draft whose outline is being changed.
    """
    page = visitor.page
    await visitor.sign_in(world.community.keys["fred"], to="/inbox")
    await page.locator("a[href*='act=sign-off']").first.click()
    await page.wait_for_url("**/inbox?item=*")
    yield "/inbox?item=…"
    for question in ("in_demand", "assessment_reflects_job"):
        await page.locator(f"[name={question}][value=true]").check()
    await page.locator("button[value=endorse]").click()
    await page.locator("a[href^='/inbox/receipts/']").click()
    await page.wait_for_url("**/inbox/receipts/*")
    yield "/inbox/receipts/…"
    await world.as_("nscc/lead").post("/intake/v1/proposals", {"key": "draft", "outline": OUTLINE})
    await visitor.sign_in(world.community.keys["lena"], to="/inbox")
    await page.locator("a[href*='act=submit-proposal']").first.click()
    for part in ("outcomes", "mode"):
        await page.locator(f"a[href*='change={part}']").click()
        await page.wait_for_url(f"**change={part}**")
        yield f"/inbox?change={part}"


async def serious_of(visitor: Visitor) -> list[str]:
    """What axe finds on the page that keeps somebody from using it."""
    found = (await Axe().run(visitor.page)).response["violations"]
    return [
        f"{one['id']}: {node['html']} ({node['failureSummary']})"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def english_in(said: list[str]) -> set[str]:
    """What was said in English: sentences of the catalogue that are others in French, and what looks like English."""
    said = [re.sub(r"\S*[-/_@]\S*", "", OF_THE_CASE.sub("", one)).strip() for one in said]  # codes stay as they are
    said = [one for one in said if " " in one or not one.islower()]  # so do those of one word
    catalogue = {
        str(message.id): str(message.string)
        for message in catalogue_of("fr")
        if isinstance(message.id, str) and message.id and message.id != message.string
    }
    return {one for one in said if (one in catalogue and one not in catalogue.values()) or ENGLISH.search(one.lower())}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(stand: Stand, here: Communities, visit: Visit, scheme: str) -> None:
    visitor = await visit(color_scheme=scheme)
    await visitor.go("/sign-in")
    found = {"/sign-in": await serious_of(visitor)}
    await visitor.sign_in(stand.key_of("coordinator"))
    for address in addresses(stand):
        await visitor.go(address)
        found[address] = await serious_of(visitor)
    async for address in acting(visitor, await requested(here)):
        found[address] = await serious_of(visitor)
    assert {address: serious for address, serious in found.items() if serious} == {}


async def test_no_page_is_wider_than_a_small_phone_nor_says_anything_in_english_to_who_reads_french(
    stand: Stand, here: Communities, visit: Visit
) -> None:
    visitor = await visit(locale="fr-CA", viewport={"width": 360, "height": 740})
    await visitor.go("/sign-in")
    wide, english = {"/sign-in": await visitor.widest()}, english_in(await visitor.page.evaluate(SAID))
    await visitor.sign_in(stand.key_of("coordinator"))
    for address in addresses(stand):
        await visitor.go(address)
        assert await visitor.page.locator("html").get_attribute("lang") == "fr"
        wide[address] = await visitor.widest()
        english |= {f"{address}: {one}" for one in english_in(await visitor.page.evaluate(SAID))}
    async for address in acting(visitor, await requested(here)):
        wide[address] = await visitor.widest()
        english |= {f"{address}: {one}" for one in english_in(await visitor.page.evaluate(SAID))}
    too_wide = {address: width for address, width in wide.items() if width > 360}
    assert not too_wide, too_wide
    assert not english, "\n".join(sorted(english))
