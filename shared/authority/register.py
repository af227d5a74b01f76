"""The register: partners, positions, holders, responsibilities, councils and keys, as partnerships' facts tell them.

Entries keep their moments (from, until, confirmed), so one fold answers for any moment.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts import partnerships as said
from shared.contracts.values import Instrument, Matter, Quorum, Scope, Seat
from shared.kernel import CannotBeRead, Recorded, Refused, Text, UnreadableFact


@dataclass(slots=True)
class Entry:
    """What holds from `since` until `until` (excluded), once confirmed; `facts` are the ids behind it."""

    since: datetime
    until: datetime | None
    instrument: Instrument
    confirmed_at: datetime | None = None
    facts: tuple[UUID, ...] = ()

    def holds(self, at: datetime) -> bool:
        """Whether it is confirmed and in effect at that moment."""
        return self.confirmed_at is not None and self.confirmed_at <= at and self.stated(at)

    def stated(self, at: datetime) -> bool:
        """Whether it is in effect at that moment, confirmed or not."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(slots=True)
class Holding(Entry):
    id: UUID = field(kw_only=True)
    person: UUID = field(kw_only=True)


@dataclass(slots=True)
class Responsibility(Entry):
    id: UUID = field(kw_only=True)
    matter: Matter = field(kw_only=True)
    position: UUID = field(kw_only=True)
    letter: said.Raci = field(kw_only=True)
    scope: Scope = field(kw_only=True)


@dataclass(slots=True)
class Position(Entry):
    id: UUID = field(kw_only=True)
    partner: UUID = field(kw_only=True)
    key: str = field(kw_only=True)
    title: Text = field(kw_only=True)
    alternate: UUID | None = None
    escalation: UUID | None = None
    holdings: dict[UUID, Holding] = field(default_factory=dict)


@dataclass(slots=True)
class Partner:
    id: UUID
    key: str
    name: Text
    kind: said.PartnerKind
    jurisdiction: str
    sectors: tuple[str, ...]
    administrator: UUID
    responsibilities: dict[UUID, Responsibility] = field(default_factory=dict)


@dataclass(slots=True)
class Roster:
    """The seats and quorum of a council from `since` on."""

    since: datetime
    seats: tuple[Seat, ...]
    quorum: Quorum


@dataclass(slots=True)
class Council:
    """A council with its rosters over time, the last one in force."""

    id: UUID
    key: str
    name: Text
    rosters: list[Roster]

    def roster(self, at: datetime) -> Roster | None:
        """The roster in force at that moment; None before the council was convened."""
        return next((roster for roster in reversed(self.rosters) if roster.since <= at), None)


@dataclass(slots=True)
class Key:
    id: str
    community: str
    person: UUID
    role: said.Role
    scopes: frozenset[str]
    secret_hash: str
    expires: datetime | None
    revoked: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether the key is valid now."""
        ended = min((moment for moment in (self.expires, self.revoked) if moment is not None), default=None)
        return ended is None or now < ended


@dataclass(slots=True)
class Community:
    """One community of practice: nothing in it is visible from another."""

    key: str
    name: Text = field(default_factory=dict)
    coordinator: UUID | None = None
    partners: dict[UUID, Partner] = field(default_factory=dict)
    positions: dict[UUID, Position] = field(default_factory=dict)
    councils: dict[UUID, Council] = field(default_factory=dict)

    def position_key(self, position: UUID) -> str:
        """`nscc/dean`, or the bare id where the position is not known."""
        found = self.positions.get(position)
        if found is None or found.partner not in self.partners:
            return str(position)
        return f"{self.partners[found.partner].key}/{found.key}"


_WITHOUT_AUTHORITY = frozenset(
    kind.fact_tag()
    for kind in (said.PersonRegistered, said.AgreementProposed, said.AgreementSigned, said.AgreementInForce)
)
"""Kinds of facts from which nobody's authority follows: one of them that cannot be read closes no door."""


class Register:
    """The fold of partnerships' log up to `index`. Facts are applied in order, and what speaks of something unknown is

    passed over: one odd fact must not close every door. One that cannot be read closes those of its own community: who
    may do what there is not known, and nobody is let in on a guess.
    """

    def __init__(self) -> None:
        self.index = 0
        self.communities: dict[str, Community] = {}
        self.keys: dict[str, Key] = {}
        self.unreadable: dict[str, CannotBeRead] = {}

    def check_readable(self, key: str) -> None:
        """Pass, or `Refused(CannotBeRead)` where a fact of that community could not be read."""
        if (unreadable := self.unreadable.get(key)) is not None:
            raise Refused(unreadable)

    def community(self, key: str) -> Community:
        """That community, an empty one where nothing was heard of it; `Refused(CannotBeRead)` like `check_readable`."""
        self.check_readable(key)
        return self.communities.get(key) or Community(key)

    def apply(self, recorded: Recorded[said.PartnershipsFact]) -> None:
        """Take one more fact in."""
        self.index = recorded.index
        community = self.communities.setdefault(recorded.community, Community(recorded.community))
        fact: object = recorded.fact
        if isinstance(fact, UnreadableFact):
            if fact.of in _WITHOUT_AUTHORITY:
                return
            unreadable = CannotBeRead(recorded.log, recorded.index, recorded.tag)
            self.unreadable.setdefault(recorded.community, unreadable)
            return
        match recorded.fact:
            case said.CommunityOpened(name=name, coordinator=coordinator):
                community.name, community.coordinator = name, coordinator
            case said.KeyIssued() as fact:
                self.keys[fact.key] = Key(
                    fact.key, recorded.community, fact.person, fact.role, frozenset(fact.scopes), fact.secret_hash,
                    fact.expires,
                )  # fmt: skip
            case said.KeyRevoked(key=key, effective=effective):
                if key in self.keys:
                    self.keys[key].revoked = effective
            case said.CouncilConvened() as fact:
                first = Roster(recorded.occurred_at, fact.seats, fact.quorum)
                community.councils[fact.council] = Council(fact.council, fact.key, fact.name, [first])
            case said.CouncilChanged(council=council, seats=seats, quorum=quorum):
                if (known := community.councils.get(council)) is not None:
                    known.rosters.append(Roster(recorded.occurred_at, seats, quorum))
            case _:
                _apply_to_partner(community, recorded)


def _apply_to_partner(community: Community, recorded: Recorded[said.PartnershipsFact]) -> None:
    match recorded.fact:
        case said.PartnerRegistered() as fact:
            community.partners[fact.partner] = Partner(
                fact.partner, fact.key, fact.name, fact.kind, fact.jurisdiction, fact.sectors, fact.administrator
            )
        case said.ResponsibilityAssigned() as fact:
            if (partner := community.partners.get(fact.partner)) is None:
                return
            partner.responsibilities[fact.responsibility] = Responsibility(
                fact.since, fact.until, fact.instrument, facts=(recorded.id,), id=fact.responsibility,
                matter=fact.matter, position=fact.position, letter=fact.letter, scope=fact.scope,
            )  # fmt: skip
        case said.ResponsibilityConfirmed(responsibility=responsibility, partner=partner):
            _confirm(_responsibility(community, partner, responsibility), recorded)
        case said.ResponsibilityEnded(responsibility=responsibility, partner=partner, until=until):
            _end(_responsibility(community, partner, responsibility), until, recorded)
        case _:
            _apply_to_position(community, recorded)


def _apply_to_position(community: Community, recorded: Recorded[said.PartnershipsFact]) -> None:
    match recorded.fact:
        case said.PositionEstablished() as fact:
            community.positions[fact.position] = Position(
                fact.since, None, fact.instrument, facts=(recorded.id,), id=fact.position, partner=fact.partner,
                key=fact.key, title=fact.title, alternate=fact.alternate, escalation=fact.escalation,
            )  # fmt: skip
        case said.PositionConfirmed(position=position):
            _confirm(community.positions.get(position), recorded)
        case said.HolderAppointed() as fact:
            if (held := community.positions.get(fact.position)) is None:
                return
            held.holdings[fact.holding] = Holding(
                fact.since, fact.until, fact.instrument, facts=(recorded.id,), id=fact.holding, person=fact.person
            )
        case said.HolderConfirmed(holding=holding, position=position):
            _confirm(_holding(community, position, holding), recorded)
        case said.HolderEnded(holding=holding, position=position, until=until):
            _end(_holding(community, position, holding), until, recorded)
        case _:
            pass  # facts the register keeps nothing of: persons, agreements, tags of a later version


def _responsibility(community: Community, partner: UUID, responsibility: UUID) -> Responsibility | None:
    found = community.partners.get(partner)
    return found.responsibilities.get(responsibility) if found else None


def _holding(community: Community, position: UUID, holding: UUID) -> Holding | None:
    found = community.positions.get(position)
    return found.holdings.get(holding) if found else None


def _confirm(entry: Entry | None, recorded: Recorded[said.PartnershipsFact]) -> None:
    if entry is None:
        return
    entry.confirmed_at = recorded.occurred_at
    entry.facts = (*entry.facts, recorded.id)


def _end(entry: Entry | None, until: datetime, recorded: Recorded[said.PartnershipsFact]) -> None:
    if entry is None:
        return
    entry.until = until if entry.until is None else min(until, entry.until)
    entry.facts = (*entry.facts, recorded.id)
