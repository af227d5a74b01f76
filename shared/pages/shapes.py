"""English phrases with something of their own in them: recognised by their shape, and put in another language.

A refusal says where a quorum stands as one value: `validation has 1 of 3; needs one more from health; one abstained`;
and what is wrong with an address as one sentence.
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
    # what is wrong with a part of an address
    N_("Expected {expected}, got {got}"),
    N_("Expected {expected}"),
    N_("Invalid enum value {value}"),
    N_("`str` of length <= {most}"),
    N_("`str` of length >= {least}"),
    N_("`int` <= {most}"),
    N_("`int` >= {least}"),
    N_("`str` matching regex {pattern}"),
    N_("anything has no value"),
    N_("{scope} names a value"),
    N_("a microcredential is its id"),
    N_("an amount is a number such as 5000 or 5000.00"),
    N_("a credit is credit or non-credit"),
    N_("a jurisdiction is a country or a subdivision of it (ISO 3166), such as CA or CA-NS"),
    N_("a {scope} is lower-case words and digits joined by hyphens, such as school-of-health"),
)
SENTENCES = (
    N_("The query key {key} is not known here; known: {known}."),
    N_("The query key {key} is given twice."),
    N_("The query key {key} contains NUL."),
    N_("{name} is not an RFC 3339 time such as 2026-03-01T09:00:00-04:00."),
    N_("{name} has no zone; write it as 2026-03-01T09:00:00-04:00 or with Z."),
    N_("{name} lies outside {earliest} to {latest}."),
    N_("{name} is not an index such as credentials@1234."),
    N_("{name} names an index of {log}; here it is a time, or an index such as {index}."),
    N_("{name} names an index of {log}; here it is a time, or an index of intake or credentials."),
    N_("{name} is not a day such as 2026-12-24."),
    N_("{name} is none of {known}."),
    N_("kind is one of {known}."),
    N_("at lies before {earliest}."),
    N_("within is written as kind:value, with a kind of {known}."),
    N_("within names no scope: {part}."),
    N_("until lies on {ends}, before from, on {begins}."),
    N_("From {begins} until {ends} are more than {most} days; ask for fewer."),
    N_("{days} days for {seats} seats are too many; ask for fewer days."),
    N_("Name 1 to {most} partners by key or id, with commas between them."),
    N_("persons names {most} at most."),
    N_("This service does not follow the log {log}."),
    N_("{name}: {part}"),
)
"""What is wrong with an address: recognised whole."""
_NUMBER = rf"\d+|{'|'.join(NUMBERS)}"
HELD = {
    "number": _NUMBER,
    "have": r"\d+",
    "need": r"\d+",
    "step": r"[\w-]+",
    "where": "`.+?`",
    "expected": "`.+?",
    "got": "`.+?`",
    "value": "['`0-9].*?",
    "name": "[a-z_]+",
    "log": "[a-z]+",
    "scope": "[a-z-]+",
    "named": f"(?:{_NUMBER}|the voice of) .+?",
}
"""What may stand where a shape names one of these; anything else where it names another."""
BETWEEN = N_("; ")
_NAMED = re.compile(r", | and ")


def shaped(language: Language, said: str) -> str:
    """The same in that language; as it is where a part of it has none of these shapes."""
    if (whole := _shaped(language, said, SENTENCES)) is not None:
        return whole
    parts = [_shaped(language, part) for part in said.split(BETWEEN)]
    return language.gettext(BETWEEN).join(part for part in parts if part is not None) if None not in parts else said


def _shaped(language: Language, part: str, shapes: tuple[str, ...] = SHAPES) -> str | None:
    for shape in shapes:
        if found := _pattern(shape).fullmatch(part):
            values = {name: _filled(language, name, text) for name, text in found.groupdict().items()}
            if None not in values.values():
                return language.gettext(shape, **values)
    return None


def _filled(language: Language, name: str, text: str) -> str | None:
    match name:
        case "number" if text in NUMBERS:
            return language.gettext(text)
        case "named":
            return language.listed([_shaped(language, one) or one for one in _NAMED.split(text)])
        case "expected":
            return _shaped(language, text) or text
        case "part":
            return _shaped(language, text)
        case _:
            return text


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    parts = enumerate(re.split(r"\{(\w+)\}", shape))
    held = (f"(?P<{one}>{HELD.get(one, '.+?')})" if place % 2 else re.escape(one) for place, one in parts)
    return re.compile("".join(held))
