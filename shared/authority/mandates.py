"""Auditors' mandates in the register: from when until when somebody may read as an auditor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.authority.keys import Key
from shared.authority.reconfirming import a_year_after
from shared.contracts.values import Instrument
from shared.kernel import Forbidden


@dataclass(slots=True)
class Mandate:
    """A person reads as an auditor from `since` until `until` (excluded)."""

    id: UUID
    person: UUID
    since: datetime
    until: datetime
    instrument: Instrument

    def covers(self, at: datetime) -> bool:
        """Whether it holds at that moment."""
        return self.since <= at < self.until


class NoMandate(Forbidden, frozen=True):
    """You have no mandate now

    An auditor reads under a dated mandate, and outside its dates only `GET /partnerships/v1/whoami`. A coordinator of
    your community records one: `POST /partnerships/v1/mandates`.
    """

    says = "This auditor's key reads under a dated mandate; {stands}."
    stands: str


def no_mandate(key: Key, mandates: Iterable[Mandate], held: Iterable[Key], now: datetime) -> NoMandate | None:
    """Why that auditor's key reads nothing now; None where a mandate covers it.

    Whoever never had a mandate recorded reads for a year from when the first of their auditor's keys was issued, among
    the keys `held` by anybody: that issue was a coordinator's recorded act, and keys are older than mandates. The keys
    that follow it, which a person may issue themself, begin no further year. One recorded mandate, and only mandates
    count.
    """
    own = sorted(mandates, key=lambda one: one.since)
    if not own:
        if (first := _first_issue(key, held)) is not None and now < a_year_after(first):
            return None
        return NoMandate("none is recorded, and the year since the first key was issued is over")
    if any(one.covers(now) for one in own):
        return None
    following = next((one for one in own if one.since > now and one.since < one.until), None)
    if following is not None:
        return NoMandate(f"the next one begins at {following.since.isoformat()}")
    return NoMandate(f"the last one ended at {max(one.until for one in own).isoformat()}")


def _first_issue(key: Key, held: Iterable[Key]) -> datetime | None:
    """When the first key of that person and role was recorded, ended or not; None where nobody knows."""
    whose = (key.community, key.person, key.role)
    alike = (one for one in (key, *held) if (one.community, one.person, one.role) == whose)
    return min((one.recorded_at for one in alike if one.recorded_at is not None), default=None)
