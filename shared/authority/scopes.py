"""The scopes of responsibilities: whether one covers what is at hand, and which of two is the narrower."""

import re
from collections.abc import Iterable, Iterator
from math import isfinite
from uuid import UUID

from msgspec import structs

from shared.contracts.values import SCOPE_ORDER, Scope

ONE_OF_A_KIND = ("amount", "credit", "unit")
"""Of these kinds, one thing lies within one."""
CREDITS = ("credit", "non-credit")


def at_hand(microcredential: UUID, about: tuple[Scope, ...] = ()) -> tuple[Scope, ...]:
    """What is at hand: that very microcredential, or under the same id its proposal, and within what it lies."""
    return (Scope("microcredential", str(microcredential)), *about)


def covers(scope: Scope, about: tuple[Scope, ...]) -> bool:
    """Whether a responsibility in that scope is about what is at hand; of amounts, the highest is to lie within."""
    if scope.kind == "anything":
        return True
    if scope.kind == "amount":
        limit = _number(scope.value)  # one that is no number covers nothing
        asked = [_number(one.value) for one in about if one.kind == "amount"]
        return isfinite(limit) and bool(asked) and all(one <= limit for one in asked)
    if scope.kind == "jurisdiction":
        return any(one.kind == scope.kind and lies_within(one.value or "", scope.value or "") for one in about)
    return scope in about


def lies_within(jurisdiction: str, of: str) -> bool:
    """Whether it is that one, or a subdivision of that country (ISO 3166-2: `CA-NS` lies within `CA`)."""
    return jurisdiction == of or jurisdiction.startswith(f"{of}-")


def width(scope: Scope) -> tuple[int, float]:
    """The smaller, the narrower: by kind, then by amount, and of jurisdictions a country after its subdivisions."""
    if scope.kind == "jurisdiction":
        return SCOPE_ORDER.index(scope.kind), 0.0 if "-" in (scope.value or "") else 1.0
    return SCOPE_ORDER.index(scope.kind), _number(scope.value) if scope.kind == "amount" else 0.0


def in_words(scope: Scope) -> str:
    """`sector healthcare`, `an amount up to 5000`, `anything`."""
    if scope.kind == "anything":
        return "anything"
    return f"an amount up to {scope.value}" if scope.kind == "amount" else f"{scope.kind} {scope.value}"


def fault_of(scope: Scope) -> str | None:
    """What is wrong with it: `anything` has no value; everything else names what it is, in the one way it is written.

    Otherwise it would cover nothing, for scopes are compared as they are written.
    """
    if scope.kind == "anything":
        return "anything has no value" if scope.value is not None else None
    if not scope.value:
        return f"{scope.kind} names a value"
    form, how = _FORMS.get(scope.kind, _SLUG)
    return None if re.fullmatch(form, scope.value) else f"{_with_article(scope.kind)} is {how}"


def faults_of(about: Iterable[Scope]) -> Iterator[str]:
    """What is wrong with them as what something lies within, which is in one unit, of one amount, for credit or not."""
    scopes = tuple(dict.fromkeys(about))
    yield from (fault for scope in scopes if (fault := fault_of(scope)) is not None)
    kinds: list[str] = [scope.kind for scope in scopes]
    yield from (f"it names one {kind}, not several" for kind in ONE_OF_A_KIND if kinds.count(kind) > 1)


def as_written(scope: Scope) -> Scope:
    """The same scope in the one way it is written: the id of a microcredential in lower case."""
    if scope.kind != "microcredential" or scope.value is None:
        return scope
    return structs.replace(scope, value=scope.value.lower())


def same(one: Scope, other: Scope) -> bool:
    """Whether two scopes are the same, however an amount is written."""
    return one.kind == other.kind and (
        _number(one.value) == _number(other.value) if one.kind == "amount" else one.value == other.value
    )


_SLUG = (r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case words and digits joined by hyphens, such as school-of-health")
_FORMS = {
    "microcredential": (r"(?i:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})", "its id"),
    "amount": (r"[0-9]{1,12}(\.[0-9]{1,2})?", "a number such as 5000 or 5000.00"),
    "credit": ("|".join(CREDITS), " or ".join(CREDITS)),
    "jurisdiction": (r"[A-Z]{2}(-[A-Z0-9]{1,3})?", "a country or a subdivision of it (ISO 3166), such as CA or CA-NS"),
}
"""How the value of a kind is written, as a pattern and in words; of the others, as `_SLUG`."""


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind == "amount" else f"a {kind}"


def _number(value: str | None) -> float:
    try:
        return float(value or "inf")
    except ValueError:
        return float("inf")
