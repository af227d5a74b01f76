"""Small counts: under five they are shown to the delivering partner only, and so is what would give one away. Pure."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from msgspec import structs

from shared.contracts.credentials import OfferingClosed, OfferingOpened, ReviewSubmitted
from shared.contracts.values import Count, Figures, Percent
from shared.kernel import Fact, Value

FEWEST = 5
"""The smallest count that is shown to everybody who may read it; none is small as well."""


class Shown(Value, frozen=True):
    """Counts as they are shown; `suppressed` where one of them is there and is not shown."""

    learners: int | None
    completed: int | None
    suppressed: bool


def small(count: int | None) -> bool:
    """Whether that count is there and is not shown."""
    return count is not None and count < FEWEST


def counts(learners: int | None, completed: int | None) -> Shown:
    """The counts of one run. How many completed is not shown either where the rest would be a small count.

    That all of them completed gives nobody away.
    """
    rest = None if learners is None or completed is None else learners - completed
    hides = small(learners) or small(completed) or (small(rest) and rest != 0)
    if not hides:
        return Shown(learners, completed, suppressed=False)
    return Shown(None if small(learners) else learners, None, suppressed=True)


def figures(reported: Figures, learners: int | None = None, *, suppressed: bool = False) -> Figures:
    """Reported figures as they are shown: none beside counts that are `suppressed`, of which they could be told;

    else those that are not small, nor a share of `learners` that would be, or would leave a small rest.
    """
    if suppressed:
        return {}
    return {name: value for name, value in reported.items() if not gives_away(value, learners)}


def gives_away(value: Count | Percent, learners: int | None) -> bool:
    """Whether a reported figure is a small count, or tells of one."""
    if isinstance(value, int):
        return small(value)
    if learners is None:
        return False
    people = Decimal(value.removesuffix("%")) * learners / 100
    rest = learners - people
    return people < FEWEST or 0 < rest < FEWEST


def of_fact(fact: Fact, delivers: Callable[[UUID], bool]) -> Fact:
    """The fact as it is shown: whole to those of the partner that `delivers` the run it counts, else without what tells

    of few. A review is its proposing partner's. Every fact without counts is as it was recorded.

    What a fact does not state itself may stand in another, so how many completed is shown only beside the learners, and
    what a review reports over several runs not at all: the figures of the microcredential show it.
    """
    match fact:
        case OfferingOpened(by=by, delivered_by=other) | OfferingClosed(by=by, delivered_by=other) if delivers(
            other or by.partner
        ):
            return fact
        case ReviewSubmitted(by=by) if delivers(by.partner):
            return fact
        case OfferingOpened(learners=learners):
            return structs.replace(fact, learners=None) if small(learners) else fact
        case OfferingClosed(learners=None):
            return structs.replace(fact, completed=None, reported={})
        case OfferingClosed(learners=learners, completed=completed, reported=reported):
            shown = counts(learners, completed)
            told = figures(reported, learners, suppressed=shown.suppressed)
            return structs.replace(fact, learners=shown.learners, completed=shown.completed, reported=told)
        case ReviewSubmitted(feedback=feedback):
            return structs.replace(fact, feedback=figures(feedback), reported=())
        case _:
            return fact
