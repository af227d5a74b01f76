"""The three rules of a step, as questions: is it met, out of reach, on whom does it wait, where does it stand."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import assert_never
from uuid import UUID

from shared.authority.quorums import Lacking, counts, has_expired, lacking
from shared.contracts.credentials import Condition, Decision
from shared.contracts.values import Acting, EachOf, Matter, OwnerAt, Party, QuorumOf, RosterOf, Round, Rule, Signature
from shared.kernel import Missing, Refused, Value

AFFIRMATIVE = frozenset({"endorse", "recommend", "approve"})
WITH_CONDITIONS = "-with-conditions"


class Signed(Value, frozen=True):
    """A standing sign-off: who decided what, on the content of which digest; `lenders` delegated it to them.

    `on_paper`: somebody else recorded it, and they have `confirmed` it, or not.
    """

    sign_off: UUID
    by: Acting
    decision: Decision
    digest: str
    revision: int
    conditions: tuple[Condition, ...] = ()
    signature: Signature | None = None
    on_paper: bool = False
    confirmed: bool = False
    lenders: tuple[UUID, ...] = ()

    @property
    def is_unconfirmed(self) -> bool:
        """Whether somebody else's paper is all there is of it."""
        return self.on_paper and not self.confirmed

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
            return _lacking(round_, affirming).nothing
        case _:
            assert_never(round_)


def is_out_of_reach(round_: Round, signed: Iterable[Signed], at: datetime) -> bool:
    """Whether it can no longer hold: a decline where every voice is needed; for a quorum, too few voices left at that

    moment, or none from a sector or a seat it asks for. A seat that spoke for the step still counts after its term.
    """
    signed = tuple(signed)
    against = [one for one in signed if one.decision in ("decline", "recuse")]
    match round_:
        case OwnerAt() | EachOf():
            return any(one.decision == "decline" for one in against)
        case RosterOf(seats=seats):
            gone = {one.by.position for one in against} - {one.by.position for one in signed if one not in against}
            affirming = {one.by.position for one in signed if one.affirms}
            left = [
                seat
                for seat in seats
                if seat.position not in gone and (seat.position in affirming or not has_expired(seat, at))
            ]
            return not lacking(round_.quorum, left, round_.sectors).nothing
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
    round_: Round, matter: Matter, signed: Iterable[Signed], at: datetime, unmet: frozenset[UUID] = frozenset()
) -> tuple[Party, ...]:
    """The parties still to be heard. A partner whose owner abstained or recused is, by that owner or another;

    whoever set a condition in `unmet` is, and a seat that abstained once nobody else is left. Whoever requested changes
    is heard again when the outline is revised. A seat whose term has ended is not waited on, nor a personal voice that
    cannot count.
    """
    spoken = [one for one in signed if not (one.affirms and any(c.condition in unmet for c in one.conditions))]
    silent = ("abstain",) if isinstance(round_, RosterOf) else ("abstain", "recuse")
    heard = {party_of(round_, matter, one.by) for one in spoken if one.decision not in silent}
    abstained = {party_of(round_, matter, one.by) for one in spoken if one.decision == "abstain"}
    useless = _useless(round_, at)
    waiting = tuple(party for party in parties(round_, matter) if party not in heard and party.position not in useless)
    first = tuple(party for party in waiting if party not in abstained)
    return first or waiting


def explain(
    round_: Round,
    signed: Iterable[Signed],
    unmet: frozenset[UUID] = frozenset(),
    called: Callable[[UUID], str] | None = None,
    at: datetime | None = None,
) -> str:
    """Where it stands, in a phrase: `has 2 of 3; needs one more from healthcare; two recused`.

    `called` names a position; without it, seats that are required are counted. Of a round that is open `at` a moment it
    says where it can no longer hold.
    """
    signed = tuple(signed)
    waiting = [one for one in signed if any(c.condition in unmet for c in one.conditions)]
    affirming = [one for one in signed if one.affirms and one not in waiting]
    needs: str | None = None
    match round_:
        case OwnerAt():
            have, need = min(1, len(affirming)), 1
        case EachOf(partners=partners):
            have, need = len({one.by.partner for one in affirming}), len(partners)
        case RosterOf(quorum=quorum):
            lacks = _lacking(round_, affirming)
            have, need, needs = lacks.have, quorum.size, _needs(lacks, called)
        case _:
            assert_never(round_)
    others = [
        f"{_number(count)} {said}"
        for decision, said in (
            ("recuse", "recused"),
            ("decline", "declined"),
            ("request-changes", "requested changes"),
            ("abstain", "abstained"),
        )
        if (count := sum(one.decision == decision for one in signed))
    ]
    if personal := _uncounted(round_, affirming):
        others.append(f"{_number(personal)} in a personal capacity, for no partner")
    if waiting:
        others.append(f"{_number(len(waiting))} on a condition not met yet")
    if at is not None and not is_met(round_, signed, unmet) and is_out_of_reach(round_, signed, at):
        others.append("out of reach")
    return "; ".join([f"has {have} of {need}", *([needs] if needs else []), *others])


def _needs(lacks: Lacking, called: Callable[[UUID], str] | None) -> str | None:
    """Whom in particular a quorum needs: `needs two more, one from healthcare`; None where any voice will do."""
    sectors = [f"one from {sector}" for sector in lacks.sectors]
    if called is not None:
        seats = [f"the voice of {called(position)}" for position in lacks.seats]
    else:
        seats = [f"{_number(count)} required seat{'' if count == 1 else 's'}"] if (count := len(lacks.seats)) else []
    named = [*sectors, *seats]
    if not named:
        return None
    if sectors and max(lacks.voices, 1) == 1:
        named[0] = sectors[0].replace("one", "one more", 1)
        return f"needs {_listed(named)}"
    return f"needs {_number(lacks.voices)} more, {_listed(named)}" if lacks.voices else f"needs {_listed(named)}"


def _listed(named: list[str]) -> str:
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _number(count: int) -> str:
    """Small numbers as words, as people write them."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[count] if count < len(words) else str(count)


def _lacking(round_: RosterOf, affirming: Iterable[Signed]) -> Lacking:
    spoken = {one.by.position for one in affirming}
    return lacking(round_.quorum, (seat for seat in round_.seats if seat.position in spoken), round_.sectors)


def _useless(round_: Round, at: datetime) -> frozenset[UUID | None]:
    """The positions whose voice can no longer count, or never could."""
    if not isinstance(round_, RosterOf):
        return frozenset()
    seats = (seat for seat in round_.seats if has_expired(seat, at) or not counts(round_.quorum, seat))
    return frozenset(seat.position for seat in seats)


def _uncounted(round_: Round, affirming: Iterable[Signed]) -> int:
    """How many affirm in a personal capacity where different partners are counted."""
    if not isinstance(round_, RosterOf) or not round_.quorum.distinct_partners:
        return 0
    personal = {seat.position for seat in round_.seats if seat.capacity == "personal"}
    return sum(one.by.position in personal for one in affirming)
