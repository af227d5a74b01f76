"""Auditors: under which mandate they read, from when until when."""

from uuid import UUID

from shared.contracts.values import Instrument, Moment
from shared.kernel import Fact


class AuditorMandated(Fact, frozen=True, tag="partnerships.auditor-mandated.v1"):
    """A person may read as an auditor from `since` until `until` (excluded). Stream `mandate-`."""

    mandate: UUID
    person: UUID
    since: Moment
    until: Moment
    instrument: Instrument


class MandateEnded(Fact, frozen=True, tag="partnerships.mandate-ended.v1"):
    """The mandate holds no more from `until` on. Stream `mandate-`."""

    mandate: UUID
    person: UUID
    until: Moment


AuditorFact = AuditorMandated | MandateEnded
