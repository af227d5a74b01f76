"""The scopes of responsibilities: whether one covers what is at hand, and which of two is the narrower."""

import re
from math import isfinite
from uuid import UUID

from shared.contracts.values import SCOPE_ORDER, Scope


def at_hand(microcredential: UUID, about: tuple[Scope, ...] = ()) -> tuple[Scope, ...]:
    """What is at hand: that very microcredential, or under the same id its proposal, and within what it lies."""
    return (Scope("microcredential", str(microcredential)), *about)


def covers(scope: Scope, about: tuple[Scope, ...]) -> bool:
    """Whether a responsibility in that scope is about what is at hand; an amount is up to its value."""
    if scope.kind == "anything":
        return True
    if scope.kind == "amount":
        limit = _number(scope.value)  # one that is no number covers nothing
        return isfinite(limit) and any(asked.kind == "amount" and _number(asked.value) <= limit for asked in about)
    return scope in about


def width(scope: Scope) -> tuple[int, float]:
    """The smaller, the narrower: by kind, then by amount."""
    return SCOPE_ORDER.index(scope.kind), _number(scope.value) if scope.kind == "amount" else 0.0


def in_words(scope: Scope) -> str:
    """`sector healthcare`, `an amount up to 5000`, `anything`."""
    if scope.kind == "anything":
        return "anything"
    return f"an amount up to {scope.value}" if scope.kind == "amount" else f"{scope.kind} {scope.value}"


def fault_of(scope: Scope) -> str | None:
    """What is wrong with it: `anything` has no value, an amount is a number, everything else names what it is."""
    if scope.kind == "anything":
        return "anything has no value" if scope.value is not None else None
    if not scope.value:
        return f"{scope.kind} names a value"
    if scope.kind == "amount" and not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", scope.value):
        return "an amount is a number such as 5000 or 5000.00"
    return None


def same(one: Scope, other: Scope) -> bool:
    """Whether two scopes are the same, however an amount is written."""
    return one.kind == other.kind and (
        _number(one.value) == _number(other.value) if one.kind == "amount" else one.value == other.value
    )


def _number(value: str | None) -> float:
    try:
        return float(value or "inf")
    except ValueError:
        return float("inf")
