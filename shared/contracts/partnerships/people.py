"""Communities, the persons in them, and the matters a community adds to the vocabulary."""

from typing import Literal
from uuid import UUID

from shared.contracts.values import Digest, Instrument, Matter, NoteRef, Slug
from shared.kernel import Fact, Text


class CommunityOpened(Fact, frozen=True, tag="partnerships.community-opened.v1"):
    """A community of practice was opened, with its first coordinator. Stream `community-`."""

    key: Slug
    name: Text
    coordinator: UUID


class PersonRegistered(Fact, frozen=True, tag="partnerships.person-registered.v1"):
    """A person exists, known by this id only. Stream `person-`."""

    person: UUID


ContactField = Literal["name", "email", "phone", "language"]
"""What a person's contact data may state; `language` is the one they want to be written to in."""


class PersonContactChanged(Fact, frozen=True, tag="partnerships.person-contact-changed.v1"):
    """The person's contact data is another from now on: which fields were set, changed or cleared. Stream `person-`.

    The data itself is beside the log as `contact`, encrypted with that person's key; `digest` is SHA-256 over it and a
    salt that is encrypted with it.
    """

    person: UUID
    by: UUID
    contact: UUID
    digest: Digest
    changed: tuple[ContactField, ...]


class PersonErased(Fact, frozen=True, tag="partnerships.person-erased.v1"):
    """The key of the person's contact data is destroyed, for good; the id, and what it did, stays. Stream `person-`."""

    person: UUID
    by: UUID
    instrument: Instrument | None = None
    reason: NoteRef | None = None


class MatterAdded(Fact, frozen=True, tag="partnerships.matter-added.v1"):
    """The community has one more matter beside the starting ones, in English and French. Stream `matter-`."""

    id: UUID
    matter: Matter
    name: Text


PeopleFact = CommunityOpened | PersonRegistered | PersonContactChanged | PersonErased | MatterAdded
