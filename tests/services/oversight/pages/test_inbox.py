"""The inbox as pages, through a session and without scripts: what waits, what changed, deciding, the receipt."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from services.oversight.projections.looks import VISIT
from tests.services.credentials.journeys import OUTLINE, TEXT, World, requested
from tests.services.credentials.test_forms import on_behalf
from tests.support.community import INSTRUMENT, Communities
from tests.support.running import Running
from tests.support.visiting import Drawn, Visitor, Visitors, forms_of

pytestmark = pytest.mark.servers
YES = {"in_demand": "true", "assessment_reflects_job": "true"}
SIGN_OFFS = "/sign-offs"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visitors() -> AsyncIterator[Visitors]:
    everybody = Visitors()
    yield everybody
    await everybody.leave()


async def chosen(visitor: Visitor, act: str) -> Drawn:
    """The page with the first thing of that kind chosen from the list."""
    inbox = await visitor.read("/inbox")
    [link, *_] = [one for one in inbox.links if f"act={act}" in one]
    return await visitor.read(link)


async def revised(world: World, **change: object) -> None:
    await world.as_("nscc/lead").post(f"{world.path}/outline", {"change": change})


async def looked_long_ago(stack: Running, world: World) -> None:
    """Every visit to it is over."""
    pool = stack.platforms["oversight"].pool
    await pool.execute("update store.looks set at = at - $2::interval where subject = $1", UUID(world.id), 2 * VISIT)


async def test_a_person_signs_what_they_see_and_gets_a_receipt(communities: Communities, visitors: Visitors) -> None:
    world = await requested(communities)
    fred = await visitors.come(world.community, "fred")
    page = await chosen(fred, "sign-off")
    for said in ("Welding", "industry-validation", "plant/foreman", "approval", "You have not looked at it before."):
        assert said in page.said
    assert "not stated" in page.said, "what the outline leaves out is said to be"
    done = await fred.send(page, SIGN_OFFS, "endorse", **YES, signed_as__name="Somebody Senior")
    assert "Recorded:" in done.said
    assert "This waits no longer" in done.said
    [link] = [one for one in done.links if one.startswith("/inbox/receipts/")]
    receipt = await fred.read(link)
    for said in ("plant/foreman", "Endorsed", "P-1", "advisory", "sha-256:", "Revision 0", link.rpartition("/")[2]):
        assert said in receipt.said, said
    assert f"/credentials/v1/microcredentials/{world.id}?at=" in receipt.html


async def test_a_refusal_is_said_at_its_form_and_what_was_typed_stays(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    fred = await visitors.come(world.community, "fred")
    page = await chosen(fred, "sign-off")
    again = await fred.send(page, SIGN_OFFS, "endorse", in_demand="true", comment__words="Nearly so.")
    assert again.said.count("Answer both questions") <= 2
    assert 'class="refusal"' in again.html[again.html.index(f'action="/credentials/v1/microcredentials/{world.id}') :]
    assert again.form(SIGN_OFFS).fields["comment.words"] == "Nearly so."
    assert again.form(SIGN_OFFS).fields["in_demand"] == "true"
    assert "Recorded:" in (await fred.send(again, SIGN_OFFS, "endorse", **YES)).said


async def test_a_condition_goes_with_its_words_and_waits_on_whoever_set_it(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    fred = await visitors.come(world.community, "fred")
    page = await chosen(fred, "sign-off")
    words = {"comment__words": "Name the standard.", "condition_due": "grant"}
    done = await fred.send(page, SIGN_OFFS, "endorse-with-conditions", **YES, **words)
    receipt = await fred.read(next(one for one in done.links if one.startswith("/inbox/receipts/")))
    assert "Comment" in receipt.said
    assert [one for one in receipt.links if one.startswith("/credentials/notes/")], "what was asked can be read"
    met = await chosen(fred, "meet-condition")
    done = await fred.send(met, "/met")
    assert "Recorded:" in done.said
    assert "Nothing waits on you." in (await fred.read("/inbox")).said


async def test_what_changed_since_the_last_visit_is_marked_until_the_visit_is_over(
    communities: Communities, visitors: Visitors, stack: Running
) -> None:
    world = await requested(communities)
    fred = await visitors.come(world.community, "fred")
    await chosen(fred, "sign-off")
    await looked_long_ago(stack, world)
    await revised(world, assessment={"en": "Welding, shown at the bench"}, cost={"en": "Free"})
    for _ in range(2):  # to load it again takes nothing away
        page = await chosen(fred, "sign-off")
        assert "2 parts changed since" in page.said
        assert re.search(r"<ins>.*shown at the bench.*</ins>", page.html, re.DOTALL)
        assert "[added:" in page.said
    await looked_long_ago(stack, world)
    assert "Nothing changed since" in (await chosen(fred, "sign-off")).said


async def test_what_a_browser_fetches_ahead_is_no_look(communities: Communities, visitors: Visitors) -> None:
    world = await requested(communities)
    fred = await visitors.come(world.community, "fred")
    inbox = await fred.read("/inbox")
    [link] = {one for one in inbox.links if f"item={world.id}" in one}
    await fred.read(link, headers={"Sec-Purpose": "prefetch"})
    await looked_at(world, fred)


async def looked_at(world: World, visitor: Visitor) -> None:
    """Their first look, and one more within the same visit, after something changed."""
    await revised(world, cost={"en": "Free"})
    assert "You have not looked at it before." in (await chosen(visitor, "sign-off")).said
    await revised(world, cost={"en": "Nearly free"})
    assert "1 part changed since" in (await chosen(visitor, "sign-off")).said


async def test_an_outline_is_compared_with_what_was_signed_where_that_is_asked_for(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    fred = await visitors.come(world.community, "fred")
    await fred.send(await chosen(fred, "sign-off"), SIGN_OFFS, "endorse", **YES)
    await revised(world, outcomes=[{"en": "Welding upside down"}])
    page = await chosen(fred, "sign-off")
    signed = await fred.read(f"{page.address.partition('&after=')[0]}&since=signed")
    assert "1 part changed since" in signed.said


async def test_what_changed_is_told_over_the_api_too(communities: Communities) -> None:
    world = await requested(communities)
    await revised(world, hours=30)
    path = f"/oversight/v1/microcredentials/{world.id}/changes"
    fred = world.as_("plant/foreman")
    found = await fred.get(path)
    assert found["changed"] == [{"field": "hours", "before": 20, "after": 30}]
    assert (found["since"]["revision"], found["now"]["revision"]) == (None, 1)
    now = found["now"]["index"]
    assert (await fred.get(path, since=now))["changed"] == []
    assert (await fred.get(path, since=found["versions"][1]["at"]))["changed"][0]["after"] == 30
    await fred.refused(404, f"{path}?since=2001-01-01T00:00:00Z", method="GET")
    await fred.refused(400, f"{path}?since=partnerships@1", method="GET")
    await fred.refused(400, f"{path}?since=yesterday", method="GET")


async def test_a_proposal_goes_from_draft_to_acceptance_by_forms_alone(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    here = world.community
    lead, fred, cleo, dana = [await visitors.come(here, name) for name in ("lena", "fred", "cleo", "dana")]
    proposal = (await here.as_("nscc/lead").post("/intake/v1/proposals", {"key": "second", "outline": OUTLINE}))["id"]
    await lead.send(await chosen(lead, "submit-proposal"), f"{proposal}/submit", to=here.partners["nscc"])
    answers = {"in_demand": "true", "intended_assessment_reflects_job": "false"}
    for advisor in (fred, cleo):
        page = await chosen(advisor, "respond")
        await advisor.send(page, f"{proposal}/responses", **answers, contribution__words="A lab.")
    page = await chosen(dana, "decide-proposal")
    assert '<option value="rapid"' in page.html
    done = await dana.send(page, f"{proposal}/accept", pathway="rapid")
    assert "Recorded:" in done.said
    [link] = [one for one in done.links if one.startswith("/inbox/receipts/")]
    receipt = await dana.read(link)
    assert "The microcredential 'second' opened" in receipt.said, "what another service did because of it"
    await lead.send(await chosen(lead, "request-validation"), "/request-validation")
    assert [one["key"] for one in (await here.as_("nscc/lead").get("/oversight/v1/inbox"))["items"]] == []


async def to_change(visitor: Visitor, page: Drawn, field: str) -> Drawn:
    """The page with the form for that part of the outline, reached by the link beside it."""
    [link] = [one for one in page.links if f"change={field}" in one]
    return await visitor.read(link)


async def test_an_outline_is_revised_part_by_part_on_the_page_until_it_says_what_was_asked_for(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    fred, lena = [await visitors.come(world.community, name) for name in ("fred", "lena")]
    asked = {"comment__words": "Say overhead, too."}
    await fred.send(await chosen(fred, "sign-off"), SIGN_OFFS, "request-changes", **asked)
    page = await to_change(lena, await chosen(lena, "revise-outline"), "outcomes")
    form = page.form("/outline")
    assert form.fields["change.outcomes.0.en"] == TEXT["en"]
    entries = {"change__outcomes__0__fr": "Souder à plat", "change__outcomes__1__en": "Weld overhead"}
    await lena.send(page, "/outline", reason__words="As the foreman asked.", **entries)
    outline = (await world.read())["outline"]
    assert outline["outcomes"] == [{**TEXT, "fr": "Souder à plat"}, {"en": "Weld overhead"}]
    assert outline | {"outcomes": None} == {**OUTLINE, "outcomes": None}, "what has no field on the form stays"


async def test_a_draft_is_revised_on_the_page_and_what_is_emptied_is_no_longer_stated(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    lead = world.as_("nscc/lead")
    outline = {**OUTLINE, "cost": {"en": "Free"}, "hours": 20}
    proposal = (await lead.post("/intake/v1/proposals", {"key": "draft", "outline": outline}))["id"]
    lena = await visitors.come(world.community, "lena")

    async def change(field: str, **fields: str) -> Drawn:
        page = await to_change(lena, await chosen(lena, "submit-proposal"), field)
        return await lena.send(page, f"{proposal}/revise", **fields)

    done = await change("cost", change__cost__en=" ")
    assert "Recorded:" in done.said
    assert 'name="change.cost' not in done.html, "the form is closed once it is done"
    await change("hours", change__hours="35")
    await change("mode", change__mode="blended")
    await change("title", change__title__fr="Soudage")
    changed = (await lead.get(f"/intake/v1/proposals/{proposal}"))["outline"]
    assert (changed.get("cost"), changed["hours"], changed["mode"]) == (None, 35, "blended")
    assert changed["title"] == {**TEXT, "fr": "Soudage"}
    again = await change("hours", change__hours="a week")
    assert 'class="refusal"' in again.html[again.html.index(f'action="/intake/v1/proposals/{proposal}/revise"') :]
    assert again.form("/revise").fields["change.hours"] == "a week"


async def test_several_parts_are_changed_at_once_and_it_goes_on_where_the_outline_was_returned(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    comment = {"comment": {"language": "en", "words": "No."}}
    await world.sign("plant/foreman", "industry-validation", "decline", **comment)
    lena = await visitors.come(world.community, "lena")
    page = await to_change(lena, await chosen(lena, "revise-outline"), "all")
    assert [form.action for form in forms_of(page) if form.action.endswith("/request-validation")], "nor must it change"
    changed = {"change__assessment__en": "On the floor", "change__cost__en": "Free", "change__hours": ""}
    done = await lena.send(page, "/outline", **changed)
    assert "This waits no longer" not in done.said
    assert done.form("/request-validation").buttons, "what comes next waits in its place"
    outline = (await world.read())["outline"]
    assert (outline["assessment"], outline["cost"], outline.get("hours")) == (
        {"en": "On the floor"},
        {"en": "Free"},
        None,
    )
    assert outline["outcomes"] == OUTLINE["outcomes"]


async def test_a_form_written_on_an_outline_that_changed_since_is_refused_and_keeps_what_was_emptied(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    lead = world.as_("nscc/lead")
    outline = {**OUTLINE, "outcomes": [{"en": "One"}, {"en": "Two"}]}
    proposal = (await lead.post("/intake/v1/proposals", {"key": "raced", "outline": outline}))["id"]
    lena = await visitors.come(world.community, "lena")
    page = await to_change(lena, await chosen(lena, "submit-proposal"), "outcomes")
    await lead.post(f"/intake/v1/proposals/{proposal}/revise", {"change": {"cost": {"en": "Free"}}})
    again = await lena.send(page, f"{proposal}/revise", change__outcomes__1__en="", change__outcomes__2__en="Three")
    assert "The outline was changed since you read it" in again.said
    assert again.form("/revise").fields["change.outcomes.1.en"] == "", "what was emptied does not come back"
    await lena.send(again, f"{proposal}/revise")
    found = (await lead.get(f"/intake/v1/proposals/{proposal}"))["outline"]
    assert [one["en"] for one in found["outcomes"]] == ["One", "Three"]
    assert found["cost"] == {"en": "Free"}


async def test_what_waits_beyond_the_first_page_is_found_by_its_link(
    communities: Communities, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await requested(communities)
    lead = world.as_("nscc/lead")
    drafts = [await lead.post("/intake/v1/proposals", {"key": f"draft-{n}", "outline": OUTLINE}) for n in range(3)]
    monkeypatch.setattr("services.oversight.pages.inbox.SHOWN", 1)
    lena = await visitors.come(world.community, "lena")
    page = await lena.read(f"/inbox?item={drafts[-1]['id']}&act=submit-proposal")
    assert "This waits no longer" not in page.said
    assert page.form(f"{drafts[-1]['id']}/submit").fields["to"] == ""


async def test_an_outline_of_more_entries_than_a_form_holds_is_changed_by_the_line_for_clients(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    lead = world.as_("nscc/lead")
    outline = {**OUTLINE, "outcomes": [{"en": f"Outcome {n}", "fr": f"Acquis {n}"} for n in range(100)]}
    proposal = (await lead.post("/intake/v1/proposals", {"key": "long", "outline": outline}))["id"]
    lena = await visitors.come(world.community, "lena")
    page = await to_change(lena, await chosen(lena, "submit-proposal"), "outcomes")
    assert "Too long for a form: Learning outcomes." in page.said
    assert f'"{proposal}/revise"' not in page.html
    await lena.read(page.address.replace("change=outcomes", "change=nothing"), status=400)


async def test_who_confirms_a_paper_or_meets_a_condition_reads_what_it_is_about(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    paper, asked = await on_behalf(world, "plant/foreman", "industry-validation", "endorse", form="e-mail")
    await world.community.coordinator.post(paper, asked)
    page = await chosen(await visitors.come(world.community, "fred"), "confirm-sign-off")
    for said in ("It is about this:", "endorsed industry-validation", "e-mail", asked["paper"]["dated"]):
        assert said in page.said, said
    condition = {"condition_due": "grant", "comment": {"language": "en", "words": "Name the standard."}}
    await world.sign("clinic/chief", "industry-validation", "endorse-with-conditions", **condition)
    page = await chosen(await visitors.come(world.community, "cleo"), "meet-condition")
    assert "clinic/chief endorsed industry-validation" in page.said
    [words] = {one for one in page.links if one.startswith("/credentials/notes/")}
    assert "Name the standard." in (await (await visitors.come(world.community, "cleo")).read(words)).said


async def test_a_paper_is_confirmed_by_whom_it_names_also_once_they_left_the_position(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    here = world.community
    paper, asked = await on_behalf(world, "plant/foreman", "industry-validation", "endorse", form="e-mail")
    await here.coordinator.post(paper, asked)
    await here.position("plant/retired", "fred")
    position = here.positions["plant/foreman"]
    listed = (await here.coordinator.get("/partnerships/v1/positions"))["items"]
    [held] = [holding for one in listed if one["position"] == position for holding in one["holdings"]]
    ends = {"instrument": INSTRUMENT, "until": datetime.now(UTC).isoformat()}
    administrator = here.as_("plant/authority-administrator")
    await administrator.post(f"/partnerships/v1/positions/{position}/holders/{held['holding']}/end", ends)
    fred = await visitors.come(here, "fred")
    page = await chosen(fred, "confirm-sign-off")
    assert "plant/retired" in page.said
    assert "Recorded:" in (await fred.send(page, "/confirm")).said


async def test_who_decides_a_review_reads_what_each_condition_asked(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    condition = {"condition_due": "review", "comment": {"language": "en", "words": "Ask the learners."}}
    await world.sign("plant/foreman", "industry-validation", "endorse-with-conditions", **condition)
    await world.sign("clinic/chief", "industry-validation", "endorse")
    await world.sign("nscc/dean", "approval", "approve")
    await world.community.position("nscc/runner", "rita")
    within = {"kind": "microcredential", "value": world.id}
    await world.community.responsibility("nscc/runner", "delivery", scope=within)
    await world.as_("nscc/runner").post(f"{world.path}/reviews", {"feedback": {"employers": 5}})
    page = await chosen(await visitors.come(world.community, "dana"), "decide-review")
    assert "It is about this:" in page.said
    assert "plant/foreman endorsed industry-validation" in page.said
    assert [one for one in page.links if one.startswith("/credentials/notes/")]


async def test_a_step_that_needs_a_signature_says_so_and_shows_how(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities, signed=True)
    await world.sign("plant/foreman", "industry-validation", "endorse")
    await world.sign("clinic/chief", "industry-validation", "endorse")
    page = await chosen(await visitors.come(world.community, "dana"), "sign-off")
    assert "electronic signature only" in page.said
    assert "/statement?decision=approve" in page.html
    assert f'action="{world.path}' not in page.html


async def test_an_administrator_confirms_what_was_recorded(communities: Communities, visitors: Visitors) -> None:
    world = await requested(communities)
    here = world.community
    asked = {"partner": here.partners["plant"], "key": "hall", "title": {"en": "Hall"}, "instrument": INSTRUMENT}
    await here.coordinator.post("/partnerships/v1/positions", asked)
    administrator = await visitors.come(here, "plant-administrator")
    page = await administrator.read("/inbox")
    assert "plant/hall" in page.said
    done = await administrator.send(page, "/confirm")
    assert "Entries to confirm" not in done.said
    [link] = [one for one in done.links if one.startswith("/inbox/receipts/")]
    assert "plant/hall" in (await administrator.read(link)).said
    await (await visitors.come(here, "fred")).read(link, status=404)


async def test_others_inboxes_are_for_coordinators_and_auditors_and_have_no_buttons(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    here = world.community
    coordinator = await visitors.come(here, "coordinator")
    address = f"/inbox?person={here.persons['fred']}"
    page = await coordinator.read(address)
    assert "Inbox of another person" in page.said
    [link] = {one for one in page.links if f"item={world.id}" in one}
    item = await coordinator.read(link)
    assert "Only this person, or another who acts in the position, can do it." in item.said
    assert f'action="{world.path}' not in item.html
    assert "You have not looked at it before." in (await chosen(await visitors.come(here, "fred"), "sign-off")).said
    await (await visitors.come(here, "cleo")).read(address, status=403)
    assert "Nothing waits on you." in (await coordinator.read("/inbox")).said


async def test_it_speaks_french(communities: Communities, visitors: Visitors) -> None:
    world = await requested(communities)
    page = await chosen(await visitors.come(world.community, "fred", "fr-CA"), "sign-off")
    for said in ("Ce qui attend", "Appuyer", "Vous ne l’avez pas encore consulté.", "Ce qu’il y a à faire"):
        assert said in page.said
    assert '<div class="words" lang="en">' in page.html


async def test_what_nobody_may_read_is_not_there(communities: Communities, visitors: Visitors) -> None:
    world = await requested(communities)
    stranger = await visitors.come((await requested(communities)).community, "fred")
    index = world.community.seen["credentials"]
    await stranger.read(f"/inbox/receipts/credentials@{index}", status=404)
    await stranger.read("/inbox/receipts/credentials@999999999", status=404)
    await stranger.read("/inbox/receipts/nothing", status=400)
    assert "This waits no longer" in (await stranger.read(f"/inbox?item={uuid4()}")).said
    await stranger.read("/inbox?further=nonsense", status=400)
    await stranger.read("/inbox?person=nobody", status=400)


async def test_a_long_inbox_goes_on_page_by_page(communities: Communities) -> None:
    world = await requested(communities)
    lead = world.as_("nscc/lead")
    for number in range(3):
        await lead.post("/intake/v1/proposals", {"key": f"draft-{number}", "outline": OUTLINE})
    first = await lead.get("/oversight/v1/inbox", limit=2)
    second = await lead.get("/oversight/v1/inbox", limit=2, after=first["next"])
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]
    assert {one["key"] for one in (*first["items"], *second["items"])} == {f"draft-{number}" for number in range(3)}


async def test_what_somebody_looked_at_goes_with_them_when_they_are_erased(
    communities: Communities, visitors: Visitors, stack: Running
) -> None:
    world = await requested(communities)
    here, oversight = world.community, stack.platforms["oversight"]
    await chosen(await visitors.come(here, "fred"), "sign-off")
    await chosen(await visitors.come(here, "cleo"), "sign-off")
    fred = here.persons["fred"]
    await here.person("fred").post(f"/partnerships/v1/persons/{fred}/erase", {})
    await here.coordinator.get("/oversight/v1/board")
    left = await oversight.pool.fetch("select person from store.looks where subject = $1", UUID(world.id))
    assert [str(row["person"]) for row in left] == [here.persons["cleo"]]


async def test_a_page_is_told_when_something_new_waits_and_nothing_otherwise(
    communities: Communities, visitors: Visitors
) -> None:
    world = await requested(communities)
    fred = await visitors.come(world.community, "fred")
    page = await fred.read("/inbox")
    [asked] = re.findall(r'hx-get="([^"]+)"', page.html)
    await fred.read(unescape(asked), status=204, headers={"HX-Request": "true"})
    lead = world.as_("nscc/lead")
    proposal = (await lead.post("/intake/v1/proposals", {"key": "third", "outline": OUTLINE}))["id"]
    await lead.post(f"/intake/v1/proposals/{proposal}/submit", {"to": world.community.partners["nscc"]})
    assert "Something new waits on you." in (await fred.read(unescape(asked))).said
    await fred.send(page, "/sign-out")
    await fred.read(unescape(asked), status=204, headers={"HX-Request": "true"})
