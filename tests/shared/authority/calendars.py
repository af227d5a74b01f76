"""Almanacs and communities with calendars, for tests that reckon with days."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shared.authority import Community, Register
from shared.authority.almanac import Almanac, BlackoutDays
from shared.contracts import partnerships as said
from shared.contracts.values import Instrument
from shared.kernel import Actor, Fact, Metadata, Recorded

START = datetime(2026, 1, 1, tzinfo=UTC)
LETTER = Instrument("letter", "L-1", START.date())
NSCC, CICAN = UUID(int=1), UUID(int=2)
WHO = UUID(int=21)
DECEMBER = BlackoutDays(UUID(int=90), date(2026, 12, 19), date(2027, 1, 3), {"en": "December blackout"})


def almanac(zone: str = "America/Halifax", *blackouts: BlackoutDays, **stated: Any) -> Almanac:
    """A partner that keeps Monday to Friday, nine to five, and the holidays of CA-NS."""
    usual: dict[str, Any] = {
        "partner": NSCC,
        "key": "nscc",
        "weekdays": frozenset({1, 2, 3, 4, 5}),
        "opens": "09:00",
        "closes": "17:00",
        "holidays": "CA-NS",
        "kept": True,
    }
    return Almanac(zone=zone, blackouts=blackouts, **(usual | stated))


def told(*facts: Fact | tuple[datetime, Fact], at: datetime = START) -> Community:
    """The community after these facts, at that moment or at their own."""
    return register(facts, at).community("here")


def register(facts: Iterable[Fact | tuple[datetime, Fact]], at: datetime = START) -> Register:
    folded = Register()
    for place, told_at in enumerate(facts, 1):
        when, fact = told_at if isinstance(told_at, tuple) else (at, told_at)
        one = UUID(int=1000 + place)
        folded.apply(
            Recorded(
                one, fact.fact_tag(), "partnerships", "here", "x", 1, place, when, when, one, 1, one, None,
                Metadata(Actor()), fact,  # type: ignore[arg-type]  # facts of the one log
            )
        )  # fmt: skip
    return folded


def partner(of: UUID, key: str, jurisdiction: str = "CA-NS") -> said.PartnerRegistered:
    return said.PartnerRegistered(of, key, {"en": key}, "post-secondary", jurisdiction, UUID(int=99), LETTER)
