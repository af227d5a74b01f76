"""Reminding whom a proposal waits on: what it waits for, and whether it may be nudged now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, assert_never

from msgspec import Meta

from services.intake.domain.deciding import too_few
from services.intake.domain.proposal import (
    Accepted,
    Declined,
    Draft,
    InConceptValidation,
    Known,
    ProposalState,
    Returned,
    Submitted,
    Withdrawn,
    responses_to,
)
from services.intake.domain.proposing import drafted, over
from shared.authority import Community, nudging
from shared.authority.nudging import Asked, Awaited, Case, Nudge, Nudger
from shared.contracts.intake import IntakeFact, ProposalAct, ProposalNudged
from shared.kernel import Fact, Intent, Recorded, Refused


class NudgeProposal(Intent, frozen=True):
    """Remind a partner, by key or id, of what is waited for there: `act` as the board's `waits_on` says it."""

    act: ProposalAct
    partner: Annotated[str, Meta(min_length=1, max_length=80)]


def nudge(
    state: ProposalState,
    asked: Asked,
    by: Nudger,
    before: tuple[Nudge, ...],
    community: Community,
    at: datetime,
    *,
    validates: bool,
) -> tuple[IntakeFact, ...]:
    """Remind whom it waits on; it stays as it is. `validates`: somebody there answers for industry-validation."""
    known = drafted(state)
    if (ended := over(known)) is not None:
        raise Refused(ended)
    case = Case(waits(known), known.partner, before, private=isinstance(known, Draft))

    def answers(_: Awaited) -> bool:
        return validates

    if reasons := nudging.why_not(case, asked, by, community, at, answers):
        raise Refused(*reasons, waiting_on=nudging.named(case.waits, community))
    found, act = nudging.found(case, asked, answers), _act(known)
    assert act is not None  # what is over was refused above
    return (ProposalNudged(known.proposal, act, asked.partner, by.person, by.position, found.position, found.matter),)


def waits(known: Known) -> tuple[Awaited, ...]:
    """What it waits for: the same as the board shows; nothing once it is over."""
    if (act := _act(known)) is None:
        return ()
    match known:
        case Draft() | Returned():
            return (Awaited(act, known.partner, known.drafted_by.position),)
        case Submitted() | InConceptValidation() if act == "respond":
            spoken = tuple(responses_to(known))
            return (Awaited(act, None, matter="industry-validation", apart=spoken, behind=frozenset({known.to})),)
        case Submitted() | InConceptValidation():
            return (Awaited(act, known.to, matter="proposal-acceptance"),)
        case Accepted() | Declined() | Withdrawn():
            return ()
        case _:
            assert_never(known)


def nudges(history: Iterable[Recorded[Fact]]) -> tuple[Nudge, ...]:
    """Who was reminded so far: the history says, for a state keeps none of it."""
    return tuple(
        Nudge(Asked(fact.act, fact.partner), recorded.occurred_at, fact.acting_as)
        for recorded in history
        if isinstance(fact := recorded.fact, ProposalNudged)
    )


def _act(known: Known) -> ProposalAct | None:
    match known:
        case Draft():
            return "submit-proposal"
        case Returned():
            return "revise-proposal"
        case Submitted() | InConceptValidation():
            return "respond" if too_few(len(responses_to(known))) else "decide-proposal"
        case Accepted() | Declined() | Withdrawn():
            return None
        case _:
            assert_never(known)
