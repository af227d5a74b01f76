"""The format of a case: one real initiative as data. Whoever plays it knows this format, and nothing of any case."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

FOLDER = Path(__file__).with_name("cases")


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a case. `assumed` marks what the report did not say."""

    assumed: bool = False


class About(Part, frozen=True, kw_only=True):
    key: str
    title: str
    community: str
    source: str
    facts: list[str] = []


class Setup(Part, frozen=True, kw_only=True):
    """When everything recorded before the first act took effect, and on which letter it rests."""

    at: datetime
    instrument: str


class Partner(Part, frozen=True, kw_only=True):
    key: str
    name: str
    kind: str
    jurisdiction: str
    sectors: list[str] = []


class Position(Part, frozen=True, kw_only=True):
    """`key` is `partner/position`; `matters` are what it is accountable for at its partner, in any scope."""

    key: str
    matters: list[str]

    @property
    def partner(self) -> str:
        return self.key.partition("/")[0]

    @property
    def name(self) -> str:
        return self.key.partition("/")[2]


class Council(Part, frozen=True, kw_only=True):
    key: str
    name: str
    seats: list[str]
    quorum: dict[str, Any]


class Step(Part, frozen=True, kw_only=True):
    """`rule` is `owner at X`, `each of X, Y` or `quorum of council Z`."""

    key: str
    verb: str
    matter: str
    rule: str
    covers: list[str]
    due_days: int
    after: list[str] = []


class Pathway(Part, frozen=True, kw_only=True):
    key: str
    published: datetime
    step: list[Step]


class Agreement(Part, frozen=True, kw_only=True):
    key: str
    partners: list[str]
    signed: list[str]
    signed_at: datetime
    content_ownership: str
    delivery_method: str
    sustainability: str | UnsetType = UNSET
    reuse: list[str] = []


class Proposal(Part, frozen=True, kw_only=True):
    """The fields from `title` on are the outline, in English."""

    key: str
    to: str
    by: str
    title: str
    need: str | UnsetType = UNSET
    outcomes: list[str] | UnsetType = UNSET
    job_functions: list[str] | UnsetType = UNSET
    assessment: str | UnsetType = UNSET
    hours: int | UnsetType = UNSET
    prerequisites: str | UnsetType = UNSET
    mode: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    cost: str | UnsetType = UNSET
    funding: str | UnsetType = UNSET


class Act(Part, frozen=True, kw_only=True, tag_field="do"):
    """What a position did; `proposal` is left out where the case has only one."""

    at: datetime
    by: str
    proposal: str | None = None
    expect: Literal["accepted", "refused"] = "accepted"
    because: str | None = None
    lapses: list[str] = []


class SubmitProposal(Act, frozen=True, kw_only=True, tag="submit-proposal"):
    pass


class ConceptResponse(Act, frozen=True, kw_only=True, tag="concept-response"):
    in_demand: bool
    intended_assessment_reflects_job: bool
    contribution: str | UnsetType = UNSET
    comment: str | UnsetType = UNSET


class AcceptProposal(Act, frozen=True, kw_only=True, tag="accept-proposal"):
    comment: str | UnsetType = UNSET


class ReviseOutline(Act, frozen=True, kw_only=True, tag="revise-outline"):
    change: dict[str, Any]
    reason: str | UnsetType = UNSET


class RequestValidation(Act, frozen=True, kw_only=True, tag="request-validation"):
    pass


class SignOff(Act, frozen=True, kw_only=True, tag="sign-off"):
    step: str
    decision: str
    in_demand: bool | UnsetType = UNSET
    assessment_reflects_job: bool | UnsetType = UNSET
    comment: str | UnsetType = UNSET
    condition_due: str | UnsetType = UNSET


class OpenOffering(Act, frozen=True, kw_only=True, tag="open-offering"):
    starts: str
    ends: str
    platform: str | UnsetType = UNSET
    learners: int | UnsetType = UNSET
    pass_grade: str | UnsetType = UNSET


class CloseOffering(Act, frozen=True, kw_only=True, tag="close-offering"):
    learners: int | UnsetType = UNSET
    completed: int | UnsetType = UNSET
    reported: dict[str, int | str] | UnsetType = UNSET


class Reported(Part, frozen=True, kw_only=True):
    """A figure as a report states it; `over` names proposals."""

    figure: str
    value: int | str
    over: list[str] = []


class SubmitReview(Act, frozen=True, kw_only=True, tag="submit-review"):
    feedback: dict[str, int | str]
    reported: Reported | UnsetType = UNSET
    comment: str | UnsetType = UNSET


class ReviewedCondition(Part, frozen=True, kw_only=True):
    """`from_` is the position whose sign-off set the condition."""

    from_: str = msgspec.field(name="from")
    answer: str


class DecideReview(Act, frozen=True, kw_only=True, tag="decide-review"):
    decision: str
    conditions: list[ReviewedCondition] = []
    comment: str | UnsetType = UNSET


AnyAct = (
    SubmitProposal
    | ConceptResponse
    | AcceptProposal
    | ReviseOutline
    | RequestValidation
    | SignOff
    | OpenOffering
    | CloseOffering
    | SubmitReview
    | DecideReview
)


class Case(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One initiative; each case is a community of its own."""

    case: About
    setup: Setup
    partner: list[Partner]
    position: list[Position]
    council: Council
    pathway: Pathway
    proposal: Proposal | list[Proposal]
    act: list[AnyAct]
    agreement: Agreement | None = None

    @property
    def key(self) -> str:
        return self.case.key

    @property
    def proposals(self) -> dict[str, Proposal]:
        listed = self.proposal if isinstance(self.proposal, list) else [self.proposal]
        return {proposal.key: proposal for proposal in listed}

    def proposal_of(self, act: Act) -> Proposal:
        """The proposal an act is about: the one it names, or the only one."""
        return self.proposals[act.proposal] if act.proposal else next(iter(self.proposals.values()))


def read_cases(folder: Path = FOLDER) -> list[Case]:
    """Every case in the folder, by the name of its file."""
    return [msgspec.convert(tomllib.loads(path.read_text()), Case) for path in sorted(folder.glob("*.toml"))]
