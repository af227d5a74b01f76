"""The names of several persons at once, for whoever shows ids that other services know them by."""

from typing import Annotated
from uuid import UUID

import asyncpg
import structlog
from litestar import get
from litestar.params import Parameter

from services.partnerships.commands.persons import opened
from services.partnerships.domain.person import may_read
from services.partnerships.projections import persons as table
from shared.kernel import Clock, Refused, Value
from shared.security.asker import Asker
from shared.security.persons import PersonVault
from shared.web.faults import QueryNotRight

log = structlog.get_logger(__name__)

MOST = 100


class PersonName(Value, frozen=True):
    """What a person is called."""

    person: UUID
    name: str


class Names(Value, frozen=True):
    """The names that are known and that the asker may read; whose is not is left out."""

    items: tuple[PersonName, ...]


@get("/v1/names", scope="read")
async def list_names(
    persons: Annotated[str, Parameter(max_length=4000)],
    asker: Asker,
    pool: asyncpg.Pool,
    persons_vault: PersonVault,
    clock: Clock,
) -> Names:
    """The names of up to 100 `persons`, by id with commas between: of those whom the asker may be told how to reach."""
    key, now = asker.key, clock()
    may = [one for one in _ids(persons) if may_read(asker.community, one, key.person, key.role, now)]
    rows = await table.sealed(pool, key.community, may)
    named = ((one, opened(persons_vault, one, rows[one]).name) for one in may if one in rows)
    found = tuple(PersonName(one, name) for one, name in named if name)
    log.info("names-read", persons=[str(one.person) for one in found], reader=str(key.person), role=key.role)
    return Names(found)


def _ids(text: str) -> list[UUID]:
    parts = text.split(",")
    if len(parts) > MOST:
        raise Refused(QueryNotRight(f"persons names {MOST} at most."))
    try:
        return list(dict.fromkeys(UUID(part) for part in parts))
    except ValueError:
        raise Refused(QueryNotRight("persons are ids with commas between.")) from None
