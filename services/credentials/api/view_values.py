"""A microcredential as its readers get it: what each part of it says."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.credentials.commands.authorities import PartyView
from services.credentials.domain.states import ApprovedVersion
from shared.contracts.credentials import Paper, UnderAgreement
from shared.contracts.values import Acting, Outline, RevokedWhat, Scope
from shared.kernel import Value
from shared.security.signed_as import SignedName


class Void(Value, frozen=True):
    """What had been taken away when the sign-off was given, from when on, by which fact of `partnerships`."""

    revoked: RevokedWhat
    effective: datetime
    revocation: UUID
    index: str


class SignOffView(Value, frozen=True):
    """A sign-off with its dated receipt; `standing`: whether it still counts for the step, `void`: why it never did.

    `recorded_on_behalf` is the paper, where somebody else recorded it; `confirmed` whether its decider has confirmed.
    `signing_key` is the key of its signature, null where it carries none.
    """

    sign_off: UUID
    step: str
    by: Acting
    position: str
    decision: str
    standing: bool
    digest: str
    revision: int
    occurred_at: datetime
    index: str
    in_demand: bool | None
    assessment_reflects_job: bool | None
    comment: UUID | None
    evidence: Any
    void: Void | None = None
    signed_as: SignedName | None = None
    signing_key: str | None = None
    form: str = "in-system"
    recorded_on_behalf: Paper | None = None
    confirmed: bool | None = None


class StepView(Value, frozen=True):
    """A step and where it stands; `digest` is what to sign, of the content as it is."""

    key: str
    state: str
    verb: str
    matter: str
    rule: Any
    covers: tuple[str, ...]
    after: tuple[str, ...]
    digest: str
    explanation: str
    due: datetime | None
    waiting_for: tuple[str, ...]
    waits_on: tuple[PartyView, ...]
    sign_offs: tuple[SignOffView, ...]
    requires_signature: bool


class OfferingView(Value, frozen=True):
    """One run; counts left out are unknown, or where it says `suppressed`, too small to be shown to you."""

    offering: UUID
    state: str
    version: int
    starts: date
    ends: date
    platform: str | None
    learners: int | None
    completed: int | None
    pass_grade: str | None
    reported: dict[str, Any]
    jurisdiction: str | None
    delivered_by: str
    agreement: UnderAgreement | None
    suppressed: bool = False


class MicrocredentialView(Value, frozen=True):
    """All of it, as of the moment asked about; `version` is the stream's, `as_of` the last fact it rests on.

    `about` says within what it lies, by which a narrower responsibility decides it.
    """

    microcredential: UUID
    key: str
    state: str
    version: int
    as_of: str
    proposed_by: str
    agreement: UUID | None
    pathway: UUID
    pathway_version: int
    outline: Outline
    revision: int
    digest: str
    approved: ApprovedVersion | None
    steps: tuple[StepView, ...]
    conditions: tuple[dict[str, Any], ...]
    offerings: tuple[OfferingView, ...]
    reviews: tuple[dict[str, Any], ...]
    about: tuple[Scope, ...]
