"""Facts as intake and credentials would say them, for tests to tell a story with.

said = Telling(cast)
said.drafted(); said.submitted(); said.responded("plant/foreman")
said.facts("intake")
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from shared.contracts import credentials as c
from shared.contracts import intake as i
from shared.contracts.values import (
    Acting,
    EachOf,
    Evidence,
    NoteRef,
    Outline,
    OutlineChange,
    OwnerAt,
    Party,
    PathwayStep,
    Quorum,
    QuorumOf,
    ReportedFigure,
    RosterOf,
    Scope,
    Seat,
)
from shared.eventstore.vocabulary import Notification
from shared.kernel import Actor, Fact, Metadata, Recorded, Text, new_id
from shared.messaging.cloudevents import encode

BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
CAST = ("nscc/lead", "nscc/dean", "b/dean", "cican/programs", "plant/foreman", "clinic/chief", "farm/owner")
SEATS = ("plant/foreman", "clinic/chief", "farm/owner")


def digest(of: str) -> str:
    """A digest as facts carry it."""
    return "sha-256:" + of.encode().hex().ljust(64, "0")[:64]


def new_cast() -> dict[str, Acting]:
    """Everybody of the story, as ids only."""
    partners: dict[str, UUID] = defaultdict(new_id)
    return {name: Acting(new_id(), new_id(), partners[name.partition("/")[0]]) for name in CAST}


@dataclass
class Telling:
    """A day passes with every fact. `cast` says who is who."""

    cast: dict[str, Acting]
    community: str = "atlantic"
    key: str = "welding"
    proposal: UUID = field(default_factory=new_id)
    council: UUID = field(default_factory=new_id)
    told: list[Recorded[Any]] = field(default_factory=list)
    at: datetime = BEGINNING
    indexes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ids: dict[str, UUID] = field(default_factory=lambda: defaultdict(new_id))
    title: Text = field(default_factory=lambda: {"en": "Welding"})

    def facts(self, log: str) -> list[Recorded[Any]]:
        """What that log says, in its order."""
        return [recorded for recorded in self.told if recorded.log == log]

    def messages(self, log: str) -> list[bytes]:
        """The same as it travels."""
        return [message_of(recorded) for recorded in self.facts(log)]

    def say(self, stream: str, fact: Fact, causation: UUID | None = None, days: int = 1) -> Recorded[Any]:
        """Record a fact, a day after the last."""
        log = fact.fact_tag().split(".")[0]
        self.at += timedelta(days=days)
        self.indexes[log] += 1
        by = getattr(fact, "by", None)
        actor = Actor(person=by.person, position=by.position) if isinstance(by, Acting) else Actor(service=log)
        version = 1 + sum(one.stream == stream for one in self.told)
        recorded = Recorded(
            new_id(), fact.fact_tag(), log, self.community, stream, version, self.indexes[log], self.at, self.at,
            new_id(), 1, new_id(), causation, Metadata(actor, backdated=True), fact,
        )  # fmt: skip
        self.told.append(recorded)
        return recorded

    # intake

    def drafted(self, by: str = "nscc/lead", about: tuple[Scope, ...] = ()) -> Recorded[Any]:
        outline = Outline(title=self.title)
        return self._intake(i.ProposalDrafted(self.proposal, self.key, self.cast[by], outline, about))

    def submitted(self, to: str = "cican/programs") -> Recorded[Any]:
        partner = self.cast[to].partner
        return self._intake(i.ProposalSubmitted(self.proposal, partner, self.cast["nscc/lead"], digest("all")))

    def responded(self, by: str) -> Recorded[Any]:
        given = self.evidence(by, "industry-validation")
        return self._intake(
            i.ConceptResponded(
                self.proposal, self.ids[f"response {by}"], self.cast[by], digest("all"), True, True, given
            )
        )

    def returned(self) -> Recorded[Any]:
        by = "cican/programs"
        given = self.evidence(by, "proposal-acceptance")
        return self._intake(i.ProposalReturned(self.proposal, self.cast[by], given, _note()))

    def withdrawn(self) -> Recorded[Any]:
        return self._intake(i.ProposalWithdrawn(self.proposal, self.cast["nscc/lead"]))

    def accepted(self) -> Recorded[Any]:
        by = "cican/programs"
        return self._intake(
            i.ProposalAccepted(
                self.proposal, self.cast[by], self.cast["nscc/lead"], self.key, Outline(title=self.title),
                digest("all"), self.ids["pathway"], 1, (), (), self.evidence(by, "proposal-acceptance"),
            )
        )  # fmt: skip

    def concept_nudged(self, act: Any, of: str, by: str | None = None) -> Recorded[Any]:
        acting = self.cast[by].position if by else None
        return self._intake(i.ProposalNudged(self.proposal, act, self.cast[of].partner, self.ids["nudging"], acting))

    def concept_accepted(self) -> Recorded[Any]:
        """From the draft to the acceptance."""
        self.drafted()
        self.submitted()
        self.responded("plant/foreman")
        self.responded("clinic/chief")
        return self.accepted()

    # credentials

    @property
    def steps(self) -> tuple[PathwayStep, ...]:
        colleges = tuple(self.cast[name].partner for name in ("nscc/dean", "b/dean"))
        industry = PathwayStep(
            "validation", "endorse", "industry-validation", QuorumOf(self.council), ("outcomes", "assessment")
        )
        approval = PathwayStep(
            "approval", "approve", "academic-approval", EachOf(colleges), ("hours",), after=("validation",)
        )
        funding = PathwayStep(
            "a-funding", "approve", "funding", OwnerAt(self.cast["cican/programs"].partner), ("cost",)
        )
        return industry, approval, funding

    def opened(self, causation: UUID | None = None) -> Recorded[Any]:
        opened = c.MicrocredentialOpened(
            self.proposal, self.key, self.cast["nscc/lead"], self.cast["cican/programs"], self.ids["pathway"], 1,
            self.steps, Outline(title=self.title),
        )  # fmt: skip
        return self._credentials(opened, causation)

    def published(self) -> Recorded[Any]:
        pathway = self.ids["pathway"]
        return self.say(f"pathway-{pathway}", c.PathwayPublished(pathway, "rapid", 1, {"en": "Rapid"}, self.steps))

    def requested(self) -> Recorded[Any]:
        return self._credentials(c.ValidationRequested(self.proposal, self.cast["nscc/lead"], 0, digest("all")))

    def step_opened(self, step: str, size: int = 2) -> Recorded[Any]:
        matter = next(one.matter for one in self.steps if one.key == step)
        due = self.at + timedelta(days=22)
        if step == "validation":
            seats = tuple(Seat(self.cast[name].position, self.cast[name].partner) for name in SEATS)
            round_: Any = RosterOf(self.council, seats, Quorum(size))
            parties = tuple(Party(seat.partner, matter, seat.position) for seat in seats)
        else:
            round_ = next(one.rule for one in self.steps if one.key == step)
            partners = round_.partners if isinstance(round_, EachOf) else (round_.partner,)
            parties = tuple(Party(partner, matter) for partner in partners)
        return self._credentials(c.StepOpened(self.proposal, step, round_, digest(step), due, parties))

    def signed(
        self, by: str, step: str, decision: Any, conditions: tuple[c.Condition, ...] = (), replaces: UUID | None = None
    ) -> Recorded[Any]:
        matter = next(one.matter for one in self.steps if one.key == step)
        sign_off = self.ids[f"{by} {step} {len(self.told)}"]
        return self._credentials(
            c.SignOffRecorded(
                self.proposal, step, sign_off, self.cast[by], decision, digest(step), 0,
                self.evidence(by, matter), conditions=conditions, replaces=replaces,
            )
        )  # fmt: skip

    def lapsed(self, sign_off: Recorded[Any], party: Party) -> Recorded[Any]:
        of = sign_off.fact
        return self._credentials(
            c.SignOffLapsed(
                self.proposal, of.step, of.sign_off, of.by, of.decision, ("hours",), self.cast["nscc/lead"], 1, party
            )
        )

    def reopened(self, step: str, *waits_on: Party) -> Recorded[Any]:
        due = self.at + timedelta(days=22)
        return self._credentials(c.StepReopened(self.proposal, step, digest(f"{step} again"), due, waits_on))

    def met(self, step: str, condition: UUID, by: str) -> Recorded[Any]:
        return self._credentials(c.ConditionMet(self.proposal, step, condition, self.cast[by]))

    def granted(self, step: str) -> Recorded[Any]:
        return self._credentials(c.StepGranted(self.proposal, step, ()))

    def refused(self, step: str) -> Recorded[Any]:
        return self._credentials(c.StepRefused(self.proposal, step, ()))

    def outline_returned(self, step: str) -> Recorded[Any]:
        return self._credentials(c.OutlineReturned(self.proposal, step))

    def revised(self, **change: Any) -> Recorded[Any]:
        fields: Any = tuple(change)
        return self._credentials(
            c.OutlineRevised(self.proposal, 1, self.cast["nscc/lead"], OutlineChange(**change), fields, digest("new"))
        )

    def approved(self) -> Recorded[Any]:
        outline = Outline(title=self.title)
        return self._credentials(c.MicrocredentialApproved(self.proposal, 1, 0, outline, digest("all")))

    def offered(self, name: str, learners: int | None = None, run_by: str | None = None) -> Recorded[Any]:
        """`run_by` is somebody of the partner who delivers it, where that is another than the proposing one."""
        by, delivered_by = self.cast["nscc/lead"], self.cast[run_by].partner if run_by else None
        given, ends = self.evidence("nscc/lead", "delivery"), date(2026, 9, 30)
        opened = c.OfferingOpened(
            self.ids[name], self.proposal, 1, by, given, date(2026, 9, 1), ends, "Canvas", learners,
            delivered_by=delivered_by,
        )  # fmt: skip
        return self.say(f"offering-{self.ids[name]}", opened)

    def closed(self, name: str, completed: int | None = None, **reported: Any) -> Recorded[Any]:
        given = self.evidence("nscc/lead", "delivery")
        opened = next(one.fact for one in self.told if getattr(one.fact, "offering", None) == self.ids[name])
        closed = c.OfferingClosed(
            self.ids[name], self.proposal, self.cast["nscc/lead"], given, completed=completed, reported=reported,
            delivered_by=opened.delivered_by,
        )  # fmt: skip
        return self.say(f"offering-{self.ids[name]}", closed)

    def review_submitted(self, *reported: ReportedFigure) -> Recorded[Any]:
        by, given = self.cast["nscc/lead"], self.evidence("nscc/lead", "delivery")
        review = self.ids[f"review {len(self.told)}"]
        return self._credentials(
            c.ReviewSubmitted(self.proposal, review, by, given, {"responses": 24, "satisfied": "75%"}, reported)
        )

    def review_decided(self, review: UUID, decision: Any, *answers: c.ConditionAnswer) -> Recorded[Any]:
        by, given = self.cast["nscc/dean"], self.evidence("nscc/dean", "review")
        return self._credentials(c.ReviewDecided(self.proposal, review, by, given, decision, answers))

    def retired(self, review: UUID) -> Recorded[Any]:
        return self._credentials(c.MicrocredentialRetired(self.proposal, review))

    def nudged(
        self, act: Any, of: str, by: str | None = None, step: str | None = None, refers: UUID | None = None
    ) -> Recorded[Any]:
        acting = self.cast[by].position if by else None
        return self._credentials(
            c.MicrocredentialNudged(
                self.proposal, act, self.cast[of].partner, self.ids["nudging"], acting, step=step, refers=refers
            )
        )

    def whole(self) -> "Telling":
        """From the draft to a renewal, with a lapse on the way."""
        cast, lead = self.cast, self.concept_accepted()
        self.opened(lead.id)
        self.requested()
        self.step_opened("validation")
        self.signed("plant/foreman", "validation", "endorse")
        carried = c.Condition(self.ids["condition"], "review")
        self.signed("clinic/chief", "validation", "endorse-with-conditions", (carried,))
        self.granted("validation")
        self.step_opened("approval")
        dean = self.signed("nscc/dean", "approval", "approve")
        self.signed("b/dean", "approval", "request-changes")
        self.revised(hours=40)
        party = Party(cast["nscc/dean"].partner, "academic-approval")
        other = Party(cast["b/dean"].partner, "academic-approval")
        self.lapsed(dean, party)
        self.reopened("approval", party, other)
        self.signed("nscc/dean", "approval", "approve")
        self.signed("b/dean", "approval", "approve")
        self.granted("approval")
        self.approved()
        self.offered("first", 36)
        self.closed("first", 32, completion_rate="88%")
        review = self.review_submitted(ReportedFigure("completed", 33, (self.proposal,)))
        self.review_decided(review.fact.review, "renew", c.ConditionAnswer(carried.condition, "carried"))
        return self

    def evidence(self, by: str, matter: str, facts: tuple[UUID, ...] = ()) -> Evidence:
        acting = self.cast[by]
        return Evidence(matter, acting.partner, acting.position, 7, facts=facts)

    def _intake(self, fact: Fact) -> Recorded[Any]:
        return self.say(f"proposal-{self.proposal}", fact)

    def _credentials(self, fact: Fact, causation: UUID | None = None) -> Recorded[Any]:
        return self.say(f"microcredential-{self.proposal}", fact, causation)


def message_of(recorded: Recorded[Any], index: int | None = None) -> bytes:
    """The fact as it travels; at another index, where a log already holds some."""
    said = Notification(
        index or recorded.index, recorded.id, recorded.community, recorded.stream, recorded.version, recorded.tag,
        recorded.occurred_at, recorded.recorded_at, recorded.command_id, recorded.ordinal, recorded.correlation,
        recorded.causation, msgspec.json.encode(recorded.metadata), msgspec.json.encode(recorded.fact),
    )  # fmt: skip
    return encode(recorded.log, said)


def _note() -> NoteRef:
    return NoteRef(new_id(), digest("note"), "en")
