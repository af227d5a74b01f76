"""Given: a microcredential on a pathway of four steps, like the one three colleges and their funder really used."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from msgspec import structs

from services.credentials.domain import outline, signing
from services.credentials.domain.authorities import Authority
from services.credentials.domain.microcredential import MICROCREDENTIAL, MicrocredentialFact
from services.credentials.domain.sign_off import SignOff
from services.credentials.domain.states import MicrocredentialState
from services.credentials.domain.steps import digest_of
from shared.contracts.credentials import MicrocredentialOpened
from shared.contracts.values import (
    Acting,
    EachOf,
    Evidence,
    NoteRef,
    Outline,
    OutlineChange,
    OwnerAt,
    PathwayStep,
    Quorum,
    QuorumOf,
    RosterOf,
    Seat,
)
from shared.kernel import fold

NAMES = UUID(int=7)
AT = datetime(2023, 2, 1, 14, tzinfo=UTC)


def an_id(name: str) -> UUID:
    """The same id for the same name, so that a test reads by names."""
    return uuid5(NAMES, name)


def acting(position: str) -> Acting:
    """The person who holds `partner/position`, acting in it."""
    return Acting(an_id(f"person of {position}"), an_id(position), an_id(position.partition("/")[0]))


ADVISORS = tuple(f"industry-{number}/senior-member" for number in range(1, 6))
COLLEGES = ("nscc", "consortium-b", "consortium-c")
COUNCIL = an_id("advisory-council")
ROSTER = RosterOf(COUNCIL, tuple(Seat(acting(one).position, acting(one).partner) for one in ADVISORS), Quorum(3))
ROSTERS = {COUNCIL: ROSTER}

INDUSTRY = PathwayStep(
    "industry-validation",
    "endorse",
    "industry-validation",
    QuorumOf(COUNCIL),
    ("outcomes", "assessment", "job_functions"),
    due_days=21,
)
ACADEMIC = PathwayStep(
    "academic-approval",
    "approve",
    "academic-approval",
    EachOf(tuple(an_id(college) for college in COLLEGES)),
    ("outcomes", "assessment", "hours", "prerequisites"),
    ("industry-validation",),
)
REGISTRAR = PathwayStep(
    "registrar", "approve", "registrar", OwnerAt(an_id("nscc")), ("title", "hours"), ("academic-approval",), 10
)
FUNDING = PathwayStep(
    "funding", "approve", "funding", OwnerAt(an_id("cican")), ("cost", "funding"), ("industry-validation",)
)
STEPS = (INDUSTRY, ACADEMIC, REGISTRAR, FUNDING)

OUTLINE = Outline(
    title={"en": "Rapid-response microcredential"},
    need={"en": "stated by the council"},
    outcomes=({"en": "perform the defined tasks"},),
    job_functions=({"en": "to be set"},),
    assessment={"en": "practical demonstration"},
    hours=40,
)
MC = an_id("microcredential")
NOTE = NoteRef(an_id("note"), "sha-256:" + "0" * 64, "en")

PROPOSER = "nscc/program-lead"
OPENED = MicrocredentialOpened(
    MC, "rapid-response", acting(PROPOSER), acting("cican/programs"), an_id("pathway"), 1, STEPS, OUTLINE
)


class Story:
    """What happened so far; each act decides on it and adds its facts, or is refused and adds none."""

    def __init__(self, *facts: MicrocredentialFact) -> None:
        self.facts: list[MicrocredentialFact] = [OPENED, *facts]
        self.at = AT
        self._signed = 0

    @property
    def state(self) -> MicrocredentialState:
        return fold(MICROCREDENTIAL, self.facts)

    def then(self, facts: tuple[MicrocredentialFact, ...]) -> tuple[MicrocredentialFact, ...]:
        """They happened; a day passes."""
        self.facts.extend(facts)
        self.at += timedelta(days=1)
        return facts

    def request_validation(self, by: str = PROPOSER) -> tuple[MicrocredentialFact, ...]:
        return self.then(outline.request_validation(self.state, acting(by), self.at, ROSTERS))

    def revise(self, change: OutlineChange, by: str = PROPOSER) -> tuple[MicrocredentialFact, ...]:
        return self.then(outline.revise(self.state, change, acting(by), self.at))

    def sign(
        self, step: str, by: str, decision: str, given: SignOff | None = None, authority: Authority | None = None
    ) -> tuple[MicrocredentialFact, ...]:
        """Sign as that position, with authority, on the content as it stands, unless the test says otherwise."""
        self._signed += 1
        sign_off = given or self.given(step, decision)
        return self.then(
            signing.sign_off(
                self.state,
                step,
                sign_off,
                authority or with_authority(by, step),
                an_id(f"sign-off {self._signed}"),
                NOTE if sign_off.comment else None,
                self.at,
                ROSTERS,
            )
        )

    def given(self, step: str, decision: str, **changes: object) -> SignOff:
        """A whole and right decision on what the step covers now, with those fields changed."""
        policy = next(one for one in STEPS if one.key == step)
        current = self.state
        assert hasattr(current, "outline")
        endorses = decision.startswith("endorse") or None
        right = SignOff(
            decision=decision,  # type: ignore[arg-type]  # tests state decisions as words
            digest=digest_of(policy, current.outline),
            in_demand=endorses,
            assessment_reflects_job=endorses,
            comment="a reason" if decision not in ("endorse", "approve", "abstain") else None,
            condition_due="review" if decision.endswith("conditions") else None,
        )
        return structs.replace(right, **changes)

    def endorsed(self) -> "Story":
        """Three advisors have endorsed: industry-validation is granted."""
        for advisor in ADVISORS[:3]:
            self.sign("industry-validation", advisor, "endorse")
        return self

    def approved(self) -> "Story":
        """Every step is granted."""
        self.endorsed()
        for college in COLLEGES:
            self.sign("academic-approval", f"{college}/dean", "approve")
        self.sign("registrar", "nscc/registrar", "approve")
        self.sign("funding", "cican/programs", "approve")
        return self


def with_authority(position: str, matter: str) -> Authority:
    """That position, with evidence that it may decide."""
    by = acting(position)
    return Authority(by, Evidence(matter, by.partner, by.position, log_index=1))


def requested() -> Story:
    """A story in which validation was requested."""
    story = Story()
    story.request_validation()
    return story


def kinds(facts: tuple[MicrocredentialFact, ...]) -> list[str]:
    """The facts by name, in order."""
    return [type(fact).__name__ for fact in facts]
