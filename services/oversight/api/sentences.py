"""Every fact of a story as a plain sentence in English, positions and partners by their keys. Pure."""

from uuid import UUID

from shared.authority import Community
from shared.contracts import credentials as c
from shared.contracts import intake as i
from shared.contracts import partnerships as p
from shared.contracts.values import Acting
from shared.kernel import Fact, Recorded, UnreadableFact

DECIDED = {
    "endorse": "endorsed",
    "recommend": "recommended",
    "approve": "approved",
    "request-changes": "requested changes on",
    "decline": "declined",
    "abstain": "abstained on",
    "recuse": "recused themselves from",
    "renew": "to renew it",
    "revise": "that it be revised",
    "retire": "to retire it",
}
REVOKED = {
    "position": "the position",
    "holding": "their holding of the position",
    "responsibility": "the position's responsibility",
    "delegation": "the delegation",
    "key": "the validity of their key",
    "signing-key": "the validity of their signing key",
}


def sentence(community: Community, recorded: Recorded[Fact]) -> str:
    """What happened, in one sentence; a fact this build does not know is named by its tag."""
    if isinstance(recorded.fact, UnreadableFact):
        return f"{_named(recorded)} It cannot be read by this build, which leaves out what it says."
    says = _Says(community)
    said = says.of_intake(recorded.fact) or says.of_approval(recorded.fact) or says.of_signing(recorded.fact)
    said = said or says.of_delivery(recorded.fact) or says.of_position(recorded.fact) or says.of_partner(recorded.fact)
    return said or _named(recorded)


def _named(recorded: Recorded[Fact]) -> str:
    return f"{recorded.tag.split('.')[1].replace('-', ' ').capitalize()} ({recorded.tag})."


class _Says:
    def __init__(self, community: Community) -> None:
        self._community = community

    def of_intake(self, fact: Fact) -> str | None:
        match fact:
            case i.ProposalDrafted(key=key, by=by):
                return f"{self._who(by)} drafted the proposal {key!r}."
            case i.ProposalRevised(by=by):
                return f"{self._who(by)} revised the proposal."
            case i.ProposalSubmitted(by=by, to=to):
                return f"{self._who(by)} submitted the proposal to {self._partner(to)}."
            case i.ConceptResponded(by=by, in_demand=demand, intended_assessment_reflects_job=job):
                answers = f"in demand: {_yes(demand)}; the intended assessment reflects the job: {_yes(job)}"
                return f"{self._who(by)} responded to the concept ({answers})."
            case i.ProposalAccepted(by=by, responses=responses, dissent=dissent):
                noted = f", {len(dissent)} of them dissenting" if dissent else ""
                return f"{self._who(by)} accepted the proposal on {len(responses)} responses{noted}."
            case i.ProposalReturned(by=by):
                return f"{self._who(by)} returned the proposal to be revised."
            case i.ProposalDeclined(by=by):
                return f"{self._who(by)} declined the proposal."
            case i.ProposalWithdrawn(by=by):
                return f"{self._who(by)} withdrew the proposal."
            case _:
                return None

    def of_approval(self, fact: Fact) -> str | None:
        match fact:
            case c.MicrocredentialOpened(key=key, pathway_version=version):
                return f"The microcredential {key!r} opened on version {version} of its pathway."
            case c.OutlineRevised(by=by, changed=changed, revision=revision):
                return (
                    f"{self._who(by)} revised the outline ({', '.join(changed) or 'nothing'}), now revision {revision}."
                )
            case c.ValidationRequested(by=by, revision=revision):
                return f"{self._who(by)} requested validation of revision {revision}."
            case c.StepOpened(step=step, due=due):
                return f"The step {step} opened, due {due.date().isoformat()}."
            case c.MicrocredentialApproved(version=version):
                return f"The microcredential was approved, version {version}."
            case c.ApprovalVoided(version=version, steps=steps):
                return f"The approval of version {version} is void: {', '.join(steps)} waits again."
            case _:
                return None

    def of_signing(self, fact: Fact) -> str | None:
        match fact:
            case c.SignOffRecorded(by=by, decision=decision, step=step, replaces=replaces, paper=paper):
                with_ = ", with conditions" if decision.endswith("-with-conditions") else ""
                again = ", instead of an earlier decision" if replaces else ""
                decided = DECIDED[decision.removesuffix("-with-conditions")]
                return f"{self._who(by)} {decided} {step}{with_}{again}{self._paper(paper)}."
            case c.SignOffConfirmed(step=step):
                return f"What was recorded on their behalf on {step} was confirmed by whoever decided it."
            case c.SignOffDisputed(of=of, step=step, decision=decision):
                what = f"The sign-off of {self._who(of)} on {step} ({decision}), recorded on their behalf,"
                return f"{what} was disputed by whoever was said to have decided it, and counts no longer."
            case c.ConditionMet(by=by, step=step):
                return f"{self._who(by)} recorded that a condition on {step} is met."
            case c.SignOffLapsed(of=of, decision=decision, step=step, fields=fields, changed_by=changed_by):
                what = f"The sign-off of {self._who(of)} on {step} ({decision}) lapsed"
                return f"{what}: {self._who(changed_by)} changed {', '.join(fields)}."
            case c.SignOffVoided(of=of, decision=decision, step=step, revoked=revoked, effective=effective):
                what = f"The sign-off of {self._who(of)} on {step} ({decision}) is void"
                return f"{what}: {REVOKED[revoked]} had ended on {effective:%Y-%m-%d at %H:%M:%S} UTC."
            case c.StepGranted(step=step, sign_offs=sign_offs):
                return f"The step {step} was granted on {_count(len(sign_offs), 'sign-off')}."
            case c.StepReopened(step=step):
                return f"The step {step} waits again."
            case c.StepRefused(step=step):
                return f"The step {step} was refused: its rule can no longer be met."
            case c.OutlineReturned(step=step):
                return f"The outline was returned to be revised, since {step} was refused."
            case _:
                return None

    def of_delivery(self, fact: Fact) -> str | None:
        match fact:
            case c.OfferingOpened(by=by, starts=starts, ends=ends, learners=learners):
                who = _count(learners, "learner")
                return f"{self._who(by)} opened an offering, {starts.isoformat()} to {ends.isoformat()}, with {who}."
            case c.OfferingClosed(by=by, completed=completed):
                return f"{self._who(by)} closed the offering; {_count(completed, 'learner')} completed."
            case c.ReviewSubmitted(by=by):
                return f"{self._who(by)} submitted a review."
            case c.ReviewDecided(by=by, decision=decision, conditions=conditions):
                answered = f", answering {_count(len(conditions), 'condition')}" if conditions else ""
                return f"{self._who(by)} decided {DECIDED[decision]}{answered}."
            case c.AgreementNamed(by=by, version=version):
                return f"{self._who(by)} named the agreement it runs under, in force as version {version}."
            case c.MicrocredentialRetired():
                return "The microcredential was retired."
            case _:
                return None

    def of_position(self, fact: Fact) -> str | None:
        match fact:
            case p.PositionEstablished(position=position, instrument=instrument):
                return f"The position {self._position(position)} was recorded ({instrument.reference})."
            case p.PositionConfirmed(position=position):
                return f"The position {self._position(position)} was confirmed."
            case p.HolderAppointed(position=position, since=since, instrument=instrument):
                held = f"A holder of {self._position(position)} was recorded from {since.date().isoformat()}"
                return f"{held} ({instrument.reference})."
            case p.HolderConfirmed(position=position):
                return f"The holder of {self._position(position)} was confirmed."
            case p.HolderEnded(position=position, until=until):
                return f"A holding of {self._position(position)} ended on {until.date().isoformat()}."
            case _:
                return None

    def of_partner(self, fact: Fact) -> str | None:
        match fact:
            case p.PartnerRegistered(key=key):
                return f"The partner {key} was registered."
            case p.ResponsibilityAssigned(position=position, letter=letter, matter=matter, instrument=instrument):
                given = f"{self._position(position)} was recorded as {letter} for {matter}"
                return f"{given} ({instrument.reference})."
            case p.ResponsibilityConfirmed(partner=partner, responsibility=responsibility):
                return f"The responsibility for {self._matter(partner, responsibility)} was confirmed."
            case p.ResponsibilityEnded(partner=partner, responsibility=responsibility, until=until):
                matter = self._matter(partner, responsibility)
                return f"The responsibility for {matter} ended on {until.date().isoformat()}."
            case _:
                return None

    def _paper(self, paper: c.Paper | None) -> str:
        if paper is None:
            return ""
        recorder = self._position(paper.recorded_as) if paper.recorded_as else "a coordinator"
        form = {"letter": "a letter", "e-mail": "an e-mail", "minutes": "minutes"}[paper.form]
        return f", by {form} of {paper.dated.isoformat()}, recorded on their behalf by {recorder}"

    def _who(self, by: Acting) -> str:
        return self._position(by.position)

    def _position(self, position: UUID) -> str:
        return self._community.position_key(position)

    def _partner(self, partner: UUID) -> str:
        known = self._community.partners.get(partner)
        return known.key if known else str(partner)

    def _matter(self, partner: UUID, responsibility: UUID) -> str:
        known = self._community.partners.get(partner)
        entry = known.responsibilities.get(responsibility) if known else None
        return f"{entry.matter} at {self._partner(partner)}" if entry else f"a matter at {self._partner(partner)}"


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _count(number: int | None, thing: str) -> str:
    if number is None:
        return f"an unknown number of {thing}s"
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
