"""Calendars and meetings in the register, over time: what was stated from when on, so that any moment can be asked."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from shared.kernel import Text


@dataclass(slots=True)
class Keeping:
    """How a partner keeps its calendar from `since` on: zone, working days and hours, whose statutory holidays."""

    since: datetime
    zone: str
    weekdays: frozenset[int]
    opens: str
    closes: str
    holidays: str | None


@dataclass(slots=True)
class BlackoutAs:
    """A blackout as stated from `since` on. With `last` before `first` it covers no day."""

    since: datetime
    first: date
    last: date
    name: Text


@dataclass(slots=True)
class Blackout:
    id: UUID
    stated: list[BlackoutAs]

    def at(self, moment: datetime) -> BlackoutAs | None:
        """As it stood at that moment; None before it was recorded."""
        return next((one for one in reversed(self.stated) if one.since <= moment), None)


@dataclass(slots=True)
class Calendar:
    """A partner's calendar; one that was never kept may still hold blackouts."""

    partner: UUID
    kept: list[Keeping] = field(default_factory=list)
    blackouts: dict[UUID, Blackout] = field(default_factory=dict)

    def keeping(self, moment: datetime) -> Keeping | None:
        """How it was kept at that moment; None before it was."""
        return next((one for one in reversed(self.kept) if one.since <= moment), None)


@dataclass(slots=True)
class MeetingAs:
    """A meeting as stated from `since` on."""

    since: datetime
    starts: datetime
    ends: datetime
    zone: str
    place: Text | None
    cancelled: bool = False


@dataclass(slots=True)
class Meeting:
    """A meeting of a council, with every time it was given; the last counts."""

    id: UUID
    council: UUID
    title: Text | None
    stated: list[MeetingAs]

    def at(self, moment: datetime) -> MeetingAs | None:
        """As it stood at that moment; None before it was scheduled."""
        return next((one for one in reversed(self.stated) if one.since <= moment), None)
