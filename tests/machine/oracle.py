"""Who may decide what, read from partnerships' facts as plainly as the design (§6) says it. Calls no code under test.

Every question looks through all the facts of a kind; nothing is kept level. That is slow, and easy to believe.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.contracts import partnerships as said
from shared.contracts.values import Acting, Scope
from shared.kernel import Recorded

NARROWEST_FIRST = (
    "microcredential", "amount", "unit", "job-function", "credit", "jurisdiction", "sector", "anything",
)  # fmt: skip
CONFIRMATIONS = (
    said.HolderConfirmed, said.PositionConfirmed, said.ResponsibilityConfirmed, said.DelegationConfirmed,
)  # fmt: skip
ENDS = (said.HolderEnded, said.PositionEnded, said.ResponsibilityEnded, said.DelegationEnded)
"""Facts that take away what somebody had."""


@dataclass(frozen=True)
class Who:
    """`owner` is the one position accountable, None where there is none; `able` those persons who may decide in it."""

    status: str
    owner: UUID | None = None
    able: frozenset[UUID] = frozenset()


class Oracle:
    """What these facts say, for any moment."""

    def __init__(self, facts: Iterable[Recorded[Any]]) -> None:
        self._facts: dict[type, list[Recorded[Any]]] = {}
        self._confirmations: dict[UUID, list[datetime]] = {}
        self._ends: dict[UUID, list[datetime]] = {}
        for recorded in facts:
            fact = recorded.fact
            self._facts.setdefault(type(fact), []).append(recorded)
            if isinstance(fact, CONFIRMATIONS):
                self._confirmations.setdefault(_entry_of(fact), []).append(recorded.occurred_at)
            elif isinstance(fact, ENDS):
                self._ends.setdefault(_entry_of(fact), []).append(fact.until)

    def who_decides(self, matter: str, partner: UUID, at: datetime, about: tuple[Scope, ...] = ()) -> Who:
        """The accountable position in the narrowest scope, and who may decide in it then."""
        given = [
            fact
            for fact in self._all(said.ResponsibilityAssigned)
            if fact.partner == partner and fact.matter == matter and fact.letter == "accountable"
            and _covers(fact.scope, about)
        ]  # fmt: skip
        in_force = [fact for fact in given if self._in_force(fact, fact.responsibility, at)]
        if not in_force:
            recorded = any(self._in_time(fact, fact.responsibility, at) for fact in given)
            return Who("unconfirmed" if recorded else "unowned")
        narrowest = min(_width(fact.scope) for fact in in_force)
        best = [fact for fact in in_force if _width(fact.scope) == narrowest]
        if len({fact.position for fact in best}) > 1:
            return Who("ambiguous")
        owner: UUID = best[0].position
        able = frozenset(person for person in self.persons() if self.grounds(person, owner, at, matter))
        if able:
            return Who("decided", owner, able)
        waiting = any(self._in_time(one, one.holding, at) for one in self._appointed(owner)) and any(
            self._in_time(one, one.position, at) for one in self._all(said.PositionEstablished) if one.position == owner
        )
        return Who("unconfirmed" if waiting and not self.holders(owner, at) else "vacant", owner)

    def grounds(self, person: UUID, position: UUID, at: datetime, matter: str) -> list[Acting]:
        """Every ground on which the person may decide that matter in that position then."""
        partner = self.partner_of(position)
        if partner is None or not self._position_holds(position, at):
            return []
        found = []
        if any(one.person == person for one in self.holders(position, at)):
            found.append(Acting(person, position, partner))
        found += [
            Acting(person, position, partner, delegation=one.delegation)
            for one in self._all(said.DelegationGranted)
            if (one.position, one.to) == (position, person) and matter in one.matters and self._delegated(one, at)
        ]
        stand_in = self.stand_in(position, at)
        if stand_in is not None and any(one.person == person for one in self._present(stand_in, at)):
            found.append(Acting(person, position, partner, alternate=stand_in))
        return found

    def lenders(self, by: Acting) -> set[UUID]:
        """Who delegated it to them, and who to those; nobody where they act by no delegation."""
        found, delegation = set(), by.delegation
        while delegation is not None:
            [granted] = [one for one in self._all(said.DelegationGranted) if one.delegation == delegation]
            found.add(granted.by)
            delegation = granted.chained_from
        return found

    def holders(self, position: UUID, at: datetime) -> list[said.HolderAppointed]:
        """Who holds the position then, away or not."""
        if not self._position_holds(position, at):
            return []
        return [one for one in self._appointed(position) if self._in_force(one, one.holding, at)]

    def stand_in(self, position: UUID, at: datetime) -> UUID | None:
        """The position whose holders decide in that one's stead: none while somebody is there.

        Its alternate, that one's alternate and so on; then its escalation, in the same way.
        """
        if self._present(position, at) or not self._position_holds(position, at):
            return None
        tried, climbed = {position}, {position}
        above: UUID | None = position
        while above is not None:
            beside: UUID | None = self._terms(above, at).alternate
            while beside is not None and beside not in tried:
                tried.add(beside)
                if not self._same_partner(beside, position) or not self._position_holds(beside, at):
                    break
                if self._present(beside, at):
                    return beside
                beside = self._terms(beside, at).alternate
            above = self._terms(above, at).escalation
            if above is None or above in climbed:
                return None
            climbed.add(above)
            tried.add(above)
            if not self._same_partner(above, position) or not self._position_holds(above, at):
                return None
            if self._present(above, at):
                return above
        return None

    def persons(self) -> set[UUID]:
        """Everybody ever named as a holder or a delegate."""
        held = {one.person for one in self._all(said.HolderAppointed)}
        return held | {one.to for one in self._all(said.DelegationGranted)}

    def partner_of(self, position: UUID) -> UUID | None:
        established: list[UUID] = [
            one.partner for one in self._all(said.PositionEstablished) if one.position == position
        ]
        return established[0] if established else None

    def key_opens(self, key: str, at: datetime) -> bool:
        """Whether the key was not revoked by then."""
        return all(at < one.effective for one in self._all(said.KeyRevoked) if one.key == key)

    def accountable_twice(self) -> list[str]:
        """Confirmed accountable entries of two positions for the same partner, matter and scope at the same moment."""
        given = [one for one in self._all(said.ResponsibilityAssigned) if one.letter == "accountable"]
        confirmed = [one for one in given if self._confirmed_at(one.responsibility) is not None]
        return [
            f"{one.matter} in {one.scope}: {one.position} and {other.position}"
            for place, one in enumerate(confirmed)
            for other in confirmed[:place]
            if (one.partner, one.matter, one.scope) == (other.partner, other.matter, other.scope)
            and one.position != other.position
            and max(one.since, other.since) < min(self._until(one, one.responsibility),
                                                  self._until(other, other.responsibility))
        ]  # fmt: skip

    def _delegated(self, one: said.DelegationGranted, at: datetime) -> bool:
        """Whether it holds, the holding it is made from, and what it passes on; never wider than that."""
        held = [each for each in self.holders(one.position, at) if each.holding == one.holding]
        if not held or not self._in_force(one, one.delegation, at):
            return False
        if one.chained_from is None:
            return True
        passed_on = [each for each in self._all(said.DelegationGranted) if each.delegation == one.chained_from]
        return any(set(one.matters) <= set(each.matters) and self._delegated(each, at) for each in passed_on)

    def _present(self, position: UUID, at: datetime) -> list[said.HolderAppointed]:
        return [one for one in self.holders(position, at) if not self._away(one.holding, at)]

    def _away(self, holding: UUID, at: datetime) -> bool:
        return any(
            one.since <= at and (one.until is None or at < one.until)
            and all(at < back.until for back in self._all(said.AbsenceEnded) if back.absence == one.absence)
            for one in self._all(said.AbsenceRecorded)
            if one.holding == holding
        )  # fmt: skip

    def _terms(self, position: UUID, at: datetime) -> Any:
        """What the position's latest fact by then says of its alternate and escalation."""
        stated = [
            recorded
            for kind in (said.PositionEstablished, said.PositionChanged)
            for recorded in self._facts.get(kind, ())
            if recorded.fact.position == position
        ]
        by_then = [one for one in stated if one.occurred_at <= at]
        return (by_then[-1] if by_then else stated[0]).fact

    def _same_partner(self, one: UUID, other: UUID) -> bool:
        return self.partner_of(one) is not None and self.partner_of(one) == self.partner_of(other)

    def _position_holds(self, position: UUID, at: datetime) -> bool:
        return any(
            self._in_force(one, position, at) for one in self._all(said.PositionEstablished) if one.position == position
        )

    def _appointed(self, position: UUID) -> list[said.HolderAppointed]:
        return [one for one in self._all(said.HolderAppointed) if one.position == position]

    def _in_force(self, fact: Any, entry: UUID, at: datetime) -> bool:
        confirmed = self._confirmed_at(entry)
        return confirmed is not None and confirmed <= at and self._in_time(fact, entry, at)

    def _in_time(self, fact: Any, entry: UUID, at: datetime) -> bool:
        return bool(fact.since <= at < self._until(fact, entry))

    def _confirmed_at(self, entry: UUID) -> datetime | None:
        return min(self._confirmations.get(entry, []), default=None)

    def _until(self, fact: Any, entry: UUID) -> datetime:
        """The earliest end there is."""
        never = datetime.max.replace(tzinfo=UTC)
        own: datetime | None = getattr(fact, "until", None)
        return min(own or never, *self._ends.get(entry, []), never)

    def _all(self, kind: Any) -> list[Any]:
        return [recorded.fact for recorded in self._facts.get(kind, ())]


def _entry_of(fact: Any) -> UUID:
    """What the fact confirms or ends."""
    match fact:
        case said.HolderConfirmed() | said.HolderEnded():
            return fact.holding
        case said.ResponsibilityConfirmed() | said.ResponsibilityEnded():
            return fact.responsibility
        case said.DelegationConfirmed() | said.DelegationEnded():
            return fact.delegation
        case _:
            entry: UUID = fact.position
            return entry


def _covers(scope: Scope, about: tuple[Scope, ...]) -> bool:
    if scope.kind == "amount":
        amounts = [float(one.value or 0) for one in about if one.kind == "amount"]
        return bool(amounts) and all(one <= float(scope.value or 0) for one in amounts)
    if scope.kind == "jurisdiction":
        return any(f"{one.value}-".startswith(f"{scope.value}-") for one in about if one.kind == "jurisdiction")
    return scope.kind == "anything" or scope in about


def _width(scope: Scope) -> tuple[int, float]:
    if scope.kind == "jurisdiction":
        return NARROWEST_FIRST.index(scope.kind), -len((scope.value or "").split("-"))
    return NARROWEST_FIRST.index(scope.kind), float(scope.value or 0) if scope.kind == "amount" else 0.0
