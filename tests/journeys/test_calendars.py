"""A blackout is recorded in one place, and what is due elsewhere waits for its end; a calendar program shows it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.services.credentials.journeys import accepted
from tests.support.community import Communities

pytestmark = pytest.mark.servers


async def test_a_step_is_due_outside_the_blackout_of_whom_it_waits_on_and_stays_so(communities: Communities) -> None:
    world = await accepted(communities)
    here, foreman = world.community, world.as_("plant/foreman")
    await here.position("plant/clerk", "clerk")
    first, last = (datetime.now(UTC).date() + timedelta(days=days) for days in (20, 40))
    path = f"/partnerships/v1/partners/{here.partners['plant']}/blackouts"
    asked = {"first": first.isoformat(), "last": last.isoformat(), "name": {"en": "turnaround"}}
    blackout = await here.as_("plant/clerk").post(path, asked)
    requested = await world.as_("nscc/lead").post(f"{world.path}/request-validation")
    [opened] = [one for one in requested["recorded"] if one["fact"]["fact"] == "credentials.step-opened.v1"]
    due = datetime.fromisoformat(opened["fact"]["due"])
    there = due.astimezone(ZoneInfo("America/Halifax"))
    assert (there.strftime("%H:%M:%S"), there.date() > last) == ("23:59:59", True)
    query = {"partners": "plant,clinic", "days": 30, "from": opened["occurred_at"]}
    told = await here.coordinator.get("/partnerships/v1/due", **query)
    assert datetime.fromisoformat(told["due"]) == due
    assert {one["why"]["sentence"] for one in told["partners"][0]["not_counted"]} >= {"plant is in its turnaround"}

    await here.as_("plant/clerk").post(f"{path}/{blackout['id']}/end", {})
    assert datetime.fromisoformat((await world.step("industry-validation"))["due"]) == due
    feed = await foreman.send("GET", f"/oversight/v1/calendars/persons/{here.persons['fred']}.ics")
    calendar: Any = Calendar.from_ical(feed.content)
    assert deadlines(calendar) == {"Due: industry-validation, welding": there.date()}


def deadlines(calendar: Any) -> dict[str, date]:
    return {str(one["summary"]): one.start for one in calendar.walk("VEVENT") if str(one["uid"]).startswith("due-")}
