"""Persons, and what one needs to reach them: for themselves, coordinators, auditors, and whoever is sent to them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import structlog
from litestar import Response, get, post
from litestar.params import Parameter

from services.partnerships.commands import persons
from services.partnerships.domain.person import (
    PERSON,
    ChangeContact,
    Contact,
    ErasePerson,
    NoSuchPerson,
    RegisterPerson,
    check_lists,
    check_reads,
)
from services.partnerships.projections import persons as table
from shared.authority import Community
from shared.authority.answers import PositionView, view
from shared.contracts.partnerships import PersonContactChanged, PersonErased
from shared.eventstore.commands import Commands
from shared.kernel import Clock, Refused, Value
from shared.security.asker import Asker
from shared.security.persons import PersonVault
from shared.web.paging import cursor, place
from shared.web.receipts import Receipt, receipt

log = structlog.get_logger(__name__)


class ContactView(Value, frozen=True):
    """What one needs to reach a person; null where it is not stated."""

    name: str | None
    email: str | None
    phone: str | None
    language: str | None


class PersonLine(Value, frozen=True):
    """A person in a list; `contact` is null where none is stated, and once they were `erased_at`."""

    person: UUID
    registered_at: datetime
    contact_changed_at: datetime | None
    erased_at: datetime | None
    contact: ContactView | None


class PersonPage(Value, frozen=True):
    """A page of persons; `next` is the `after` of the page that follows, null on the last."""

    items: tuple[PersonLine, ...]
    next: str | None


class PersonView(Value, frozen=True):
    """A person, with the positions they hold now, at whichever partners."""

    person: UUID
    registered_at: datetime
    contact_changed_at: datetime | None
    erased_at: datetime | None
    contact: ContactView | None
    positions: tuple[PositionView, ...]


@post("/v1/persons", scope="partners:register")
async def register_person(
    asker: Asker, commands: Commands, persons_vault: PersonVault, data: RegisterPerson | None = None
) -> Response[Receipt]:
    """Register a person, known by the id in the answer; what one needs to reach them is sealed beside the log."""
    person, result = await persons.register(commands, persons_vault, asker, data or RegisterPerson())
    return receipt(person, result, created=True)


@get("/v1/persons", scope="read")
async def list_persons(
    asker: Asker,
    pool: asyncpg.Pool,
    persons_vault: PersonVault,
    after: Annotated[str | None, Parameter(max_length=200)] = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> PersonPage:
    """The community's persons, oldest first, with what one needs to reach them; for coordinators."""
    check_lists(asker.key.role)
    rows = await table.page(pool, asker.key.community, place(after), limit + 1)
    items = tuple(
        PersonLine(
            row["person"], row["registered_at"], row["contact_changed_at"], row["erased_at"],
            _shown(persons.opened(persons_vault, row["person"], row["sealed"])) if row["sealed"] else None,
        )
        for row in rows[:limit]
    )  # fmt: skip
    return PersonPage(items, cursor(rows, limit, "registered_at", "person"))


@get("/v1/persons/{person:uuid}", scope="read")
async def read_person(
    person: UUID, asker: Asker, commands: Commands, persons_vault: PersonVault, clock: Clock
) -> PersonView:
    """How to reach a person: for themself, coordinators, auditors, and all while they hold a confirmed position."""
    return await view_of(person, asker, commands, persons_vault, clock())


async def view_of(
    person: UUID, asker: Asker, commands: Commands, persons_vault: PersonVault, now: datetime
) -> PersonView:
    """That person as the asker may read them, which is put on record; refused where they may not."""
    work = commands.work(asker.context(now))
    past = await work.history(PERSON, person)
    if not past:
        raise Refused(NoSuchPerson())
    check_reads(asker.community, person, asker.key.person, asker.key.role, now)
    changed = next((one for one in reversed(past) if isinstance(one.fact, PersonContactChanged)), None)
    erased = next((one for one in past if isinstance(one.fact, PersonErased)), None)
    contact = await persons.contact_of(commands.store, persons_vault, asker.key.community, work.state(PERSON, past))
    log.info("contact-read", person=str(person), reader=str(asker.key.person), role=asker.key.role)
    return PersonView(
        person,
        past[0].occurred_at,
        changed.occurred_at if changed and not erased else None,
        erased.occurred_at if erased else None,
        _shown(contact),
        held(asker.community, person, now),
    )


@post("/v1/persons/{person:uuid}/contact", scope="contact", status_code=200)
async def change_contact(
    person: UUID, data: ChangeContact, asker: Asker, commands: Commands, persons_vault: PersonVault
) -> Response[Receipt]:
    """Set, change or clear (null) what one needs to reach you, or as a coordinator anybody."""
    return receipt(person, await persons.change_contact(commands, persons_vault, asker, person, data))


@post("/v1/persons/{person:uuid}/erase", scope="contact", status_code=200)
async def erase_person(
    person: UUID, data: ErasePerson, asker: Asker, commands: Commands, persons_vault: PersonVault
) -> Response[Receipt]:
    """Destroy the key of your contact data, or as a coordinator anybody's, for good; what was decided stays."""
    return receipt(person, await persons.erase(commands, persons_vault, asker, person, data))


async def own_contact(asker: Asker, commands: Commands, vault: PersonVault) -> ContactView | None:
    """What is kept of how to reach whoever asks."""
    state = await commands.work(asker.context(commands.clock())).current(PERSON, asker.key.person)
    return _shown(await persons.contact_of(commands.store, vault, asker.key.community, state))


def held(community: Community, person: UUID, at: datetime) -> tuple[PositionView, ...]:
    """The positions that person holds at that moment, at whichever partners."""
    known = (view(community, position, at) for position in community.positions if position in _ever(community, person))
    return tuple(one for one in known if one and any(holder.person == person for holder in one.holders))


def _ever(community: Community, person: UUID) -> set[UUID]:
    return community.held_by.get(person, set())


def _shown(contact: Contact) -> ContactView | None:
    if contact == Contact():
        return None
    return ContactView(contact.name, contact.email, contact.phone, contact.language)
