"""The entries of a partner's register, each with its moments: from, until, confirmed."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.partnerships import PartnerKind, Raci
from shared.contracts.values import Instrument, Matter, Scope
from shared.kernel import Text


@dataclass(slots=True)
class Entry:
    """What holds from `since` until `until` (excluded), once confirmed; `facts` are the ids behind it.

    `ended_by` is the fact that gave it its end, where that was not known from the outset; `stated_at` when it was
    recorded, as it occurred; `confirmed_by` the person who confirmed it.
    """

    since: datetime
    until: datetime | None
    instrument: Instrument
    confirmed_at: datetime | None = None
    facts: tuple[UUID, ...] = ()
    ended_by: UUID | None = None
    stated_at: datetime | None = None
    confirmed_by: UUID | None = None

    def known(self, at: datetime) -> bool:
        """Whether it had been recorded, or was in effect, by that moment."""
        return self.since <= at or self.stated_at is None or self.stated_at <= at

    def holds(self, at: datetime) -> bool:
        """Whether it is confirmed and in effect at that moment."""
        return self.confirmed_at is not None and self.confirmed_at <= at and self.stated(at)

    def stated(self, at: datetime) -> bool:
        """Whether it is in effect at that moment, confirmed or not."""
        return self.since <= at and (self.until is None or at < self.until)

    def waits(self, at: datetime) -> bool:
        """Whether it is still to be confirmed then: what has ended, or never holds, is not."""
        return self.confirmed_at is None and (self.until is None or max(at, self.since) < self.until)


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
    ended_by: UUID | None = None

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


@dataclass(slots=True, frozen=True)
class Terms:
    """What a position is called, who stands in for it and above it, from `since` until the next terms."""

    since: datetime
    title: Text
    alternate: UUID | None = None
    escalation: UUID | None = None
    may_subdelegate: bool = False


@dataclass(slots=True)
class Position(Entry):
    """`terms` are in the order they came into force; the first hold from the beginning. At least one."""

    id: UUID = field(kw_only=True)
    partner: UUID = field(kw_only=True)
    key: str = field(kw_only=True)
    terms: list[Terms] = field(kw_only=True)
    holdings: dict[UUID, Holding] = field(default_factory=dict)
    delegations: dict[UUID, Delegation] = field(default_factory=dict)
    absences: dict[UUID, Absence] = field(default_factory=dict)

    def terms_at(self, at: datetime) -> Terms:
        """Those in force at that moment."""
        return next((terms for terms in reversed(self.terms) if terms.since <= at), self.terms[0])

    @property
    def title(self) -> Text:
        """Its title as of late."""
        return self.terms[-1].title

    @property
    def alternate(self) -> UUID | None:
        """Its alternate as of late."""
        return self.terms[-1].alternate

    @property
    def escalation(self) -> UUID | None:
        """Its escalation as of late."""
        return self.terms[-1].escalation


@dataclass(slots=True)
class Partner:
    """An organisation; its register is to be reconfirmed by `reconfirm_by`.

    `by_matter` and `by_position` hold the same responsibilities again, so that nobody looks through them all.
    """

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
    by_matter: dict[Matter, list[Responsibility]] = field(default_factory=dict)
    by_position: dict[UUID, list[Responsibility]] = field(default_factory=dict)

    def take(self, entry: Responsibility) -> None:
        """One more responsibility; one of an id known already is passed over."""
        if entry.id in self.responsibilities:
            return
        self.responsibilities[entry.id] = entry
        self.by_matter.setdefault(entry.matter, []).append(entry)
        self.by_position.setdefault(entry.position, []).append(entry)
