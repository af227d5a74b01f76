"""Councils in the register: their seats and quorum over time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.values import Quorum, Seat
from shared.kernel import Text


@dataclass(slots=True)
class Roster:
    """The seats and quorum of a council from `since` on; `chair` is a seat's position."""

    since: datetime
    seats: tuple[Seat, ...]
    quorum: Quorum
    chair: UUID | None = None


@dataclass(slots=True)
class Council:
    """A council with its rosters over time, the last one in force."""

    id: UUID
    key: str
    name: Text
    rosters: list[Roster]

    def roster(self, at: datetime) -> Roster | None:
        """The roster in force at that moment; None before the council was convened."""
        return next((roster for roster in reversed(self.rosters) if roster.since <= at), None)
