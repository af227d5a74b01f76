"""People, facts and authorities the tests of a proposal begin from."""

from datetime import UTC, datetime
from uuid import UUID

from services.intake.domain.deciding import Authority
from services.intake.domain.pathways import InForce
from services.intake.domain.proposal import PROPOSAL, ProposalState
from shared.authority import Answer
from shared.authority.refusals import NotTheirsToDecide
from shared.contracts.intake import (
    ConceptResponded,
    IntakeFact,
    ProposalAccepted,
    ProposalDeclined,
    ProposalDrafted,
    ProposalReturned,
    ProposalRevised,
    ProposalSubmitted,
    ProposalWithdrawn,
)
from shared.contracts.values import Acting, Evidence, Matter, NoteRef, Outline, OutlineChange
from shared.kernel import fold
from shared.security.digests import outline_digest

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)


def an_id(number: int) -> UUID:
    return UUID(int=number)


def acting(number: int, partner: UUID) -> Acting:
    """A person of their own in a position of their own."""
    return Acting(an_id(100 + number), an_id(200 + number), partner)


PROPOSAL_ID = an_id(1)
COLLEGE, FUNDER, PLANT, HOSPITAL = an_id(11), an_id(12), an_id(13), an_id(14)
PARTNERS = (COLLEGE, FUNDER, PLANT, HOSPITAL)
LEAD, COLLEAGUE = acting(1, COLLEGE), acting(2, COLLEGE)
PROGRAMS = acting(3, FUNDER)
MILLER, NURSE = acting(4, PLANT), acting(5, HOSPITAL)
YES, NO, AGAIN = an_id(31), an_id(32), an_id(33)
NOTE = NoteRef(an_id(41), "sha-256:" + "0" * 64, "en")
PATHWAY = InForce(an_id(51), "rapid", 3, NOW)
OTHER_PATHWAY = InForce(an_id(52), "slow", 1, NOW)

OUTLINE = Outline(
    title={"en": "Welding on site"},
    need={"en": "Two plants cannot fill their shifts."},
    outcomes=({"en": "Weld overhead."},),
    job_functions=({"en": "Welder"},),
    assessment={"en": "A weld, tested."},
)
DIGEST = outline_digest(OUTLINE)
CHANGE = OutlineChange(hours=40)


def evidence(by: Acting, matter: Matter) -> Evidence:
    return Evidence(matter, by.partner, by.position, 7)


def lacking(matter: Matter, partner: UUID) -> Authority:
    """The position does not own the matter; somebody else does."""
    answer = Answer("decided", "It is decided by funder/programs.", matter, partner, NOW, 7)
    return NotTheirsToDecide("plant/miller", matter, "funder", answer.sentence), answer


VALIDATES = evidence(MILLER, "industry-validation")
ACCEPTS = evidence(PROGRAMS, "proposal-acceptance")


def responded(response: UUID, by: Acting, in_demand: bool = True) -> ConceptResponded:
    return ConceptResponded(PROPOSAL_ID, response, by, DIGEST, in_demand, True, evidence(by, "industry-validation"))


DRAFTED = ProposalDrafted(PROPOSAL_ID, "welding", LEAD, OUTLINE)
REVISED = ProposalRevised(PROPOSAL_ID, COLLEAGUE, CHANGE)
SUBMITTED = ProposalSubmitted(PROPOSAL_ID, FUNDER, LEAD, DIGEST)
RETURNED = ProposalReturned(PROPOSAL_ID, PROGRAMS, ACCEPTS, NOTE)
DECLINED = ProposalDeclined(PROPOSAL_ID, PROGRAMS, ACCEPTS, NOTE)
WITHDRAWN = ProposalWithdrawn(PROPOSAL_ID, LEAD)
ACCEPTED = ProposalAccepted(
    PROPOSAL_ID, PROGRAMS, LEAD, "welding", OUTLINE, DIGEST, PATHWAY.pathway, 3, (YES, NO), (NO,), ACCEPTS,
    proposers=(LEAD.person,),
)  # fmt: skip

BOTH = (responded(YES, MILLER), responded(NO, NURSE, in_demand=False))
HISTORIES: dict[str, tuple[IntakeFact, ...]] = {
    "undrafted": (),
    "draft": (DRAFTED,),
    "submitted": (DRAFTED, SUBMITTED),
    "concept-validation": (DRAFTED, SUBMITTED, *BOTH),
    "returned": (DRAFTED, SUBMITTED, *BOTH, RETURNED),
    "accepted": (DRAFTED, SUBMITTED, *BOTH, ACCEPTED),
    "declined": (DRAFTED, SUBMITTED, DECLINED),
    "withdrawn": (DRAFTED, WITHDRAWN),
}


def after(*facts: IntakeFact) -> ProposalState:
    """The proposal after these facts."""
    return fold(PROPOSAL, facts)


def given(state: str) -> ProposalState:
    """A proposal in that state; in concept validation, two partners have responded, one of them with a no."""
    return after(*HISTORIES[state])
