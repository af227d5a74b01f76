"""Calendars, meetings and find-window over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from tests.support.community import Communities, Community

SERVICES = ("partnerships",)
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]
TODAY = datetime.now(UTC).date()
NAME = {"en": "December blackout", "fr": "pause de décembre"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def community(communities: Communities) -> Community:
    here = await communities.open()
    for partner in ("nscc", "cican"):
        await here.partner(partner)
        await here.position(f"{partner}/head", held_by=f"{partner}-head")
    await here.council("advisory", ["nscc/head", "cican/head"], 2)
    return here


def path(community: Community, rest: str, partner: str = "nscc") -> str:
    return f"/partnerships/v1/partners/{community.partners[partner]}/{rest}"


def first_monday() -> datetime:
    """Nine in the morning of Halifax's standard time, some weeks from now."""
    day = datetime(TODAY.year, TODAY.month, TODAY.day, 13, tzinfo=UTC) + timedelta(days=21)
    return day + timedelta(days=-day.weekday())


async def test_a_partner_s_member_keeps_its_calendar_and_others_do_not(community: Community) -> None:
    head = community.as_("nscc/head")
    kept = await head.post(path(community, "calendar"), {"zone": "America/Halifax"})
    assert kept["recorded"][0]["fact"]["holidays"] == "CA-NS"
    assert (await head.post(path(community, "calendar"), {"zone": "America/Halifax"}))["recorded"] == []
    problem = await community.as_("cican/head").refused(403, path(community, "calendar"), {"zone": "UTC"})
    assert problem["type"] == "/problems/not-their-calendar"
    assert problem["allowed_actions"][0]["key"] == "nscc/authority-administrator"
    for hostile in ({"zone": "Mars/Base"}, {"zone": "UTC", "holidays": "CA-XX"}, {"zone": "UTC", "opens": "18:00"}):
        await head.refused(422, path(community, "calendar"), hostile)
    for odd in ({"zone": "../etc"}, {"zone": "UTC", "weekdays": [0]}, {"zone": "UTC", "opens": "9"}):
        await head.refused(400, path(community, "calendar"), odd)


async def test_a_blackout_is_recorded_changed_and_ended_and_blocks_its_days_meanwhile(community: Community) -> None:
    head = community.as_("nscc/head")
    first, last = TODAY + timedelta(days=100), TODAY + timedelta(days=110)
    asked = {"first": first.isoformat(), "last": last.isoformat(), "name": NAME}
    blackout = (await head.post(path(community, "blackouts"), asked))["id"]
    await head.refused(409, path(community, "blackouts"), asked)
    seen = await head.get("/partnerships/v1/calendars/nscc")
    assert next(one["day"] for one in seen["blocked"] if one["kind"] == "blackout") == first.isoformat()
    asked["last"] = first.isoformat()
    await head.post(path(community, f"blackouts/{blackout}/change"), asked)
    [calendar] = [one for one in (await head.get("/partnerships/v1/calendars"))["items"] if one["key"] == "nscc"]
    assert [one["last"] for one in calendar["blackouts"]] == [first.isoformat()]
    due = await head.get("/partnerships/v1/due", partners="nscc,cican", days=105)
    skipped = [one["date"] for one in due["partners"][0]["not_counted"] if one["why"]["kind"] == "blackout"]
    assert (skipped, due["partners"][1]["partner"]) == ([first.isoformat()], "cican")
    await head.post(path(community, f"blackouts/{blackout}/end"), {})
    await head.refused(409, path(community, f"blackouts/{blackout}/end"), {})
    await head.refused(404, path(community, f"blackouts/{community.partners['nscc']}/end"), {})
    [calendar] = [one for one in (await head.get("/partnerships/v1/calendars"))["items"] if one["key"] == "nscc"]
    assert calendar["blackouts"] == []


async def test_a_proposed_meeting_is_scheduled_moved_and_cancelled_and_keeps_others_away(community: Community) -> None:
    head, monday = community.as_("cican/head"), first_monday()
    for partner in ("nscc", "cican"):
        days = {"zone": "America/Halifax", "holidays": None}  # whichever day the test is run on
        await community.as_(f"{partner}/head").post(path(community, "calendar", partner), days)
    asked = {"council": "advisory", "from": monday.date().isoformat(), "until": monday.date().isoformat()}
    found = await head.get("/partnerships/v1/find-window/meeting", **asked)
    [proposal] = found["proposals"]
    assert (proposal["can_come"], found["zone"]) == (["nscc/head", "cican/head"], "America/Halifax")
    councils = (await head.get("/partnerships/v1/councils"))["items"]
    meetings = f"/partnerships/v1/councils/{councils[0]['council']}/meetings"
    when = {"starts": proposal["starts"], "ends": proposal["ends"]}
    scheduled = await head.post(meetings, when)
    assert scheduled["recorded"][0]["fact"]["zone"] == "America/Halifax"
    again = await head.get("/partnerships/v1/find-window/meeting", **asked)
    assert again["proposals"][0]["starts"] == proposal["ends"]
    meeting = f"/partnerships/v1/meetings/{scheduled['id']}"
    moved = {"starts": proposal["also"][5], "ends": proposal["also"][7], "place": {"en": "Room 1"}}
    await head.post(f"{meeting}/move", moved)
    await community.coordinator.post(f"{meeting}/cancel")
    await head.refused(409, f"{meeting}/move", when)
    [listed] = (await head.get("/partnerships/v1/meetings", council="advisory"))["items"]
    assert (listed["cancelled"], listed["changes"], listed["place"]) == (True, 2, {"en": "Room 1"})
    await head.refused(422, meetings, {"starts": when["ends"], "ends": when["starts"]})
    stranger = await community.invite("stranger")
    problem = await stranger.refused(403, meetings, when)
    assert {one["key"] for one in problem["allowed_actions"]} == {"nscc/head", "cican/head"}


async def test_every_date_is_proposed_or_passed_over_and_what_asks_too_much_is_refused(community: Community) -> None:
    head, monday = community.as_("nscc/head"), first_monday().date()
    asked = {"partners": "nscc,cican", "from": monday.isoformat(), "until": (monday + timedelta(13)).isoformat()}
    found = await head.get("/partnerships/v1/find-window/delivery", days=5, **asked)
    dates = [one["starts"] for one in found["proposals"]] + [one["date"] for one in found["passed_over"]]
    assert sorted(dates) == [(monday + timedelta(days=place)).isoformat() for place in range(14)]
    window = "/partnerships/v1/find-window"
    for query in (
        "delivery?partners=nscc&days=0", "delivery?partners=nscc&days=9999999999999999999",
        "delivery?partners=,&days=5",
        "delivery?partners=nscc&days=5&from=2026-01-01&until=2028-01-01", "delivery?days=5",
        "delivery?partners=nscc&days=5&from=2026-02-01&until=2026-01-01", "delivery?partners=nscc&days=5&from=today",
        "delivery?partners=nscc&days=5&from=1800-01-01", "meeting?council=advisory&minutes=1",
        "meeting?council=advisory&limit=201", "meeting?council=advisory&until=9999-12-31", "meeting",
    ):  # fmt: skip
        await head.refused(400, f"{window}/{query}", method="GET")
    await head.refused(422, f"{window}/meeting?council=advisory&zone=Mars/Base", method="GET")
    await head.refused(404, f"{window}/meeting?council=unheard-of", method="GET")
    await head.refused(404, f"{window}/delivery?partners=nscc,unheard-of&days=5", method="GET")
    await head.refused(400, "/partnerships/v1/due?partners=nscc&days=5&from=2026-01-01", method="GET")
    await head.refused(404, "/partnerships/v1/calendars/unheard-of", method="GET")
    await head.refused(400, "/partnerships/v1/meetings?from=1", method="GET")


async def test_calendars_are_told_as_of_any_moment(community: Community) -> None:
    head = community.as_("cican/head")
    before = await head.get("/partnerships/v1/calendars/cican")
    index = community.seen["partnerships"]
    await head.post(path(community, "calendar", "cican"), {"zone": "America/Toronto", "holidays": "CA-ON"})
    assert (await head.get("/partnerships/v1/calendars/cican"))["calendar"]["zone"] == "America/Toronto"
    assert await head.get("/partnerships/v1/calendars/cican", at=f"partnerships@{index}") == before
    assert before["calendar"]["zone"] == "America/Halifax"
