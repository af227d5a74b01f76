"""Person: known by an id; what one needs to reach them is sealed with a key of theirs, until they are erased."""

from typing import Annotated, assert_never
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, structs

from shared.authority import Community
from shared.authority.occupants import delegations, holders
from shared.contracts.partnerships import ContactField, PersonContactChanged, PersonErased, PersonRegistered, Role
from shared.contracts.values import Digest, Instrument, Moment, NoteRef
from shared.kernel import Conflict, Decider, Forbidden, Intent, Line, Missing, Refused, Remark, Unacceptable, Value
from shared.kernel.values import LanguageTag

PersonFact = PersonRegistered | PersonContactChanged | PersonErased

_ATOM = r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f-\x9f]"
Email = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=rf"^{_ATOM}{{1,64}}@[^\s@.,;:<>()\x00-\x1f]{{1,63}}(\.[^\s@.,;:<>()\x00-\x1f]{{1,63}})+(?!\n)$",
    ),
]
"""An e-mail address as people type it, without the name before it."""
Phone = Annotated[
    str, Meta(max_length=40, pattern=r"^\+?\(?[0-9][0-9 ().-]{3,24}[0-9]( ?(x|ext\.?) ?[0-9]{1,8})?(?!\n)$")
]
"""A telephone number with its extension, if it has one: `+1 902 555 0100 ext. 12`."""


class Contact(Value, frozen=True, omit_defaults=True):
    """What one needs to reach a person; `language` is the one they want to be written to in."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None


class RegisterPerson(Intent, frozen=True):
    """Take a person in, with what one needs to reach them, as far as it is known."""

    name: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: LanguageTag | None = None


class ChangeContact(Intent, frozen=True):
    """Fields to set; a field left out stays, null clears it."""

    name: Line | UnsetType | None = UNSET
    email: Email | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    language: LanguageTag | UnsetType | None = UNSET


class ErasePerson(Intent, frozen=True):
    """Destroy the key of the person's contact data, on which ground: an instrument, a reason, or both."""

    instrument: Instrument | None = None
    reason: Remark | None = None


class Unregistered(Value, frozen=True, tag=True):
    """No such person yet."""


class Registered(Value, frozen=True, tag=True):
    """A person; `contact` is where what one needs to reach them lies sealed, where there is any."""

    person: UUID
    contact: UUID | None = None


class Erased(Value, frozen=True, tag=True):
    """Nobody can be reached by this id any more; what it did stands."""

    person: UUID


PersonState = Unregistered | Registered | Erased


class NoSuchPerson(Missing, frozen=True):
    """There is no such person

    Persons are registered by a coordinator of the community, and known by the id in that answer.
    """

    says = "There is no such person in this community."


class IsErased(Conflict, frozen=True):
    """The person was erased

    Contact data that was erased does not come back, and nobody who was erased is given a position, a delegation or a
    key. Register whoever returns as another person.
    """

    says = "This person was erased; nothing is recorded of them, or given to them, any more."


class NotTheirContact(Forbidden, frozen=True):
    """This is for the person and the coordinators

    Contact data is changed and erased by the person it belongs to, with a key of theirs, or by a coordinator.
    """

    says = "Only the person themself and a coordinator may do this."


class NotToBeReached(Forbidden, frozen=True):
    """This person's contact data is not for you

    The person, coordinators and auditors read it; everybody in the community does while the person holds, or is
    delegated, a confirmed position there, and of the community's first coordinator. Whom to go to is what
    `who-decides` answers.
    """

    says = "This person holds no confirmed position now, so only coordinators, auditors and they themself read this."


class ForCoordinators(Forbidden, frozen=True):
    """The list of persons is for coordinators

    Whom to go to is what `who-decides` answers; one person is read by their id.
    """

    says = "Only a coordinator reads the list of persons; this key's role is {role}."
    role: Role


class GroundNeeded(Unacceptable, frozen=True):
    """Say on which ground

    Whoever erases somebody else cites the instrument it rests on, or gives the reason.
    """

    says = "Erasing somebody else needs an instrument, a reason, or both."


def check_lists(role: Role) -> None:
    """Pass where a key of that role may read who is registered in the community."""
    if role != "coordinator":
        raise Refused(ForCoordinators(role))


def check_writes(person: UUID, by: UUID, role: Role) -> None:
    """Pass where `by` may change or erase that person's contact data."""
    if by != person and role != "coordinator":
        raise Refused(NotTheirContact())


def check_reads(community: Community, person: UUID, by: UUID, role: Role, at: Moment) -> None:
    """Pass where `by` may read that person's contact data at that moment."""
    if not may_read(community, person, by, role, at):
        raise Refused(NotToBeReached())


def may_read(community: Community, person: UUID, by: UUID, role: Role, at: Moment) -> bool:
    """Whether `by` may read that person's contact data at that moment."""
    return by == person or role in ("coordinator", "auditor") or is_gone_to(community, person, at)


def is_gone_to(community: Community, person: UUID, at: Moment) -> bool:
    """Whether anybody may be told to go to that person: they hold or are delegated a position, or coordinate."""
    if person == community.coordinator:
        return True
    positions = (community.positions.get(known) for known in community.held_by.get(person, ()))
    return any(
        any(held.person == person for held in holders(position, at)) or any(delegations(position, at, person))
        for position in positions
        if position is not None
    )


def stated(intent: RegisterPerson) -> Contact:
    """What is known of a person to begin with."""
    return Contact(intent.name, intent.email, intent.phone, intent.language)


def changed(known: Contact, intent: ChangeContact) -> Contact:
    """The contact data after that change."""
    said = {name: value for name in known.__struct_fields__ if (value := getattr(intent, name)) is not UNSET}
    return structs.replace(known, **said)


def differing(known: Contact, new: Contact) -> tuple[ContactField, ...]:
    """The fields whose value is another."""
    fields: tuple[ContactField, ...] = ("name", "email", "phone", "language")
    return tuple(name for name in fields if getattr(known, name) != getattr(new, name))


def register(person: UUID) -> tuple[PersonFact, ...]:
    """A person, known by id only."""
    return (PersonRegistered(person),)


def change_contact(
    state: PersonState, by: UUID, fields: tuple[ContactField, ...], contact: UUID, digest: Digest
) -> tuple[PersonFact, ...]:
    """What one needs to reach them is another in those fields, and lies sealed at `contact`."""
    known = existing(state)
    return (PersonContactChanged(known.person, by, contact, digest, fields),)


def erase(state: PersonState, by: UUID, intent: ErasePerson, reason: NoteRef | None) -> tuple[PersonFact, ...]:
    """From now on nobody is reached by this id. Whoever erases themself owes no ground; a repeat is silence."""
    match state:
        case Unregistered():
            raise Refused(NoSuchPerson())
        case Erased():
            return ()
        case Registered(person=person) if by != person and intent.instrument is None and reason is None:
            raise Refused(GroundNeeded())
        case Registered(person=person):
            return (PersonErased(person, by, intent.instrument, reason),)
        case _:
            assert_never(state)


def existing(state: PersonState) -> Registered:
    """The person, who is registered and not erased."""
    match state:
        case Unregistered():
            raise Refused(NoSuchPerson())
        case Erased():
            raise Refused(IsErased())
        case Registered():
            return state
        case _:
            assert_never(state)


def evolve(state: PersonState, fact: PersonFact) -> PersonState:
    match state, fact:
        case _, PersonRegistered():
            return Registered(fact.person)
        case Registered(), PersonContactChanged():
            return structs.replace(state, contact=fact.contact)
        case _, PersonErased():
            return Erased(fact.person)
        case _:
            return state


PERSON: Decider[PersonState, PersonFact] = Decider("person", Unregistered(), evolve, PersonState)
