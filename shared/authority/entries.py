"""The entries of a partner's register, each with its moments: from, until, confirmed."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.partnerships import PartnerKind, Raci
from shared.contracts.values import Instrument, Matter, Scope
from shared.kernel import Text


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
class Delegation(Entry):
    """A holder lets a person decide those matters; `chained_from` is the delegation it passes on."""

    id: UUID = field(kw_only=True)
    holding: UUID = field(kw_only=True)
    by: UUID = field(kw_only=True)
    to: UUID = field(kw_only=True)
    matters: frozenset[Matter] = field(kw_only=True)
    chained_from: UUID | None = None


@dataclass(slots=True)
class Absence:
    """Whoever has that holding is away from `since` until `until` (excluded)."""

    id: UUID
    holding: UUID
    since: datetime
    until: datetime | None
    facts: tuple[UUID, ...] = ()

    def covers(self, at: datetime) -> bool:
        """Whether they are away at that moment."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(slots=True)
class Responsibility(Entry):
    id: UUID = field(kw_only=True)
    matter: Matter = field(kw_only=True)
    position: UUID = field(kw_only=True)
    letter: Raci = field(kw_only=True)
    scope: Scope = field(kw_only=True)


@dataclass(slots=True)
class Position(Entry):
    id: UUID = field(kw_only=True)
    partner: UUID = field(kw_only=True)
    key: str = field(kw_only=True)
    title: Text = field(kw_only=True)
    alternate: UUID | None = None
    escalation: UUID | None = None
    may_subdelegate: bool = False
    holdings: dict[UUID, Holding] = field(default_factory=dict)
    delegations: dict[UUID, Delegation] = field(default_factory=dict)
    absences: dict[UUID, Absence] = field(default_factory=dict)


@dataclass(slots=True)
class Partner:
    """An organisation; its register is to be reconfirmed by `reconfirm_by`."""

    id: UUID
    key: str
    name: Text
    kind: PartnerKind
    jurisdiction: str
    sectors: tuple[str, ...]
    administrator: UUID
    registered_at: datetime
    reconfirm_by: datetime
    responsibilities: dict[UUID, Responsibility] = field(default_factory=dict)
