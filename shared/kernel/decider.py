"""A decider: where an aggregate starts, and how a fact changes it. Its decisions are plain functions of its module."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

S = TypeVar("S")
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Decider(Generic[S, F]):
    """`category` names the streams (`microcredential-<uuid7>`); `evolve` never refuses, reads no clock, does no I/O.

    `states` is the type `S` itself, by which a state is kept as bytes and read back: the states of a union are tagged.
    """

    category: str
    initial: S
    evolve: Callable[[S, F], S]
    states: Any


def fold(decider: Decider[S, F], facts: Iterable[F], state: S | None = None) -> S:
    """The state after `facts`, from the start or from `state`."""
    return reduce(decider.evolve, facts, decider.initial if state is None else state)
