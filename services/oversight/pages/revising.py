"""The form that changes one part of an outline: its fields as they stand, and room for more. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, get_args

from services.oversight.api.acts import Do
from services.oversight.projections.differences import LISTS
from shared.contracts.values import Mode, Outline, OutlineField
from shared.kernel import Value
from shared.pages import LANGUAGES

PLAIN: tuple[OutlineField, ...] = ("hours", "mode", "language")
"""Parts that say one thing, in no language."""
SPARE = 2
"""Empty entries at the end of a list."""
MOST_FIELDS = 120
"""Fields of a form that are drawn; one with more could not be sent, nor would anybody fill it in."""


class Field(NamedTuple):
    """Words in one language: where they go, and what they are now. `entry` counts from 1 in a list."""

    name: str
    language: str
    words: str
    entry: int | None = None


class Revising(Value, frozen=True):
    """One part of the outline, as `do` changes it: `fields` of words, or one plain `value`, of `choices` if any.

    `too_many` entries for a form go by an API client.
    """

    do: Do
    part: OutlineField
    fields: tuple[Field, ...] = ()
    value: str = ""
    choices: tuple[str, ...] = ()
    too_many: bool = False


def revise_of(do: Do) -> Do | None:
    """What of an act changes the outline; None where nothing does."""
    return next((one for one in (do, *do.instead) if one.body is not None and "change" in one.body), None)


def revising(do: Do, part: OutlineField, outline: Outline) -> Revising:
    """The form for that part of the outline as it stands."""
    value = getattr(outline, part)
    if part in PLAIN:
        choices = get_args(Mode) if part == "mode" else ()
        return Revising(do, part, value="" if value is None else str(value), choices=choices)
    fields = tuple(_of_list(part, value or ()) if part in LISTS else _of_words(f"change.{part}", value or {}))
    if len(fields) > MOST_FIELDS:
        return Revising(do, part, too_many=True)
    return Revising(do, part, fields)


def _of_list(part: str, entries: tuple[Mapping[str, str], ...]) -> Iterator[Field]:
    nothing: Mapping[str, str] = {}
    for n, entry in enumerate((*entries, *[nothing] * SPARE)):
        for field in _of_words(f"change.{part}.{n}", entry):
            yield field._replace(entry=n + 1)


def _of_words(name: str, words: Mapping[str, str]) -> Iterator[Field]:
    """One for each language it has, and for each of the pages'."""
    for language in dict.fromkeys((*LANGUAGES, *words)):
        yield Field(f"{name}.{language}", language, words.get(language, ""))
