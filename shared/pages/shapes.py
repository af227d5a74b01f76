"""English phrases with something of their own in them: recognised by their shape, and put in another language.

A refusal says where a quorum stands as one value: `validation has 1 of 3; needs one more from health; one abstained`.
"""

import re
from functools import cache

from shared.pages.languages import N_, Language

NUMBERS = (
    N_("one"), N_("two"), N_("three"), N_("four"), N_("five"), N_("six"), N_("seven"), N_("eight"), N_("nine"),
    N_("ten"), N_("eleven"), N_("twelve"),
)  # fmt: skip
SHAPES = (
    # where a quorum stands
    N_("has {have} of {need}"),
    N_("{step} has {have} of {need}"),
    N_("{step} was refused"),
    N_("{step} is not open yet"),
    N_("needs {number} more, {named}"),
    N_("needs {named}"),
    N_("{number} recused"),
    N_("{number} declined"),
    N_("{number} requested changes"),
    N_("{number} abstained"),
    N_("{number} in a personal capacity, for no partner"),
    N_("{number} on a condition not met yet"),
    N_("out of reach"),
    # whom it needs
    N_("one more from {sector}"),
    N_("one from {sector}"),
    N_("the voice of {position}"),
    N_("{number} required seat"),
    N_("{number} required seats"),
    # what is wrong with a field
    N_("Object missing required field {field} - at {where}"),
    N_("Object contains unknown field {field} - at {where}"),
    N_("Invalid enum value {value} - at {where}"),
    N_("Invalid UUID - at {where}"),
    N_("Invalid date - at {where}"),
    N_("Invalid RFC3339 encoded datetime - at {where}"),
    N_("Expected {expected}, got {got} - at {where}"),
    N_("Expected {expected} - at {where}"),
    N_("The date lies outside {earliest} to {latest} - at {where}"),
)
_NUMBER = rf"\d+|{'|'.join(NUMBERS)}"
HELD = {
    "number": _NUMBER,
    "have": r"\d+",
    "need": r"\d+",
    "step": r"[\w-]+",
    "where": "`.+?`",
    "named": f"(?:{_NUMBER}|the voice of) .+?",
}
"""What may stand where a shape names one of these; anything else where it names another."""
BETWEEN = N_("; ")
_NAMED = re.compile(r", | and ")


def shaped(language: Language, said: str) -> str:
    """The same in that language; as it is where a part of it has none of these shapes."""
    parts = [_shaped(language, part) for part in said.split(BETWEEN)]
    return language.gettext(BETWEEN).join(part for part in parts if part is not None) if None not in parts else said


def _shaped(language: Language, part: str) -> str | None:
    for shape in SHAPES:
        if found := _pattern(shape).fullmatch(part):
            values = {name: _filled(language, name, text) for name, text in found.groupdict().items()}
            return language.gettext(shape, **values)
    return None


def _filled(language: Language, name: str, text: str) -> str:
    match name:
        case "number" if text in NUMBERS:
            return language.gettext(text)
        case "named":
            return language.listed([_shaped(language, one) or one for one in _NAMED.split(text)])
        case _:
            return text


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    parts = enumerate(re.split(r"\{(\w+)\}", shape))
    held = (f"(?P<{one}>{HELD.get(one, '.+?')})" if place % 2 else re.escape(one) for place, one in parts)
    return re.compile("".join(held))
