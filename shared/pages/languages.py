"""The languages of pages: one catalogue, in gettext's format, an English sentence being its own name.

Codes (keys of partners, steps, matters) are never translated. `catalogue/<language>/*.po` are parts of one catalogue.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup

from shared.kernel import Text

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français"}
"""By BCP 47 tag, each named in itself; the first is the one the sources are written in."""


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Marks a sentence for the catalogue, to be translated where it is shown."""
    return sentence


class Language:
    """One language: sentences, dates and numbers as its readers expect them."""

    def __init__(self, tag: str, translations: NullTranslations) -> None:
        self.tag = tag
        self._locale = Locale.parse("en_CA" if tag == "en" else f"{tag}_CA")
        self._translations = translations

    def gettext(self, sentence: str, /, **values: Any) -> str:
        """The sentence in this language, its `{names}` filled with the values."""
        return _filled(self._translations.gettext(sentence), values)

    def ngettext(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """The same of a number: `one` for one, `many` for others, as this language counts. `{n}` is the number."""
        return _filled(self._translations.ngettext(one, many, n), {"n": self.number(n), **values})

    def text(self, text: Text | None) -> str:
        """A language-tagged text in this language, else in the first it has; empty where there is none."""
        return "" if not text else text.get(self.tag) or next(iter(text.values()))

    def lang_of(self, text: Text | None) -> str:
        """Which language `text` comes out in, for the attribute `lang`."""
        return self.tag if not text or self.tag in text else next(iter(text))

    def name_of(self, tag: str) -> str:
        """What the language of that tag is called in this one; the tag itself where that is not known."""
        try:
            return Locale.parse(tag, sep="-").get_display_name(self._locale) or tag
        except (ValueError, UnknownLocaleError):
            return tag

    def date(self, moment: datetime | date, zone: tzinfo | None = None) -> str:
        """As in `12 Mar 2025`."""
        return format_date(_in(moment, zone), "medium", locale=self._locale)

    def moment(self, moment: datetime, zone: tzinfo | None = None) -> str:
        """As in `12 Mar 2025, 09:00 UTC`, in that zone."""
        there = moment.astimezone(zone) if zone else moment
        clock = format_time(there, "short", locale=self._locale)
        return f"{self.date(there)}, {clock} {there.tzname()}"

    def number(self, number: float) -> str:
        """As in `1,234.5`."""
        return _number(number, self._locale)

    def listed(self, several: list[str] | tuple[str, ...]) -> str:
        """As in `a, b and c`."""
        return str(format_list(list(several), locale=self._locale))


class Catalogue:
    """Every language, read once."""

    def __init__(self) -> None:
        self._languages = {tag: Language(tag, _translations(tag)) for tag in LANGUAGES}

    def language(self, tag: str) -> Language:
        return self._languages.get(tag) or next(iter(self._languages.values()))

    def chosen(self, stated: str | None, accepted: str | None) -> Language:
        """The one stated (by a cookie), else the first that the header `Accept-Language` names and we have."""
        if stated is not None and stated in LANGUAGES:
            return self.language(stated)
        for part in sorted((accepted or "").split(",")[:20], key=_weight, reverse=True):
            tag = part.partition(";")[0].strip().lower().partition("-")[0]
            if tag in LANGUAGES and _weight(part) > 0:
                return self.language(tag)
        return self.language("")


def english() -> Language:
    """The language the sources are written in, which is the API's."""
    return Language("en", NullTranslations())


def _weight(part: str) -> float:
    """The `q` of one part of `Accept-Language` (RFC 9110, 12.5.4)."""
    _, _, stated = part.replace(" ", "").replace("\t", "").partition(";")
    quality = stated.lower().removeprefix("q=") or "1"
    return float(quality) if re.fullmatch(r"[01](\.[0-9]{0,3})?", quality) else 0.0


@lru_cache(maxsize=10_000)  # a board is full of numbers, the same ones over and over
def _number(number: float, locale: Locale) -> str:
    return str(format_decimal(number, locale=locale))


def _in(moment: datetime | date, zone: tzinfo | None) -> datetime | date:
    return moment.astimezone(zone) if zone and isinstance(moment, datetime) else moment


def _filled(sentence: str, values: dict[str, Any]) -> str:
    """Values that are markup stay markup; others are escaped into a sentence that is."""
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup(sentence).format(**values)  # noqa: S704 - the sentence is our own, from the catalogue
    return sentence.format(**values) if values else sentence


def catalogue_of(tag: str) -> Catalog:
    """The catalogue's messages in that language, all parts together; twice the same sentence counts once."""
    whole = Catalog(locale=tag)
    for part in sorted(files("shared.pages").joinpath("catalogue", tag).iterdir(), key=lambda one: one.name):
        if part.name.endswith(".po"):
            for message in read_po(BytesIO(part.read_bytes()), locale=tag):
                if message.id and message.string and not message.fuzzy:
                    whole[message.id] = message
    return whole


def _translations(tag: str) -> NullTranslations:
    if tag == next(iter(LANGUAGES)):
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue_of(tag))
    compiled.seek(0)
    return GNUTranslations(compiled)
