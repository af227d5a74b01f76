"""Time zones and statutory holidays, by name: looked up in the tables that come with this build, and kept in memory.

No table is asked for what is already recorded: due moments are stored in facts.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from shared.kernel import Text

ONE_ZONE = {
    "CA-AB": "America/Edmonton",
    "CA-MB": "America/Winnipeg",
    "CA-NB": "America/Moncton",
    "CA-NS": "America/Halifax",
    "CA-NT": "America/Edmonton",
    "CA-PE": "America/Halifax",
    "CA-YT": "America/Whitehorse",
}
"""Subdivisions that keep one time throughout; in all others a partner has to say which is its own."""


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Every zone of the IANA database that this build has."""
    return frozenset(available_timezones() - {"localtime", "Factory", "posixrules"})


@lru_cache(maxsize=1024)
def zone(name: str) -> tzinfo:
    """That zone; UTC where a build with a newer database recorded one that this build has not."""
    return ZoneInfo(name) if name in known_zones() else UTC


@lru_cache(maxsize=1)
def known_countries() -> frozenset[str]:
    """The countries whose statutory holidays are known, by their two letters."""
    from holidays.registry import COUNTRIES

    return frozenset(codes[1] for codes in COUNTRIES.values())


@lru_cache(maxsize=256)
def known_subdivisions(country: str) -> tuple[str, ...]:
    """The subdivisions of that country with holidays of their own, as `CA-NS`; none for a country not known."""
    if country not in known_countries():
        return ()
    import holidays

    named = (f"{country}-{one}" for one in holidays.country_holidays(country).subdivisions)
    return tuple(sorted(one for one in named if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", one)))


def has_holidays(place: str) -> bool:
    """Whether the statutory holidays of that country or subdivision are known."""
    return place in known_countries() or place in known_subdivisions(place.partition("-")[0])


@lru_cache(maxsize=4096)
def holidays_in(place: str | None, year: int) -> Mapping[date, Text]:
    """The statutory holidays there in that year, named in English and French where the tables do; none if unknown."""
    if place is None or not has_holidays(place):
        return {}
    import holidays

    country, _, subdivision = place.partition("-")
    named: dict[date, dict[str, str]] = {}
    for language, table in _languages(holidays.country_holidays(country).supported_languages).items():
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=table)
        for day, name in found.items():
            if day.year == year:
                named.setdefault(day, {})[language] = name
    return named


def _languages(spoken: tuple[str, ...]) -> dict[str, str | None]:
    """In which of our languages a country's table speaks, by its own names; one that states none is in English."""
    if not spoken:
        return {"en": None}
    tables = {"en": ("en_CA", "en_US", "en_GB", "en"), "fr": ("fr", "fr_CA")}
    return {
        ours: next(one for one in theirs if one in spoken) for ours, theirs in tables.items() if {*theirs} & {*spoken}
    }
