"""iCalendar (RFC 5545, 7953): what somebody's calendar program shows. Positions, councils and partners, never names."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Availability, Available, Calendar, Component, Event, FreeBusy, vText

from services.oversight.api.upcoming import DeadlineEvent, Feed, Language, MeetingEvent
from services.oversight.api.vtimezone import vtimezone
from shared.authority.almanac import DAY, Almanac
from shared.authority.zones import holidays_in, zone
from shared.kernel import Text

PRODUCT = "-//Consortia//Calendars 1//EN"
WORDS: dict[str, dict[str, str]] = {
    "due": {"en": "Due", "fr": "Échéance"},
    "meeting": {"en": "meeting", "fr": "réunion"},
    "seats": {"en": "Seats", "fr": "Sièges"},
    "waits": {"en": "Waits on", "fr": "En attente de"},
    "at": {"en": "Due at", "fr": "À remettre au plus tard le"},
    "hours": {"en": "Working hours", "fr": "Heures de travail"},
    "held": {"en": "Statutory holiday", "fr": "Jour férié"},
}
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def written(feed: Feed) -> bytes:
    """The calendar as it goes over the wire: CRLF, lines of at most 75 octets, every zone it names beside it."""
    calendar = Calendar()
    for name, value in (("version", "2.0"), ("prodid", PRODUCT), ("calscale", "GREGORIAN")):
        calendar.add(name, value)
    calendar.add("x-wr-calname", vText(" ".join(_plain(feed.name).split())))
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    zones = {meeting.zone for meeting in feed.meetings} | {one.zone for one in feed.almanacs if feed.hours}
    for name in sorted(zones - {"UTC"}):
        calendar.add_component(vtimezone(name, feed.first.year - 1, feed.last.year + 1))
    for meeting in feed.meetings:
        calendar.add_component(_meeting(meeting, feed.language))
    for deadline in feed.deadlines:
        calendar.add_component(_deadline(deadline, feed))
    for component in _days(feed):
        calendar.add_component(component)
    calendar.add_component(_free_busy(feed))
    for almanac in feed.almanacs if feed.hours else ():
        calendar.add_component(_hours(almanac, feed))
    return bytes(calendar.to_ical())


def said(text: Text, language: Language) -> str:
    """A text in that language, else in English, else in what there is."""
    return _plain(text.get(language) or text.get("en") or next(iter(text.values())))


def _meeting(meeting: MeetingEvent, language: Language) -> Event:
    name = said(meeting.council, language)
    summary = f"{name}: {said(meeting.title, language)}" if meeting.title else f"{name}: {WORDS['meeting'][language]}"
    starts, ends = _local(meeting)
    return _event(
        uid=meeting.uid,
        dtstamp=meeting.changed,
        created=meeting.scheduled,
        last_modified=meeting.changed,
        sequence=meeting.changes,
        dtstart=starts,
        dtend=ends,
        summary=summary,
        description=f"{WORDS['seats'][language]}: {', '.join(meeting.seats)}",
        location=said(meeting.place, language) if meeting.place else None,
        status="CANCELLED" if meeting.cancelled else "CONFIRMED",
        transp="TRANSPARENT" if meeting.cancelled else "OPAQUE",
    )


def _local(meeting: MeetingEvent) -> tuple[datetime, datetime]:
    """When it begins and ends, as the clocks there show it; in UTC where they show that hour for the second time.

    A local time that comes twice is read as the first (RFC 5545, 3.3.5).
    """
    starts, ends = (moment.astimezone(zone(meeting.zone)) for moment in (meeting.starts, meeting.ends))
    return (starts.astimezone(UTC), ends.astimezone(UTC)) if starts.fold or ends.fold else (starts, ends)


def _deadline(deadline: DeadlineEvent, feed: Feed) -> Event:
    words = {name: WORDS[name][feed.language] for name in ("due", "waits", "at")}
    title = f"{said(deadline.title, feed.language)}\n" if deadline.title else ""
    due = deadline.due.isoformat(timespec="seconds")
    return _event(
        uid=deadline.uid,
        dtstamp=deadline.since,
        last_modified=deadline.since,
        dtstart=deadline.day,
        dtend=deadline.day + DAY,
        summary=_plain(f"{words['due']}: {deadline.what}, {deadline.about}"),
        description=_plain(f"{title}{words['at']} {due}\n{words['waits']} {deadline.position}"),
        transp="TRANSPARENT",
        categories=["DEADLINE"],
    )


def _days(feed: Feed) -> Iterable[Event]:
    """Blackouts of each partner, and the holidays of each place, once."""
    first, last = feed.first.date(), feed.last.date()
    for almanac in feed.almanacs:
        for blackout in almanac.blackouts:
            if blackout.first <= last and first <= blackout.last:
                yield _all_day(
                    feed, f"blackout-{blackout.id}", blackout.first, blackout.last,
                    f"{almanac.key}: {said(blackout.name, feed.language)}", "BLACKOUT",
                )  # fmt: skip
    for place in sorted({one.holidays for one in feed.almanacs if one.holidays}):
        for year in range(first.year, last.year + 1):
            for day, name in sorted(holidays_in(place, year).items()):
                if first <= day <= last:
                    summary = f"{said(name, feed.language)} ({place})"
                    yield _all_day(feed, f"holiday-{place}-{day}", day, day, summary, "HOLIDAY")


def _all_day(feed: Feed, uid: str, first: date, last: date, summary: str, category: str) -> Event:
    return _event(
        uid=f"{uid}@consortia",
        dtstamp=feed.stamp,
        dtstart=first,
        dtend=last + DAY,
        summary=_plain(summary),
        transp="TRANSPARENT",
        categories=[category],
    )


def _free_busy(feed: Feed) -> FreeBusy:
    component = FreeBusy()
    _fill(component, uid=f"busy-{feed.uid}", dtstamp=feed.stamp, dtstart=feed.first, dtend=feed.last)
    for kind in ("BUSY", "BUSY-UNAVAILABLE"):
        clipped = ((max(one.starts, feed.first), min(one.ends, feed.last)) for one in feed.busy if one.kind == kind)
        if periods := sorted({(starts, ends) for starts, ends in clipped if starts < ends}):
            component.add("freebusy", periods, parameters={"FBTYPE": kind})
    return component


def _hours(almanac: Almanac, feed: Feed) -> Availability:
    """When a partner works: outside of these hours it is not available (RFC 7953)."""
    component, hours = Availability(), Available()
    _fill(component, uid=f"hours-{almanac.partner}@consortia", dtstamp=feed.stamp, busytype="BUSY-UNAVAILABLE")
    component.add("summary", f"{WORDS['hours'][feed.language]}: {almanac.key}")
    day = almanac.date_of(feed.first)
    while day.isoweekday() not in almanac.weekdays:
        day += DAY
    opens, closes = (moment.astimezone(zone(almanac.zone)) for moment in almanac.hours_on(day))
    _fill(
        hours,
        uid=f"hours-{almanac.partner}-week@consortia",
        dtstamp=feed.stamp,
        dtstart=opens,
        dtend=closes,
        rrule={"freq": "weekly", "byday": [_BYDAY[one - 1] for one in sorted(almanac.weekdays)]},
    )
    component.add_component(hours)
    return component


def _event(**properties: Any) -> Event:
    event = Event()
    _fill(event, **properties)
    return event


def _fill(component: Component, **properties: Any) -> None:
    for name, value in properties.items():
        if value is not None:
            component.add(name.replace("_", "-"), value)


def _plain(words: str) -> str:
    """Without what may not stand in a calendar: controls other than tab and line feed."""
    return _CONTROLS.sub(" ", words)
