"""Whether reported figures agree with counts, and why not, in a sentence. Unknown is not zero. Pure."""

import re
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Literal

from shared.kernel import Value

_SHARE = re.compile(r"^(\d+)(?:\.(\d+))?%$")


class Counts(Value, frozen=True):
    """What was counted; None where nobody said."""

    learners: int | None = None
    completed: int | None = None

    @property
    def rate(self) -> str | None:
        """The completion rate to one decimal, `88.9%`; None where a count is unknown or nobody took part."""
        if not self.learners or self.completed is None:
            return None
        return f"{rounded(self.completed, self.learners, 1)}%"


class Verdict(Value, frozen=True):
    """`agrees` is None where there is nothing to compare with."""

    agrees: bool | None
    sentence: str


def rounded(part: int, whole: int, digits: int) -> Decimal:
    """That share of a hundred, rounded half up."""
    unit = Decimal(1).scaleb(-digits)
    return (Decimal(100 * part) / whole).quantize(unit, ROUND_HALF_UP)


def share_of(reported: str, part: int | None, whole: int | None) -> Verdict:
    """Whether a reported percentage is what these counts round to, at its own precision."""
    digits, value = _precision(reported), Decimal(reported.removesuffix("%"))
    if whole is None:
        return Verdict(None, f"{_said(reported)} was reported; the number of learners is unknown.")
    if whole == 0:
        return Verdict(None, f"{_said(reported)} was reported of no learners at all.")
    fitting = _fitting(value, whole, digits)
    exact = (value * whole / 100).normalize()
    impossible = f"{_said(reported)} of {whole} is {exact:f}, no whole number of people"
    if part is None:
        if not fitting:
            return Verdict(False, f"{impossible}; the number who completed is unknown.")
        return Verdict(None, f"{_said(reported)} of {whole} was reported; the number who completed is unknown.")
    actual = f"{part} of {whole} is {rounded(part, whole, max(1, digits))} %"
    if part in fitting:
        return Verdict(True, f"{actual}, as reported: {_said(reported)}.")
    if not fitting:
        return Verdict(False, f"{impossible}; {actual}.")
    people = str(fitting[0]) if len(fitting) == 1 else f"{fitting[0]} to {fitting[-1]}"
    return Verdict(False, f"{_said(reported)} of {whole} would be {people}, not {part}; {actual}.")


def number_of(figure: str, reported: int, counts: list[int | None]) -> Verdict:
    """Whether a reported number is the sum of these counts."""
    known = [one for one in counts if one is not None]
    if not counts:
        return Verdict(None, f"{reported} {figure} was reported; nothing was counted.")
    if len(known) < len(counts):
        if sum(known) > reported:
            return Verdict(False, f"{reported} {figure} was reported, but the counts known make {sum(known)} already.")
        unknown = f"{len(counts) - len(known)} of {len(counts)} counts"
        return Verdict(None, f"{reported} {figure} was reported; unknown: {unknown}.")
    total = " + ".join(str(one) for one in known) + (f" = {sum(known)}" if len(known) > 1 else "")
    agrees = sum(known) == reported
    verb = "agrees with" if agrees else "does not agree with"
    return Verdict(agrees, f"{reported} {figure} as reported {verb} the counts, {total}.")


def compare(figure: str, reported: int | str, counts: list[Counts]) -> Verdict:
    """A reported figure beside the counts it speaks of: learners, completed, completion rate; others are only kept."""
    match figure.replace("-", "_"), reported:
        case ("learners" | "completed") as field, int():
            return number_of(figure, reported, _column(counts, field))
        case (("completion_rate" | "completed"), str()):
            return share_of(reported, _total(_column(counts, "completed")), _total(_column(counts, "learners")))
        case _:
            return Verdict(None, f"{reported} was reported for {figure}; there is no count to compare it with.")


def _column(counts: list[Counts], field: Literal["learners", "completed"]) -> list[int | None]:
    return [one.learners if field == "learners" else one.completed for one in counts]


def _total(counts: list[int | None]) -> int | None:
    known = [one for one in counts if one is not None]
    return sum(known) if counts and len(known) == len(counts) else None


def _fitting(value: Decimal, whole: int, digits: int) -> range:
    """Every number of people that rounds to that percentage: from half a unit below it up to, not with, half above."""
    half = Decimal(1).scaleb(-digits) / 2
    first, past = (ceil((value + edge) * whole / 100) for edge in (-half, half))
    return range(max(0, first), min(whole + 1, past))


def _precision(reported: str) -> int:
    found = _SHARE.match(reported)
    return len(found[2] or "") if found else 0


def _said(reported: str) -> str:
    return f"{reported.removesuffix('%')} %"
