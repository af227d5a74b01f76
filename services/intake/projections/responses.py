"""The responses to a concept, all of them, each with whether it counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.intake.domain.proposal import Response
from shared.authority import Community
from shared.contracts.intake import ConceptResponded, ProposalReturned
from shared.contracts.values import Acting, Evidence, NoteRef
from shared.kernel import Fact, Recorded, Value
from shared.security.signed_as import SignedName

Standing = Literal["counts", "replaced", "before-return"]


class ResponseSeen(Value, frozen=True):
    """A response: `counts`; `replaced` by a later one of its partner; or given `before-return`."""

    response: UUID
    at: datetime
    by: Acting
    position: str
    in_demand: bool
    intended_assessment_reflects_job: bool
    dissents: bool
    standing: Standing
    digest: str
    contribution: NoteRef | None
    comment: NoteRef | None
    evidence: Evidence
    signed_as: SignedName | None = None


def responses(
    history: Sequence[Recorded[Fact]], community: Community, names: Mapping[UUID, SignedName]
) -> tuple[ResponseSeen, ...]:
    """Every response in order; of each partner its last one since the last submission counts."""
    counting, before = dict[UUID, UUID](), set[UUID]()
    given = list[Recorded[ConceptResponded]]()
    for recorded in history:
        match recorded.fact:
            case ConceptResponded() as fact:
                counting[fact.by.partner] = fact.response
                given.append(recorded)  # type: ignore[arg-type]  # its fact was matched just above
            case ProposalReturned():
                before |= {one.fact.response for one in given}
                counting = {}
            case _:
                pass
    return tuple(_seen(one, _standing(one.fact.response, counting, before), community, names) for one in given)


def _standing(response: UUID, counting: dict[UUID, UUID], before: set[UUID]) -> Standing:
    if response in before:
        return "before-return"
    return "counts" if response in counting.values() else "replaced"


def _seen(
    recorded: Recorded[ConceptResponded], standing: Standing, community: Community, names: Mapping[UUID, SignedName]
) -> ResponseSeen:
    fact = recorded.fact
    answer = Response(fact.response, fact.by, fact.in_demand, fact.intended_assessment_reflects_job)
    return ResponseSeen(
        response=fact.response,
        at=recorded.occurred_at,
        by=fact.by,
        position=community.position_key(fact.by.position),
        in_demand=fact.in_demand,
        intended_assessment_reflects_job=fact.intended_assessment_reflects_job,
        dissents=answer.dissents,
        standing=standing,
        digest=fact.digest,
        contribution=fact.contribution,
        comment=fact.comment,
        evidence=fact.evidence,
        signed_as=names.get(fact.signed_as.id) if fact.signed_as else None,
    )
