"""The three rules of a step, as questions: is it met, out of reach, on whom does it wait, where does it stand."""

from collections.abc import Iterable
from typing import assert_never
from uuid import UUID

from shared.contracts.credentials import Condition, Decision
from shared.contracts.values import Acting, EachOf, Matter, OwnerAt, Party, QuorumOf, RosterOf, Round, Rule
from shared.kernel import Missing, Refused, Value

AFFIRMATIVE = frozenset({"endorse", "recommend", "approve"})
WITH_CONDITIONS = "-with-conditions"


class Signed(Value, frozen=True):
    """A standing sign-off: who decided what, on the content of which digest."""

    sign_off: UUID
    by: Acting
    decision: Decision
    digest: str
    revision: int
    conditions: tuple[Condition, ...] = ()

    @property
    def affirms(self) -> bool:
        """Whether it speaks for the step, conditions or not."""
        return self.decision.removesuffix(WITH_CONDITIONS) in AFFIRMATIVE


class CouncilNotHeard(Missing, frozen=True):
    """The council is not known here

    It may have been convened a moment ago: repeat the request with `Wait-For` and the index of that answer.
    """

    says = "The council {council} is not known in this community."
    council: str


def opened(rule: Rule, rosters: dict[UUID, RosterOf]) -> Round:
    """The rule as a round keeps it: a council's seats and quorum as they are now travel with it."""
    match rule:
        case OwnerAt() | EachOf():
            return rule
        case QuorumOf(council=council):
            if council not in rosters:
                raise Refused(CouncilNotHeard(str(council)))
            return rosters[council]
        case _:
            assert_never(rule)


def is_met(round_: Round, signed: Iterable[Signed], unmet: frozenset[UUID]) -> bool:
    """Whether the rule holds. An affirmation with a condition in `unmet` (due before the grant) does not count yet."""
    affirming = [one for one in signed if one.affirms and not any(c.condition in unmet for c in one.conditions)]
    match round_:
        case OwnerAt(partner=partner):
            return any(one.by.partner == partner for one in affirming)
        case EachOf(partners=partners):
            return set(partners) <= {one.by.partner for one in affirming}
        case RosterOf():
            return _voices(round_, affirming) >= round_.quorum.size
        case _:
            assert_never(round_)


def is_out_of_reach(round_: Round, signed: Iterable[Signed]) -> bool:
    """Whether it can no longer hold: a decline where every voice is needed, or too few voices left for a quorum."""
    signed = tuple(signed)
    against = [one for one in signed if one.decision in ("decline", "recuse")]
    match round_:
        case OwnerAt() | EachOf():
            return any(one.decision == "decline" for one in against)
        case RosterOf(seats=seats):
            gone = {one.by.position for one in against} - {one.by.position for one in signed if one not in against}
            left = [seat for seat in seats if seat.position not in gone]
            possible = len({seat.partner for seat in left}) if round_.quorum.distinct_partners else len(left)
            return possible < round_.quorum.size
        case _:
            assert_never(round_)


def parties(round_: Round, matter: Matter) -> tuple[Party, ...]:
    """Everybody the round could wait on: a partner's owner of the matter, or a seat."""
    match round_:
        case OwnerAt(partner=partner):
            return (Party(partner, matter),)
        case EachOf(partners=partners):
            return tuple(Party(partner, matter) for partner in partners)
        case RosterOf(seats=seats):
            return tuple(Party(seat.partner, matter, seat.position) for seat in seats)
        case _:
            assert_never(round_)


def party_of(round_: Round, matter: Matter, by: Acting) -> Party:
    """The party that signer speaks for."""
    return Party(by.partner, matter, by.position if isinstance(round_, RosterOf) else None)


def waits_on(
    round_: Round, matter: Matter, signed: Iterable[Signed], unmet: frozenset[UUID] = frozenset()
) -> tuple[Party, ...]:
    """The parties still to be heard. A partner whose owner abstained or recused is, by that owner or another;

    whoever set a condition in `unmet` is, and a seat that abstained once nobody else is left. Whoever requested changes
    is heard again when the outline is revised.
    """
    spoken = [one for one in signed if not (one.affirms and any(c.condition in unmet for c in one.conditions))]
    silent = ("abstain",) if isinstance(round_, RosterOf) else ("abstain", "recuse")
    heard = {party_of(round_, matter, one.by) for one in spoken if one.decision not in silent}
    abstained = {party_of(round_, matter, one.by) for one in spoken if one.decision == "abstain"}
    waiting = tuple(party for party in parties(round_, matter) if party not in heard)
    first = tuple(party for party in waiting if party not in abstained)
    return first or waiting


def explain(round_: Round, signed: Iterable[Signed], unmet: frozenset[UUID] = frozenset()) -> str:
    """Where it stands, in a phrase: `has 2 of 3; 1 recused; 1 on a condition not met yet`."""
    signed = tuple(signed)
    waiting = [one for one in signed if any(c.condition in unmet for c in one.conditions)]
    affirming = [one for one in signed if one.affirms and one not in waiting]
    match round_:
        case OwnerAt():
            have, need = min(1, len(affirming)), 1
        case EachOf(partners=partners):
            have, need = len({one.by.partner for one in affirming}), len(partners)
        case RosterOf(quorum=quorum):
            have, need = _voices(round_, affirming), quorum.size
        case _:
            assert_never(round_)
    others = [
        f"{count} {said}"
        for decision, said in (
            ("recuse", "recused"),
            ("decline", "declined"),
            ("request-changes", "requested changes"),
            ("abstain", "abstained"),
        )
        if (count := sum(one.decision == decision for one in signed))
    ]
    if waiting:
        others.append(f"{len(waiting)} on a condition not met yet")
    return "; ".join([f"has {have} of {need}", *others])


def _voices(round_: RosterOf, affirming: Iterable[Signed]) -> int:
    if round_.quorum.distinct_partners:
        return len({one.by.partner for one in affirming})
    return len({one.by.person for one in affirming})
