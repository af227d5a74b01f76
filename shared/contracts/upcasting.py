"""Upcasting: a fact stored under a tag of former days is read as one of today's. What is stored never changes.

An upcaster goes one step, from one tag to the next; steps chain, so that a later change never touches an earlier one.
It is a pure function of the fact's JSON, and must give every field that the next tag has no default for.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Raw = dict[str, Any]
"""A fact's JSON object: text, numbers, lists and objects, as they are stored."""


class Upcast(NamedTuple):
    """One step: to this tag, by this function of the older fact's JSON. It may change what it is handed."""

    to: str
    change: Callable[[Raw], Raw]


Catalogue = Mapping[str, Upcast]
"""Steps by the older tag."""

UPCASTS: Catalogue = MappingProxyType({})
"""Every step from a tag that was ever published and is no fact of today's any more. None yet."""


class NotUpcast(ValueError):
    """The catalogue does not lead where it should: a mistake in this build, seen when it starts."""


class Path(NamedTuple):
    """All steps from a former tag to today's `tag`."""

    tag: str
    steps: tuple[Upcast, ...]

    def walk(self, raw: Raw) -> Raw:
        """The fact's JSON as today's tag has it, tag included."""
        for step in self.steps:
            raw = {**step.change(raw), "fact": step.to}
        return raw


def paths(catalogue: Catalogue, log: str, today: Collection[str]) -> dict[str, Path]:
    """The way from each former tag of that log to one of `today`'s; `NotUpcast` where one leads elsewhere."""
    return {tag: _path(catalogue, tag, today) for tag in catalogue if tag.startswith(f"{log}.")}


def _path(catalogue: Catalogue, former: str, today: Collection[str]) -> Path:
    if former in today:
        raise NotUpcast(f"{former} is a fact of today's: give the changed one a new tag, and upcast this one to it")
    steps, tag = list[Upcast](), former
    while tag not in today:
        if tag not in catalogue:
            raise NotUpcast(f"{former} is upcast to {tag}, which is neither a fact of today's nor upcast further")
        if len(steps) == len(catalogue):
            raise NotUpcast(f"{former} is upcast in a circle, through {tag}")
        steps.append(catalogue[tag])
        tag = steps[-1].to
    return Path(tag, tuple(steps))
