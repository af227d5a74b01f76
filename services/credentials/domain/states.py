"""The states of a microcredential, from the opening on."""

from typing import Literal
from uuid import UUID

from services.credentials.domain.steps import Steps
from shared.contracts.credentials import ConditionDue
from shared.contracts.values import Acting, Outline, Scope
from shared.kernel import Missing, Refused, Value


class OpenItem(Value, frozen=True):
    """A condition somebody set: due before its step is granted or by the review, and how it was answered."""

    condition: UUID
    step: str
    sign_off: UUID
    by: Acting
    due: ConditionDue
    state: Literal["open", "met", "carried", "unmet"] = "open"

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "carried")


class ApprovedVersion(Value, frozen=True):
    """An outline that stands, until a later one is approved or the microcredential is retired."""

    version: int
    revision: int
    outline: Outline
    digest: str


class NotOpened(Value, frozen=True, tag=True):
    """No such microcredential."""


class Opened(Value, frozen=True, tag=True, kw_only=True):
    """What every state after the opening has. `revision` counts changes of the outline, from 0;

    `authors` are the persons who proposed it or changed its outline, `agreement` the one it runs under, `about` within
    what it lies.
    `versions` counts those approved, the void ones among them; `superseded` is the one that stood before `approved`,
    and stands again should that approval be void.
    `disputed` says who disputed a paper on which step, `withdrawn` which sign-offs those were.
    """

    microcredential: UUID
    key: str
    proposed_by: Acting
    pathway: UUID
    pathway_version: int
    outline: Outline
    steps: Steps
    revision: int = 0
    conditions: tuple[OpenItem, ...] = ()
    authors: frozenset[UUID] = frozenset()
    approved: ApprovedVersion | None = None
    agreement: UUID | None = None
    superseded: ApprovedVersion | None = None
    versions: int = 0
    disputed: frozenset[tuple[str, UUID]] = frozenset()
    withdrawn: frozenset[UUID] = frozenset()
    about: tuple[Scope, ...] = ()


class Preparing(Opened, frozen=True):
    """The outline is being prepared; no step may be signed until validation is requested."""


class Validating(Opened, frozen=True):
    """Steps are open."""


class Approved(Opened, frozen=True):
    """Every step is granted; offerings run."""


class UnderReview(Opened, frozen=True):
    """A review was submitted and waits to be decided by somebody else."""

    review: UUID
    submitted_by: Acting


class Retired(Opened, frozen=True):
    """Nothing more is offered under it."""


MicrocredentialState = NotOpened | Preparing | Validating | Approved | UnderReview | Retired


class NoSuchMicrocredential(Missing, frozen=True):
    """There is no such microcredential

    It opens by itself, under its proposal's id, a moment after the proposal is accepted.
    """

    says = "There is no such microcredential in this community."


def existing(state: MicrocredentialState) -> Preparing | Validating | Approved | UnderReview | Retired:
    """The state of one that is there."""
    if isinstance(state, NotOpened):
        raise Refused(NoSuchMicrocredential())
    return state


def unmet_before_grant(state: Opened) -> frozenset[UUID]:
    """The conditions due before their step is granted that are not met."""
    return frozenset(item.condition for item in state.conditions if item.due == "grant" and item.is_open)
