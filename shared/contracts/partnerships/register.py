"""A partner's register: its positions, who holds them, and what each of them answers for."""

from typing import Literal
from uuid import UUID

from shared.contracts.values import Instrument, Jurisdiction, Matter, Moment, NoteRef, Scope, Slug
from shared.kernel import Fact, Text

PartnerKind = Literal[
    "post-secondary", "industry-association", "employer", "bridging-organization", "government", "union",
    "indigenous-organization", "community-organization",
]  # fmt: skip
Raci = Literal["responsible", "accountable", "consulted", "informed"]


class PartnerRegistered(Fact, frozen=True, tag="partnerships.partner-registered.v1"):
    """An organisation takes part; `administrator` is the position that administers its authority. Stream `partner-`."""

    partner: UUID
    key: Slug
    name: Text
    kind: PartnerKind
    jurisdiction: Jurisdiction
    administrator: UUID
    instrument: Instrument
    sectors: tuple[Slug, ...] = ()


class PositionEstablished(Fact, frozen=True, tag="partnerships.position-established.v1"):
    """A position at a partner, which outlives its holders. Stream `position-`.

    `alternate` stands in for it while nobody holds it or its holder is absent, `escalation` after that. Whoever a
    delegation of a position that `may_subdelegate` was made to may pass it on.
    """

    position: UUID
    partner: UUID
    key: Slug
    title: Text
    instrument: Instrument
    since: Moment
    alternate: UUID | None = None
    escalation: UUID | None = None
    may_subdelegate: bool = False


class PositionChanged(Fact, frozen=True, tag="partnerships.position-changed.v1"):
    """Title, alternate and escalation of the position as they are from now on. Stream `position-`."""

    position: UUID
    by: UUID
    title: Text
    instrument: Instrument
    alternate: UUID | None = None
    escalation: UUID | None = None
    may_subdelegate: bool = False


class PositionConfirmed(Fact, frozen=True, tag="partnerships.position-confirmed.v1"):
    """The partner's authority administrator confirmed the position. Stream `position-`."""

    position: UUID
    by: UUID


class PositionEnded(Fact, frozen=True, tag="partnerships.position-ended.v1"):
    """The position was abolished from `until` on. Stream `position-`."""

    position: UUID
    until: Moment
    instrument: Instrument


class HolderAppointed(Fact, frozen=True, tag="partnerships.holder-appointed.v1"):
    """A person holds the position from `since` until `until` (excluded); void until confirmed. Stream `position-`."""

    holding: UUID
    position: UUID
    person: UUID
    since: Moment
    instrument: Instrument
    until: Moment | None = None


class HolderConfirmed(Fact, frozen=True, tag="partnerships.holder-confirmed.v1"):
    """The partner's authority administrator confirmed the holder. Stream `position-`."""

    holding: UUID
    position: UUID
    by: UUID


class HolderEnded(Fact, frozen=True, tag="partnerships.holder-ended.v1"):
    """The person no longer holds the position from `until` on. Stream `position-`."""

    holding: UUID
    position: UUID
    until: Moment
    instrument: Instrument


class AbsenceRecorded(Fact, frozen=True, tag="partnerships.absence-recorded.v1"):
    """Whoever has that holding is away from `since` until `until` (excluded), whyever. Stream `position-`."""

    absence: UUID
    position: UUID
    holding: UUID
    by: UUID
    since: Moment
    until: Moment | None = None


class AbsenceEnded(Fact, frozen=True, tag="partnerships.absence-ended.v1"):
    """They are back from `until` on. Stream `position-`."""

    absence: UUID
    position: UUID
    by: UUID
    until: Moment


class DelegationGranted(Fact, frozen=True, tag="partnerships.delegation-granted.v1"):
    """A holder lets a person decide those matters in the position from `since` until `until` (excluded); void until

    confirmed. It never outlasts the holding it is made from; `chained_from` is the delegation it passes on, if it does.
    Stream `position-`.
    """

    delegation: UUID
    position: UUID
    holding: UUID
    by: UUID
    to: UUID
    matters: tuple[Matter, ...]
    since: Moment
    until: Moment
    instrument: Instrument
    reason: NoteRef | None = None
    chained_from: UUID | None = None


class DelegationConfirmed(Fact, frozen=True, tag="partnerships.delegation-confirmed.v1"):
    """The partner's authority administrator confirmed the delegation. Stream `position-`."""

    delegation: UUID
    position: UUID
    by: UUID


class DelegationEnded(Fact, frozen=True, tag="partnerships.delegation-ended.v1"):
    """The delegation, and whatever passes it on, holds no more from `until` on. Stream `position-`."""

    delegation: UUID
    position: UUID
    by: UUID
    until: Moment


class ResponsibilityAssigned(Fact, frozen=True, tag="partnerships.responsibility-assigned.v1"):
    """A matter, within a scope, was given to a position; void until confirmed. Stream `partner-`."""

    responsibility: UUID
    partner: UUID
    position: UUID
    matter: Matter
    letter: Raci
    since: Moment
    instrument: Instrument
    scope: Scope = Scope()
    until: Moment | None = None


class ResponsibilityConfirmed(Fact, frozen=True, tag="partnerships.responsibility-confirmed.v1"):
    """The partner's authority administrator confirmed the responsibility. Stream `partner-`."""

    responsibility: UUID
    partner: UUID
    by: UUID


class ResponsibilityEnded(Fact, frozen=True, tag="partnerships.responsibility-ended.v1"):
    """The responsibility no longer holds from `until` on. Stream `partner-`."""

    responsibility: UUID
    partner: UUID
    until: Moment
    instrument: Instrument


class RegisterReconfirmed(Fact, frozen=True, tag="partnerships.register-reconfirmed.v1"):
    """The authority administrator went through the register and confirmed what stands in it. Stream `partner-`."""

    partner: UUID
    by: UUID
    instrument: Instrument
    confirmed_at: Moment
    next_due: Moment


RegisterFact = (
    PartnerRegistered | PositionEstablished | PositionChanged | PositionConfirmed | PositionEnded | HolderAppointed
    | HolderConfirmed | HolderEnded | AbsenceRecorded | AbsenceEnded | DelegationGranted | DelegationConfirmed
    | DelegationEnded | ResponsibilityAssigned | ResponsibilityConfirmed | ResponsibilityEnded | RegisterReconfirmed
)  # fmt: skip
