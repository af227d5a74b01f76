"""Agreements in the register: their versions over time, which of them is in force, and for whom."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.partnerships import AgreementTerms, Part


@dataclass(slots=True)
class Version:
    """Terms as they were laid before the partners, who has `signed` them, and since when they are in force: None until

    all have. `left` says from when on a partner who had signed them is no party any more.
    """

    number: int
    terms: AgreementTerms
    digest: str
    proposed_at: datetime
    in_force_since: datetime | None = None
    signed: set[UUID] = field(default_factory=set)
    left: dict[UUID, datetime] = field(default_factory=dict)

    def parties(self, at: datetime) -> tuple[UUID, ...]:
        """The partners who had not left by then."""
        return tuple(one for one in self.terms.partners if one not in self.left or at < self.left[one])


@dataclass(slots=True)
class Agreement:
    """An agreement with its versions over time; `ends` says from when on nothing is in force."""

    id: UUID
    key: str
    versions: list[Version]
    ends: datetime | None = None

    def in_force(self, at: datetime) -> Version | None:
        """The version in force at that moment: the last that all had signed by then, unless it had ended."""
        if self.ends is not None and self.ends <= at:
            return None
        signed = (one for one in reversed(self.versions) if one.in_force_since is not None and one.in_force_since <= at)
        return next(signed, None)

    def parties(self, at: datetime) -> tuple[UUID, ...]:
        """The partners of the version in force at that moment who had not left by then."""
        version = self.in_force(at)
        return () if version is None else version.parties(at)

    def missing(self, at: datetime) -> frozenset[UUID]:
        """The partners whose signatures the latest version lacks: its own, and the parties to the one in force.

        Where none is lacking since a party left, any of its own: whoever of them signs again puts it in force.
        """
        latest = self.versions[-1]
        if latest.in_force_since is not None or self.ends is not None:
            return frozenset()
        lacking = frozenset((*latest.terms.partners, *self.parties(at))) - latest.signed
        return lacking or frozenset(latest.terms.partners)

    def playing(self, part: Part, at: datetime) -> tuple[UUID, ...]:
        """The parties who play that part then; every party where the agreement states no parts."""
        version, parties = self.in_force(at), self.parties(at)
        if version is None or not version.terms.parts:
            return parties
        return tuple(one.partner for one in version.terms.parts if part in one.plays and one.partner in parties)
