"""One proposal and its microcredential as they stood at a moment, folded from every fact about them. Pure.

Stage and waits are those of the board, folded by the same functions; beside them stands what a page shows of it.
"""

from collections.abc import Iterable

from msgspec import UNSET, structs

from services.oversight.projections import approval, concept, picture_delivery, picture_steps
from services.oversight.projections.picture_values import (
    ConceptDecision,
    Happened,
    Picture,
    PicturedVersion,
    Response,
)
from shared.contracts import credentials as c
from shared.contracts import intake as i
from shared.contracts.values import Outline, OutlineChange
from shared.kernel import Fact, Recorded, UnreadableFact


def of(told: Iterable[Recorded[Fact]]) -> Picture | None:
    """The picture those facts make, in the order they are told; None before the first of it."""
    picture: Picture | None = None
    for recorded in told:
        picture = evolve(picture, recorded)
    return picture


def evolve(picture: Picture | None, recorded: Recorded[Fact]) -> Picture | None:
    """The picture after one more fact; facts of partnerships, which others cite, change nothing in it."""
    if recorded.log not in ("intake", "credentials"):
        return picture
    happened = Happened(recorded.occurred_at, f"{recorded.log}@{recorded.index}")
    begun = _begun(picture, recorded.fact, happened)
    if begun is None:
        return None
    if isinstance(recorded.fact, UnreadableFact):
        begun = structs.replace(begun, unreadable=(*begun.unreadable, happened.index))
    folded = structs.replace(
        begun,
        last=happened,
        concept=concept.evolve(begun.concept, recorded) if recorded.log == "intake" else begun.concept,
        approval=approval.evolve(begun.approval, recorded) if recorded.log == "credentials" else begun.approval,
    )
    folded = _proposed(folded, recorded.fact, happened)
    folded = _approved(folded, recorded.fact, happened)
    folded = picture_steps.evolve(folded, recorded.fact, happened)
    return picture_delivery.evolve(folded, recorded.fact, happened)


def _begun(picture: Picture | None, fact: Fact, happened: Happened) -> Picture | None:
    """The picture as its first fact begins it."""
    match picture, fact:
        case Picture(), _:
            return picture
        case None, i.ProposalDrafted():
            return Picture(fact.proposal, fact.key, fact.by, fact.outline, happened, about=fact.about)
        case None, c.MicrocredentialOpened():  # heard before its proposal
            return Picture(fact.microcredential, fact.key, fact.proposed_by, fact.outline, happened, about=fact.about)
        case _:
            return None


def _proposed(picture: Picture, fact: Fact, happened: Happened) -> Picture:
    """The proposal and its concept round."""
    match fact:
        case i.ProposalRevised(change=change, about=about):
            outline = changed(picture.outline, change)
            return structs.replace(picture, outline=outline, about=picture.about if about is None else about)
        case i.ProposalSubmitted(to=to):
            return structs.replace(picture, to=to)
        case i.ConceptResponded():
            response = Response(
                fact.response, fact.by, happened, fact.in_demand, fact.intended_assessment_reflects_job, fact.evidence,
                fact.comment, fact.contribution,
            )  # fmt: skip
            return structs.replace(picture, responses=(*picture.responses, response))
        case i.ProposalAccepted():
            decided = ConceptDecision("accepted", fact.by, happened, fact.comment)
            outline = picture.outline if picture.approval else fact.outline
            return structs.replace(
                picture, decisions=(*picture.decisions, decided), pathway=fact.pathway,
                pathway_version=fact.pathway_version, about=fact.about, outline=outline,
            )  # fmt: skip
        case i.ProposalReturned():
            past = tuple(structs.replace(one, counts=False) for one in picture.responses)
            decided = ConceptDecision("returned", fact.by, happened, fact.reason)
            return structs.replace(picture, responses=past, decisions=(*picture.decisions, decided))
        case i.ProposalDeclined():
            decided = ConceptDecision("declined", fact.by, happened, fact.reason)
            return structs.replace(picture, decisions=(*picture.decisions, decided))
        case i.ProposalWithdrawn():
            decided = ConceptDecision("withdrawn", fact.by, happened, fact.reason)
            return structs.replace(picture, decisions=(*picture.decisions, decided))
        case _:
            return picture


def _approved(picture: Picture, fact: Fact, happened: Happened) -> Picture:
    """The outline under approval, the versions that were approved, and the end."""
    match fact:
        case c.MicrocredentialOpened():
            return structs.replace(
                picture, outline=fact.outline, pathway=fact.pathway, pathway_version=fact.pathway_version,
                about=fact.about, revision=0,
            )  # fmt: skip
        case c.OutlineRevised():
            return structs.replace(picture, outline=changed(picture.outline, fact.change), revision=fact.revision)
        case c.MicrocredentialApproved():
            version = PicturedVersion(fact.version, fact.revision, fact.digest, fact.outline, happened)
            return structs.replace(picture, versions=(*picture.versions, version))
        case c.ApprovalVoided(version=voided):
            versions = tuple(
                structs.replace(one, voided=happened) if one.version == voided and one.voided is None else one
                for one in picture.versions
            )
            return structs.replace(picture, versions=versions)
        case c.AgreementNamed(agreement=agreement):
            return structs.replace(picture, agreement=agreement)
        case c.MicrocredentialRetired():
            return structs.replace(picture, retired=happened)
        case _:
            return picture


def changed(outline: Outline, change: OutlineChange) -> Outline:
    """The outline with the stated fields set; null clears one."""
    stated = {name: value for name, value in structs.asdict(change).items() if value is not UNSET}
    return structs.replace(outline, **stated)
