"""What others decide of a proposal: industry responds; the partner addressed accepts, returns or declines."""

from typing import assert_never
from uuid import UUID

from services.intake.domain.intents import RespondToConcept
from services.intake.domain.pathways import InForce
from services.intake.domain.proposal import (
    STATE_NAMES,
    VOICES_NEEDED,
    Accepted,
    Declined,
    Draft,
    InConceptValidation,
    Known,
    ProposalState,
    Response,
    Returned,
    Submitted,
    Withdrawn,
    responses_to,
)
from services.intake.domain.proposing import drafted, not_about, over
from services.intake.domain.refusals import (
    NotBeforeAPartner,
    OnePersonOnePartner,
    PathwayNotInForce,
    ProposersDoNotJudge,
    TooFewResponses,
    WaitsOn,
)
from shared.authority import Answer, lent_by
from shared.contracts.intake import (
    ConceptResponded,
    IntakeFact,
    ProposalAccepted,
    ProposalDeclined,
    ProposalReturned,
)
from shared.contracts.values import Acting, Evidence, NoteRef, Scope
from shared.kernel import Forbidden, Reason, Refused

Authority = Evidence | tuple[Forbidden, Answer] | None
"""The evidence that whoever acts may; or why they may not and whom to go to; None while it is addressed to nobody."""


def respond(
    state: ProposalState,
    response: UUID,
    intent: RespondToConcept,
    by: Acting,
    authority: Authority,
    contribution: NoteRef | None = None,
    comment: NoteRef | None = None,
) -> tuple[IntakeFact, ...]:
    """Answer the concept for one's partner; a later answer of the same partner counts instead, both are kept.

    One person answers for one partner, by themselves and through delegates. The same answer of the same person with
    nothing more to say is silence.
    """
    known = drafted(state)
    persons = _persons(by, authority)
    evidence = _granted(
        authority, _own_proposal(known, persons, "validate"), _not_before_a_partner(known),
        _spoke_elsewhere(known, by, persons),
    )  # fmt: skip
    assert isinstance(known, Submitted | InConceptValidation)
    silent = contribution is None and comment is None
    if silent and _said_before(responses_to(known).get(by.partner), intent, by):
        return ()
    return (
        ConceptResponded(
            known.proposal, response, by, known.digest, intent.in_demand, intent.intended_assessment_reflects_job,
            evidence, contribution, comment,
        ),
    )  # fmt: skip


def accept(
    state: ProposalState,
    by: Acting,
    authority: Authority,
    pathway: InForce | PathwayNotInForce,
    comment: NoteRef | None = None,
    about: tuple[Scope, ...] | None = None,
) -> tuple[IntakeFact, ...]:
    """The partner addressed takes it up on a pathway, once two partners have responded. Dissent does not block.

    `about`, where it is stated, is within what it lies from now on. The same acceptance again is silence.
    """
    known = drafted(state)
    within = known.about if about is None else tuple(dict.fromkeys(about))
    own = _own_proposal(known, _persons(by, authority), "accept")
    unknown = pathway if isinstance(pathway, PathwayNotInForce) else None
    if isinstance(known, Accepted) and isinstance(pathway, InForce) and _same(known, pathway, within):
        _granted(authority, own)
        return ()
    evidence = _granted(authority, own, _not_before_a_partner(known), _too_few(known), unknown, *not_about(about or ()))
    assert isinstance(known, InConceptValidation)
    assert isinstance(pathway, InForce)
    return (
        ProposalAccepted(
            known.proposal, by, known.drafted_by, known.key, known.outline, known.digest, pathway.pathway,
            pathway.version, tuple(answer.response for answer in known.responses.values()), known.dissent, evidence,
            comment, tuple(sorted(known.proposers)), within,
        ),
    )  # fmt: skip


def send_back(state: ProposalState, by: Acting, authority: Authority, reason: NoteRef) -> tuple[IntakeFact, ...]:
    """The partner addressed returns it to be revised. A repeat is silence."""
    known = drafted(state)
    if isinstance(known, Returned):
        _granted(authority)
        return ()
    evidence = _granted(authority, _not_before_a_partner(known))
    return (ProposalReturned(known.proposal, by, evidence, reason),)


def decline(state: ProposalState, by: Acting, authority: Authority, reason: NoteRef) -> tuple[IntakeFact, ...]:
    """The partner addressed declines it, for good. A repeat is silence."""
    known = drafted(state)
    if isinstance(known, Declined):
        _granted(authority)
        return ()
    evidence = _granted(authority, _not_before_a_partner(known))
    return (ProposalDeclined(known.proposal, by, evidence, reason),)


def too_few(heard: int) -> TooFewResponses | None:
    """What is missing while fewer than two partners have responded."""
    if heard >= VOICES_NEEDED:
        return None
    return TooFewResponses(heard, VOICES_NEEDED, "has" if heard == 1 else "have")


def _granted(authority: Authority, *others: Reason | None) -> Evidence:
    """The evidence; or one refusal with every reason, what it waits for, and who can act."""
    reasons = tuple(reason for reason in others if reason is not None)
    waiting = tuple(
        WaitsOn(reason.sentence, matter="industry-validation")
        for reason in reasons
        if isinstance(reason, TooFewResponses)
    )
    match authority:
        case Evidence() if not reasons:
            return authority
        case Evidence():
            raise Refused(*reasons, waiting_on=waiting)
        case None:
            raise Refused(*reasons)
        case (not_theirs, answer):
            raise Refused(not_theirs, *reasons, waiting_on=waiting, allowed_actions=(answer,))
        case _:
            assert_never(authority)


def _persons(by: Acting, authority: Authority) -> frozenset[UUID]:
    """Whose word it is: whoever acts, and where they act by a delegation, whoever delegated or passed it on."""
    return frozenset({by.person, *(lent_by(by, authority) if isinstance(authority, Evidence) else ())})


def _own_proposal(known: Known, persons: frozenset[UUID], act: str) -> Reason | None:
    return None if persons.isdisjoint(known.proposers) else ProposersDoNotJudge(act)


def _spoke_elsewhere(known: Known, by: Acting, persons: frozenset[UUID]) -> Reason | None:
    others = (answer for partner, answer in responses_to(known).items() if partner != by.partner)
    return OnePersonOnePartner() if any(answer.of(persons) for answer in others) else None


def _not_before_a_partner(known: Known) -> Reason | None:
    match known:
        case Submitted() | InConceptValidation():
            return None
        case Draft() | Returned():
            return NotBeforeAPartner(STATE_NAMES[type(known)])
        case Accepted() | Declined() | Withdrawn():
            return over(known)
        case _:
            assert_never(known)


def _same(known: Accepted, pathway: InForce, about: tuple[Scope, ...]) -> bool:
    return (pathway.pathway, about) == (known.pathway, known.about)


def _too_few(known: Known) -> Reason | None:
    return too_few(len(responses_to(known))) if isinstance(known, Submitted | InConceptValidation) else None


def _said_before(earlier: Response | None, intent: RespondToConcept, by: Acting) -> bool:
    return (
        earlier is not None
        and earlier.by == by
        and earlier.in_demand == intent.in_demand
        and earlier.intended_assessment_reflects_job == intent.intended_assessment_reflects_job
    )
