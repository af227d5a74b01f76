"""Conditions: open items somebody set with a sign-off, met by a recorded act or answered at the review."""

from uuid import UUID

from services.credentials.domain.microcredential import MICROCREDENTIAL, MicrocredentialFact
from services.credentials.domain.settling import settle
from services.credentials.domain.states import MicrocredentialState, Opened, OpenItem, existing
from shared.authority.due import Almanacs
from shared.contracts.credentials import ConditionAnswer, ConditionMet
from shared.contracts.values import Acting, Moment, NoteRef, RosterOf
from shared.kernel import Forbidden, Intent, Missing, Reason, Refused, Remark, Unacceptable, fold


class MeetCondition(Intent, frozen=True):
    """Record that a condition is met."""

    comment: Remark | None = None


class NoSuchCondition(Missing, frozen=True):
    """There is no such condition

    The microcredential's page lists its conditions; one whose sign-off lapsed is gone with it.
    """

    says = "There is no condition {condition} here."
    condition: str


class NotTheirCondition(Forbidden, frozen=True):
    """Somebody else set the condition

    Whoever set a condition says whether it is met: the same position.
    """

    says = "Only the position that set a condition says that it is met."


class ConditionUnanswered(Unacceptable, frozen=True):
    """Every open condition must be answered

    List each as `met`, `carried` (to the next review) or `unmet`.
    """

    says = "The review answers every open condition; missing: {missing}."
    missing: str


class ConditionUnknown(Unacceptable, frozen=True):
    """That is no open condition

    Answer open conditions only, each once.
    """

    says = "These are no open conditions, or are answered twice: {unknown}."
    unknown: str


def meet(
    state: MicrocredentialState,
    condition: UUID,
    acting: Acting,
    comment: NoteRef | None,
    at: Moment,
    rosters: dict[UUID, RosterOf],
    almanacs: Almanacs | None = None,
) -> tuple[MicrocredentialFact, ...]:
    """Whoever set it records it as met; a step that waited for nothing else is granted. A repeat is silence."""
    current = existing(state)
    item = _item(current, condition)
    if item.by.position != acting.position:
        raise Refused(NotTheirCondition())
    if item.state == "met":
        return ()
    if not item.is_open:
        raise Refused(ConditionUnknown(str(condition)))
    met = ConditionMet(current.microcredential, item.step, condition, acting, comment)
    return (met, *settle(fold(MICROCREDENTIAL, (met,), state), item.step, at, rosters, almanacs))


def unanswered(state: Opened, answers: tuple[ConditionAnswer, ...]) -> tuple[Reason, ...]:
    """What is wrong with a review's answers to the open conditions."""
    open_items = {item.condition for item in state.conditions if item.is_open}
    given = [answer.condition for answer in answers]
    missing = sorted(str(condition) for condition in open_items - set(given))
    unknown = sorted(str(one) for one in {one for one in given if one not in open_items or given.count(one) > 1})
    reasons: list[Reason] = []
    if missing:
        reasons.append(ConditionUnanswered(", ".join(missing)))
    if unknown:
        reasons.append(ConditionUnknown(", ".join(unknown)))
    return tuple(reasons)


def _item(state: Opened, condition: UUID) -> OpenItem:
    for item in state.conditions:
        if item.condition == condition:
            return item
    raise Refused(NoSuchCondition(str(condition)))
