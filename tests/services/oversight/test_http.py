"""oversight over HTTP: the board, the inbox, the story and the figures, from facts heard of intake and credentials."""

from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from shared.contracts.credentials import OfferingOpened
from shared.contracts.values import Acting, ReportedFigure, Scope
from shared.kernel import new_id
from tests.services.oversight.place import Place, place
from tests.services.oversight.telling import CAST, digest, message_of
from tests.support.community import Communities
from tests.support.running import Running

__all__ = ["place"]

SERVICES = ("partnerships", "oversight")
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]
STAGES = ["draft", "concept", "preparation", "sign-off", "approved", "running", "review", "ended"]


async def test_the_board_has_every_stage_in_order_and_says_whom_a_card_waits_on(place: Place) -> None:
    said = place.telling("ordered")
    said.drafted()
    said.submitted()
    said.responded("plant/foreman")
    submitted = said.responded("clinic/chief")
    await place.hears(said)
    board = await place.board()
    assert [column["stage"] for column in board["columns"]] == STAGES
    card = await place.card("ordered")
    assert (card["id"], card["title"], card["partner"], card["stage"]) == (
        str(said.proposal), {"en": "Welding"}, "nscc", "concept",
    )  # fmt: skip
    [wait] = card["waits_on"]
    assert (wait["what"], wait["partner"], wait["position"]) == (
        "decision on the proposal", "cican", "cican/programs",
    )  # fmt: skip
    assert wait["holders"] == [str(place.cast["cican/programs"].person)]
    assert wait["since"] == submitted.occurred_at.isoformat().replace("+00:00", "Z")


async def test_a_card_says_within_what_its_proposal_lies(place: Place) -> None:
    said = place.telling("within")
    said.drafted(about=(Scope("sector", "health"),))
    said.submitted()
    await place.hears(said)
    assert (await place.card("within"))["about"] == [{"kind": "sector", "value": "health"}]


async def test_a_concept_names_every_owner_who_may_still_answer(place: Place) -> None:
    said = place.telling("asked")
    said.drafted()
    said.submitted()
    said.responded("plant/foreman")
    await place.hears(said)
    waits = (await place.card("asked"))["waits_on"]
    assert [(wait["position"], wait["needed"]) for wait in waits] == [("clinic/chief", 1), ("farm/owner", 1)]
    assert {wait["what"] for wait in waits} == {"concept responses"}


async def test_an_accepted_proposal_stays_on_the_board_until_its_microcredential_is_heard_of(place: Place) -> None:
    said = place.telling("accepted")
    said.concept_accepted()
    await place.hears(said)
    assert (await place.card("accepted"))["stage"] == "preparation"
    opened = place.telling("accepted")
    opened.proposal = said.proposal
    opened.opened()
    await place.hears(opened)
    [wait] = (await place.card("accepted"))["waits_on"]
    assert (wait["what"], wait["position"]) == ("request for validation", "nscc/lead")


async def test_the_board_can_be_asked_for_one_stage_and_for_what_waits_on_one_partner(place: Place) -> None:
    said = place.telling("sieved")
    said.opened()
    said.requested()
    said.step_opened("approval")
    said.signed("nscc/dean", "approval", "approve")
    await place.hears(said)
    [column] = (await place.board(stage="sign-off", waiting_on="b"))["columns"]
    assert [card["key"] for card in column["cards"]] == ["sieved"]
    assert (await place.board(stage="sign-off", waiting_on="nscc"))["columns"][0]["cards"] == []
    [column] = (await place.board(stage="sign-off", partner="nscc"))["columns"]
    assert "sieved" in [card["key"] for card in column["cards"]]
    asked = place.telling("sieved-concept")
    asked.drafted()
    asked.submitted()
    asked.responded("plant/foreman")
    await place.hears(asked)
    farm = (await place.board(waiting_on="farm", stage="concept"))["columns"][0]["cards"]
    assert "sieved-concept" in [card["key"] for card in farm]
    plant = (await place.board(waiting_on="plant", stage="concept"))["columns"][0]["cards"]
    assert "sieved-concept" not in [card["key"] for card in plant]
    await place.community.coordinator.refused(404, "/oversight/v1/board?waiting_on=nobody", method="GET")
    await place.community.coordinator.refused(400, "/oversight/v1/board?stage=lost", method="GET")


async def test_a_column_shows_as_many_as_asked_for_and_counts_the_rest(place: Place) -> None:
    tellings = [place.telling(f"many-{number}") for number in range(4)]
    for said in tellings:
        said.opened()
        said.requested()
        said.approved()
        said.offered("run")
    await place.hears(*tellings)
    [column] = (await place.board(stage="running", limit=3))["columns"]
    assert (len(column["cards"]), column["more"]) == (3, 1)
    assert all(card["waits_on"][0]["position"] == "nscc/lead" for card in column["cards"])


async def test_a_draft_is_shown_to_its_own_partner_and_auditors_only(place: Place) -> None:
    said = place.telling("hidden")
    said.drafted()
    await place.hears(said)
    seen = {}
    for name in ("coordinator", "auditor", "nscc-dean", "clinic-chief"):
        board = await place.board(as_=name, stage="draft", limit=200)
        seen[name] = "hidden" in [card["key"] for card in board["columns"][0]["cards"]]
    assert seen == {"coordinator": False, "auditor": True, "nscc-dean": True, "clinic-chief": False}
    path = f"/oversight/v1/microcredentials/{said.proposal}/story"
    await place.community.person("clinic-chief").refused(404, path, method="GET")
    assert (await place.community.person("nscc-dean").get(path))["stage"] == "draft"


async def test_a_draft_withdrawn_before_it_was_submitted_stays_with_its_makers(place: Place) -> None:
    said = place.telling("never-shown")
    said.drafted()
    said.withdrawn()
    await place.hears(said)
    seen = {}
    for name in ("coordinator", "nscc-dean", "clinic-chief"):
        board = await place.board(as_=name, stage="ended", limit=200)
        seen[name] = "never-shown" in [card["key"] for card in board["columns"][0]["cards"]]
    assert seen == {"coordinator": False, "nscc-dean": True, "clinic-chief": False}
    for page in ("story", "figures"):
        path = f"/oversight/v1/microcredentials/{said.proposal}/{page}"
        await place.community.person("clinic-chief").refused(404, path, method="GET")


async def test_an_inbox_says_what_to_sign_on_which_content_and_how(place: Place) -> None:
    said = place.telling("inboxed")
    said.opened()
    said.requested()
    opened = said.step_opened("validation")
    await place.hears(said)
    [item] = [one for one in await place.inbox("farm/owner") if one["key"] == "inboxed"]
    assert (item["what"], item["step"], item["matter"], item["position"]) == (
        "validation", "validation", "industry-validation", "farm/owner",
    )  # fmt: skip
    assert (item["digest"], item["needed"], item["overdue"]) == (digest("validation"), 2, True)
    assert item["due"] == opened.fact.due.isoformat().replace("+00:00", "Z")
    assert item["do"] == {
        "method": "POST",
        "path": f"/credentials/v1/microcredentials/{said.proposal}/steps/validation/sign-offs",
        "acting_as": "farm/owner",
        "body": {"decision": None, "digest": digest("validation"), "in_demand": None, "assessment_reflects_job": None},
        "choices": {
            "decision": ["endorse", "endorse-with-conditions", "request-changes", "decline", "abstain", "recuse"]
        },
    }
    signed = place.telling("inboxed")
    signed.proposal, signed.at = said.proposal, said.at
    signed.signed("farm/owner", "validation", "endorse")
    await place.hears(signed)
    assert "inboxed" not in [one["key"] for one in await place.inbox("farm/owner")]
    assert "inboxed" in [one["key"] for one in await place.inbox("clinic/chief")]


async def test_an_inbox_follows_the_position_and_not_the_person(communities: Communities, stack: Running) -> None:
    made = await communities.open()
    await made.partner("nscc")
    await made.position("nscc/lead", "first", ["delivery"])
    await made.position("nscc/other", "second")
    acting = Acting(UUID(made.persons["first"]), UUID(made.positions["nscc/lead"]), UUID(made.partners["nscc"]))
    place = Place(made, stack, dict.fromkeys(CAST, acting))
    said = place.telling("handed-over")
    said.opened()
    await place.hears(said)
    assert [one["what"] for one in await place.inbox("nscc/lead")] == ["request for validation"]
    await made.holder("nscc/lead", "second")
    assert [one["what"] for one in await place.inbox("nscc/lead")] == ["request for validation"]
    [wait] = (await place.card("handed-over"))["waits_on"]
    assert wait["holders"] == [made.persons["first"], made.persons["second"]]


async def test_only_coordinators_and_auditors_read_another_persons_inbox(place: Place) -> None:
    said = place.telling("looked-up")
    said.concept_accepted()
    said.opened()
    await place.hears(said)
    lead, community = place.cast["nscc/lead"].person, place.community
    seen = await community.person("auditor").get("/oversight/v1/inbox", person=str(lead))
    assert "looked-up" in [item["key"] for item in seen["items"]]
    path = f"/oversight/v1/inbox?person={lead}"
    await community.person("clinic-chief").refused(403, path, method="GET")
    await community.coordinator.refused(404, f"/oversight/v1/inbox?person={new_id()}", method="GET")
    assert (await community.person("guest").get("/oversight/v1/inbox"))["items"] == []


async def test_an_administrator_is_told_which_entries_wait_to_be_confirmed(place: Place) -> None:
    community = place.community
    instrument = {"kind": "policy", "reference": "P-2", "dated": "2025-01-01"}
    asked = {"partner": community.partners["farm"], "key": "barn", "title": {"en": "Barn"}, "instrument": instrument}
    position = (await community.coordinator.post("/partnerships/v1/positions", asked))["id"]
    given = {"matter": "branding", "position": position, "instrument": instrument}
    path = f"/partnerships/v1/partners/{community.partners['farm']}/responsibilities"
    await community.coordinator.post(path, given)
    administrator = community.as_("farm/authority-administrator")
    waiting = (await administrator.get("/oversight/v1/inbox"))["confirmations"]
    assert [one["what"] for one in waiting] == ["position", "responsibility"]
    for one in waiting:
        await administrator.post(one["do"]["path"])
    assert (await administrator.get("/oversight/v1/inbox"))["confirmations"] == []
    other = await community.as_("plant/authority-administrator").get("/oversight/v1/inbox")
    assert other["confirmations"] == []


async def test_what_was_rejected_waits_in_no_inbox(place: Place) -> None:
    community, began = place.community, "2026-01-01T00:00:00Z"
    instrument = {"kind": "policy", "reference": "P-2", "dated": "2025-01-01"}
    partner, position = community.partners["farm"], community.positions["farm/owner"]
    administrator = community.as_("farm/authority-administrator")
    held = {"person": community.persons["guest"], "instrument": instrument, "since": began}
    holders = f"/partnerships/v1/positions/{position}/holders"
    holder = f"{holders}/{(await community.coordinator.post(holders, held))['id']}"
    given = {"matter": "fees", "position": position, "instrument": instrument, "since": began}
    path = f"/partnerships/v1/partners/{partner}/responsibilities"
    responsibility = f"{path}/{(await community.coordinator.post(path, given))['id']}"
    waiting = (await administrator.get("/oversight/v1/inbox"))["confirmations"]
    assert [one["what"] for one in waiting] == ["holder", "responsibility"]
    for entry in (holder, responsibility):
        await administrator.post(f"{entry}/end", {"instrument": instrument, "until": began})
    assert (await administrator.get("/oversight/v1/inbox"))["confirmations"] == []
    for entry in (holder, responsibility):
        assert (await administrator.refused(409, f"{entry}/confirm"))["type"] == "/problems/already-ended"


async def test_a_story_goes_from_the_draft_to_the_review_with_the_facts_its_evidence_cites(place: Place) -> None:
    said = place.telling("told")
    community = place.community
    register = await place.stack.platforms["oversight"].register.current()
    known = register.community(community.key).positions[place.cast["plant/foreman"].position].facts
    said.drafted()
    said.submitted()
    response = said.responded("plant/foreman")
    response = said.told[-1] = _citing(response, known)
    said.responded("clinic/chief")
    accepted = said.accepted()
    said.opened(accepted.id)
    said.offered("run", 12)
    await place.hears(said)
    story = await community.person("nscc-lead").get(f"/oversight/v1/microcredentials/{said.proposal}/story")
    lines = story["lines"]
    assert [line["id"] for line in lines if not line["tag"].startswith("partnerships")] == [
        str(recorded.id) for recorded in said.told
    ]
    assert {line["id"] for line in lines if line["tag"].startswith("partnerships")} == {str(one) for one in known}
    places = [line["id"] for line in lines]
    assert max(places.index(str(one)) for one in known) < places.index(str(response.id))
    [opened] = [line for line in lines if line["tag"] == "credentials.microcredential-opened.v1"]
    assert opened["actor"] == {"person": None, "position": None, "partner": None, "service": "credentials"}
    [cause] = [line for line in lines if line["id"] == str(accepted.id)]
    assert opened["causation"] == {"id": str(accepted.id), "index": cause["index"]}
    assert cause["sentence"] == "cican/programs accepted the proposal on 0 responses."
    assert cause["actor"]["position"] == "cican/programs"
    assert cause["backdated"] is True
    assert cause["fact"]["fact"] == "intake.proposal-accepted.v1"
    assert any(line["tag"] == OfferingOpened.fact_tag() for line in lines)
    path = f"/oversight/v1/microcredentials/{said.proposal}/story"
    first = await community.coordinator.get(path, limit=2)
    rest = await community.coordinator.get(path, after=first["lines"][-1]["index"])
    assert ([*first["lines"], *rest["lines"]], first["next"] is None, rest["next"]) == (lines, False, None)
    await community.coordinator.refused(404, f"{path}?after=intake@99999", method="GET")


def _citing(recorded: Any, facts: tuple[UUID, ...]) -> Any:
    evidence = structs.replace(recorded.fact.evidence, facts=facts)
    return structs.replace(recorded, fact=structs.replace(recorded.fact, evidence=evidence))


async def test_reported_figures_stand_beside_counts_and_say_where_they_disagree(place: Place) -> None:
    big, cloud = place.telling("big-data"), place.telling("cloud")
    for said in (big, cloud):
        said.opened()
    big.offered("run", 36)
    cloud.offered("run", 43)
    cloud.closed("run", 31, completion_rate="72%")
    big.closed("run", 32, completion_rate="88%")
    report = place.telling("big-data")
    report.proposal = big.proposal
    report.review_submitted(ReportedFigure("completed", 64, (big.proposal, cloud.proposal)))
    await place.hears(big, cloud, report)
    caller = place.community.person("nscc-lead")
    figures = await caller.get(f"/oversight/v1/microcredentials/{big.proposal}/figures")
    [offering] = figures["offerings"]
    assert (offering["learners"], offering["completed"], offering["completion_rate"]) == (36, 32, "88.9%")
    [rate] = offering["reported"]
    assert (rate["reported"], rate["agrees"]) == ("88%", False)
    assert rate["sentence"] == "88 % of 36 is 31.68, no whole number of people; 32 of 36 is 88.9 %."
    [review] = figures["reviews"]
    assert review["feedback"] == {"responses": 24, "satisfied": "75%"}
    [total] = review["reported"]
    assert (total["agrees"], [(one["key"], one["completed"]) for one in total["counts"]]) == (
        False, [("big-data", 32), ("cloud", 31)],
    )  # fmt: skip
    assert "32 + 31 = 63" in total["sentence"]
    other = await caller.get(f"/oversight/v1/microcredentials/{cloud.proposal}/figures")
    assert other["offerings"][0]["reported"][0]["agrees"] is True
    first = await caller.get("/oversight/v1/disagreements", limit=1)
    assert [one["figure"] for one in first["items"]] == ["completion_rate"]
    rest = await caller.get("/oversight/v1/disagreements", after=first["next"].split("after=")[1].split("&")[0])
    assert ([one["figure"] for one in rest["items"]], rest["next"]) == (["completed"], None)


async def test_small_counts_are_shown_to_the_partner_that_delivers_and_not_to_who_proposed(place: Place) -> None:
    said = place.telling("lent")
    said.concept_accepted()
    said.opened()
    said.offered("lent", 4, run_by="b/dean")
    said.closed("lent", 3, completion_rate="80%")
    said.offered("own", 3)
    await place.hears(said)
    seen = {name: place.community.as_(name) for name in ("nscc/lead", "b/dean")}
    path = f"/oversight/v1/microcredentials/{said.proposal}"
    runs = {
        name: [
            (run["delivered_by"], run["learners"], run["completed"], run["suppressed"])
            for run in (await caller.get(f"{path}/figures"))["offerings"]
        ]
        for name, caller in seen.items()
    }
    assert runs["b/dean"] == [("b", 4, 3, False), ("nscc", None, None, True)]
    assert runs["nscc/lead"] == [("b", None, None, True), ("nscc", 3, None, False)]
    reported = {
        name: [one["reported"] for one in (await caller.get("/oversight/v1/disagreements", limit=200))["items"]
               if one["microcredential"] == str(said.proposal)]
        for name, caller in seen.items()
    }  # fmt: skip
    assert reported == {"b/dean": ["80%"], "nscc/lead": [None]}
    told = {
        name: [
            line["fact"].get("learners")
            for line in (await caller.get(f"{path}/story"))["lines"]
            if line["tag"] == "credentials.offering-opened.v1"
        ]
        for name, caller in seen.items()
    }
    assert told == {"b/dean": [4, None], "nscc/lead": [None, 3]}


async def test_nothing_of_another_community_is_seen(place: Place, communities: Communities) -> None:
    said = place.telling("ours")
    said.concept_accepted()
    said.opened()
    await place.hears(said)
    other = await communities.open()
    board = await other.coordinator.get("/oversight/v1/board")
    assert all(column["cards"] == [] and column["more"] == 0 for column in board["columns"])
    assert (await other.coordinator.get("/oversight/v1/disagreements"))["items"] == []
    for what in ("story", "figures"):
        path = f"/oversight/v1/microcredentials/{said.proposal}/{what}"
        await other.coordinator.refused(404, path, method="GET")
        await place.community.coordinator.refused(404, path.replace(str(said.proposal), str(new_id())), method="GET")
    path = f"/oversight/v1/inbox?person={place.cast['nscc/lead'].person}"
    await other.coordinator.refused(404, path, method="GET")


async def test_a_fact_that_cannot_be_read_has_its_line_in_the_story_and_those_after_it_have_theirs(
    place: Place,
) -> None:
    said = place.telling("illegible")
    said.drafted()
    said.submitted()
    said.responded("plant/foreman")
    said.responded("clinic/chief")
    platform, community = place.stack.platforms["oversight"], place.community
    last = await platform.heard["intake"].last_index()
    messages = [message_of(one, last + place) for place, one in enumerate(said.facts("intake"), 1)]
    messages[2] = messages[2].replace(b'"in_demand":true', b'"in_demand":"so so"')
    await platform.heard["intake"].hear(messages)
    community.seen["intake"] = last + 4
    path = f"/oversight/v1/microcredentials/{said.proposal}/story"
    lines = (await community.coordinator.get(path))["lines"]
    assert [line["index"] for line in lines] == [f"intake@{last + place}" for place in (1, 2, 3, 4)]
    assert lines[2]["fact"]["fact"] == "unreadable"
    assert lines[2]["sentence"].endswith("It cannot be read by this build, which leaves out what it says.")
    assert lines[3]["fact"]["fact"] == "intake.concept-responded.v1"
