"""What every entry of a register has in common: it cites its instrument, and is void until its partner confirms it."""

from datetime import datetime
from typing import Protocol

from shared.authority import effect_of
from shared.contracts.values import Instrument
from shared.kernel import Conflict, Missing, Unacceptable, Value, refuse_if


class Entry(Value, frozen=True):
    """Holds from `since` until `until` (excluded), once `confirmed`."""

    since: datetime
    until: datetime | None
    instrument: Instrument
    confirmed: bool = False

    def overlaps(self, since: datetime, until: datetime | None) -> bool:
        """Whether there is a moment in both; in one that was taken back before it began there is none."""
        return meet(self.since, self.until, since, until)

    def spans(self, since: datetime, until: datetime | None) -> bool:
        """Whether it holds through all of that time."""
        return self.since <= since and (self.until is None or (until is not None and until <= self.until))


def meet(since: datetime, until: datetime | None, other_since: datetime, other_until: datetime | None) -> bool:
    """Whether two times, their ends excluded, have a moment in common."""
    begins = max(since, other_since)
    return all(end is None or begins < end for end in (until, other_until))


class NoSuchEntry(Missing, frozen=True):
    """There is no such entry

    The id may be mistyped, or belong to another partner or position.
    """

    says = "There is no such {kind} here: {id}."
    kind: str
    id: str


class AlreadyEnded(Conflict, frozen=True):
    """It has ended already

    An end once recorded can only be brought forward.
    """

    says = "It ends at {until} already."
    until: str


class EndsBeforeItBegins(Unacceptable, frozen=True):
    """The end lies before the beginning

    `until` is excluded. An entry ended at its very beginning never holds: so one that has not begun is taken back.
    """

    says = "It cannot hold from {since} until {until}."
    since: str
    until: str


class Lasting(Protocol):
    """What holds from `since` until `until` (excluded)."""

    @property
    def since(self) -> datetime: ...
    @property
    def until(self) -> datetime | None: ...


def check_interval(since: datetime, until: datetime | None) -> None:
    """Refuse an entry that would never hold."""
    if until is not None and until <= since:
        refuse_if(EndsBeforeItBegins(since.isoformat(), until.isoformat()))


def has_ended(entry: Lasting, at: datetime) -> bool:
    """Whether it holds no more by then, or never will."""
    return entry.until is not None and (entry.until <= at or entry.until <= entry.since)


def check_confirmed_in_time(entry: Lasting, at: datetime | None) -> None:
    """Refuse to confirm what has ended by then, as what was rejected has; never with no `at`, as it is recorded."""
    if at is not None and entry.until is not None and has_ended(entry, at):
        refuse_if(AlreadyEnded(entry.until.isoformat()))


def end_of(entry: Lasting, stated: datetime | None, at: datetime) -> datetime:
    """When the entry ends: as stated, else as a revocation takes effect that states no moment.

    One that has not begun ends at its very beginning, so that it never holds.

    Refused: an end before the beginning, or after the one recorded.
    """
    until = effect_of(stated, at) if stated or entry.since < at else entry.since
    if until < entry.since:
        refuse_if(EndsBeforeItBegins(entry.since.isoformat(), until.isoformat()))
    if entry.until is not None and entry.until <= until:
        refuse_if(AlreadyEnded(entry.until.isoformat()))
    return until
