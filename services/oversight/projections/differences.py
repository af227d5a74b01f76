"""What differs between two outlines, down to the words, for a reader who has seen the first. Pure.

Texts are compared sentence by sentence, and what was rewritten word by word, within a budget: what would cost more is
shown as taken out and put in whole. So nobody can write an outline whose comparison keeps a process busy.
"""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from shared.contracts.values import OUTLINE_FIELDS, Outline, OutlineField
from shared.kernel import Text, Value

Kind = Literal["same", "added", "removed", "changed"]
LISTS: tuple[OutlineField, ...] = ("outcomes", "job_functions")
BUDGET = 2_000_000
"""Steps one comparison of two outlines may take at most, counted in advance; a second of work at worst."""
ALIKE = 0.4
"""How much of two passages must be the same words for their words to be marked one by one."""
_SENTENCES = re.compile(r".+?(?:[.!?;:](?=\s)|\n|$)\s*", re.DOTALL)
_WORDS = re.compile(r"\s*\S+|\s+$")


class Piece(Value, frozen=True):
    """Some words: in both, put in, or taken out."""

    kind: Literal["same", "added", "removed"]
    words: str


class Spoken(Value, frozen=True):
    """A passage in one language (None: a code or a number), with what became of it and its words."""

    language: str | None
    kind: Kind
    pieces: tuple[Piece, ...]


class Entry(Value, frozen=True):
    """One text of a field; of a list, one of its entries."""

    kind: Kind
    spoken: tuple[Spoken, ...]


class Part(Value, frozen=True):
    """One field of the outline; without entries where neither states it."""

    field: OutlineField
    kind: Kind
    is_list: bool
    entries: tuple[Entry, ...]


class _Budget:
    def __init__(self, steps: int) -> None:
        self._left = steps

    def allows(self, before: list[str], after: list[str]) -> bool:
        """Whether comparing these is affordable; if so, it is paid for."""
        told = Counter(after)
        cost = (sum(told[one] for one in before) + 1) * (min(len(before), len(after)) + 1) + len(before) + len(after)
        if cost > self._left:
            return False
        self._left -= cost
        return True


def compared(before: Outline | None, after: Outline, budget: int = BUDGET) -> tuple[Part, ...]:
    """Every field of the outline as it stands, with what changed since `before`; nothing did where there is none."""
    left, earlier = _Budget(budget), after if before is None else before
    return tuple(_part(name, getattr(earlier, name), getattr(after, name), left) for name in OUTLINE_FIELDS)


def _part(name: OutlineField, before: object, after: object, budget: _Budget) -> Part:
    is_list = name in LISTS
    if is_list:
        entries = tuple(_listed(_texts(before), _texts(after), budget))
    else:
        entries = () if before is None and after is None else (_entry(_text(before), _text(after), budget),)
    return Part(name, _kind(before, after), is_list, entries)


def _kind(before: object, after: object) -> Kind:
    if before == after:
        return "same"
    return "added" if before is None else "removed" if after is None else "changed"


def _texts(value: object) -> list[Text]:
    return list(value) if isinstance(value, tuple) else []


def _text(value: object) -> Text:
    """A text as it is; a code or a number as a text in no language."""
    if value is None or isinstance(value, dict):
        return value or {}
    return {"": str(value)}


def _listed(before: list[Text], after: list[Text], budget: _Budget) -> Iterator[Entry]:
    """Entries that are in both stay; those between them are paired in their order, and what is left came or went."""
    old, new = ([msgspec.json.encode(one).decode() for one in texts] for texts in (before, after))
    for kind, i, j, k, m in _opcodes(old, new, budget):
        if kind == "equal":
            yield from (_entry(one, one, budget) for one in after[k:m])
            continue
        pairs = min(j - i, m - k)
        yield from (_entry(before[i + n], after[k + n], budget) for n in range(pairs))
        yield from (_entry(one, {}, budget) for one in before[i + pairs : j])
        yield from (_entry({}, one, budget) for one in after[k + pairs : m])


def _entry(before: Text, after: Text, budget: _Budget) -> Entry:
    spoken = tuple(
        _spoken(language, before.get(language), after.get(language), budget) for language in {**after, **before}
    )
    return Entry(_kind(before or None, after or None), spoken)


def _spoken(language: str, before: str | None, after: str | None, budget: _Budget) -> Spoken:
    kind = _kind(before, after)
    match before, after:
        case str(), str():
            pieces = words(before, after, budget)
        case _:
            pieces = (Piece(kind, before or after or ""),) if kind != "changed" else ()
    return Spoken(language or None, kind, pieces)


def words(before: str, after: str, budget: _Budget | None = None) -> tuple[Piece, ...]:
    """Both texts in one: every word of `before` is `same` or `removed`, every word of `after` `same` or `added`."""
    if before == after:
        return (Piece("same", after),)
    budget = budget or _Budget(BUDGET)
    old, new = _SENTENCES.findall(before), _SENTENCES.findall(after)
    return _joined(_in_sentences(old, new, budget))


def _in_sentences(old: list[str], new: list[str], budget: _Budget) -> Iterator[Piece]:
    for kind, i, j, k, m in _opcodes(old, new, budget):
        if kind == "equal":
            yield Piece("same", "".join(new[k:m]))
        else:
            yield from _in_words("".join(old[i:j]), "".join(new[k:m]), budget)


def _in_words(before: str, after: str, budget: _Budget) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found = _opcodes(old, new, budget)
    kept = sum(len("".join(old[i:j])) for kind, i, j, _, _ in found if kind == "equal")
    if kept < ALIKE * min(len(before), len(after)):
        yield from (Piece("removed", before), Piece("added", after))
        return
    for kind, i, j, k, m in found:
        if kind == "equal":
            yield Piece("same", "".join(new[k:m]))
        else:
            yield from (Piece("removed", "".join(old[i:j])), Piece("added", "".join(new[k:m])))


def _opcodes(old: list[str], new: list[str], budget: _Budget) -> list[tuple[str, int, int, int, int]]:
    """What is equal and what is not, as difflib says it; beginning and end are compared without it, and for nothing."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    inner_old, inner_new = old[start : len(old) - end], new[start : len(new) - end]
    found = [("equal", 0, start, 0, start)] if start else []
    if inner_old and inner_new and budget.allows(inner_old, inner_new):
        matcher = SequenceMatcher(None, inner_old, inner_new, autojunk=False)
        found += [(kind, i + start, j + start, k + start, m + start) for kind, i, j, k, m in matcher.get_opcodes()]
    elif inner_old or inner_new:
        found.append(("replace", start, len(old) - end, start, len(new) - end))
    if end:
        found.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return found


def _joined(pieces: Iterator[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one; empty ones gone."""
    told: list[Piece] = []
    for piece in pieces:
        if told and told[-1].kind == piece.kind:
            told[-1] = Piece(piece.kind, told[-1].words + piece.words)
        elif piece.words:
            told.append(piece)
    return tuple(told)
