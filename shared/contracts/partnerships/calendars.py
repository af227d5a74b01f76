"""Calendars: a partner's time zone, holidays, working hours and blackouts; and the meetings of councils."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from shared.contracts.values import Jurisdiction, Moment
from shared.kernel import Fact
from shared.kernel.values import LanguageTag

Zone = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*(?!\n)$", max_length=64)]
"""A time zone by its name in the IANA database: `America/Halifax`."""
Weekday = Annotated[int, Meta(ge=1, le=7)]
"""ISO 8601: 1 is Monday, 7 Sunday."""
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](?!\n)$")]
"""A time of day, `08:30`, on the clocks of a zone that goes with it."""
Label = Annotated[
    dict[LanguageTag, Annotated[str, Meta(min_length=1, max_length=200)]], Meta(min_length=1, max_length=20)
]
"""A short name people read, by language."""


class CalendarKept(Fact, frozen=True, tag="partnerships.calendar-kept.v1"):
    """The partner's time zone, statutory holidays and working hours from now on. Stream `calendar-`.

    `holidays` is the country or subdivision whose statutory holidays are kept; without one, none are.
    """

    partner: UUID
    by: UUID
    zone: Zone
    weekdays: tuple[Weekday, ...]
    opens: ClockTime
    closes: ClockTime
    holidays: Jurisdiction | None = None


class BlackoutRecorded(Fact, frozen=True, tag="partnerships.blackout-recorded.v1"):
    """Nothing is to be asked of the partner from the day `first` to the day `last`, both included, in its own zone.

    Stream `calendar-`.
    """

    blackout: UUID
    partner: UUID
    by: UUID
    first: date
    last: date
    name: Label


class BlackoutChanged(Fact, frozen=True, tag="partnerships.blackout-changed.v1"):
    """The blackout's days and name from now on; due moments stored before stay. Stream `calendar-`."""

    blackout: UUID
    partner: UUID
    by: UUID
    first: date
    last: date
    name: Label


class BlackoutEnded(Fact, frozen=True, tag="partnerships.blackout-ended.v1"):
    """The blackout covers no day from `until` on; none at all where that is its first. Stream `calendar-`."""

    blackout: UUID
    partner: UUID
    by: UUID
    until: date


class MeetingScheduled(Fact, frozen=True, tag="partnerships.meeting-scheduled.v1"):
    """The council meets from `starts` to `ends`; `zone` is whose clocks it was agreed by. Stream `meeting-`."""

    meeting: UUID
    council: UUID
    by: UUID
    starts: Moment
    ends: Moment
    zone: Zone
    title: Label | None = None
    place: Label | None = None


class MeetingMoved(Fact, frozen=True, tag="partnerships.meeting-moved.v1"):
    """The meeting is at another time, or elsewhere. Stream `meeting-`."""

    meeting: UUID
    by: UUID
    starts: Moment
    ends: Moment
    zone: Zone
    place: Label | None = None


class MeetingCancelled(Fact, frozen=True, tag="partnerships.meeting-cancelled.v1"):
    """The meeting does not take place. Stream `meeting-`."""

    meeting: UUID
    by: UUID


CalendarFact = (
    CalendarKept | BlackoutRecorded | BlackoutChanged | BlackoutEnded | MeetingScheduled | MeetingMoved
    | MeetingCancelled
)  # fmt: skip
