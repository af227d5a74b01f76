"""What people come for, each with scripts and without: the same is done, and the same is told."""

import asyncio

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.stand import Stand
from tests.browser.visiting import Visitor
from tests.services.credentials.journeys import World, requested
from tests.support.community import Communities

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


async def opened(visitor: Visitor, world: World, person: str) -> None:
    """That person has signed in, and chosen the one thing in their inbox."""
    await visitor.sign_in(world.community.keys[person], to="/inbox")
    await visitor.page.get_by_role("link", name="Welding").click()
    await expect(visitor.page.get_by_role("heading", name="What to do")).to_be_visible()


async def answered(visitor: Visitor, *, demand: str, reflects: str) -> None:
    """The two questions of an industry validation."""
    page = visitor.page
    await page.get_by_role("group", name="Is what it teaches in demand?").get_by_label(demand).check()
    await page.get_by_role("group", name="Does the assessment reflect the job?").get_by_label(reflects).check()


async def signed(visitor: Visitor) -> None:
    """Endorsed, with both questions answered by yes."""
    await answered(visitor, demand="Yes", reflects="Yes")
    await visitor.page.get_by_role("button", name="Endorse", exact=True).click()


def card_on(visitor: Visitor) -> Locator:
    """The card on the board."""
    page = visitor.page
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Welding"))


@SCRIPTS
async def test_an_advisor_is_refused_in_place_keeps_what_was_typed_and_then_signs(
    here: Communities, visit: Visit, scripts: bool
) -> None:
    world = await requested(here)
    fred = await visit(java_script_enabled=scripts)
    page = fred.page
    await opened(fred, world, "fred")
    await answered(fred, demand="No", reflects="Yes")
    await page.get_by_label("Comment").fill("It is not asked for.")
    await page.get_by_role("button", name="Endorse", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Comment")).to_have_value("It is not asked for.")
    await expect(page.get_by_role("group", name="Is what it teaches in demand?").get_by_label("No")).to_be_checked()
    await signed(fred)
    await expect(page.get_by_role("button", name="Endorse", exact=True)).to_have_count(0)
    step = await world.step("industry-validation")
    assert [one["decision"] for one in step["sign_offs"]] == ["endorse"]
    await page.get_by_role("link", name="The receipt").click()
    await expect(page.get_by_role("heading", name="Receipt", exact=True)).to_be_visible()
    await expect(page.get_by_role("article")).to_contain_text("plant/foreman")
    await page.emulate_media(media="print")
    await expect(page.get_by_role("link", name="Board")).to_have_count(0)


async def test_an_advisor_signs_with_the_keyboard_alone(here: Communities, visit: Visit) -> None:
    world = await requested(here)
    fred = await visit()
    await fred.sign_in(world.community.keys["fred"], to="/inbox")
    await fred.press_until("Tab", "a", "Welding")
    await fred.page.keyboard.press("Enter")
    await fred.page.wait_for_url("**/inbox?item=*")
    for field in ("in_demand", "assessment_reflects_job"):
        await fred.press_until("Tab", f"[name={field}]")
        await fred.page.keyboard.press("Space")
    await fred.press_until("Tab", "button[value=endorse]")
    await fred.page.keyboard.press("Enter")
    await expect(fred.page.get_by_role("button", name="Endorse", exact=True)).to_have_count(0)
    step = await world.step("industry-validation")
    assert [one["decision"] for one in step["sign_offs"]] == ["endorse"]


async def test_two_advisors_sign_at_once_and_the_board_moves_under_a_third_ones_eyes(
    here: Communities, visit: Visit
) -> None:
    world = await requested(here)
    third, fred, cleo = await visit(), await visit(), await visit()
    await third.sign_in(world.community.keys["coordinator"])
    card = third.page.get_by_role("listitem").filter(has=third.page.get_by_role("heading"))
    await expect(card).to_contain_text("foreman")
    for visitor, person in ((fred, "fred"), (cleo, "cleo")):
        await opened(visitor, world, person)
        await answered(visitor, demand="Yes", reflects="Yes")
    await gathered(fred, cleo)
    await expect(card).to_contain_text("dean")
    await expect(card).not_to_contain_text("foreman")
    assert (await world.step("industry-validation"))["state"] == "granted"


async def gathered(*visitors: Visitor) -> None:
    """All endorse in the same moment."""
    await asyncio.gather(*(one.page.get_by_role("button", name="Endorse", exact=True).click() for one in visitors))


@SCRIPTS
async def test_whoever_proposed_it_revises_the_outline_part_by_part(
    here: Communities, visit: Visit, scripts: bool
) -> None:
    world = await requested(here)
    comment = {"comment": {"language": "en", "words": "Say how long it takes."}}
    await world.sign("plant/foreman", "industry-validation", "request-changes", **comment)
    lena = await visit(java_script_enabled=scripts)
    page = lena.page
    await opened(lena, world, "lena")
    await page.get_by_role("link", name="Change several parts at once").click()
    await world.as_("nscc/lead").post(f"{world.path}/outline", {"change": {"cost": {"en": "Free"}}})
    await page.get_by_role("spinbutton", name="Hours").fill("35")
    await page.get_by_role("button", name="Change it").click()
    await expect(page.get_by_role("alert")).to_contain_text("changed since you read it")
    await page.get_by_role("link", name="Inbox").click()
    await page.get_by_role("link", name="Welding").click()
    await page.get_by_role("link", name="Change: Hours").click()
    await page.get_by_role("spinbutton", name="Hours").fill("35")
    await page.get_by_label("Why it changes").fill("As the foreman asked.")
    await page.get_by_role("button", name="Change it").click()
    await expect(page.get_by_role("link", name="The receipt")).to_be_visible()
    assert (await world.read())["outline"]["hours"] == 35


@SCRIPTS
async def test_a_coordinator_nudges_whom_a_card_waits_on_and_gets_a_message_to_send(
    here: Communities, visit: Visit, scripts: bool
) -> None:
    world = await requested(here)
    visitor = await visit(java_script_enabled=scripts)
    page = visitor.page
    await visitor.sign_in(world.community.keys["coordinator"])
    await page.get_by_label("Waiting on").select_option("plant")
    await page.get_by_role("button", name="Show").click()
    await page.wait_for_url("**waiting_on=plant**")
    await card_on(visitor).get_by_role("button", name="Nudge plant/foreman").click()
    await expect(card_on(visitor)).to_contain_text("nudged today by a coordinator")
    await card_on(visitor).get_by_role("link", name="message").click()
    await expect(page.get_by_role("heading", name="Message, ready to send")).to_be_visible()
    assert "Welding" in await page.get_by_label("Subject").input_value()
    assert world.id in await page.get_by_label("Message", exact=True).input_value()


@SCRIPTS
async def test_an_auditor_goes_to_a_moment_gone_by_and_asks_what_differs_between_two(
    stand: Stand, visit: Visit, scripts: bool
) -> None:
    auditor = await visit(java_script_enabled=scripts)
    page = auditor.page
    await auditor.sign_in(stand.key_of("auditor"))
    await page.get_by_role("link", name="Rapid-response microcredential for industry").click()
    await page.get_by_label("Go to a moment").fill("20")
    await page.get_by_role("button", name="Show that moment").click()
    await expect(page.get_by_text("Moment 20 of ")).to_be_visible()
    await page.get_by_text("By name, or two to compare").click()
    await page.get_by_label("First pin").select_option(index=19)
    await page.get_by_label("Second pin").select_option(index=0)
    await page.get_by_role("button", name="Compare").click()
    differs = page.get_by_role("region", name="What differs between the two pins")
    await expect(differs).to_contain_text("Sign-offs added")
    await expect(differs).to_contain_text("facts lie between")
