"""Persons, and what one needs to reach them: sealed beside the fact that it is another now."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from services.partnerships.domain import person as persons
from services.partnerships.domain.person import (
    PERSON,
    ChangeContact,
    Contact,
    ErasePerson,
    IsErased,
    PersonFact,
    PersonState,
    Registered,
    RegisterPerson,
)
from shared.contracts.partnerships import PersonContactChanged, PersonRegistered
from shared.eventstore.commands import Commands, Result
from shared.eventstore.vocabulary import EventStore, SealedNote
from shared.eventstore.work import Work
from shared.kernel import Recorded, Refused, new_id
from shared.security.asker import Asker
from shared.security.persons import KeyDestroyed, PersonVault

History = list[Recorded[Any]]


async def person_known(work: Work, person: UUID) -> None:
    """Refuse a person nobody registered in this community, or who was erased."""
    persons.existing(await work.load(PERSON, person))


async def person_is_known(work: Work, person: UUID) -> bool:
    """Whether somebody registered that person in this community, and nobody erased them."""
    state: PersonState = await work.current(PERSON, person)
    return isinstance(state, Registered)


async def register(commands: Commands, vault: PersonVault, asker: Asker, intent: RegisterPerson) -> tuple[UUID, Result]:
    """A person, with what is known of how to reach them."""
    person = new_id()

    async def attempt(work: Work) -> None:
        facts = persons.register(person)
        state = PERSON.evolve(PERSON.initial, facts[0])
        facts += _seal(work, vault, state, asker.key.person, Contact(), persons.stated(intent))
        work.record(PERSON, person, *facts)

    result = await commands.execute(asker.context(commands.clock()), attempt)
    return next(one.fact.person for one in result.recorded if isinstance(one.fact, PersonRegistered)), result


async def change_contact(
    commands: Commands, vault: PersonVault, asker: Asker, person: UUID, intent: ChangeContact
) -> Result:
    """Other contact data; the row with what it was is deleted."""
    store, community = commands.store, asker.key.community

    async def attempt(work: Work) -> History:
        past = await _past(work, person)
        state = work.state(PERSON, past)
        persons.check_writes(person, asker.key.person, asker.key.role)
        known = await contact_of(store, vault, community, persons.existing(state))
        facts = _seal(work, vault, state, asker.key.person, known, persons.changed(known, intent))
        work.record(PERSON, person, *facts)
        return past if facts else []

    result = await commands.execute(asker.context(commands.clock()), attempt)
    await _forget(store, community, result.answers)
    return result


async def erase(commands: Commands, vault: PersonVault, asker: Asker, person: UUID, intent: ErasePerson) -> Result:
    """Nobody is reached by that id any more: the key is destroyed, then that is recorded, then the row deleted.

    A repeat finishes what a fault may have left undone.
    """

    async def attempt(work: Work) -> History:
        past = await _past(work, person)
        persons.check_writes(person, asker.key.person, asker.key.role)
        facts = persons.erase(work.state(PERSON, past), asker.key.person, intent, work.note(intent.reason))
        work.beforehand(partial(vault.destroy, person))
        work.record(PERSON, person, *facts)
        return past

    result = await commands.execute(asker.context(commands.clock()), attempt)
    await asyncio.to_thread(vault.destroy, person)
    await _forget(commands.store, asker.key.community, result.answers)
    return result


async def contact_of(store: EventStore, vault: PersonVault, community: str, state: PersonState) -> Contact:
    """What one needs to reach the person; nothing where nothing is kept, or kept any more."""
    match state:
        case Registered(person=person, contact=UUID() as contact):
            sealed = await store.note(community, contact)
            return opened(vault, person, sealed) if sealed is not None else Contact()
        case _:
            return Contact()


def opened(vault: PersonVault, person: UUID, sealed: SealedNote) -> Contact:
    """That row's content; nothing once the person's key was destroyed."""
    content = vault.open(person, sealed)
    return msgspec.json.decode(content, type=Contact) if content is not None else Contact()


async def _past(work: Work, person: UUID) -> History:
    past = await work.history(PERSON, person)
    if not past:
        raise Refused(persons.NoSuchPerson())
    return past


def _seal(
    work: Work, vault: PersonVault, state: PersonState, by: UUID, known: Contact, new: Contact
) -> tuple[PersonFact, ...]:
    """The fact that says so, with the data beside it; nothing where nothing is another."""
    if not (fields := persons.differing(known, new)):
        return ()
    try:
        sealed = vault.seal(persons.existing(state).person, msgspec.json.encode(new))
    except KeyDestroyed:
        raise Refused(IsErased()) from None
    work.beside(sealed.note)
    work.beforehand(partial(vault.keep, sealed))
    return persons.change_contact(state, by, fields, sealed.note.id, sealed.note.digest)


async def _forget(store: EventStore, community: str, past: History | None) -> None:
    """Delete the rows those facts put beside the log."""
    contacts = [one.fact.contact for one in past or () if isinstance(one.fact, PersonContactChanged)]
    if contacts:
        await store.forget(community, contacts)
