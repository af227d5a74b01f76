"""Where a step's round stands: how many voices it has, needs and lacks, and who spoke otherwise. Pure."""

from collections.abc import Iterable
from typing import assert_never
from uuid import UUID

from services.oversight.projections.picture_values import Picture, PicturedStep, SignOff
from shared.authority.quorums import Lacking, lacking
from shared.contracts.values import EachOf, OwnerAt, RosterOf
from shared.kernel import Value


class Standing(Value, frozen=True):
    """`have` of `need` voices speak for the step; `lacking` says whom in particular a quorum needs.

    `missing` are the partners not heard where every voice is needed. `others` counts decisions that do not speak for
    it, `personal` those who speak for no partner, `on_condition` those whose condition is not met yet.
    """

    have: int
    need: int
    lacking: Lacking | None = None
    missing: tuple[UUID, ...] = ()
    others: dict[str, int] = {}  # noqa: RUF012 - msgspec copies an empty default
    personal: int = 0
    on_condition: int = 0


def standing(picture: Picture, step: PicturedStep) -> Standing | None:
    """Where its round stands; None before it opens."""
    if step.round is None:
        return None
    signed = [one for one in picture.sign_offs if one.step == step.policy.key and one.stands]
    unmet = {item.sign_off for item in picture.conditions if item.due == "grant" and item.state in ("open", "carried")}
    waiting = [one for one in signed if one.sign_off in unmet and step.state in ("open", "reopened")]
    affirming = [one for one in signed if _affirms(one) and one not in waiting]
    others = {
        decision: count
        for decision in ("recuse", "decline", "request-changes", "abstain")
        if (count := sum(one.decision == decision for one in signed))
    }
    partners = {one.by.partner for one in affirming}
    match step.round:
        case OwnerAt(partner=partner):
            alone = () if affirming else (partner,)
            return Standing(min(1, len(affirming)), 1, None, alone, others, 0, len(waiting))
        case EachOf(partners=asked):
            missing = tuple(one for one in asked if one not in partners)
            return Standing(len(asked) - len(missing), len(asked), None, missing, others, 0, len(waiting))
        case RosterOf() as roster:
            lacks = _lacks(roster, affirming)
            personal = _personal(roster, affirming)
            return Standing(lacks.have, roster.quorum.size, lacks, (), others, personal, len(waiting))
        case _:
            assert_never(step.round)


def _affirms(one: SignOff) -> bool:
    return one.decision.removesuffix("-with-conditions") in ("endorse", "recommend", "approve")


def _lacks(roster: RosterOf, affirming: Iterable[SignOff]) -> Lacking:
    spoken = {one.by.position for one in affirming}
    return lacking(roster.quorum, (seat for seat in roster.seats if seat.position in spoken), roster.sectors)


def _personal(roster: RosterOf, affirming: Iterable[SignOff]) -> int:
    """How many affirm in a personal capacity where different partners are counted."""
    if not roster.quorum.distinct_partners:
        return 0
    personal = {seat.position for seat in roster.seats if seat.capacity == "personal"}
    return sum(one.by.position in personal for one in affirming)
