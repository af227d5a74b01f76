"""What is amiss at partners, a partner's RACI matrix, and what would fall vacant if somebody left."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.params import Parameter

from services.partnerships.api.raci_sheet import as_csv
from services.partnerships.api.raci_svg import Language, as_svg
from services.partnerships.api.reading import partner_in
from shared.authority import Register
from shared.authority.amiss import Amiss
from shared.authority.departures import Departure, departure
from shared.authority.findings import Finding, Kind, findings
from shared.authority.matters import matters_of
from shared.authority.raci import Matrix, matrix
from shared.eventstore.following import Following
from shared.eventstore.refusals import NotFound
from shared.kernel import Clock, Refused, Value
from shared.security.asker import Asker
from shared.web.past import Then, then
from shared.web.requests import At, KnownAt

MOST = 1000
Partner = Annotated[str | None, Parameter(max_length=80)]


class Found(Value, frozen=True):
    """What is amiss, partner by partner; `counts` of everything found, also beyond the items shown."""

    at: datetime
    log_index: int
    counts: dict[str, int]
    items: tuple[Finding, ...]
    more: bool


@get("/v1/findings", scope="read")
async def list_findings(
    asker: Asker,
    register: Following[Register],
    clock: Clock,
    amiss: Amiss,
    partner: Partner = None,
    kind: Kind | None = None,
    limit: Annotated[int, Parameter(ge=1, le=MOST)] = 200,
    at: At = None,
    known_at: KnownAt = None,
) -> Found:
    """Unowned and vacant matters, vacant positions, single points of failure, what waits to be confirmed."""
    asked = await then(asker, register, clock, at, known_at)
    partners = [partner_in(asked.community, partner)] if partner else list(asked.community.partners)
    matters, found = matters_of(asked.community, asked.at), list[Finding]()
    look = amiss.at if at is None and known_at is None else findings
    for one in partners:
        found += look(asked.community, asked.index, one, matters, asked.at)
        await asyncio.sleep(0)  # others are answered in between
    wanted = [one for one in found if kind in (None, one.kind)]
    counts: dict[str, int] = dict(Counter(str(one.kind) for one in found))
    return Found(asked.at, asked.index, counts, tuple(wanted[:limit]), len(wanted) > limit)


@get("/v1/partners/{partner:str}/raci", scope="read")
async def read_raci(
    partner: str, asker: Asker, register: Following[Register], clock: Clock, at: At = None, known_at: KnownAt = None
) -> Matrix:
    """The partner's RACI matrix (id or key), gaps included, now or `at` a moment."""
    return _matrix(await then(asker, register, clock, at, known_at), partner)


@get("/v1/partners/{partner:str}/raci.csv", scope="read")
async def read_raci_csv(
    partner: str, asker: Asker, register: Following[Register], clock: Clock, at: At = None, known_at: KnownAt = None
) -> Response[bytes]:
    """The same as CSV: a row for each matter and scope, a column for each position."""
    made = _matrix(await then(asker, register, clock, at, known_at), partner)
    name = f'attachment; filename="raci-{made.key}.csv"'
    return Response(as_csv(made), media_type="text/csv", headers={"Content-Disposition": name})


@get("/v1/partners/{partner:str}/raci.svg", scope="read")
async def read_raci_svg(
    partner: str,
    asker: Asker,
    register: Following[Register],
    clock: Clock,
    at: At = None,
    known_at: KnownAt = None,
    language: Language = "en",
) -> Response[bytes]:
    """The same as a drawing."""
    made = _matrix(await then(asker, register, clock, at, known_at), partner)
    return Response(as_svg(made, language), media_type="image/svg+xml")


@get("/v1/persons/{person:uuid}/departure", scope="read")
async def read_departure(
    person: UUID, asker: Asker, register: Following[Register], clock: Clock, at: At = None, known_at: KnownAt = None
) -> Departure:
    """What would fall vacant if that person left; 404 where they were never recorded in any position."""
    asked = await then(asker, register, clock, at, known_at)
    if person not in asked.community.held_by:
        raise Refused(NotFound("person", str(person)))
    return departure(asked.community, asked.index, person, asked.at)


def _matrix(asked: Then, partner: str) -> Matrix:
    found = partner_in(asked.community, partner)
    return matrix(asked.community, asked.index, found, matters_of(asked.community, asked.at), asked.at)
