"""One life, act by act, as commands do it: load → decide → record, by the services' own deciders.

The ids of what it makes, the digests of its notes and its key are such as no real ones are, and it begins on a day no
real one does: so `template` finds them in the facts, and others are put in each time the life is told.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import structs

from deploy.local.history.cast import FUNDER, Cast
from deploy.local.history.subjects import Subject
from services.credentials.domain import authorities, conditions, outline, rounds, signing
from services.credentials.domain import offering as offerings
from services.credentials.domain import review as reviews
from services.credentials.domain.authorities import Known, at_partners, for_step, who_delivers
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.offering import OFFERING, CloseOffering, OpenOffering
from services.credentials.domain.review import DecideReview, SubmitReview
from services.credentials.domain.sign_off import SignOff
from services.credentials.domain.steps import Open, digest_of
from services.intake.domain import deciding, proposing
from services.intake.domain.intents import (
    DraftProposal,
    RespondToConcept,
    ReviseProposal,
    StatedChange,
    StatedOutline,
    SubmitProposal,
)
from services.intake.domain.pathways import InForce
from services.intake.domain.proposal import PROPOSAL, addressed_to
from shared.authority import evidence_for
from shared.authority.scopes import at_hand
from shared.contracts.credentials import ConditionAnswer, ConditionDue, Decision
from shared.contracts.intake import ProposalAccepted
from shared.contracts.values import Acting, Figures, NoteRef, OutlineChange
from shared.eventstore.mapper import Mapper
from shared.kernel import Actor, Decider, Fact, Metadata, fold

BEGIN = datetime(2150, 1, 1, 14, tzinfo=UTC)
"""When every life begins that is played to be a template."""
KEY = "zzkeyzz"
SLOT, NOTE = "ffffffff-ffff-7fff-bfff-ffff", "sha-256:" + "f" * 56


@dataclass(frozen=True, slots=True)
class Command:
    """What one command wrote: `offset` seconds after the life began; ids are numbers of slots.

    `caused_by` is the slot of the fact it reacts to, whose correlation it takes over.
    """

    log: str
    offset: int
    command: int
    correlation: int
    caused_by: int | None
    metadata: bytes
    category: str
    stream: int
    first_version: int
    facts: tuple[tuple[int, str, bytes], ...]
    """Each fact's slot, tag and bytes."""
    claims: bool


@dataclass
class Play:
    """The life of one proposal on the subject, at a college; `at` is when the next act happens."""

    cast: Cast
    college: str
    subject: Subject
    at: datetime = BEGIN
    commands: list[Command] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    """Of each slot, how many seconds after the life's beginning it was made."""

    def __post_init__(self) -> None:
        self.key = f"{self.subject.slug}-{KEY}"
        self.id = self.new()
        self.lead, self.dean = f"{self.college}/program-lead", f"{self.college}/dean"
        self._mappers = {log: Mapper(log) for log in ("intake", "credentials")}
        self._states: dict[tuple[str, UUID], Any] = {}
        self._versions: dict[tuple[str, UUID], int] = {}
        self._delivered: set[UUID] = set()

    def new(self) -> UUID:
        """An id of the life's own."""
        self.slots.append(self._offset)
        return UUID(f"{SLOT}{len(self.slots) - 1:08x}")

    def note(self) -> NoteRef:
        """A reference to words that were kept elsewhere, and are disposed of."""
        made = self.new()
        return NoteRef(made, f"{NOTE}{slot_of(made):08x}", "en")

    def wait(self, days: float) -> None:
        """Time passes until the next act."""
        self.at += timedelta(minutes=round(days * 1440))

    @property
    def proposal(self) -> Any:
        return self._states.get(("proposal", self.id), PROPOSAL.initial)

    @property
    def microcredential(self) -> Any:
        return self._states.get(("microcredential", self.id), MICROCREDENTIAL.initial)

    # intake

    def draft(self) -> None:
        intent = DraftProposal(self.key, StatedOutline(*structs.astuple(self.subject.outline)))
        facts = proposing.draft(self.id, intent, self.cast.acting(self.lead))
        self._record("intake", PROPOSAL, self.id, facts, self.lead, claims=True)

    def revise_proposal(self, **change: Any) -> None:
        facts = proposing.revise(self.proposal, ReviseProposal(StatedChange(**change)), self.cast.acting(self.lead))
        self._record("intake", PROPOSAL, self.id, facts, self.lead)

    def submit(self) -> None:
        known, by = self.cast.community, self.cast.acting(self.lead)
        facts = proposing.submit(self.proposal, SubmitProposal(self.cast.partner(FUNDER)), by, known.partners)
        self._record("intake", PROPOSAL, self.id, facts, self.lead)

    def respond(self, position: str, in_demand: bool = True, reflects: bool = True, comment: bool = False) -> None:
        by = self.cast.acting(position)
        granted = self._intake_authority("industry-validation", by, by.partner)
        note = self.note() if comment else None
        intent = RespondToConcept(in_demand, reflects)
        facts = deciding.respond(self.proposal, self.new(), intent, by, granted, None, note)
        self._record("intake", PROPOSAL, self.id, facts, position)

    def accept(self) -> None:
        """Accepted; the microcredential opens by itself at the same moment."""
        position, pathway = f"{FUNDER}/programs", self.cast.pathways[self.college]
        by = self.cast.acting(position)
        granted = self._intake_authority("proposal-acceptance", by, addressed_to(self.proposal))
        in_force = InForce(pathway, f"pathway-{self.college}", 1, self.cast.at)
        facts = deciding.accept(self.proposal, by, granted, in_force)
        accepted = self._record("intake", PROPOSAL, self.id, facts, position)
        (fact,) = facts
        assert isinstance(fact, ProposalAccepted)
        steps = self.cast.steps[self.college]
        opened = outline.open_on(self.microcredential, fact, steps)
        self._record("credentials", MICROCREDENTIAL, self.id, opened, None, caused_by=accepted)

    def send_back(self) -> None:
        self._answered(deciding.send_back)

    def decline(self) -> None:
        self._answered(deciding.decline)

    def withdraw(self) -> None:
        facts = proposing.withdraw(self.proposal, self.cast.acting(self.lead), self.note())
        self._record("intake", PROPOSAL, self.id, facts, self.lead)

    def _answered(self, decide: Any) -> None:
        position = f"{FUNDER}/programs"
        by = self.cast.acting(position)
        granted = self._intake_authority("proposal-acceptance", by, addressed_to(self.proposal))
        self._record("intake", PROPOSAL, self.id, decide(self.proposal, by, granted, self.note()), position)

    def _intake_authority(self, matter: str, by: Acting, partner: UUID | None) -> deciding.Authority:
        about = at_hand(self.id)
        asked = structs.replace(by, partner=partner)
        return evidence_for(self.cast.community, self.cast.register.index, matter, asked, self.at, about)

    # credentials

    def request_validation(self) -> None:
        by = self.cast.acting(self.lead)
        facts = outline.request_validation(self.microcredential, by, self.at, authorities.rosters(self._known))
        self._on_microcredential(facts, self.lead)

    def revise(self, **change: Any) -> None:
        by, why = self.cast.acting(self.lead), self.note()
        self._on_microcredential(
            outline.revise(self.microcredential, OutlineChange(**change), by, self.at, why), self.lead
        )

    def sign(self, step: str, position: str, decision: Decision, due: ConditionDue | None = None) -> UUID:
        """Decide on a step as it stands; the sign-off's id, which is also its condition's."""
        state, sign_off = self.microcredential, self.new()
        current = state.steps[step]
        authority = for_step(self._known, self.cast.acting(position), current, at_hand(self.id))
        yes = True if decision.startswith("endorse") else None
        says_why = decision not in ("endorse", "approve", "abstain")
        given = SignOff(
            decision,
            digest_of(current.policy, state.outline),
            yes,
            yes,
            "why" if says_why else None,
            due,
        )
        note = self.note() if says_why else None
        held = authorities.rosters(self._known)
        facts = signing.sign_off(state, step, given, authority, sign_off, note, self.at, held)
        self._on_microcredential(facts, position)
        return sign_off

    def meet(self, condition: UUID, position: str) -> None:
        held = authorities.rosters(self._known)
        by = self.cast.acting(position)
        facts = conditions.meet(self.microcredential, condition, by, None, self.at, held)
        self._on_microcredential(facts, position)

    def run(self, days: int, learners: int, completed: int) -> None:
        """An offering from next week on, closed after its last day."""
        offering, by = self.new(), self.lead
        starts = self.at.date() + timedelta(days=7)
        intent = OpenOffering(starts, starts + timedelta(days=days), "Moodle", learners, "70%")
        facts = offerings.start(self.microcredential, offering, intent, self._owns("delivery", by), self._known)
        self._record("credentials", OFFERING, offering, facts, by)
        self.wait(days + 9)
        reported: Figures = {"completion_rate": f"{100 * completed // learners}%"}
        state = self._states["offering", offering]
        closed = offerings.close(state, CloseOffering(None, completed, reported), self._owns("delivery", by))
        self._record("credentials", OFFERING, offering, closed, by)
        self._delivered.add(self.cast.acting(by).person)

    def submit_review(self) -> UUID:
        review = self.new()
        intent = SubmitReview({"learners_satisfied": "91%", "employers_satisfied": "84%", "responses": 37})
        authority = self._owns("delivery", self.lead)
        self._on_microcredential(
            reviews.submit(self.microcredential, review, intent, authority, self.note()), self.lead
        )
        return review

    def decide_review(self, review: UUID, decision: Any) -> None:
        state = self.microcredential
        answers = tuple(ConditionAnswer(item.condition, "met") for item in state.conditions if item.is_open)
        delivering = self._delivered | who_delivers(self._known, state.proposed_by.partner, at_hand(self.id))
        authority, intent = self._owns("review", self.dean), DecideReview(decision, answers)
        self._on_microcredential(reviews.decide(state, review, intent, authority, delivering, None), self.dean)

    def is_open(self, step: str) -> bool:
        return isinstance(self.microcredential.steps[step], Open)

    def asked(self, step: str) -> tuple[str, ...]:
        """Whom the step waits on, by position."""
        state = self.microcredential.steps[step]
        assert isinstance(state, Open), f"{step} is not open"
        waits = rounds.waits_on(state.round, state.policy.matter, state.signed, self.at)
        return tuple(self.cast.owner(party) for party in waits)

    @property
    def _known(self) -> Known:
        return Known(self.cast.community, self.cast.register.index, self.at)

    def _owns(self, matter: str, position: str) -> authorities.Authority:
        partner = self.microcredential.proposed_by.partner
        return at_partners(self._known, self.cast.acting(position), matter, (partner,), at_hand(self.id))

    def _on_microcredential(self, facts: tuple[Any, ...], position: str) -> None:
        self._record("credentials", MICROCREDENTIAL, self.id, facts, position)

    # recording

    @property
    def _offset(self) -> int:
        return int((self.at - BEGIN).total_seconds())

    def _record(
        self, log: str, decider: Decider[Any, Any], key: UUID, facts: tuple[Fact, ...], by: str | None,
        caused_by: Command | None = None, claims: bool = False,
    ) -> Command:  # fmt: skip
        """These facts were decided, by that position or, where it is None, by the service itself."""
        assert facts, f"nothing was decided in {decider.category} at {self.at}: a life says nothing twice"
        mapper, place = self._mappers[log], (decider.category, key)
        self._states[place] = fold(decider, facts, self._states.get(place, decider.initial))
        version = self._versions.get(place, 0)
        self._versions[place] = version + len(facts)
        if by is None:
            metadata = Metadata(Actor(service=log))
        else:
            metadata = Metadata(self.cast.actor(by), request_id=str(self.new()), backdated=True)
        command = slot_of(self.new())
        recorded = Command(
            log,
            self._offset,
            command,
            command if caused_by is None else caused_by.correlation,
            None if caused_by is None else caused_by.facts[0][0],
            mapper.metadata(metadata),
            decider.category,
            slot_of(key),
            version + 1,
            tuple((slot_of(self.new()), fact.fact_tag(), mapper.to_stored(key, "", 0, fact).state) for fact in facts),
            claims,
        )
        self.commands.append(recorded)
        return recorded


def slot_of(made: UUID) -> int:
    """The number of the slot that this id stands for."""
    return made.int & 0xFFFFFFFF
