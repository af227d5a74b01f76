"""The form that changes an outline, one part or all of it: its fields as they stand, and room for more. Pure."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, get_args

from services.oversight.api.acts import Do
from services.oversight.projections.differences import LISTS
from shared.contracts.values import OUTLINE_FIELDS, Mode, Outline, OutlineField
from shared.kernel import Value
from shared.pages import LANGUAGES
from shared.security.digests import outline_digest

Chosen = OutlineField | Literal["all"]
PLAIN: tuple[OutlineField, ...] = ("hours", "mode", "language")
"""Parts that say one thing, in no language."""
SPARE = 2
"""Empty entries at the end of a list."""
MOST_FIELDS = 120
"""Fields of a form that are drawn; one with more could not be sent, nor would anybody fill it in."""
MOST_BYTES = 40_000
"""What the words in them may take, so that the page stays small."""


class Field(NamedTuple):
    """Words in one language: where they go, and what they are now. `entry` counts from 1 in a list."""

    name: str
    language: str
    words: str
    entry: int | None = None


class Part(Value, frozen=True):
    """A part of the outline: `fields` of words, or one plain `value`, of `choices` if any."""

    name: OutlineField
    fields: tuple[Field, ...] = ()
    value: str = ""
    choices: tuple[str, ...] = ()


class Revising(Value, frozen=True):
    """What `do` would change of the outline with that digest; parts `too_long` for a form go by an API client."""

    do: Do
    chosen: Chosen
    digest: str
    parts: tuple[Part, ...]
    too_long: tuple[OutlineField, ...] = ()


def revise_of(do: Do) -> Do | None:
    """What of an act changes the outline; None where nothing does."""
    return next((one for one in (do, *do.instead) if one.body is not None and "change" in one.body), None)


def revising(do: Do, chosen: Chosen, outline: Outline) -> Revising:
    """The form for that part of the outline as it stands, or for all that fits into one."""
    asked = OUTLINE_FIELDS if chosen == "all" else (chosen,)
    fields, size = MOST_FIELDS, MOST_BYTES
    parts: list[Part] = []
    for part in (_part(name, outline) for name in asked):
        takes = sum(len(field.words.encode()) for field in part.fields)
        if len(part.fields) <= fields and takes <= size:
            fields, size = fields - len(part.fields), size - takes
            parts.append(part)
    drawn = {part.name for part in parts}
    left = tuple(name for name in asked if name not in drawn)
    return Revising(do, chosen, outline_digest(outline), tuple(parts), left)


def _part(name: OutlineField, outline: Outline) -> Part:
    value = getattr(outline, name)
    if name in PLAIN:
        choices = get_args(Mode) if name == "mode" else ()
        return Part(name, value="" if value is None else str(value), choices=choices)
    return Part(name, tuple(_of_list(name, value or ()) if name in LISTS else _of_words(f"change.{name}", value or {})))


def _of_list(part: str, entries: tuple[Mapping[str, str], ...]) -> Iterator[Field]:
    nothing: Mapping[str, str] = {}
    for n, entry in enumerate((*entries, *[nothing] * SPARE)):
        for field in _of_words(f"change.{part}.{n}", entry):
            yield field._replace(entry=n + 1)


def _of_words(name: str, words: Mapping[str, str]) -> Iterator[Field]:
    """One for each language it has, and for each of the pages'."""
    for language in dict.fromkeys((*LANGUAGES, *words)):
        yield Field(f"{name}.{language}", language, words.get(language, ""))
