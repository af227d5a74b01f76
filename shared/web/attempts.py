"""Refused writes and auditors' reads: how they are noticed, and the routes that list them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from shared.authority.keys import Key
from shared.eventstore.attempts import Attempt, Attempts, Kept, KeptRead, slug_or_none
from shared.kernel import Forbidden, Refused, Value
from shared.security.asker import Asker
from shared.web.forms import stated
from shared.web.problems import Problem

READING = ("GET", "HEAD", "OPTIONS")
Before = Annotated[int, Parameter(ge=1, le=2**62)]


class ReadsOfOthers(Forbidden, frozen=True):
    """Coordinators see what auditors read

    An auditor sees their own reads.
    """

    says = "A key of role {role} does not see what others read."
    role: str


class AttemptPage(Value, frozen=True):
    """Refused writes, newest first; `next` is the `after` of the page that follows, null on the last."""

    items: tuple[Kept, ...]
    next: int | None


class ReadPage(Value, frozen=True):
    """What auditors asked to read, newest first; `next` is the `after` of the page that follows."""

    items: tuple[KeptRead, ...]
    next: int | None


def attempt_of(request: Request[Any, Any, Any], problem: Problem, at: datetime) -> Attempt | None:
    """What is kept of a request that was answered with that problem; None for reads, and for whoever is not known.

    Whose key has ended is known: their attempts are those somebody asks about.
    """
    known: Any = request.scope.get("consortia_key") or request.scope.get("consortia_ended_key")  # set by the gate
    key: Key | None = known
    if key is None or request.method in READING or not 400 <= problem.status < 500:
        return None
    named: list[Any] = list(request.scope.get("path_params", {}).values())
    return Attempt(
        at=at,
        community=key.community,
        person=key.person,
        key=key.id,
        role=key.role,
        position=slug_or_none(request.headers.get("acting-as") or stated(request, "acting-as")),
        method=request.method,
        route=str(request.scope.get("path_template", "")),
        subject=next((one for one in named if isinstance(one, UUID)), None),
        part=next((found for one in named if isinstance(one, str) and (found := slug_or_none(one))), None),
        status=problem.status,
        reasons=tuple(str(one["type"]).removeprefix("/problems/") for one in problem.reasons),
        request_id=problem.request_id,
    )


def attempt_routes() -> tuple[HTTPRouteHandler, ...]:
    """`GET /v1/attempts` and `GET /v1/auditor-reads`: for coordinators and auditors."""
    return (list_attempts, list_auditor_reads)


@get("/v1/attempts", scope="history:read")
async def list_attempts(
    asker: Asker,
    attempts: Attempts,
    subject: UUID | None = None,
    person: UUID | None = None,
    after: Before | None = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> AttemptPage:
    """Writes that were refused here, newest first: about one `subject`, by one `person`, or all."""
    found = await attempts.page(asker.key.community, limit + 1, after, subject, person)
    return AttemptPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


@get("/v1/auditor-reads", scope="history:read")
async def list_auditor_reads(
    asker: Asker,
    attempts: Attempts,
    person: UUID | None = None,
    after: Before | None = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> ReadPage:
    """What auditors asked to read here, newest first; for coordinators, and of an auditor's own for that auditor."""
    coordinates = asker.key.role == "coordinator"
    whose = person if coordinates else asker.key.person
    if not coordinates and person not in (None, asker.key.person):
        raise Refused(ReadsOfOthers(asker.key.role))
    found = await attempts.reads_page(asker.key.community, limit + 1, after, whose)
    return ReadPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)
