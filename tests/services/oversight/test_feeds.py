"""Calendars as a calendar program fetches them: over plain HTTP, with the key as the password of Basic."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from icalendar import Calendar

from shared.contracts.values import Acting
from tests.services.oversight.telling import CAST, SEATS, Telling, message_of
from tests.support.community import Communities, Community
from tests.support.running import Running

SERVICES = ("partnerships", "oversight")
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]
STARTS = (datetime.now(UTC) + timedelta(days=20)).replace(microsecond=0)


def read(answer: httpx2.Response) -> Any:
    return Calendar.from_ical(answer.content)


def cast_of(here: Community) -> dict[str, Acting]:
    """Everybody of the story, as they are registered."""
    return {
        name: Acting(
            UUID(here.persons[here.holders[name]]),
            UUID(here.positions[name]),
            UUID(here.partners[name.partition("/")[0]]),
        )
        for name in CAST
    }


async def test_a_calendar_program_reads_meetings_deadlines_and_blackouts_with_the_key_as_password(
    communities: Communities, stack: Running, http: httpx2.AsyncClient
) -> None:
    here = await communities.open()
    for key in ("nscc", "b", "cican", "plant", "clinic", "farm"):
        await here.partner(key)
    for name in CAST:
        await here.position(name, name.replace("/", "-"))
    council = await here.council("advisory", SEATS, 2)
    foreman, plant = here.as_("plant/foreman"), here.partners["plant"]
    day = (STARTS + timedelta(days=3)).date().isoformat()
    blackout = {"first": day, "last": day, "name": {"en": "inventory", "fr": "inventaire"}}
    await foreman.post(f"/partnerships/v1/partners/{plant}/blackouts", blackout)
    when = {"starts": STARTS.isoformat(), "ends": (STARTS + timedelta(hours=1)).isoformat()}
    meeting = (await foreman.post(f"/partnerships/v1/councils/{council}/meetings", when))["id"]
    said = Telling(cast_of(here), here.key, "plant-safety", council=UUID(council), at=STARTS - timedelta(days=30))
    said.opened()
    said.requested()
    said.step_opened("validation")
    heard = stack.platforms["oversight"].heard["credentials"]
    last = await heard.last_index()
    await heard.hear([message_of(one, last + place) for place, one in enumerate(said.facts("credentials"), 1)])
    here.seen["credentials"] = last + 3
    await foreman.get("/oversight/v1/inbox")

    path = f"/oversight/v1/calendars/persons/{here.persons['plant-foreman']}.ics"
    own = httpx2.BasicAuth("anything", foreman.key)
    answer = await http.get(path, auth=own)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    summaries = {str(one["summary"]): one for one in read(answer).walk("VEVENT")}
    assert {"advisory: meeting", "Due: validation, plant-safety", "plant: inventory"} <= summaries.keys()
    assert "clinic/chief" in str(summaries["advisory: meeting"]["description"])
    again = await http.get(path, auth=own, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")

    await foreman.post(f"/partnerships/v1/meetings/{meeting}/cancel")
    feed = await foreman.send("GET", "/oversight/v1/calendars/councils/advisory.ics")
    events = {str(one["summary"]): one for one in read(feed).walk("VEVENT")}
    assert str(events["advisory: meeting"]["uid"]) == str(summaries["advisory: meeting"]["uid"])
    assert (str(events["advisory: meeting"]["status"]), events["advisory: meeting"]["sequence"]) == ("CANCELLED", 1)
    assert "farm/owner" in str(events["Due: validation, plant-safety"]["description"])
    everybody = await http.get("/oversight/v1/calendars/partners/plant.ics?language=fr", auth=own)
    assert "plant: inventaire" in everybody.text
    assert not [one for one in here.persons.values() if one in feed.text + everybody.text]

    unsigned = await http.get(path)
    assert (unsigned.status_code, "Basic" in unsigned.headers["www-authenticate"]) == (401, True)
    dean = here.as_("nscc/dean")
    for refused in (path, "/oversight/v1/calendars/councils/advisory.ics"):
        await dean.refused(403, refused, method="GET")
        await here.coordinator.send("GET", refused)
    for missing in (f"persons/{uuid4()}.ics", "persons/nobody.ics", "councils/unheard-of.ics", "partners/plant"):
        await here.coordinator.refused(404, f"/oversight/v1/calendars/{missing}", method="GET")
    await dean.refused(400, "/oversight/v1/calendars/partners/plant.ics?language=de", method="GET")
    assert (await here.coordinator.send("GET", path)).status_code == 200
