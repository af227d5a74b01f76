"""Positions over time: who holds each, where holders leave a gap or overlap, who is away, what is delegated."""

from datetime import datetime
from uuid import UUID

from litestar import get

from shared.authority import Community, Register
from shared.authority.answers import Holder, PositionView, view
from shared.authority.entries import Absence, Delegation, Holding, Position
from shared.authority.grounds import grounds
from shared.authority.occupants import in_effect
from shared.authority.standing_in import Passed, stand_in
from shared.authority.tenure import Gap, Overlap, tenure
from shared.contracts.values import Instrument, Matter
from shared.eventstore.following import Following
from shared.kernel import Clock, Text, Value
from shared.security.asker import Asker
from shared.web.past import Then, then
from shared.web.requests import At, KnownAt


class HoldingView(Value, frozen=True):
    """One holder, past, present or to come; it grants nothing while `confirmed_at` is null."""

    holding: UUID
    person: UUID
    since: datetime
    until: datetime | None
    confirmed_at: datetime | None
    instrument: Instrument


class DelegationView(Value, frozen=True):
    """Matters delegated to a person, past, present or to come; `in_effect` at the moment asked about."""

    delegation: UUID
    person: UUID
    by: UUID
    matters: tuple[Matter, ...]
    since: datetime
    until: datetime | None
    confirmed_at: datetime | None
    instrument: Instrument
    passes_on: UUID | None
    in_effect: bool


class AbsenceView(Value, frozen=True):
    """When whoever has that holding is away."""

    absence: UUID
    holding: UUID
    since: datetime
    until: datetime | None


class PositionEntry(Value, frozen=True):
    """A position as it stood then, with its history: holders, gaps, overlaps, delegations and absences.

    `stands_in` decides in its stead while nobody is there; `passed` are the positions looked in before, and why not.
    """

    position: UUID
    key: str
    title: Text
    partner: UUID
    holders: tuple[Holder, ...]
    since: datetime
    until: datetime | None
    confirmed_at: datetime | None
    instrument: Instrument
    alternate: str | None
    escalation: str | None
    may_subdelegate: bool
    stands_in: PositionView | None
    passed: tuple[Passed, ...]
    holdings: tuple[HoldingView, ...]
    gaps: tuple[Gap, ...]
    overlaps: tuple[Overlap, ...]
    delegations: tuple[DelegationView, ...]
    absences: tuple[AbsenceView, ...]


class Positions(Value, frozen=True):
    """The positions of the community, in the order they were recorded in."""

    items: tuple[PositionEntry, ...]


@get("/v1/positions", scope="read")
async def list_positions(
    asker: Asker, register: Following[Register], clock: Clock, at: At = None, known_at: KnownAt = None
) -> Positions:
    """The positions, each with its holders then, and with the gaps and overlaps between holders over time."""
    known = await then(asker, register, clock, at, known_at)
    return Positions(
        tuple(_entry(known, position) for position in known.community.positions.values() if position.known(known.at))
    )


def _entry(known: Then, position: Position) -> PositionEntry:
    community, at = known.community, known.at
    seen = view(community, position.id, at)
    terms, stands, tenured = position.terms_at(at), stand_in(community, position, at), tenure(position)
    return PositionEntry(
        position=position.id,
        key=community.position_key(position.id),
        title=terms.title,
        partner=position.partner,
        holders=seen.holders if seen else (),
        since=position.since,
        until=position.until,
        confirmed_at=position.confirmed_at,
        instrument=position.instrument,
        alternate=_key(community, terms.alternate),
        escalation=_key(community, terms.escalation),
        may_subdelegate=terms.may_subdelegate,
        stands_in=view(community, stands.position, at),
        passed=stands.passed,
        holdings=tuple(_holding(one) for one in position.holdings.values() if one.known(at)),
        gaps=tenured.gaps,
        overlaps=tenured.overlaps,
        delegations=tuple(_delegation(position, one, at) for one in position.delegations.values() if one.known(at)),
        absences=tuple(_absence(one) for one in position.absences.values()),
    )


def _key(community: Community, position: UUID | None) -> str | None:
    return None if position is None else community.position_key(position)


def _holding(held: Holding) -> HoldingView:
    return HoldingView(held.id, held.person, held.since, held.until, held.confirmed_at, held.instrument)


def _delegation(position: Position, one: Delegation, at: datetime) -> DelegationView:
    return DelegationView(
        one.id, one.to, one.by, tuple(sorted(one.matters)), one.since, one.until, one.confirmed_at, one.instrument,
        one.chained_from, in_effect(position, one, at),
    )  # fmt: skip


def _absence(away: Absence) -> AbsenceView:
    return AbsenceView(away.id, away.holding, away.since, away.until)


class ActsIn(Value, frozen=True):
    """A position somebody else holds in which the person acts, stated in `Acting-As`.

    By a delegation of those `matters`; or in every matter, as `stands_in_as` the position they hold.
    """

    position: PositionView
    matters: tuple[Matter, ...] = ()
    stands_in_as: str | None = None


def acts_in(community: Community, person: UUID, at: datetime) -> tuple[ActsIn, ...]:
    """Where the person acts beside the positions they hold."""
    found = []
    for acting in grounds(community, person, at):
        seen = view(community, acting.position, at)
        if seen is not None and acting.delegation is not None:
            matters = community.positions[acting.position].delegations[acting.delegation].matters
            found.append(ActsIn(seen, tuple(sorted(matters))))
        elif seen is not None and acting.alternate is not None:
            found.append(ActsIn(seen, stands_in_as=community.position_key(acting.alternate)))
    return tuple(found)
