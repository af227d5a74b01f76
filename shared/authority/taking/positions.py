"""Positions, their holders, absences and delegations."""

from uuid import UUID

from shared.authority.community import Community, Takes
from shared.authority.entries import Absence, Delegation, Entry, Holding, Position, Terms
from shared.authority.taking.confirming import confirm, end
from shared.contracts import partnerships as said
from shared.kernel import Recorded


def _established(community: Community, recorded: Recorded[said.PositionEstablished]) -> None:
    fact = recorded.fact
    community.positions[fact.position] = Position(
        fact.since, None, fact.instrument, facts=(recorded.id,), stated_at=recorded.occurred_at, id=fact.position,
        partner=fact.partner, key=fact.key, terms=[_terms(community, recorded)],
    )  # fmt: skip
    community.positions_of.setdefault(fact.partner, []).append(fact.position)
    community.position_keys.setdefault((fact.partner, fact.key), fact.position)


def _terms(
    community: Community, recorded: Recorded[said.PositionEstablished] | Recorded[said.PositionChanged]
) -> Terms:
    """The terms a fact states, in force from when it happened; who it names backs the position."""
    fact = recorded.fact
    for named in (fact.alternate, fact.escalation):
        if named is not None:
            community.backed.setdefault(named, set()).add(fact.position)
    return Terms(recorded.occurred_at, fact.title, fact.alternate, fact.escalation, fact.may_subdelegate)


def _changed(community: Community, recorded: Recorded[said.PositionChanged]) -> None:
    fact = recorded.fact
    if (position := community.positions.get(fact.position)) is None:
        return
    position.terms.append(_terms(community, recorded))
    position.facts = (*position.facts, recorded.id)


def _confirmed(community: Community, recorded: Recorded[said.PositionConfirmed]) -> None:
    confirm(community.positions.get(recorded.fact.position), recorded)


def _ended(community: Community, recorded: Recorded[said.PositionEnded]) -> None:
    end(community.positions.get(recorded.fact.position), recorded.fact.until, recorded)


def _appointed(community: Community, recorded: Recorded[said.HolderAppointed]) -> None:
    fact = recorded.fact
    if (position := community.positions.get(fact.position)) is None:
        return
    position.holdings[fact.holding] = Holding(
        fact.since,
        fact.until,
        fact.instrument,
        facts=(recorded.id,),
        stated_at=recorded.occurred_at,
        id=fact.holding,
        person=fact.person,
    )
    community.held_by.setdefault(fact.person, set()).add(fact.position)


def _holder_confirmed(community: Community, recorded: Recorded[said.HolderConfirmed]) -> None:
    confirm(_holding(community, recorded.fact.position, recorded.fact.holding), recorded)


def _holder_ended(community: Community, recorded: Recorded[said.HolderEnded]) -> None:
    end(_holding(community, recorded.fact.position, recorded.fact.holding), recorded.fact.until, recorded)


def _absent(community: Community, recorded: Recorded[said.AbsenceRecorded]) -> None:
    fact = recorded.fact
    if (position := community.positions.get(fact.position)) is not None:
        position.absences[fact.absence] = Absence(fact.absence, fact.holding, fact.since, fact.until, (recorded.id,))


def _back(community: Community, recorded: Recorded[said.AbsenceEnded]) -> None:
    if (position := community.positions.get(recorded.fact.position)) is not None:
        end(position.absences.get(recorded.fact.absence), recorded.fact.until, recorded)


def _delegated(community: Community, recorded: Recorded[said.DelegationGranted]) -> None:
    fact = recorded.fact
    if (position := community.positions.get(fact.position)) is None:
        return
    position.delegations[fact.delegation] = Delegation(
        fact.since, fact.until, fact.instrument, facts=(recorded.id,), stated_at=recorded.occurred_at,
        id=fact.delegation, holding=fact.holding,
        by=fact.by, to=fact.to, matters=frozenset(fact.matters), chained_from=fact.chained_from,
    )  # fmt: skip
    community.held_by.setdefault(fact.to, set()).add(fact.position)


def _delegation_confirmed(community: Community, recorded: Recorded[said.DelegationConfirmed]) -> None:
    confirm(_delegation(community, recorded.fact.position, recorded.fact.delegation), recorded)


def _delegation_ended(community: Community, recorded: Recorded[said.DelegationEnded]) -> None:
    end(_delegation(community, recorded.fact.position, recorded.fact.delegation), recorded.fact.until, recorded)


def _holding(community: Community, position: UUID, holding: UUID) -> Entry | None:
    found = community.positions.get(position)
    return found.holdings.get(holding) if found else None


def _delegation(community: Community, position: UUID, delegation: UUID) -> Entry | None:
    found = community.positions.get(position)
    return found.delegations.get(delegation) if found else None


TAKES: Takes = {
    said.PositionEstablished: _established,
    said.PositionChanged: _changed,
    said.PositionConfirmed: _confirmed,
    said.PositionEnded: _ended,
    said.HolderAppointed: _appointed,
    said.HolderConfirmed: _holder_confirmed,
    said.HolderEnded: _holder_ended,
    said.AbsenceRecorded: _absent,
    said.AbsenceEnded: _back,
    said.DelegationGranted: _delegated,
    said.DelegationConfirmed: _delegation_confirmed,
    said.DelegationEnded: _delegation_ended,
}
